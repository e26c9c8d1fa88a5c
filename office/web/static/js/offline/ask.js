/* The officer's conversation: every question on one page, each answer on the disk as soon as it is given. */

import { control, savesAtOnce } from "./controls.js";
import { japanDay } from "./dates.js";
import { Interview, textIn } from "./interview.js";
import { badge, factRows, h, show, shortTime } from "./screen.js";
import { line } from "./summary.js";
import { Refused } from "./texts.js";

/* Until when a click may still come: a slow tablet makes it well after the finger has gone. */
const CLICK_MS = 500;
let clickUntil = 0;
const pressing = { pointerdown: () => Infinity, pointerup: () => performance.now() + CLICK_MS, pointercancel: () => 0, click: () => 0 };
for (const [type, until] of Object.entries(pressing)) {
  document.addEventListener(type, () => { clickUntil = until(); }, { capture: true });
}

/* After the finger is up and its click has been heard: a page drawn anew under it would swallow the click. */
async function settled() {
  do await new Promise((resolve) => setTimeout(resolve, 30)); while (performance.now() < clickUntil);
}

export class Conversation {
  /* `app` is {definitions, keep, leave, handOver, sendUnsigned, drop}; `draft` is {id, event, answers, …}. */
  constructor(app, draft) {
    Object.assign(this, { app, draft });
    this.language = app.definitions.languages.get("ja");
    this.typed = new Map(); // fact → what stands in its inputs and is not saved, with its fault
    this.live = new Map(); // fact → its control on the screen, and what it held when it was drawn or saved
    this.saved = null;
    this.queue = Promise.resolve();
    this.interview = Interview.begin(app.definitions, draft.event, japanDay(), draft.answers);
  }

  open() {
    this.main = show(`聞き取り：${textIn(this.interview.event.title)}`);
    this.draw();
  }

  /* Answers are taken one after the other, so that none is lost. */
  answer(fact, raw) {
    this.queue = this.queue.then(() => this.take(fact, raw)).catch((error) => this.app.broken(error));
    return this.queue;
  }

  async take(fact, raw) {
    if (!this.app.isOpen()) return;
    try {
      const next = this.interview.answer(fact, raw);
      await this.app.keep({ ...this.draft, answers: next.answers });
      this.draft = { ...this.draft, answers: next.answers };
      this.interview = next;
      this.typed.delete(fact);
      this.hold(fact, raw);
      this.saved = Date.now();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.typed.set(fact, { raw, fault: error.message });
      this.hold(fact, raw);
    }
    await settled();
    if (this.app.isOpen() && this.main.isConnected && this.main.querySelector(".conversation")) this.draw();
  }

  hold(fact, raw) {
    const live = this.live.get(fact);
    if (live) live.held = JSON.stringify(raw);
  }

  /* What is typed and not yet saved stays, wherever the page is drawn anew in the meantime. */
  rememberTyped() {
    for (const [fact, { made, held }] of this.live) {
      const raw = made.read();
      if (JSON.stringify(raw) !== held) this.typed.set(fact, { raw, fault: this.typed.get(fact)?.fault ?? "" });
    }
    this.live.clear();
  }

  draw() {
    this.rememberTyped();
    const { activeElement } = document;
    const [focused, scrolled] = [activeElement?.id, window.scrollY];
    const at = activeElement?.selectionStart;
    this.drawing = true; // an input that is taken away loses the focus: nobody has left it
    this.main.replaceChildren(this.board());
    this.drawing = false;
    window.scrollTo(0, scrolled);
    const again = focused && focused !== "main" ? document.getElementById(focused) : null;
    again?.focus({ preventScroll: true });
    if (again && typeof at === "number" && again.type === "text") again.setSelectionRange(at, at);
  }

  board() {
    const questions = this.interview.questions();
    const next = this.interview.nextQuestion();
    const sections = new Map();
    for (const one of questions) {
      const title = textIn(one.section);
      sections.set(title, [...(sections.get(title) ?? []), this.question(one, next)]);
    }
    return h(
      "div", { class: "conversation" },
      h(
        "div", {}, h("div", { class: "head" }, h("h1", {}, `聞き取り：${textIn(this.interview.event.title)}`)),
        [...sections].map(([title, rows]) => h("section", { class: "card" }, h("h2", {}, title), rows)),
      ),
      h("aside", { class: "rail stack", "aria-label": "進みぐあい" }, this.progress(questions, next), this.procedures(), this.bring()),
    );
  }

