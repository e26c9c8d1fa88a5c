/* What is known, what follows from it, and what still has to be asked: forms/knowledge.py. */

import { evaluate, holds, member } from "./conditions.js";


/* The facts whose people are options of a field or of one of its columns. */
const offeredFrom = (field) =>
  [field, ...(field.fields ?? [])].map((one) => one.options_from).filter(Boolean);

/* Whether everything chosen is still among the options; what was left empty is. */
function offered(field, chosen) {
  const options = (field.options ?? []).map(([value]) => value);
  return chosen.every((one) => one === null || options.includes(String(one)));
}

/* Answers seen through the definitions, on one day, for one subject (a person) or none. */
export class Knowledge {
  constructor(facts, answers, on, derived, subject = null) {
    Object.assign(this, { facts, answers, on, derived, subject });
    this.found = new Map();
    this.value = this.value.bind(this);
  }

  about(subject) {
    return new Knowledge(this.facts, this.answers, this.on, this.derived, subject);
  }

  value(name) {
    if (name === "today") return this.on;
    if (name === "subject") return this.subject;
    return this.known(name)?.value ?? null;
  }

  known(name) {
    if (!this.found.has(name)) {
      const fact = this.facts.get(name);
      this.found.set(name, fact ? this.find(fact) : null);
    }
    return this.found.get(name);
  }

  applies(name) {
    const when = this.facts.get(name)?.field.when;
    return !when || holds(when, this.value) === true;
  }

  derivation(fact) {
    return this.derived[fact.field.name] ?? fact.derived ?? null;
  }

  find(fact) {
    const name = fact.field.name;
    if (!this.applies(name)) return null;
    const expression = this.derivation(fact);
    const derived = expression ? holds(expression, this.value) : null;
    if (derived !== null) return { value: derived, source: "derived" };
    const answer = this.answers[name];
    if (answer && this.fits(fact, answer.value)) return { ...answer, value: this.ordered(fact, answer.value) };
    const usual = fact.default ? holds(fact.default, this.value) : null;
    return usual === null ? null : { value: usual, source: "default" };
  }

  /* Whether an answer given earlier is still possible: its options exist, its rule holds. */
  fits(fact, value) {
    const field = this.field(fact.field.name);
    const people = Array.isArray(value) ? value : [value];
    if (fact.field.options_from && !offered(field, people)) return false;
    for (const column of offeredFrom(fact.field).length ? (field.fields ?? []) : []) {
      const chosen = people.map((one) => member(one, [column.name]));
      if (column.kind === "choice" && !offered(column, chosen)) return false;
    }
    return this.allows(fact, value);
  }

  ordered(fact, value) {
    if (!fact.field.options_from || !Array.isArray(value)) return value;
    const options = (this.field(fact.field.name).options ?? []).map(([one]) => one);
    return options.filter((one) => value.includes(one));
  }

  allows(fact, value) {
    const seen = { [fact.field.name]: value, today: this.on };
    return !fact.must || holds(fact.must, (name) => seen[name] ?? null) !== false;
  }

  /* The fact's field with the options that people known so far make, its columns too. */
  field(name) {
    const base = this.offering(this.facts.get(name).field);
    return base.fields ? { ...base, fields: base.fields.map((one) => this.offering(one)) } : base;
  }

  offering(base) {
    const people = base.options_from ? this.value(base.options_from) : null;
    if (!Array.isArray(people)) return base;
    const names = [...new Set(people.map((person) => String(member(person, ["name", "full"]))))];
    const options = [...names.map((one) => [one, { ja: one }]), ...(base.options ?? [])];
    return { ...base, options, options_from: "" };
  }
}

/* What has to be asked, found by looking at conditions and boxes. */
export class Demand {
  constructor(knowledge, questions = new Set()) {
    this.knowledge = knowledge;
    this.questions = questions;
    this.pending = new Map();
  }

  about(subject) {
    return new Demand(this.knowledge.about(subject), this.questions);
  }

  want(name) {
    if (!this.pending.has(name)) {
      this.pending.set(name, false);
      const fact = this.knowledge.facts.get(name);
      if (fact) this.pending.set(name, this.wantFact(fact));
    }
    return this.pending.get(name);
  }

  wantFact(fact) {
    const { field } = fact;
    if (field.when && this.waitsFor(field.when)) return true;
    if (!this.knowledge.applies(field.name)) return false;
    const expression = this.knowledge.derivation(fact);
    if (expression) {
      const waits = this.waitsFor(expression);
      if (waits || holds(expression, this.knowledge.value) !== null) return waits;
    }
    if (!fact.asked || offeredFrom(field).some((name) => this.want(name))) return fact.asked;
    if (fact.default && this.waitsFor(fact.default)) return true;
    this.questions.add(field.name);
    return field.required && this.knowledge.known(field.name) === null;
  }

  waitsFor(expression) {
    const waiting = [];
    const fact = (name) => {
      waiting.push(this.want(name));
      return this.knowledge.value(name);
    };
    const waits = () => waiting.includes(true);
    const found = evaluate(expression, { fact, peek: this.knowledge.value, person: null, waits });
    return found === null && waits();
  }

  holds(condition) {
    if (!condition) return true;
    this.waitsFor(condition);
    return holds(condition, this.knowledge.value);
  }
}

