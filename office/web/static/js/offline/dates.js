/* Dates in Japanese eras and western years, as forms/values/dates.py reads and writes them. */

import { Refused, length, narrowNumber } from "./texts.js";

const ERAS = [
  { name: "明治", letter: "M", first: "1868-01-25", last: "1912-07-30" },
  { name: "大正", letter: "T", first: "1912-07-30", last: "1926-12-25" },
  { name: "昭和", letter: "S", first: "1926-12-25", last: "1989-01-07" },
  { name: "平成", letter: "H", first: "1989-01-08", last: "2019-04-30" },
  { name: "令和", letter: "R", first: "2019-05-01", last: "9999-12-31" },
];
const NAMES = [...ERAS.map((era) => era.name), ...ERAS.map((era) => era.name[0]), "[MTSHRmtshr]"].join("|");
const NUMBER = "[0-9元〇零一二三四五六七八九十百千]+";
const SEPARATED = new RegExp(
  `^(?:(?<era>${NAMES}|西暦)\\.?)?(?<year>${NUMBER})(?:年|[-/.・])(?<month>${NUMBER})(?:月|[-/.・])(?<day>${NUMBER})日?$`,
);
const COMPACT =
  /^(?:(?<era>[MTSHRmtshr])(?<year2>\d{2})|(?<year4>\d{4}))(?<month>\d{2})(?<day>\d{2})$/;
const DIGITS = { 〇: 0, 零: 0, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const PLACES = /^([一二三四五六七八九]?千)?([一二三四五六七八九]?百)?([一二三四五六七八九]?十)?([一二三四五六七八九]?)$/;
const WEEKDAYS = "月火水木金土日";
const HOW = "「令和8年4月1日」「R8.4.1」「2026-04-01」のように書いてください。";

/* `YYYY-MM-DD` of any usual writing; throws Refused. */
export function parseDate(text) {
  if (length(text) > 60) throw new Refused(`日付として読めません。長すぎます。${HOW}`);
  let plain = narrowNumber(text.normalize("NFKC")).replace(/\s/g, "");
  const weekday = /\(([月火水木金土日])(?:曜日?)?\)$/.exec(plain);
  if (weekday) plain = plain.slice(0, weekday.index);
  const western = /\(([0-9]{4})年?\)/.exec(plain);
  plain = plain.replace(/\(([0-9]{4})年?\)/g, "");
  const parts = (SEPARATED.exec(plain) ?? COMPACT.exec(plain))?.groups;
  if (!parts) throw new Refused(unreadable(text, plain));
  const [year, month, day] = [parts.year ?? parts.year2 ?? parts.year4, parts.month, parts.day].map((one) =>
    numeral(one, text),
  );
  const found = dated(parts.era, year, month, day, text);
  if (western && Number(western[1]) !== Number(found.slice(0, 4))) {
    throw new Refused(`「${text}」は元号の年と西暦が合いません。どちらかを直してください。`);
  }
  const real = weekdayOf(found);
  if (weekday && weekday[1] !== real) {
    throw new Refused(`「${text}」は${real}曜日です。日付か曜日を直してください。`);
  }
  return found;
}

function dated(sign, year, month, day, text) {
  if (sign && sign !== "西暦") return ofEra(sign, year, month, day);
  if (year < 1000) throw new Refused(`「${text}」は元号か西暦4桁の年がわかりません。${HOW}`);
  const found = calendarDay(year, month, day, text);
  eraOf(found);
  return found;
}

function ofEra(sign, year, month, day) {
  const era = ERAS.find((one) => [one.name, one.name[0], one.letter, one.letter.toLowerCase()].includes(sign));
  const written = `${era.name}${year === 1 ? "元" : year}年${month}月${day}日`;
  const found = calendarDay(yearOf(era.first) + year - 1, month, day, written);
  if (year < 1 || found < era.first) {
    throw new Refused(`「${written}」という日付はありません。${era.name}は${inEra(era, era.first)}からです。`);
  }
  if (found > era.last) {
    throw new Refused(
      `「${written}」という日付はありません。${era.name}は${inEra(era, era.last)}までです。${showEra(found)}ではないか、確かめてください。`,
    );
  }
  return found;
}

function calendarDay(year, month, day, text) {
  if (month < 1 || month > 12) throw new Refused(`「${text}」の${month}月はありません。月は1から12までです。`);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const longest = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (year < 1 || year > 9999 || day < 1 || day > longest) {
    throw new Refused(`「${text}」という日付はありません。日付を確かめてください。`);
  }
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function numeral(text, whole) {
  if (text === "元") return 1;
  if (/^[0-9]+$/.test(text)) return Number(text);
  const digits = [...text].map((one) => DIGITS[one]);
  if (digits.every((one) => one !== undefined)) return Number(digits.join(""));
  const places = PLACES.exec(text);
  if (!places) throw new Refused(`「${whole}」は日付として読めません。${HOW}`);
  return [1000, 100, 10].reduce(
    (total, unit, n) => total + (places[n + 1] ? (DIGITS[places[n + 1].slice(0, -1)] ?? 1) * unit : 0),
    DIGITS[places[4]] ?? 0,
  );
}

function unreadable(text, plain) {
  if (!plain) return `日付を入力してください。${HOW}`;
  if (/^\d+$/.test(plain)) {
    return `「${text}」は日付として読めません。数字だけで書くときは「20260401」のように8桁にしてください。`;
  }
  return `「${text}」は日付として読めません。${HOW}`;
}

const yearOf = (day) => Number(day.slice(0, 4));
const parts = (day) => day.split("-").map(Number);

function weekdayOf(day) {
  const date = new Date(`${day}T00:00:00Z`);
  return WEEKDAYS[(date.getUTCDay() + 6) % 7];
}

function eraOf(day) {
  const found = [...ERAS].reverse().find((era) => day >= era.first);
  if (!found) {
    throw new Refused("明治元年1月25日（1868年）より前の日付は扱えません。日付を確かめてください。");
  }
  return found;
}

function inEra(era, day) {
  const [year, month, date] = parts(day);
  const count = year - yearOf(era.first) + 1;
  return `${era.name}${count === 1 ? "元" : count}年${month}月${date}日`;
}

export const showEra = (day) => inEra(eraOf(day), day);

/* A day in a language: by its `date` pattern, where it has none as in Japan. */
export function showDay(day, words) {
  if (!words.date) return showEra(day);
  const [year, month, date] = parts(day);
  const name = (words.months ?? "").split(/\s+/)[month - 1] ?? "";
  return Object.entries({ year, month, day: date, month_name: name }).reduce(
    (text, [key, value]) => text.replaceAll(`{${key}}`, String(value)),
    words.date,
  );
}

export function ageOn(born, on) {
  return yearOf(on) - yearOf(born) - (on.slice(5) < born.slice(5) ? 1 : 0);
}

export function fiscalYearStart(on) {
  const [year, month] = parts(on);
  return `${month >= 4 ? year : year - 1}-04-01`;
}

/* The day it is in Japan at an instant. */
export function japanDay(instant = Date.now()) {
  return new Date(instant + 9 * 3600 * 1000).toISOString().slice(0, 10);
}
