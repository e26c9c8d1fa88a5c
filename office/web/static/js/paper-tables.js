// The page of a read table: the picture follows the cell, Enter settles a doubt and leads to the next,
// sums are worked out while typing. Everything works without this file too, one save at a time.
const form = document.querySelector("[data-check]");
const SVG = "http://www.w3.org/2000/svg";
const note = form.querySelector("[data-note][role=status]");
const inputs = [...form.querySelectorAll("input[data-box]")];

for (const picture of form.querySelectorAll("svg[data-image]")) {
  const image = new Image();
  image.addEventListener("load", () => {
    const shown = document.createElementNS(SVG, "image");
    shown.setAttribute("href", picture.dataset.image);
    shown.setAttribute("width", image.naturalWidth);
    shown.setAttribute("height", image.naturalHeight);
    picture.prepend(shown);
  });
  image.src = picture.dataset.image;
}

function show(input) {
  const row = input.closest("tr");
  const [left, top, right, bottom] = input.dataset.box.split(",").map(Number);
  for (const picture of form.querySelectorAll("svg[data-image]")) {
    picture.toggleAttribute("hidden", picture.dataset.page !== row.dataset.page);
    if (picture.hasAttribute("hidden") || right <= left) continue;
    const height = Math.max(90, (bottom - top) * 2.4);
    const width = height * (picture.clientWidth / Math.max(1, picture.clientHeight));
    const x = Math.max(0, Math.min(left - 20, (left + right) / 2 - width / 2));
    picture.setAttribute("viewBox", `${x} ${(top + bottom) / 2 - height / 2} ${width} ${height}`);
    picture.querySelector("rect")?.remove();
    const frame = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top }))
      frame.setAttribute(key, value);
    picture.append(frame);
  }
  note.textContent = input.dataset.note || left_to_do();
}

function left_to_do() {
  const left = [...form.querySelectorAll("input[name=ok]:not(:checked)")].length;
  return left ? `確かめる欄はあと${left}です。` : "すべての欄を確かめました。「確定する」を押してください。";
}

function settle(input) {
  const cell = input.closest("td");
  const ok = cell.querySelector("input[name=ok]");
  if (!ok) return;
  ok.checked = true;
  cell.classList.add("done");
}

function next(input) {
  const after = inputs.slice(inputs.indexOf(input) + 1);
  const open = (one) => one.closest("td").querySelector("input[name=ok]:not(:checked)");
  const found = after.find(open) || inputs.find(open);
  if (found) {
    found.focus();
    found.select();
  } else {
    form.querySelector("button[name=take]").focus();
  }
  note.textContent = found ? found.dataset.note || left_to_do() : left_to_do();
}

function amount(text) {
  const plain = text.normalize("NFKC").replace(/[,，円¥\s]/g, "");
  const minus = /^[△▲-]/.test(plain);
  const digits = plain.replace(/^[△▲-]/, "");
  return /^\d+$/.test(digits) ? (minus ? -1 : 1) * Number(digits) : 0;
}

function sums() {
  const totals = new Map();
  for (const input of inputs) {
    if (input.dataset.kind !== "amount" || input.closest("tr").dataset.kind !== "entry") continue;
    const label = input.getAttribute("aria-label").split(" ").slice(1).join(" ");
    totals.set(label, (totals.get(label) || 0) + amount(input.value));
  }
  const words = [...totals].map(([label, sum]) => `${label} ${sum.toLocaleString("ja-JP")}円`);
  form.querySelector("[data-sums]").textContent = words.length ? `明細の合計：${words.join("、")}` : "";
}

form.addEventListener("focusin", (event) => {
  if (event.target.dataset.box) show(event.target);
});
form.addEventListener("input", sums);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.dataset.box) return;
  event.preventDefault();
  settle(event.target);
  next(event.target);
});
sums();
const first = form.querySelector("input[autofocus]");
if (first) {
  first.focus();
  show(first);
}
