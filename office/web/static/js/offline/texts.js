/*
 * Characters as forms/values reads them: widths, kana, telephone numbers, numbers with a check digit.
 * Every function follows its Python original to the letter; tests/browser/test_offline_engine.py compares.
 */

/* A value that cannot be taken; `message` is Japanese and says what to do. */
export class Refused extends Error {
  constructor(message, fact = "") {
    super(message);
    this.fact = fact;
  }
}

const SPACE = "\\t-\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const OUTER = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const RUN = new RegExp(`[${SPACE}]+`, "g");
const DASHES = "‐‑‒–—―−－ー─ｰ﹣";

/* Without outer spaces, as Python's str.strip (which leaves U+FEFF). */
export const strip = (text) => text.replace(OUTER, "");
export const length = (text) => [...text].length;
const joined = (text) => strip(text).split(RUN).filter(Boolean).join(" ");

export function narrow(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\xa0]/g, " ");
}

export function narrowNumber(text) {
  return narrow([...text].map((one) => (DASHES.includes(one) ? "-" : one)).join(""));
}

/* ---- kana (forms/values/kana.py) ---- */

const MARKS = { "゛": "\u3099", "゜": "\u309a" };

export function toKatakana(text) {
  const wide = text
    .replace(/[\uff61-\uff9f]+/g, (run) => run.normalize("NFKC"))
    .replace(/[\u3041-\u3096\u309d\u309e]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0x60));
  const out = [];
  for (const character of wide) {
    const mark = MARKS[character] ?? character;
    const isMark = mark === "\u3099" || mark === "\u309a";
    const pair = out.length && isMark ? (out[out.length - 1] + mark).normalize("NFC") : "";
    if (length(pair) === 1) out[out.length - 1] = pair;
    else out.push(character);
  }
  return out.join("");
}

export function parseKana(text) {
  const reading = toKatakana(joined(narrow(text))).replace(/(?<=[ァ-ヺー])[-‐‑‒–—―−ｰ─]/g, "ー");
  if (!reading) throw new Refused("フリガナを入力してください。");
  const wrong = [...reading].find((one) => !/^[ァ-ヺー・ヽヾ ]$/u.test(one));
  if (wrong) throw new Refused(`フリガナに「${wrong}」は使えません。カタカナかひらがなで入力してください。`);
  return reading;
}

/* ---- telephone numbers (forms/values/telephones.py) ---- */

const EXTENSION = /\s*(?:内線|ext\.?)\s*:?\s*(\d{1,6})$/i;
const LONG_NUMBERS = ["050", "060", "070", "080", "090", "020"];
const PLAIN = [
  /^(0[25-9]0)(\d{4})(\d{4})$/, /^(0800)(\d{3})(\d{4})$/, /^(0120|0570|0990)(\d{3})(\d{3})$/,
  /^(0[36])(\d{4})(\d{4})$/,
];

export function parseTelephone(text) {
  const plain = strip(narrowNumber(text));
  const extension = EXTENSION.exec(plain);
  const number = partedTelephone(plain.replace(EXTENSION, ""));
  return extension ? `${number} 内線${extension[1]}` : number;
}

function partedTelephone(written) {
  const number = strip(written).replace(/^\+81[- ]?(?:\(0\)|0)?/, "0").replace(/[ -]*-[ -]*/g, "-");
  const digits = number.replace(/[()\s-]/g, "");
  if (!digits) throw new Refused("電話番号を入力してください。");
  if (!/^[0-9]+$/.test(digits)) {
    throw new Refused("電話番号に使えない文字があります。数字とハイフンで入力してください。");
  }
  checkTelephone(digits);
  const bracketed = /^\((0\d{1,4})\)[- ]?(\d{1,4})[- ](\d{4})$/.exec(number);
  if (bracketed) return `(${bracketed[1]})${bracketed[2]}-${bracketed[3]}`;
  const parted = /^(0\d{1,4})[- ](\d{1,4})[- ](\d{3,4})$/.exec(number) ?? /^(0\d{1,4})\((\d{1,4})\)(\d{4})$/.exec(number);
  if (parted) return parted.slice(1).join("-");
  if (number !== digits) {
    throw new Refused("電話番号の区切りが正しくありません。「03-1234-5678」のように入力してください。");
  }
  const shape = PLAIN.map((pattern) => pattern.exec(digits)).find(Boolean);
  return shape ? shape.slice(1).join("-") : digits;
}

