// One doubt after the other, hands on the keyboard. Enter takes the value as right, but only once its picture
// has been on the screen for a moment: a second Enter in haste must not decide what nobody has seen.

const SEEN_MS = 180;
const AROUND = 2;
const spoken = document.querySelector("[data-spoken]");
let busy = false;
let middle = 0;

const root = () => document.getElementById("verify");
const form = () => root().querySelector("[data-card]");
const right = () => root().querySelector("[data-right], [data-end] .button-main");
const sheet = () => root().querySelector("[data-sheet]");
const inText = (target) => target.matches("input[type=text]");
const inputs = () => [...form().querySelectorAll(".verify-value input:not([type=hidden])")];

// ---- what stands in the inputs ----

const touched = () => form().setAttribute("data-touched", "");

const put = (values) => {
  for (const input of inputs()) {
    if (!(input.name in values)) continue;
    const value = values[input.name];
    if (input.type === "text") input.value = value ?? "";
    else input.checked = Array.isArray(value) ? value.includes(input.value) : input.value === String(value);
  }
  touched();
};

const clear = () => {
  for (const input of inputs()) {
    if (input.type === "text") input.value = "";
    else input.checked = false;
  }
  touched();
};

const takeOffer = (button) => {
  put(JSON.parse(button.dataset.offer));
  for (const one of form().querySelectorAll("[data-offer]")) one.setAttribute("aria-pressed", String(one === button));
  right().focus();
};

const number = (digit) => {
  const offer = form().querySelectorAll("[data-offer]")[digit - 1];
  const option = form().querySelectorAll("[data-option]")[digit - 1];
  if (digit === 0) {
    form().querySelector("[data-clear]")?.click();
  } else if (offer) {
    takeOffer(offer);
  } else if (option) {
    option.checked = option.type === "checkbox" ? !option.checked : true;
    touched();
  }
};

const restore = () => {
  form().reset();
  form().removeAttribute("data-touched");
  right().focus();
};

// ---- neighbours and the whole page ----

const look = (step) => {
  const all = [...root().querySelectorAll("[data-neighbours] > li")];
  if (!all.length) return;
  middle = Math.max(0, Math.min(all.length - 1, middle + step));
  const from = Math.max(0, Math.min(middle - AROUND, all.length - 1 - 2 * AROUND));
  all.forEach((one, place) => {
    one.hidden = place < from || place > from + 2 * AROUND;
    one.toggleAttribute("data-middle", place === middle && step !== 0);
  });
};

const toggleSheet = () => {
  const dialog = sheet();
  if (dialog.open) {
    dialog.close();
    return;
  }
  const image = dialog.querySelector("img");
  if (!image.src) image.src = image.dataset.late;
  dialog.showModal();
};

// ---- deciding ----

const complain = (text) => {
  const note = document.createElement("p");
  note.className = "note note-bad";
  note.setAttribute("role", "alert");
  note.textContent = text;
  root().querySelector(".note-bad")?.remove();
  root().prepend(note);
};

const swap = (html) => {
  const inside = document.createElement("template");
  inside.innerHTML = html;
  const next = inside.content.querySelector("#verify");
  if (!next) return false;
  const crop = next.querySelector("[data-crop]");
  const ahead = root().querySelector("[data-ahead]");
  if (crop && ahead && ahead.getAttribute("src") === crop.getAttribute("src")) {
    for (const name of ["width", "height", "alt", "data-crop"]) ahead.setAttribute(name, crop.getAttribute(name));
    ahead.removeAttribute("class");
    ahead.removeAttribute("data-ahead");
    crop.replaceWith(ahead);
  }
  root().replaceWith(next);
  begin();
  return true;
};

const send = async (button) => {
  if (busy || (button.hasAttribute("data-right") && !root().hasAttribute("data-ready"))) return;
  busy = true;
  const address = button.hasAttribute("formaction") ? button.formAction : form().action;
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: new FormData(form(), button),
      headers: { "X-Part": "card" },
    });
    const html = await answer.text();
    if (answer.redirected) window.location.reload();
    else if (!swap(html)) complain("保存できませんでした。画面を開き直してください。");
  } catch {
    complain("つながりません。少し待って、もう一度Enterを押してください。2回保存されることはありません。");
  } finally {
    busy = false;
  }
};

