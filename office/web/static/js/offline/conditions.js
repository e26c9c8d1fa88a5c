/*
 * Conditions and derivations, evaluated as forms/condition_nodes.py does, over the trees that
 * forms/condition_json.py makes. Unknown is null. A view is {fact, peek, person}: what is read through
 * `fact` counts as asked for, what is read through `peek` does not.
 */

import { ageOn, fiscalYearStart } from "./dates.js";

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/* A part of a composite value; null where it is missing. `full` of a name is made of its parts. */
export function member(value, path) {
  let found = value;
  for (const step of path) {
    if (!isRecord(found)) return null;
    if ((step === "full" || step === "full_kana") && !(step in found)) {
      const suffix = step === "full_kana" ? "_kana" : "";
      found = [found[`family${suffix}`], found[`given${suffix}`]].filter(Boolean).join(" ");
    } else {
      found = found[step] ?? null;
    }
  }
  return found ?? null;
}

const COMPARE = {
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
  "==": (one, other) => one === other,
  "!=": (one, other) => one !== other,
  in: (one, several) => several.includes(one),
  "not in": (one, several) => !several.includes(one),
};
const FUNCTIONS = {
  age_on: ageOn,
  fiscal_year_start: fiscalYearStart,
  size: (several) => several.length,
  together,
};

/* The people of several lists, or single persons, as one list: each of them once, the first one counts. */
function together(...parts) {
  const found = new Map();
  for (const person of parts.flat()) {
    const key = JSON.stringify([member(person, ["name", "full"]), member(person, ["birth_on"])]);
    if (!found.has(key)) found.set(key, person);
  }
  return [...found.values()];
}

const NODES = {
  constant: (_view, value) => value,
  read: (view, fact, path) => member(view.fact(fact), path),
  person: (view, path) => member(view.person, path),
  part: (view, whole, path) => member(evaluate(whole, view), path),
  not: (view, inner) => {
    const found = evaluate(inner, view);
    return found === null ? null : !found;
  },
  known: (view, inner) => evaluate(inner, view) !== null,
  and: (view, ...parts) => junction(view, parts, false),
  or: (view, ...parts) => junction(view, parts, true),
  either: (view, ...parts) => {
    for (const part of parts) {
      const found = evaluate(part, view);
      if (found !== null || view.waits?.()) return found;
    }
    return null;
  },
  choose: (view, condition, yes, no) => {
    const found = evaluate(condition, view);
    return found === null ? null : evaluate(found ? yes : no, view);
  },
  compare: (view, sign, left, right) => {
    const [one, other] = [evaluate(left, view), evaluate(right, view)];
    return one === null || other === null ? null : COMPARE[sign](one, other);
  },
  call: (view, name, ...args) => {
    const values = args.map((one) => evaluate(one, view));
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`unknown function: ${name}`);
    return values.includes(null) ? null : FUNCTIONS[name](...values);
  },
  each: (view, method, people, condition) => each(view, method, evaluate(people, view), condition),
};

/* Kleene: decided as early as possible; parts after an unknown one are looked at, never demanded. */
function junction(view, parts, deciding) {
  let unknown = false;
  for (const part of parts) {
    const found = evaluate(part, unknown ? { ...view, fact: view.peek } : view);
    if (found === deciding) return deciding;
    unknown ||= found === null;
  }
  return unknown ? null : !deciding;
}

function each(view, method, people, condition) {
  if (people === null) return null;
  const found = people.map((person) => evaluate(condition, { ...view, person }));
  if (method === "any") return found.includes(true) ? true : found.includes(null) ? null : false;
  if (method === "all") return found.includes(false) ? false : found.includes(null) ? null : true;
  if (found.includes(null)) return null;
  const chosen = people.filter((_person, n) => found[n]);
  if (method === "count") return chosen.length;
  return method === "where" ? chosen : (chosen[0] ?? null);
}

/* What a tree comes to, null where unknown. A node this file does not know throws. */
export function evaluate(node, view) {
  const [name, ...parts] = node;
  if (!Object.hasOwn(NODES, name)) throw new Error(`unknown node: ${name}`);
  return NODES[name](view, ...parts) ?? null;
}

/* As Condition.holds: true, false or null. */
export const holds = (node, fact, peek = fact) => evaluate(node, { fact, peek, person: null });
