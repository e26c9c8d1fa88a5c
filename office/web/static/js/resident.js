// The resident's face: hides itself when nobody touches it, forgives slow and sliding fingers, sends once.

const body = document.body;
const face = body.dataset;

// ---- nothing old is ever shown again ----
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// ---- idle: cover, then close ----
// Nothing readable stays under the cover: the page's content leaves the document. A touch puts it back,
// ink and half-typed answers with it; after more time without a touch the face is closed on the server.
const PING_MS = 30_000;
let kept = null;
let focused = null;
let timer = 0;
let pinged = Date.now();

function cover() {
  focused = document.activeElement;
  kept = document.createDocumentFragment();
  kept.append(...body.childNodes);
  const button = document.createElement("button");
  button.className = "cover";
  button.type = "button";
  button.textContent = face.coverText;
  button.addEventListener("click", uncover);
  body.append(button);
  button.focus();
  timer = setTimeout(close, Number(face.wipeSeconds) * 1000);
}

function uncover() {
  if (!kept) return;
  body.replaceChildren(kept);
  kept = null;
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  ping();
  wait();
}

async function close() {
  kept = null;
  body.replaceChildren();
  const token = new URLSearchParams({ csrf_token: face.token });
  await fetch(face.close, { method: "POST", body: token, redirect: "manual" }).catch(() => null);
  location.replace(face.locked);
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(cover, Number(face.coverSeconds) * 1000);
}

async function ping() {
  pinged = Date.now();
  const answer = await fetch(face.alive, { redirect: "manual" }).catch(() => null);
  // The face was closed meanwhile, or the officer has taken it back elsewhere.
  if (answer && answer.type === "opaqueredirect") location.replace(face.locked);
}

function touched() {
  if (kept) return;
  wait();
  if (Date.now() - pinged > PING_MS) ping();
}

if (!("isLocked" in face)) {
  for (const type of ["pointerdown", "keydown", "input", "wheel", "scroll"]) {
    addEventListener(type, touched, { capture: true, passive: true });
  }
  wait();
}

// ---- fingers that press long, linger and slide ----
// A press that ends on its control within SLOP pixels counts, however long it took; a long press opens no menu.
const SLOP = 20;
const NATIVE_MS = 80;
let press = null;
let lifted = null;
let lastClick = { target: null, at: 0 };
const controlAt = (target) => target instanceof Element ? target.closest("button, a[href], summary, label.choice") : null;

addEventListener("contextmenu", (event) => {
  if (!(event.target instanceof Element && event.target.closest("input[type=text], textarea"))) event.preventDefault();
});
addEventListener("dragstart", (event) => event.preventDefault());
addEventListener("dblclick", (event) => event.preventDefault());

addEventListener("pointerdown", (event) => {
  const control = event.isPrimary && event.pointerType !== "mouse" ? controlAt(event.target) : null;
  press = control ? { control, id: event.pointerId, x: event.clientX, y: event.clientY } : null;
}, true);
addEventListener("pointercancel", () => { press = null; }, true);
addEventListener("pointerup", (event) => {
  const held = press;
  press = null;
  if (!held || held.id !== event.pointerId) return;
  if (Math.hypot(event.clientX - held.x, event.clientY - held.y) > SLOP) return;
  lifted = held;
  setTimeout(() => {
    if (held.heard || (lastClick.target === held.control && performance.now() - lastClick.at <= 1000)) return;
    held.made = true;
    held.control.click();
  }, NATIVE_MS);
}, true);
addEventListener("click", (event) => {
  const control = controlAt(event.target);
  // The browser's own click for a press carries its number. On a slow tablet it comes after the press has
  // counted, however late: a box that was ticked for the finger would be unticked.
  if (lifted && event.pointerId === lifted.id) {
    if (lifted.made) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    lifted.heard = true;
  }
  const again = control && control === lastClick.target && performance.now() - lastClick.at < 500;
  if (again && event.isTrusted && control.matches("a[href]")) event.preventDefault();
  lastClick = { target: control, at: performance.now() };
}, true);

// ---- a form is sent once ----
const status = () => document.querySelector("[data-face-status]");
const sent = new WeakSet();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.matches("[data-look]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  if (status()) status().textContent = face.sending;
  // The button pressed must still be sent along, so it is disabled only after the form has been read.
  setTimeout(() => {
    for (const button of document.querySelectorAll("button")) button.disabled = true;
  });
});

// ---- larger letters, stronger contrast: at once, without losing what is half done ----
const SIZES = ["normal", "large", "largest"];

function show(size, contrast) {
  const root = document.documentElement;
  if (size) {
    for (const one of SIZES) root.classList.toggle(`text-${one}`, one === size);
  }
  if (contrast) root.classList.toggle("contrast", contrast === "yes");
  for (const button of document.querySelectorAll("[data-look] [name=text_size]")) {
    button.setAttribute("aria-pressed", String(root.classList.contains(`text-${button.value}`)));
  }
  for (const button of document.querySelectorAll("[data-contrast]")) {
    const on = root.classList.contains("contrast");
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "no" : "yes";
  }
}

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-look]") || !event.submitter) return;
  event.preventDefault();
  const values = new URLSearchParams(new FormData(form));
  values.set(event.submitter.name, event.submitter.value);
  const answer = await fetch(form.action, { method: "POST", body: values, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 400) return;
  show(values.get("text_size"), values.get("contrast"));
  if (status()) status().textContent = status().dataset.changed;
});
