// The officer's screen hides itself when nobody uses it, and is never shown again from the browser's memory.

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const form = document.querySelector("form[data-hide]");
let timer = 0;

// What is being typed is saved first: leaving its box settles a question.
function hide() {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  form.elements.namedItem("cause").value = "idle";
  setTimeout(() => form.requestSubmit(), 1000);
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(hide, Number(form.dataset.hide) * 1000);
}

if (form) {
  for (const type of ["pointerdown", "pointermove", "keydown", "input", "wheel", "scroll"]) {
    addEventListener(type, wait, { capture: true, passive: true });
  }
  wait();
}
