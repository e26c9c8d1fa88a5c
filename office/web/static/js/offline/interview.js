/*
 * The interview on a tablet: the same conversation as forms/interview.py, over a bundle of definitions
 * (forms/bundle.py). An interview is a value: answering gives a new one. The server makes everything
 * again from the answers; what is found here is for the screen and for the summary that is signed.
 */

import { holds, member } from "./conditions.js";
import { isEmpty, take } from "./kinds.js";
import { Demand, Knowledge } from "./knowledge.js";
import { Refused } from "./texts.js";

/* The definitions of one day, ready to be asked. */
export class Definitions {
  constructor(bundle) {
    if (bundle.format !== "kakazu-bundle/1") throw new Error(`unknown bundle: ${bundle.format}`);
    this.bundle = bundle;
    this.facts = new Map(bundle.facts.map((fact) => [fact.field.name, fact]));
    this.events = new Map(bundle.events.map((event) => [event.slug, event]));
    this.languages = new Map(bundle.languages.map((language) => [language.code, language]));
  }

  proceduresOf(event) {
    return this.bundle.procedures.filter((one) => event.slug in one.rules);
  }
}

/* A text in a language, in Japanese where it has none. */
export const textIn = (labels, language = "ja") => labels?.[language] || labels?.ja || "";

export class Interview {
  constructor(definitions, event, on, answers = {}) {
    Object.assign(this, { definitions, event, on, answers });
    this.knowledge = new Knowledge(definitions.facts, answers, on, event.derived);
    this.procedures = definitions.proceduresOf(event);
  }

  static begin(definitions, slug, on, answers = {}) {
    const event = definitions.events.get(slug);
    if (!event) throw new Refused(`ライフイベント「${slug}」は見つかりません。`);
    return new Interview(definitions, event, on, answers);
  }

  with(answers) {
    return new Interview(this.definitions, this.event, this.on, answers);
  }

  /* One more answer; an empty one, where none is required, takes it back. Throws Refused. */
  answer(fact, raw, source = "said") {
    const known = this.definitions.facts.get(fact);
    if (!known?.asked) throw new Refused(`「${fact}」という質問はありません。`, fact);
    if (isEmpty(raw) && !known.field.required && known.field.kind !== "choices") return this.forget(fact);
    const value = take(this.knowledge.field(fact), raw);
    if (!this.knowledge.allows(known, value)) throw new Refused(textIn(known.must_say), fact);
    return this.with({ ...this.answers, [fact]: { value, source } });
  }

  forget(fact) {
    return this.with(Object.fromEntries(Object.entries(this.answers).filter(([name]) => name !== fact)));
  }

  /* Every question that plays a part now, answered or not, in the order of the conversation. */
  questions() {
    const wanted = this.demand().questions;
    return this.event.order.filter((name) => wanted.has(name)).map((name) => this.question(name));
  }

  question(name) {
    const fact = this.definitions.facts.get(name);
    const section = this.event.headings[fact.block] ?? this.definitions.bundle.blocks[fact.block];
    const field = { ...this.knowledge.field(name), ...(this.event.wording[name] ?? {}) };
    return { fact: name, field, answer: this.knowledge.known(name), section };
  }

  nextQuestion() {
    return this.questions().find((one) => one.answer === null && one.field.required) ?? null;
  }

  /* For each procedure that may belong to the event: needed (true, false, null), with the reason. */
  determinations() {
    return this.procedures.map((procedure) => {
      const rule = procedure.rules[this.event.slug];
      const needed = holds(rule.when, this.knowledge.value);
      const reason = needed === null ? this.event.undecided : needed ? rule.because : rule.otherwise;
      const subjects = needed ? this.subjects(procedure).filter((one) => one !== null) : [];
      return { procedure, needed, reason, subjects: subjects.map(subjectName) };
    });
  }

