/* The inputs of a question, by its kind. Each control is {element, read}: read gives the raw answer. */

import { showEra } from "./dates.js";
import { textIn } from "./interview.js";
import { isEmpty } from "./kinds.js";
import { h } from "./screen.js";
import { mask } from "./texts.js";

const PARTS = {
  name: ["family", "given", "family_kana", "given_kana"],
  address: ["postal_code", "prefecture", "city", "town", "block", "building"],
  account: ["bank_code", "bank_name", "branch_code", "branch_name", "number", "holder_kana"],
};
const ACCOUNTS = ["ordinary", "current", "savings"];
const MODES = { digits: "numeric", number: "numeric", my_number: "numeric", telephone: "tel" };
const ISO = /^\d{4}-\d{2}-\d{2}$/;

const sensitive = (field) => field.sensitive || field.kind === "my_number";

/* A stored value as it stands in an input; what was typed stays as it was typed. */
function entry(field, value) {
  if (typeof value !== "string") return value === null || value === undefined ? "" : String(value);
  if (field.kind === "date" && ISO.test(value)) return showEra(value);
  return sensitive(field) ? mask(value) : value;
}

function line(field, value, id, marks) {
  const shown = entry(field, value);
  const input = h("input", {
    type: "text", id, value: shown, autocomplete: "off", spellcheck: "false", inputmode: MODES[field.kind],
    placeholder: field.kind === "date" ? marks.language.words.example_date : null,
    maxlength: field.length && field.kind === "text" ? String(field.length) : null, ...marks.attributes,
  });
  // An untouched mask stands for the number that is stored.
  return { element: input, read: () => (sensitive(field) && input.value === shown ? (value ?? null) : input.value || null) };
}

function select(field, value, id, marks) {
  const options = (field.options ?? []).map(([one, label]) =>
    h("option", { value: one, selected: one === value }, textIn(label, marks.language.code)),
  );
  const empty = h("option", { value: "" }, "選んでください");
  const element = h("select", { id, ...marks.attributes }, empty, options);
  return { element, read: () => element.value || null };
}

function ticks(type, options, isTicked, id) {
  const inputs = options.map(([value, label], n) => ({
    value, label, input: h("input", { type, name: id, id: `${id}-${n}`, value, checked: isTicked(value) }),
  }));
  const element = h(
    "ul", { class: "choices" },
    inputs.map(({ input, label }) => h("li", {}, h("label", { class: "choice" }, input, " ", h("span", {}, label)))),
  );
  return { element, chosen: () => inputs.filter(({ input }) => input.checked).map(({ value }) => value) };
}

function radios(options, value, id) {
  const { element, chosen } = ticks("radio", options, (one) => one === value, id);
  return { element, read: () => chosen()[0] ?? null };
}

function choice(field, value, id, marks) {
  return radios((field.options ?? []).map(([one, label]) => [one, textIn(label, marks.language.code)]), value, id);
}

function choices(field, value, id, marks) {
  const options = (field.options ?? []).map(([one, label]) => [one, textIn(label, marks.language.code)]);
  const { element, chosen } = ticks("checkbox", options, (one) => (value ?? []).includes(one), id);
  if (value?.length || field.least) return { element, read: chosen };
  const none = h("button", { id: `${id}-none` }, Array.isArray(value) ? "あてはまるものはありません ✓" : "あてはまるものはありません");
  return { element: h("div", { class: "row" }, element, none), read: chosen };
}

function yesNo(_field, value, id, marks) {
  const chosen = value === true ? "yes" : value === false ? "no" : value;
  return radios(["yes", "no"].map((one) => [one, marks.language.words[one]]), chosen, id);
}

const labelled = (title, id, element) =>
  h("div", { class: "part" }, h("label", { for: id }, title), element);
const grouped = (title, element) =>
  h("fieldset", { class: "part part-wide" }, h("legend", { class: "small soft" }, title), element);

function composite(field, value, id, marks) {
  const titles = marks.language.parts;
  const inputs = PARTS[field.kind].map((part) => {
    const input = h("input", {
      type: "text", id: `${id}-${part}`, value: value?.[part] ?? "", autocomplete: "off", spellcheck: "false",
      "data-part": part,
    });
    return [part, input];
  });
  const parts = inputs.map(([part, input]) => labelled(titles[`${field.kind}.${part}`], input.id, input));
  const kinds = ACCOUNTS.map((one) => [one, marks.language.words[`${one}_account`]]);
  const kind = field.kind === "account" ? radios(kinds, value?.kind, `${id}-kind`) : null;
  if (kind) parts.push(grouped(titles["account.kind"], kind.element));
  const read = () => {
    const found = Object.fromEntries(inputs.map(([part, input]) => [part, input.value]));
    return kind ? { ...found, kind: kind.read() ?? "" } : found;
  };
  return { element: h("div", { class: "parts" }, parts), read };
}

function person(field, value, id, marks) {
  const columns = (field.fields ?? []).map((column) => {
    const key = `${id}-${column.name}`;
    const made = control(column, value?.[column.name], key, { ...marks, attributes: {} });
    const title = textIn(column.label, marks.language.code);
    const single = made.element.matches("input, select");
    return { column, made, element: single ? labelled(title, key, made.element) : grouped(title, made.element) };
  });
  const read = () => {
    const found = columns.map(({ column, made }) => [column.name, made.read()]);
    return Object.fromEntries(found.filter(([, one]) => !isEmpty(one)));
  };
  return { element: h("div", { class: "parts" }, columns.map((one) => one.element)), read };
}

/* People, or rows of a table: as many as there are, each to be taken away, and one more to be added. */
function people(field, value, id, marks) {
  const list = h("div", { class: "stack" });
  let made = [];
  const draw = (values) => {
    made = values.map((one, n) => person(field, one, `${id}-${n}`, marks));
    list.replaceChildren(...made.map((one, n) => frame(one, n)), buttons());
  };
  const unit = field.kind === "rows" ? "行" : "人";
  const frame = (one, n) =>
    h(
      "fieldset", { class: "person" }, h("legend", {}, `${n + 1}${unit}目`), one.element,
      h("button", { type: "button", class: "button-plain", onclick: () => drop(n) }, `${n + 1}${unit}目を消す`),
    );
  const drop = (n) => {
    draw(made.filter((_one, at) => at !== n).map((one) => one.read()));
    marks.changed();
  };
  const add = () => {
    draw([...made.map((one) => one.read()), {}]);
    list.querySelector(`[id^="${CSS.escape(`${id}-${made.length - 1}-`)}"]`)?.focus();
  };
  const buttons = () =>
    h(
      "div", { class: "row" },
      h("button", { type: "button", onclick: add }, made.length ? `もう1${unit}追加する` : "追加する"),
      h("button", { class: "button-main" }, "この内容で保存する"),
    );
  draw(Array.isArray(value) ? value : field.least ? Array.from({ length: field.least }, () => ({})) : []);
  return { element: list, read: () => made.map((one) => one.read()).filter((one) => !isEmpty(one)) };
}

const KINDS = {
  choice, choices, person, people, rows: people, yes_no: yesNo, consent: yesNo,
  name: composite, address: composite, account: composite,
};

/* The control of a field; `marks` is {language, attributes, changed}. */
export function control(field, value, id, marks) {
  if (field.kind === "text" && field.options?.length) return select(field, value, id, marks);
  return (KINDS[field.kind] ?? line)(field, value, id, marks);
}

/* Whether an answer is complete with one touch, so that it is saved at once. */
export const savesAtOnce = (field) => ["choice", "choices", "yes_no", "consent"].includes(field.kind);
