// Taking in files: dropped anywhere on the page or chosen, named before they are sent. And the drafts to
// approve: the button says how many are chosen.

const form = document.querySelector("form[data-drop]");

if (form) {
  const input = form.querySelector("input[type=file]");
  const area = form.querySelector("[data-area]");
  const chosen = form.querySelector("[data-chosen]");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  document.documentElement.classList.add("can-drop");

  const name = () => {
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const names = files.slice(0, 3).map((file) => file.name).join("、");
    const more = files.length > 3 ? ` ほか${files.length - 3}ファイル` : "";
    chosen.textContent = files.length ? `${files.length}ファイル（${megabytes(size)}MB）：${names}${more}` : "";
  };

  let depth = 0;
  const over = (event, step) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    depth = Math.max(0, depth + step);
    area.classList.toggle("is-over", depth > 0);
  };
  document.addEventListener("dragenter", (event) => over(event, 1));
  document.addEventListener("dragleave", (event) => over(event, -1));
  document.addEventListener("dragover", (event) => over(event, 0));
  document.addEventListener("drop", (event) => {
    over(event, -depth);
    const given = new DataTransfer();
    for (const file of [...input.files, ...(event.dataTransfer?.files ?? [])]) given.items.add(file);
    input.files = given.files;
    name();
    form.querySelector("button").focus();
  });
  input.addEventListener("change", name);
  form.addEventListener("submit", () => {
    form.querySelector("[data-busy]").hidden = false;
    form.querySelector("button").disabled = true;
  });
  name();
}

for (const list of document.querySelectorAll(".drafts form")) {
  const button = list.querySelector("[data-approve]");
  const count = () => {
    const chosen = list.querySelectorAll("input[name=draft]:checked").length;
    button.textContent = `${chosen}件を確認して受け付ける`;
    button.disabled = chosen === 0;
  };
  if (button) list.addEventListener("change", count);
}