  /* The forms of every procedure needed, one per subject where it is for each of several people. */
  applications() {
    return this.determinations()
      .filter((one) => one.needed)
      .flatMap(({ procedure }) =>
        this.subjects(procedure).map((subject) => fill(procedure, this.knowledge.about(subject))),
      );
  }

  /* What to bring for the procedures needed, each thing once. */
  toBring() {
    const wanted = new Map();
    for (const { procedure, needed } of this.determinations()) {
      for (const one of needed ? procedure.attachments : []) {
        if (!one.when || holds(one.when, this.knowledge.value)) wanted.set(textIn(one.label), one);
      }
    }
    return [...wanted.values()];
  }

  subjects(procedure) {
    if (!procedure.for_each) return [null];
    const people = this.knowledge.value(procedure.for_each);
    return Array.isArray(people) ? people : [];
  }

  demand() {
    const demand = new Demand(this.knowledge);
    for (const procedure of this.procedures) {
      if (!demand.holds(procedure.rules[this.event.slug].when)) continue;
      if (procedure.for_each) demand.want(procedure.for_each);
      for (const subject of this.subjects(procedure)) {
        const about = demand.about(subject);
        for (const box of procedure.fields) if (about.holds(box.when)) about.want(box.root[0]);
      }
    }
    return demand;
  }
}

/* A procedure's form from what is known (forms/filled.py). */
export function fill(procedure, knowledge) {
  const boxes = [];
  for (const field of procedure.fields) {
    const [name, path] = field.root;
    if (!knowledge.applies(name) || (field.when && holds(field.when, knowledge.value) !== true)) continue;
    const answer = name === "subject" ? { value: knowledge.subject, source: "derived" } : knowledge.known(name);
    const value = answer ? columns(field, member(answer.value, path)) : null;
    const empty = !answer || (isEmpty(value) && field.kind !== "choices");
    boxes.push(empty ? { field, value: null, source: null } : { field, value, source: answer.source });
  }
  const problems = boxes.filter((box) => box.field.required && box.value === null).map((box) => box.field.name);
  const told = factOf(boxes);
  const broken = procedure.checks.filter((one) => holds(one.must, told) === false);
  problems.push(...broken.map((one) => one.field));
  const applicant = boxes.find((box) => box.field.name === "applicant.name")?.value ?? null;
  const subject = subjectName(knowledge.subject) || fullName(applicant);
  return { procedure, subject, boxes, problems, said: broken.map((one) => textIn(one.say)) };
}

/* The facts a form's own boxes tell: whole ones, and people in parts (forms/filled.py). */
function factOf(boxes) {
  const filled = boxes.filter((box) => box.value !== null);
  return (name) => {
    const whole = filled.find((box) => box.field.fact === name);
    if (whole) return whole.value;
    const dot = name.lastIndexOf(".");
    const owner = filled.find((box) => box.field.fact === name.slice(0, Math.max(dot, 0)));
    if (owner) return member(owner.value, [name.slice(dot + 1)]);
    const parts = filled.filter((box) => box.field.fact.startsWith(`${name}.`));
    return parts.length
      ? Object.fromEntries(parts.map((box) => [box.field.fact.slice(name.length + 1), box.value]))
      : null;
  };
}

const fullName = (name) => (name && typeof name === "object" ? member(name, ["full"]) || "" : "");

/* What the one an application is about is called: a person's whole name, or a name of one text. */
function subjectName(subject) {
  const name = member(subject, ["name"]);
  return typeof name === "string" ? name : fullName(name);
}

/* People with only the columns the form has. */
function columns(field, value) {
  const chosen = (person) =>
    Object.fromEntries(
      (field.fields ?? []).filter((one) => one.name in person).map((one) => [one.name, person[one.name]]),
    );
  const isPerson = (one) => typeof one === "object" && one !== null && !Array.isArray(one);
  if (field.kind === "person" && isPerson(value)) return chosen(value);
  if (["people", "rows"].includes(field.kind) && Array.isArray(value)) return value.filter(isPerson).map(chosen);
  return value;
}
