// A keyboard-like QR reader ends each code with Enter: the box takes it as a new line, and the page asks the
// server as soon as all parts of one pre-entry are there. A chosen picture is sent at once.

const form = document.querySelector("[data-scan]");
const box = document.getElementById("scanned");
const picture = document.getElementById("picture");
const CODE = /KKZ\d-([A-Z2-7]{6})-(\d{1,2})-(\d{1,2})-[A-Z2-7]+/g;
const QUIET_MS = 700;
let waiting = 0;

const complete = () => {
  const parts = new Map();
  for (const [, tag, number, total] of box.value.normalize("NFKC").toUpperCase().matchAll(CODE)) {
    const one = parts.get(tag) ?? { total: Number(total), numbers: new Set() };
    one.numbers.add(Number(number));
    parts.set(tag, one);
  }
  return [...parts.values()].some((one) => one.numbers.size === one.total);
};

box.addEventListener("input", () => {
  clearTimeout(waiting);
  if (complete()) waiting = setTimeout(() => form.requestSubmit(), QUIET_MS);
});
picture.addEventListener("change", () => picture.files.length && form.requestSubmit());
box.setSelectionRange(box.value.length, box.value.length);
