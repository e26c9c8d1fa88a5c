// The guide page: what is typed is compared at once; each result is the card below, with the reason.
import { makeGuide } from "./guide.js";

const form = document.querySelector("[data-guide]");
const input = form.querySelector("input");
const list = document.getElementById("found");
const told = document.getElementById("told");
const because = document.getElementById("because").innerHTML;
const guide = makeGuide(await (await fetch(form.dataset.guide)).json());

function show() {
  const found = guide.find(input.value);
  document.getElementById("results").hidden = !found.length;
  list.replaceChildren(...found.map(card));
  const some = told.dataset.some.replace("{count}", found.length);
  told.textContent = !input.value.trim() ? "" : found.length ? some : told.dataset.none;
}

function card({ entry, because: words }) {
  const copy = document.getElementById(`${entry.kind}-${entry.slug}`).cloneNode(true);
  copy.removeAttribute("id");
  const reason = document.createElement("p");
  reason.className = "guide-because";
  const [before, after] = because.split("{words}");
  reason.innerHTML = before;
  reason.append(...read(words));
  reason.insertAdjacentHTML("beforeend", after);
  copy.querySelector("h3").after(reason);
  return copy;
}

/** Words with their readings, shown where the page shows readings. */
function read(words) {
  const easy = document.body.classList.contains("has-ruby");
  return words.split(/(\{[^{}|]+\|[^{}|]+\})/).map((piece) => {
    const found = piece.match(/^\{(.+)\|(.+)\}$/);
    if (!found) return piece;
    if (!easy) return found[1];
    const ruby = document.createElement("ruby");
    const reading = document.createElement("rt");
    reading.textContent = found[2];
    ruby.append(found[1], reading);
    return ruby;
  });
}

form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", show);
show();
