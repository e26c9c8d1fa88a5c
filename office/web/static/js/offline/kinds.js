/* Kinds of field: a raw answer as it is stored (forms/kinds/*.py), and whether it says anything. */

import { parseDate } from "./dates.js";
import {
  Refused, checkedNumber, length, narrow, narrowNumber, parseKana, parseTelephone, strip, toKatakana,
} from "./texts.js";

const LONGEST = 200;
const MOST_PEOPLE = 30;
const MOST_CHOICES = 50;
const HIDDEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\u2060\ufeff\ufff9-\ufffd]|\p{Cc}|\p{Cs}|\p{Cn}/u;
const YES = ["yes", "true", "はい", "有", "1", "on"];
const NO = ["no", "false", "いいえ", "無", "0", "off"];
const ACCOUNTS = ["ordinary", "current", "savings"];

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const what = (field) => `「${field.label?.ja || field.name}」`;
const code = (character) => character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

/* Whether a value says nothing: absent, blank, or made of blank parts only. */
export function isEmpty(value, depth = 4) {
  if (isRecord(value)) return depth > 0 && Object.values(value).every((part) => isEmpty(part, depth - 1));
  if (value === null || value === undefined) return true;
  return (Array.isArray(value) && !value.length) || (typeof value === "string" && !strip(value));
}

function written(field, raw, longest = LONGEST) {
  if (typeof raw !== "string") throw new Refused(`${what(field)}を文字で入力してください。`);
  if (length(raw) > longest * 4) throw new Refused(`${what(field)}は${longest}文字までで入力してください。`);
  const text = strip(raw);
  const hidden = HIDDEN.exec(text);
  if (hidden) {
    throw new Refused(`${what(field)}に使えない文字（U+${code(hidden[0])}）があります。消して入力し直してください。`);
  }
  if (!text) throw new Refused(`${what(field)}を入力してください。`);
  if (length(text) > longest) throw new Refused(`${what(field)}は${longest}文字までで入力してください。`);
  return text;
}

function text(field, raw) {
  const found = written(field, raw, field.length || LONGEST);
  if (field.pattern && !new RegExp(`^(?:${field.pattern})$`, "u").test(found)) {
    throw new Refused(`${what(field)}の書き方が違います。例のとおりに入力してください。`);
  }
  return found;
}

function digits(field, raw) {
  const found = narrowNumber(written(field, raw, 60)).replace(/[\s-]/g, "");
  if (!/^[0-9]+$/.test(found)) throw new Refused(`${what(field)}は数字で入力してください。`);
  if (field.number) return checkedNumber(field.number, found);
  if (field.length && !((field.least || field.length) <= found.length && found.length <= field.length)) {
    throw new Refused(`${what(field)}は${field.length}桁の数字で入力してください。`);
  }
  return found;
}

function number(field, raw) {
  const found = Number.isInteger(raw) ? raw : readNumber(field, raw);
  const least = field.least || 0;
  if (found < least) throw new Refused(`${what(field)}は${least}以上の数で入力してください。`);
  if (field.most !== undefined && found > field.most) {
    throw new Refused(`${what(field)}は${field.most}までの数で入力してください。`);
  }
  return found;
}

function readNumber(field, raw) {
  const found = narrowNumber(written(field, raw, 20)).replace(/[\s,]/g, "");
  if (!/^-?[0-9]{1,15}$/.test(found)) throw new Refused(`${what(field)}は数字で入力してください。`);
  return Number(found) + 0;
}

function chosen(field, raw) {
  const value = written(field, raw);
  const option = (field.options ?? []).find(([one, label]) => value === one || value === label.ja);
  if (option) return option[0];
  if (!field.options_from) throw new Refused(`${what(field)}は、示されたものの中から選んでください。`);
  return value;
}

function choices(field, raw) {
  if (!Array.isArray(raw) || raw.length > MOST_CHOICES) {
    throw new Refused(`${what(field)}は、示されたものの中から選んでください。`);
  }
  const found = [...new Set(raw.map((one) => chosen(field, one)))];
  if (found.length < (field.least || 0)) {
    throw new Refused(`${what(field)}を${field.least}つ以上選んでください。`);
  }
  const order = (field.options ?? []).map(([value]) => value);
  return [...order.filter((one) => found.includes(one)), ...found.filter((one) => !order.includes(one))];
}

function yesNo(field, raw) {
  if (typeof raw === "boolean") return raw;
  const word = written(field, raw, 20).toLowerCase();
  if (YES.includes(word) || NO.includes(word)) return YES.includes(word);
  throw new Refused(`${what(field)}は「はい」か「いいえ」で答えてください。`);
}

function consent(field, raw) {
  const agreed = yesNo(field, raw);
  if (field.required && !agreed) {
    throw new Refused(`${what(field)}に同意がないと、この手続はできません。職員にご相談ください。`);
  }
  return agreed;
}

/* The parts of a composite value as typed; empty parts become "". */
function parts(field, raw, known) {
  if (!isRecord(raw) || !Object.keys(raw).every((key) => known.includes(key))) {
    throw new Refused(`${what(field)}を項目ごとに入力してください。`);
  }
  return Object.fromEntries(
    known.map((key) => [key, (raw[key] ?? "") === "" ? "" : written(field, raw[key])]),
  );
}

