// Writing a question: only what the chosen way of answering needs is shown.
const parts = [...document.querySelectorAll(".survey-of")];

function arrange() {
  const kind = document.querySelector("input[name='kind']:checked")?.value ?? "";
  for (const part of parts) part.hidden = !part.dataset.kinds.split(" ").includes(kind);
}

document.addEventListener("change", arrange);
arrange();