  question({ fact, field, answer }, next) {
    const id = `ask-${fact}`;
    const typed = this.typed.get(fact);
    const said = typed ? typed.raw : answer?.value;
    const attributes = { "aria-labelledby": `${id}-label`, "aria-invalid": typed?.fault ? "true" : null, "aria-describedby": typed?.fault ? `${id}-error` : null };
    const form = h("form", { id, class: `question${fact === next?.fact ? " question-next" : ""}`, "data-question": field.kind, novalidate: true });
    const save = () => this.answer(fact, made.read());
    const made = control(field, said, `in-${fact}`, { language: this.language, attributes, changed: save });
    this.live.set(fact, { made, held: JSON.stringify(made.read()) });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
    if (savesAtOnce(field)) form.addEventListener("change", save);
    else {
      // Forms of several lines and no button are not sent by the browser itself.
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || !event.target.matches('input[type="text"]')) return;
        event.preventDefault();
        save();
      });
      form.addEventListener("focusout", (event) => {
        const left = !this.drawing && !form.contains(event.relatedTarget);
        if (left && JSON.stringify(made.read()) !== this.live.get(fact)?.held) save();
      });
    }
    const input = h("div", { role: "group", "aria-labelledby": `${id}-label` }, made.element);
    form.append(
      h(
        "div", {},
        h("p", { class: "question-ask", id: `${id}-label` }, textIn(field.label), field.required && h("span", { class: "must" }, "※必須")),
        h("p", { class: "question-say" }, field.asked_of === "officer" ? "【職員が確認】" : "", textIn(field.question)),
      ),
      h(
        "div", { class: "stack-tight" },
        typed?.fault && h("p", { class: "error", role: "alert", id: `${id}-error` }, typed.fault),
        this.folded(field, answer, typed, input),
        field.help && !answer && h("p", { class: "help" }, textIn(field.help)),
      ),
    );
    return form;
  }

  /* What is answered is shown in few lines, with 直す; what is not is open. */
  folded(field, answer, typed, input) {
    if (!answer || typed || savesAtOnce(field)) return input;
    const shown = line(field, answer.value, this.language);
    const summary = shown.rows
      ? [h("span", { class: "unseen" }, `${shown.label}を`)]
      : [h("span", { class: "known-value" }, shown.text || "（なし）")];
    const details = h(
      "details", { class: "known" },
      h("summary", {}, summary, h("span", { class: "known-edit" }, "直す")), input,
    );
    return [shown.rows && h("div", { class: "table-small" }, factRows(shown, null)[1].firstChild), details];
  }

  progress(questions, next) {
    const wanted = questions.filter((one) => one.field.required);
    const done = wanted.filter((one) => one.answer !== null).length;
    const forms = this.interview.applications();
    const ready = !next && forms.length && forms.every((form) => !form.problems.length);
    const meter = h("progress", { id: "progress", class: "meter", max: String(wanted.length || 1), value: String(done) });
    return h(
      "section", { class: "card stack" }, h("h2", {}, "進みぐあい"),
      h("div", {}, h("label", { for: "progress", class: "small" }, `必要な答え ${done} / ${wanted.length}`), meter),
      h("p", { class: "small soft" }, this.saved ? `${shortTime(this.saved)} この端末に保存しました` : "答えは、そのつど端末に保存されます"),
      ready && h("button", { class: "button-main button-large", onclick: () => this.app.handOver(this.draft) }, "住民に見せる"),
      !next && forms.flatMap((form) => form.said).map((said) => h("p", { class: "note note-bad", role: "alert" }, said)),
      !next && !forms.length && h("p", { class: "note" }, "この答えで必要な手続はありません。回答を確かめてください。"),
      h(
        "div", { class: "row" },
        !ready && next && h("a", { class: "button", href: `#ask-${next.fact}` }, "次の質問へ"),
        h("button", { onclick: () => this.app.leave() }, "一覧にもどる"),
      ),
      this.more(),
    );
  }

  more() {
    return h(
      "details", {}, h("summary", { class: "tablet-more" }, "そのほか"),
      h(
        "div", { class: "stack-tight" },
        h("p", { class: "small soft" }, "署名がむずかしいときは、署名なしで届けて、通信が戻ってから窓口で続けられます。"),
        h("button", { onclick: () => this.app.sendUnsigned(this.draft) }, "署名なしで届ける"),
        h("p", { class: "small soft" }, "消した聞き取りは、もとに戻せません。"),
        h("button", { class: "button-bad", onclick: () => this.app.drop(this.draft) }, "この聞き取りを消す"),
      ),
    );
  }

  procedures() {
    const rows = this.interview.determinations().map((one) => {
      const [text, tone] = one.needed === null ? ["確認中", "plain"] : one.needed ? ["必要", "good"] : ["不要", "plain"];
      return h(
        "li", {}, h("div", { class: "row" }, h("strong", {}, textIn(one.procedure.title)), badge(text, tone)),
        one.subjects.length > 0 && h("p", { class: "small" }, `対象: ${one.subjects.join("、")}`),
        h("p", { class: "small soft" }, textIn(one.reason)),
      );
    });
    return h("section", { class: "card" }, h("h2", {}, "手続"), h("ul", {}, rows));
  }

  bring() {
    const things = this.interview.toBring();
    if (!things.length) return null;
    const rows = things.map((one) => h("li", {}, textIn(one.label)));
    return h("section", { class: "card" }, h("h2", {}, "持ち物"), h("ul", {}, rows));
  }
}
