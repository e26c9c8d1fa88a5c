// The guide: which life event or procedure plain words mean. Kana, katakana, kanji with known readings and
// misspellings are taken; pairs of letters are compared, rare pairs count more. Needs no network.

const READING = /\{([^{}|]+)\|([^{}|]+)\}/g;
const SMALL = { ぁ: "あ", ぃ: "い", ぅ: "う", ぇ: "え", ぉ: "お", っ: "つ", ゃ: "や", ゅ: "ゆ", ょ: "よ" };
const LEAST = 0.3;

/** The sound of a text: hiragana without marks, other letters in small. */
export function sound(text, readings) {
  let plain = text.replace(READING, "$2").normalize("NFKC").toLowerCase();
  for (const [written, reading] of readings) plain = plain.replaceAll(written, reading);
  return plain
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[ぁぃぅぇぉっゃゅょ]/g, (kana) => SMALL[kana])
    .replace(/[^\p{Letter}\p{Mark}\p{Number} ]|ー/gu, "")
    .trim();
}

function pairs(text) {
  const found = new Set();
  for (let at = 0; at < text.length - 1; at += 1) found.add(text.slice(at, at + 2));
  return found.size ? found : new Set([text]);
}

/** Makes a guide of the index that `forms/guide.py` gathers; `find(words)` lists what fits, best first. */
export function makeGuide(index) {
  const readings = Object.entries(index.readings).sort(([a], [b]) => b.length - a.length);
  const terms = index.entries.flatMap((entry) =>
    entry.terms.map((term) => ({ entry, term, pairs: pairs(sound(term, readings)) })),
  );
  const met = new Map();
  for (const one of terms) for (const pair of one.pairs) met.set(pair, (met.get(pair) ?? 0) + 1);
  const weight = (pair) => Math.log(1 + terms.length / (1 + (met.get(pair) ?? 0)));
  const sum = (some) => [...some].reduce((total, pair) => total + weight(pair), 0);

  function score(asked, term) {
    const shared = sum([...asked].filter((pair) => term.pairs.has(pair)));
    return 0.6 * (shared / sum(asked)) + 0.4 * (shared / sum(term.pairs));
  }

  return {
    find(words, most = 6) {
      const heard = sound(words, readings);
      if (!heard) return [];
      const asked = pairs(heard);
      const best = new Map();
      for (const term of terms) {
        const points = score(asked, term);
        if (points >= LEAST && points > (best.get(term.entry)?.points ?? 0)) {
          best.set(term.entry, { entry: term.entry, because: term.term, points });
        }
      }
      return [...best.values()].sort((a, b) => b.points - a.points).slice(0, most);
    },
  };
}