// ---- keys ----

const plain = {
  F2: toggleSheet,
  F4: () => form().querySelector("[data-unreadable]").click(),
  F8: () => form().querySelector("[data-later]").click(),
  ArrowUp: () => look(-1),
  ArrowDown: () => look(1),
};

const undo = () => root().querySelector("[data-undo]:not([disabled])")?.click();

const acts = (event) => {
  const { key, target } = event;
  const writing = inText(target);
  const marking = target.matches("input[type=radio], input[type=checkbox]");
  const other = target.matches("a, button") && target !== right();
  if (key === "Enter") return other ? null : () => event.repeat || right().click();
  if (key === "Escape") return writing ? restore : undo;
  if (key === "Backspace") return writing ? null : undo;
  if (key === " ") return writing || marking || other ? null : toggleSheet;
  if (/^[0-9]$/.test(key)) return writing ? null : () => number(Number(key));
  if (key.startsWith("Arrow") && marking) return null;
  if (key === "Tab" && !event.shiftKey && target === right() && !form().hasAttribute("data-tabbed")) return intoInputs;
  return plain[key] ?? null;
};

const intoInputs = () => {
  form().setAttribute("data-tabbed", "");
  const unsure = form().querySelector(".verify-line-unsure input");
  const first = unsure ?? inputs()[0];
  (first ?? right()).focus();
  if (first && inText(first)) first.select();
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
  const inside = event.target === document.body || root().contains(event.target);
  if (!inside) return;
  if (!form()) {
    if (event.key === "Escape" || event.key === "Backspace") undo();
    return;
  }
  if (sheet().open) {
    if (event.key !== " " && event.key !== "F2" && event.key !== "Enter") return;
    event.preventDefault();
    sheet().close();
    return;
  }
  const act = acts(event);
  if (!act) return;
  event.preventDefault();
  act();
});

// A button is pressed when the space bar comes up: the one that decides must not be.
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.matches?.("[data-right]")) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-card]")) return;
  event.preventDefault();
  send(event.submitter ?? right());
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#verify button, #verify a");
  if (!button) return;
  if (button.matches("[data-offer]")) takeOffer(button);
  else if (button.matches("[data-clear]")) clear();
  else if (button.matches("[data-up]")) look(-1);
  else if (button.matches("[data-down]")) look(1);
  else if (button.matches("[data-page]")) {
    event.preventDefault();
    toggleSheet();
  }
});

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-card]")) touched();
});

window.addEventListener("pagehide", () => {
  const token = root().querySelector("[name=csrf_token]");
  if (!token || !root().dataset.leave) return;
  const body = new FormData();
  body.append("csrf_token", token.value);
  navigator.sendBeacon(root().dataset.leave, body);
});

// ---- a doubt comes up ----

const ready = async (shown) => {
  const crop = shown.querySelector("[data-crop]");
  try {
    if (crop) await crop.decode();
  } catch {
    // Without its picture it can still be typed from the paper.
  }
  window.setTimeout(() => shown.setAttribute("data-ready", ""), SEEN_MS);
};

function begin() {
  const shown = root();
  const here = shown.querySelector("[data-here]");
  middle = here ? [...here.parentElement.children].indexOf(here) : 0;
  look(0);
  const first = shown.querySelector("[autofocus]") ?? right();
  first?.focus({ preventScroll: true });
  if (first && inText(first)) first.select();
  window.scrollTo(0, 0);
  if (form() && form().getBoundingClientRect().bottom > window.innerHeight) form().scrollIntoView({ block: "start" });
  if (form()) {
    const label = shown.querySelector("#verify-label").textContent;
    const made = shown.querySelector("[data-made]").textContent;
    spoken.textContent = `${made}残り${shown.dataset.left}。${label}。${shown.querySelector("#verify-why span:last-child").textContent}`;
  }
  ready(shown);
}

begin();