function namePart(raw, title) {
  let part = strip(raw);
  const plain = narrow(part);
  if (part && [...plain].every((one) => one.codePointAt(0) < 0x250)) part = plain.split(/\s+/).filter(Boolean).join(" ");
  for (const one of part) {
    if (/\p{Co}/u.test(one)) {
      throw new Refused(`${title}に外字（U+${code(one)}）があります。行政事務標準文字で入力し直してください。`);
    }
    if (/\p{Cc}|\p{Cs}|\p{Cn}|\p{Zl}|\p{Zp}|\ufffd/u.test(one)) {
      throw new Refused(`${title}に読めない文字があります。入力し直してください。`);
    }
  }
  return part;
}

function name(field, raw) {
  const given = parts(field, raw, ["family", "given", "family_kana", "given_kana"]);
  const found = { family: namePart(given.family, "氏"), given: namePart(given.given, "名") };
  for (const key of ["family_kana", "given_kana"]) found[key] = strip(given[key]) ? parseKana(given[key]) : "";
  if (!found.family) throw new Refused("氏を入力してください。");
  if (field.reading && !found.family_kana) throw new Refused(`${what(field)}のフリガナを入力してください。`);
  return found;
}

function address(field, raw) {
  const found = parts(field, raw, ["postal_code", "prefecture", "city", "town", "block", "building"]);
  if (found.postal_code) {
    found.postal_code = narrowNumber(found.postal_code).replace(/[\s〒-]/g, "");
    if (!/^[0-9]{7}$/.test(found.postal_code)) {
      throw new Refused("郵便番号は7桁の数字です。「100-0001」のように入力してください。");
    }
  }
  found.block = strip(narrow(found.block));
  if (!(found.prefecture || found.city || found.town)) {
    throw new Refused("住所を入力してください。郵便番号を入れると町名まで入ります。");
  }
  return found;
}

function fixedDigits(raw, count, title) {
  const found = narrowNumber(raw).replace(/[\s-]/g, "");
  if (!new RegExp(`^[0-9]{${count}}$`).test(found)) {
    throw new Refused(`${title}は${count}桁の数字です。通帳を見て入力し直してください。`);
  }
  return found;
}

function account(field, raw) {
  const given = parts(field, raw, [
    "bank_code", "branch_code", "kind", "number", "holder_kana", "bank_name", "branch_name",
  ]);
  const found = {
    bank_code: fixedDigits(given.bank_code, 4, "金融機関コード"),
    branch_code: fixedDigits(given.branch_code, 3, "支店コード"),
  };
  if (!ACCOUNTS.includes(given.kind)) throw new Refused("預金の種類は、普通・当座・貯蓄から選んでください。");
  found.kind = given.kind;
  const number = narrowNumber(given.number).replace(/[\s-]/g, "");
  if (!/^[0-9]{1,7}$/.test(number)) {
    throw new Refused("口座番号は7桁までの数字です。通帳を見て入力し直してください。");
  }
  found.number = number.padStart(7, "0");
  found.holder_kana = holder(given.holder_kana);
  for (const key of ["bank_name", "branch_name"]) if (given[key]) found[key] = given[key];
  return found;
}

function holder(raw) {
  const found = toKatakana(narrow(raw).split(/\s+/).filter(Boolean).join(" ")).toUpperCase();
  if (!found) throw new Refused("口座名義をカタカナで入力してください。");
  const wrong = [...found].find((one) => !/^[ァ-ヺー・A-Z0-9 ().-]$/u.test(one));
  if (wrong) {
    throw new Refused(`口座名義に「${wrong}」は使えません。通帳のとおりカタカナで入力してください。`);
  }
  return found;
}

function person(field, raw) {
  const columns = field.fields ?? [];
  if (!isRecord(raw) || !Object.keys(raw).every((key) => columns.some((one) => one.name === key))) {
    throw new Refused(`${what(field)}を項目ごとに入力してください。`);
  }
  const found = {};
  for (const column of columns) {
    if (!isEmpty(raw[column.name])) found[column.name] = parse(column, raw[column.name]);
    else if (column.required) throw new Refused(`${what(field)}の${what(column)}を入力してください。`);
  }
  return found;
}

function people(field, raw) {
  const most = field.most || MOST_PEOPLE;
  if (!Array.isArray(raw) || raw.length > most) {
    throw new Refused(`${what(field)}は${most}人までで、1人ずつ入力してください。`);
  }
  if (raw.length < (field.least || 0)) throw new Refused(`${what(field)}を${field.least}人以上入力してください。`);
  return raw.map((one) => person(field, one));
}

function rows(field, raw) {
  const most = field.most || MOST_PEOPLE;
  if (!Array.isArray(raw) || raw.length > most) {
    throw new Refused(`${what(field)}は${most}行までで、1行ずつ入力してください。`);
  }
  if (raw.length < (field.least || 0)) throw new Refused(`${what(field)}を${field.least}行以上入力してください。`);
  return raw.map((one) => person(field, one));
}

const KINDS = {
  text, digits, number, choices, consent, name, address, account, person, people, rows,
  kana: (field, raw) => parseKana(written(field, raw, field.length || LONGEST)),
  telephone: (field, raw) => parseTelephone(written(field, raw, 40)),
  my_number: (field, raw) => checkedNumber("my-number", written(field, raw, 40)),
  date: (field, raw) => parseDate(written(field, raw, 40)),
  choice: chosen,
  yes_no: yesNo,
};
export const KIND_NAMES = Object.keys(KINDS);

function parse(field, raw) {
  if (!(field.kind in KINDS)) throw new Error(`unknown kind: ${field.kind}`);
  return KINDS[field.kind](field, raw);
}

/* The value of a raw answer by the field's kind; throws Refused naming the field. */
export function take(field, raw) {
  try {
    return parse(field, raw);
  } catch (error) {
    if (error instanceof Refused) throw new Refused(error.message, field.name);
    throw error;
  }
}
