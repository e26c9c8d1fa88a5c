/* What a resident is shown, line by line, as forms/offline_summary.py says it; and its digest. */

import { showDay } from "./dates.js";
import { textIn } from "./interview.js";
import { isEmpty } from "./kinds.js";
import { mask } from "./texts.js";

const FORMAT = "kakazu-offline-summary/1";

/* JSON with one spelling: keys sorted, no spaces (forms.signing.evidence.canonical). */
export function canonical(data) {
  if (Array.isArray(data)) return `[${data.map(canonical).join(",")}]`;
  if (typeof data === "object" && data !== null) {
    const parts = Object.keys(data).sort().map((key) => `${JSON.stringify(key)}:${canonical(data[key])}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(data);
}

/* SHA-256 (hex) of a text's UTF-8. */
export async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const label = (field, value, language) => {
  const option = (field.options ?? []).find(([one]) => one === value);
  return option ? textIn(option[1], language) : value;
};
const full = (name) => [name.family, name.given].filter(Boolean).join(" ");

function shownAddress(one) {
  const street = `${one.prefecture}${one.city}${one.town}${one.block}`;
  const line = one.building ? `${street} ${one.building}` : street;
  return one.postal_code ? `〒${one.postal_code.slice(0, 3)}-${one.postal_code.slice(3)} ${line}`.trim() : line;
}

function shownAccount(one, { words }) {
  const parts = [
    one.bank_name || one.bank_code, one.branch_name || one.branch_code, words[`${one.kind}_account`],
    one.number, one.holder_kana,
  ];
  return parts.join(" ");
}

function shownText(field, value, { code }) {
  if (typeof value !== "string" || !value) return "";
  return field.sensitive ? mask(value) : label(field, value, code);
}

const SHOW = {
  text: shownText,
  kana: shownText,
  telephone: shownText,
  digits: shownText,
  my_number: (_field, value) => (value ? mask(value) : ""),
  number: (_field, value) => (Number.isInteger(value) ? value.toLocaleString("en-US") : ""),
  date: (_field, value, { words }) => (value ? showDay(value, words) : ""),
  choice: (field, value, { code }) => (typeof value === "string" ? label(field, value, code) : ""),
  choices: (field, value, { code, words }) => (value ?? []).map((one) => label(field, one, code)).join(words.comma),
  yes_no: (_field, value, { words }) => (typeof value === "boolean" ? words[value ? "yes" : "no"] : ""),
  consent: (_field, value, { words }) => (typeof value === "boolean" ? words[value ? "agree" : "disagree"] : ""),
  name: (_field, value) => (value ? full(value) : ""),
  address: (_field, value) => (value ? shownAddress(value) : ""),
  account: (_field, value, language) => (value ? shownAccount(value, language) : ""),
  person: shownPerson,
  people: (field, value, language) =>
    (value ?? []).map((one) => shownPerson(field, one, language)).join(language.words.between_people),
  rows: (field, value, language) => (value ?? []).map((one) => shownPerson(field, one, language)).join("／"),
};

function shownPerson(field, value, language) {
  const shown = (field.fields ?? [])
    .filter((column) => !isEmpty(value?.[column.name]))
    .map((column) => show(column, value[column.name], language));
  if (shown.length < 2) return shown.join("");
  return `${shown[0]}${language.words.open}${shown.slice(1).join(language.words.comma)}${language.words.close}`;
}

/* A value as people read it (forms/kinds/*.py `show`); `language` is one of the bundle's languages. */
export const show = (field, value, language) => SHOW[field.kind](field, value, language);

const isPerson = (one) => typeof one === "object" && one !== null && !Array.isArray(one);

/* One answer as a line of text, or as a small table where people are described. */
export function line(field, value, language) {
  const title = textIn(field.label, language.code);
  const people = ["people", "person", "rows"].includes(field.kind) ? [value].flat().filter(isPerson) : [];
  if (!people.length) return { label: title, text: show(field, value, language) };
  const columns = (field.fields ?? []).filter((one) => !people.every((person) => isEmpty(person[one.name])));
  return {
    label: title,
    headings: columns.map((one) => textIn(one.label, language.code)),
    rows: people.map((person) => columns.map((one) => show(one, person[one.name] ?? null, language))),
  };
}

/* Every application's title and lines in a language; a line said already is left out. */
export function summaryOf(interview, language, consent) {
  const said = new Set();
  return {
    format: FORMAT,
    event: interview.event.slug,
    on: interview.on,
    language: language.code,
    consent,
    cards: interview.applications().map((form) => card(form, language, said)),
  };
}

function card(form, language, said) {
  const lines = form.boxes
    .filter((box) => (box.field.asked_of ?? "resident") === "resident" && !isEmpty(box.value))
    .map((box) => line(box.field, box.value, language));
  const fresh = lines.filter((one) => !said.has(canonical(one)));
  for (const one of fresh) said.add(canonical(one));
  return {
    procedure: form.procedure.slug,
    version: form.procedure.version,
    title: textIn(form.procedure.title, language.code),
    subject: form.procedure.for_each ? form.subject : "",
    lines: fresh,
    repeats: fresh.length < lines.length,
  };
}
