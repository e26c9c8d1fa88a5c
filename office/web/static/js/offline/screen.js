/* Making pages out of elements: text never becomes markup, readings `{漢字|かんじ}` become ruby. */

const READING = /\{([^{}|]+)\|([^{}|]+)\}/g;

/* One element: h("p", {class: "note", onclick: act}, "text", child). A value of null or false is left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(4).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

/* A text with readings as nodes. */
export function ruby(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(READING)) {
    nodes.push(text.slice(end, match.index), h("ruby", {}, match[1], h("rt", {}, match[2])));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((one) => one !== "");
}

/* A text without its readings. */
export const plain = (text) => text.replace(READING, "$1");

export const badge = (text, tone = "plain") => h("span", { class: `badge badge-${tone}` }, text);

/* Show a page: its title, its content, and the focus at its beginning. */
export function show(title, ...content) {
  document.title = `${plain(title)} | オフライン窓口`;
  const main = document.getElementById("main");
  main.replaceChildren(...content.flat(4).filter(Boolean));
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  return main;
}

/* `4月1日 9:05` in Japan. */
export function shortTime(instant) {
  const local = new Date(new Date(instant).getTime() + 9 * 3600 * 1000);
  const minutes = String(local.getUTCMinutes()).padStart(2, "0");
  return `${local.getUTCMonth() + 1}月${local.getUTCDate()}日 ${local.getUTCHours()}:${minutes}`;
}

/* One answer of a summary as rows of a list of facts. */
export function factRows(line, key) {
  if (!line.rows) return [h("dt", {}, ruby(line.label)), h("dd", {}, ruby(line.text))];
  const head = h("thead", {}, h("tr", {}, line.headings.map((one) => h("th", { scope: "col" }, ruby(one)))));
  const rows = line.rows.map((row) =>
    h("tr", {}, row.map((one, n) => (n ? h("td", {}, ruby(one)) : h("th", { scope: "row" }, ruby(one))))),
  );
  const table = h("table", {}, head, h("tbody", {}, rows));
  const frame = { class: "table", tabindex: "0", role: "region", "aria-label": plain(line.label), id: key };
  return [
    h("dt", { class: "facts-wide" }, ruby(line.label)),
    h("dd", { class: "facts-wide" }, h("div", frame, table)),
  ];
}
