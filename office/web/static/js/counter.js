// The officer's keys on the conversation: next question, search, undo, the list of keys, and the minutes.
// Everything here is also a button or link on the page. Markup: data-key="n" is pressed by Alt+N.

const HELP_KEY = "kakazu-help-key";
const WRITES = "input:not([type=radio]):not([type=checkbox]), textarea, select";

const firstBox = (form) =>
  form.querySelector(
    "details:not([open]) > summary, [aria-invalid=true], input:not([type=hidden]):not([disabled]), select, textarea, button",
  );

export const goTo = (form) => {
  if (!form) return;
  form.scrollIntoView({ block: "nearest" });
  firstBox(form)?.focus({ preventScroll: false });
};

const nextOpen = () => document.querySelector(".question-next") ?? document.querySelector("form[data-open]");

// ---- keys ----
const press = (letter) => {
  const target = document.querySelector(`[data-key="${letter}"]:not([disabled])`);
  if (!target) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
};

const help = document.getElementById("key-help");
const helpKeyOn = () => localStorage.getItem(HELP_KEY) !== "off";

document.addEventListener("keydown", (event) => {
  if (event.key === "F1" && help) {
    event.preventDefault();
    help.showModal();
    return;
  }
  if (event.key === "?" && help && helpKeyOn() && !event.target.closest?.(WRITES)) {
    event.preventDefault();
    help.showModal();
    return;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) {
    const section = document.getElementById(`section-${digit[1]}`);
    if (section) {
      event.preventDefault();
      section.scrollIntoView({ block: "start" });
      goTo(section.querySelector("form[data-question]"));
    }
    return;
  }
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  if (letter && press(letter)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-open]")) help?.showModal();
  if (event.target.closest("[data-help-close]")) help?.close();
  if (event.target.closest("[data-next]")) {
    event.preventDefault();
    goTo(nextOpen());
  }
});

const helpSwitch = document.querySelector("[data-help-key]");
if (helpSwitch) {
  helpSwitch.checked = helpKeyOn();
  helpSwitch.addEventListener("change", () => {
    localStorage.setItem(HELP_KEY, helpSwitch.checked ? "on" : "off");
  });
}

// ---- Enter: on to the next question once this one is saved, or into the row that was added ----
let goOn = "";
let rowIn = "";
document.addEventListener("kakazu:entered", (event) => {
  goOn = event.target.id;
});
document.addEventListener("kakazu:added", (event) => {
  rowIn = event.target.id;
});
document.addEventListener("htmx:after:swap", (event) => {
  search();
  const form = document.getElementById(event.target.id);
  if (rowIn && event.target.id === rowIn) {
    rowIn = "";
    goTo([...(form?.querySelectorAll("fieldset.person") ?? [])].at(-1));
  }
  if (!goOn || event.target.id !== goOn) return;
  goOn = "";
  if (form?.querySelector(".error")) goTo(form);
  else goTo(nextOpen());
});

// ---- search within the questions ----
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60));

const search = () => {
  const box = document.getElementById("find-question");
  if (!box) return;
  const wanted = plain(box.value.trim());
  let found = 0;
  for (const form of document.querySelectorAll("form[data-question]")) {
    const text = [...form.querySelectorAll(".question-ask, .question-say, .part > label, .known-value, .choice span")]
      .map((one) => one.textContent).join(" ");
    form.hidden = Boolean(wanted) && !plain(text).includes(wanted);
    found += form.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll(".counter-section")) {
    section.hidden = !section.querySelector("form[data-question]:not([hidden])");
  }
  document.getElementById("find-result").textContent = wanted ? `${found}問` : "";
};

document.addEventListener("input", (event) => {
  if (event.target.id === "find-question") search();
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "find-question") return;
  if (event.key === "Escape") {
    event.target.value = "";
    search();
  }
  if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    const hit = document.querySelector("form[data-question]:not([hidden])");
    event.target.value = "";
    search();
    goTo(hit);
  }
});

// ---- minutes since the start ----
setInterval(() => {
  for (const one of document.querySelectorAll("time[data-since]")) {
    one.textContent = Math.max(0, Math.floor((Date.now() - Date.parse(one.dataset.since)) / 60000));
  }
}, 20000);
