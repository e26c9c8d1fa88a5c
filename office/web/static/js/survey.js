// Answering a survey: a question that is put to some people only shows itself when its turn has come.
// The server decides again; without this script every question is there with a word on whom it is for.
const sheet = document.querySelector(".survey-sheet");
const conditional = [...sheet.querySelectorAll("[data-when]")];

function given(key) {
  const question = sheet.querySelector(`[data-question="${key}"]`);
  if (question.hidden) return [];
  return [...question.querySelectorAll("input:checked")].map((input) => input.value);
}

function arrange() {
  for (const question of conditional) {
    const put = given(question.dataset.when).includes(question.dataset.value);
    question.hidden = !put;
    for (const input of question.querySelectorAll("input, textarea")) input.disabled = !put;
  }
}

sheet.addEventListener("change", arrange);
sheet.addEventListener("submit", () => {
  for (const button of sheet.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const button of sheet.querySelectorAll("button")) button.disabled = false;
  arrange();
});
arrange();