function checkTelephone(digits) {
  if (!digits.startsWith("0")) throw new Refused("電話番号は0で始まる市外局番から入力してください。");
  const expected = LONG_NUMBERS.includes(digits.slice(0, 3)) || digits.startsWith("0800") ? 11 : 10;
  if (digits.length !== expected) {
    throw new Refused(
      `電話番号の桁数が違います。この番号は${expected}桁のはずですが、${digits.length}桁あります。`,
    );
  }
}

/* ---- numbers with a check digit (forms/values/numbers.py) ---- */

const fromRight = (body, weight) =>
  [...body].reverse().map((digit, n) => Number(digit) * weight(n));
const sum = (values) => values.reduce((total, one) => total + one, 0);

function modulus11(body) {
  const remainder = sum(fromRight(body, (n) => (n % 6) + 2)) % 11;
  return remainder <= 1 ? 0 : 11 - remainder;
}
const modulus9 = (body) => 9 - (sum(fromRight(body, (n) => (n % 2) + 1)) % 9);
const municipality = (body) => (11 - (sum([...body].map((digit, n) => Number(digit) * (6 - n))) % 11)) % 10;
function modulus10(body) {
  const products = fromRight(body, (n) => 2 - (n % 2));
  return (10 - (sum(products.map((one) => Math.floor(one / 10) + (one % 10))) % 10)) % 10;
}

const NUMBERS = {
  "my-number": { title: "個人番号（マイナンバー）", lengths: [12], formula: modulus11 },
  "corporate-number": { title: "法人番号", lengths: [13], formula: modulus9, first: true },
  "municipality-code": { title: "全国地方公共団体コード", lengths: [6], formula: municipality },
  "resident-code": { title: "住民票コード", lengths: [11], formula: modulus11, advisory: true },
  "insurer-number": { title: "保険者番号", lengths: [6, 8], formula: modulus10 },
  "medical-institution": { title: "医療機関コード", lengths: [10], formula: modulus10 },
};

/* The digits of a number; refused where its arithmetic does not hold (and law states the arithmetic). */
export function checkedNumber(kind, value) {
  const rule = NUMBERS[kind];
  let digits = narrowNumber(value).replace(/[\s-]/g, "");
  if (kind === "corporate-number") digits = digits.replace(/^[Tt]/, "");
  if (!digits) throw new Refused(`${rule.title}を入力してください。`);
  const wrong = /[^0-9]/u.exec(digits);
  if (wrong) {
    throw new Refused(`${rule.title}に数字でない文字「${wrong[0]}」があります。数字だけで入力してください。`);
  }
  if (rule.advisory) return digits;
  if (!rule.lengths.includes(digits.length)) {
    throw new Refused(
      `${rule.title}は${rule.lengths.join("または")}桁ですが、${digits.length}桁あります。桁数を確かめて、入力し直してください。`,
    );
  }
  const [body, given] = rule.first ? [digits.slice(1), digits[0]] : [digits.slice(0, -1), digits.at(-1)];
  if (String(rule.formula(body)) !== given) {
    throw new Refused(`${rule.title}の検査数字が合いません。番号を見直して、入力し直してください。`);
  }
  return digits;
}

export function mask(number) {
  const letters = [...number];
  if (letters.length <= 4) return "*".repeat(letters.length);
  return "*".repeat(letters.length - 4) + letters.slice(-4).join("");
}
