// The officer's face. An answer is saved when the officer leaves its question (event "settled"), not at
// every key; choices are saved at once. Markup: <form data-question hx-trigger="settled">.

const changed = new WeakSet();
const settle = (form) => {
  if (!changed.has(form)) return;
  changed.delete(form);
  form.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
};
const questionOf = (element) => element instanceof Element && element.closest("form[data-question]");

document.addEventListener("input", (event) => {
  const form = questionOf(event.target);
  if (form) changed.add(form);
});
// Whoever was quicker than this script is writing already.
const held = document.activeElement;
if (questionOf(held) && held.matches("input, textarea")) {
  if (held.value !== held.defaultValue || held.checked !== held.defaultChecked) changed.add(questionOf(held));
}

// A finger or mouse on a choice is the answer. The arrow keys only pass over choices: those wait for Enter
// or for leaving the question.
const ONE_TOUCH = ["choice", "yes_no", "consent"];
const SEVERAL_TOUCHES = "choices";
const PAUSE_MS = 900;
const pauses = new WeakMap();
let touching = false;
document.addEventListener("pointerdown", () => { touching = true; }, true);
document.addEventListener("keydown", () => { touching = false; }, true);

document.addEventListener("change", (event) => {
  const form = questionOf(event.target);
  if (!form || !touching) return;
  if (ONE_TOUCH.includes(form.dataset.question)) settle(form);
  if (form.dataset.question === SEVERAL_TOUCHES) {
    clearTimeout(pauses.get(form));
    const pause = setTimeout(() => {
      pauses.delete(form);
      settle(form);
    }, PAUSE_MS);
    pauses.set(form, pause);
  }
});

// Pressing a label takes the focus away for a moment before its box gets it: look again a little later.
const LABEL_MS = 300;

document.addEventListener("focusout", (event) => {
  const form = questionOf(event.target);
  if (!form || form.contains(event.relatedTarget)) return;
  setTimeout(() => form.contains(document.activeElement) || pauses.get(form) || settle(form), LABEL_MS);
});

// A button that saves, pressed by key, goes on like Enter in a box; one that adds a row goes on into the row.
document.addEventListener("submit", (event) => {
  const form = questionOf(event.target);
  const button = event.submitter;
  if (form) changed.delete(form);
  if (!form || !button || touching) return;
  const said = { "": "kakazu:entered", save: "kakazu:entered", add: "kakazu:added" }[button.value];
  if (said) form.dispatchEvent(new CustomEvent(said, { bubbles: true }));
});

// Enter in a box means "this box is done": on to the next box of the question, and in its last box save the
// answer instead of leaving the page.
document.addEventListener("keydown", (event) => {
  const form = questionOf(event.target);
  if (!form || event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
  event.preventDefault();
  const texts = [...form.querySelectorAll("input[type=text], select")];
  const next = texts[texts.indexOf(event.target) + 1];
  if (event.target.matches("input[type=text], select") && next) {
    next.focus();
    return;
  }
  changed.add(form);
  form.dispatchEvent(new CustomEvent("kakazu:entered", { bubbles: true }));
  settle(form);
});

// Codes fill the boxes beside them: a postal code the town, bank and branch numbers their names. What
// the officer has typed is never overwritten.
const beside = (input, part) => {
  const name = input.name.replace(/[^-]+$/, part);
  return input.form.elements.namedItem(name);
};
const fill = (input, values) => {
  for (const [part, text] of Object.entries(values)) {
    const box = beside(input, part);
    if (box && !box.value.trim()) box.value = text;
  }
};
const digits = (text) => text.normalize("NFKC").replace(/\D/g, "");

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!questionOf(input) || !input.name) return;
  if (input.name.endsWith("-postal_code") && digits(input.value).length === 7) {
    const answer = await fetch(`/counter/towns/${digits(input.value)}`);
    const towns = answer.ok ? await answer.json() : [];
    if (towns.length) fill(input, towns.length === 1 ? towns[0] : { prefecture: towns[0].prefecture, city: towns[0].city });
  }
  if (input.name.endsWith("-bank_code") || input.name.endsWith("-branch_code")) {
    const bank = digits(beside(input, "bank_code")?.value ?? "");
    const branch = digits(beside(input, "branch_code")?.value ?? "");
    if (bank.length !== 4 || branch.length !== 3) return;
    const answer = await fetch(`/counter/branches/${bank}/${branch}`);
    if (answer.ok) fill(input, await answer.json());
  }
});
