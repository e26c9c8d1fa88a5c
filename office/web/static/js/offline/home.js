/* The officer's list on a tablet: life events to begin with, what is half asked, what waits, what arrived. */

import { textIn } from "./interview.js";
import { badge, h, show, shortTime } from "./screen.js";

const STATES = { filed: ["受付", "good"], open: ["要 再署名", "warn"], held: ["保留", "bad"] };
const MOST = 20;

export function home(app, { drafts, unsent, receipts }) {
  const outdated = app.outdated();
  show(
    "聞き取りを始める",
    h("div", { "data-home": true }),
    outdated && h("p", { class: "note note-warn", role: "alert" }, outdated),
    app.problem && h("p", { class: "note note-bad", role: "alert" }, app.problem),
    drafts.length > 0 && section("途中の聞き取り", drafts.map((one) => draftRow(app, one))),
    events(app),
    section("未送信", unsent.map(waitingRow), "未送信のものはありません。", unsent.length > 0 && sendNow(app)),
    section("届いたもの", receipts.slice(0, MOST).map(receiptRow), "まだありません。"),
  );
}

function section(title, rows, empty = "", extra = null) {
  const list = rows.length ? h("ul", { class: "tablet-list" }, rows) : h("p", { class: "empty" }, empty);
  return h("section", { class: "card" }, h("div", { class: "head tablet-head" }, h("h2", {}, title), extra), list);
}

function events(app) {
  const tiles = [...app.definitions.events.values()].map((event) =>
    h(
      "button", { class: "tablet-event", onclick: () => app.begin(event.slug) },
      h("span", { class: "tablet-event-title" }, textIn(event.title)), h("span", { class: "small soft" }, textIn(event.summary)),
    ),
  );
  return h(
    "section", { class: "card" }, h("h1", { class: "tablet-title" }, "聞き取りを始める"),
    h("div", { class: "tablet-events" }, tiles),
  );
}

const called = (one) => [h("strong", {}, one.who || "お名前はまだです"), "　", one.title];

function draftRow(app, one) {
  return h(
    "li", {}, h("div", {}, called(one), h("p", { class: "small soft" }, `${shortTime(one.at)} 保存`)),
    h("button", { class: "button-main", onclick: () => app.resume(one) }, "続ける"),
  );
}

function waitingRow(one) {
  return h("li", {}, h("div", {}, called(one), h("p", { class: "small soft" }, `${shortTime(one.at)} 署名・保存`)), badge("未送信", "warn"));
}

function receiptRow(one) {
  const [text, tone] = STATES[one.state] ?? [one.state, "plain"];
  const numbers = one.applications.length ? `受付番号 ${one.applications.join("、")}` : one.message;
  return h("li", {}, h("div", {}, called(one), h("p", { class: "small soft" }, `${shortTime(one.received_at)} 到着　${numbers}`)), badge(text, tone));
}

function sendNow(app) {
  return h("button", { onclick: () => app.outbox.run() }, "いますぐ送る");
}
