// Confirming what was read from paper, by keyboard alone: Enter goes to the next field in doubt and, after
// the last one, to the button. What was read is shown again as soon as the value is changed.

const form = document.querySelector("form[data-paper]");
const upload = document.querySelector("form[data-upload]");
const controls = "input:not([type=hidden]), select";

const showReading = (row) => {
  const read = row.querySelector("[data-read]");
  if (read) read.hidden = false;
};

const filled = (row) =>
  [...row.querySelectorAll(controls)].some((one) => (one.type === "checkbox" ? one.checked : one.value.trim()));

// A row in doubt has been looked at; one that has to be filled in and is still empty keeps its mark.
const settle = (row) => {
  if (!row.hasAttribute("data-doubt")) return;
  row.setAttribute("data-seen", "");
  if (row.matches(".paper-pair-enter") && !filled(row)) return;
  row.setAttribute("data-done", "");
  const mark = row.querySelector("[data-mark]");
  if (!mark) return;
  mark.textContent = "確認済み";
  mark.className = "badge badge-good";
};

const count = () => {
  const all = form.querySelectorAll("[data-doubt]").length;
  const done = form.querySelectorAll("[data-done]").length;
  form.querySelector("[data-left]").textContent = all ? `確認済み ${done}／${all}欄` : "";
};

const goOn = (row) => {
  const open = [...form.querySelectorAll("[data-doubt]:not([data-seen])")];
  const after = open.find((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = after ?? open[0];
  const target = next ? next.querySelector(controls) : form.querySelector("[data-accept]");
  target.focus();
  if (target.matches("input[type=text]")) target.select();
  (next ?? target).scrollIntoView({ block: "center" });
};

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches(controls)) return;
    event.preventDefault();
    const row = event.target.closest(".paper-pair");
    settle(row);
    count();
    goOn(row);
  });
  form.addEventListener("input", (event) => showReading(event.target.closest(".paper-pair")));
  const begin = form.querySelector("[autofocus]");
  begin?.closest(".paper-pair")?.scrollIntoView({ block: "center" });
  count();
}

if (upload) {
  upload.addEventListener("submit", () => {
    upload.querySelector("[data-busy]").hidden = false;
    upload.querySelector("button").disabled = true;
  });
}
