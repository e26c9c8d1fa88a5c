/* The resident's face: choose a language, look at a card for each application, sign once. */

import { attachSignatures } from "../signature.js";
import { japanDay } from "./dates.js";
import { Interview } from "./interview.js";
import { badge, factRows, h, plain, ruby, show } from "./screen.js";
import { canonical, sha256, summaryOf } from "./summary.js";

const STEPS = ["step_check", "step_sign", "step_done"];

export class Face {
  /* `app` is {definitions, texts, digest, keep, sign, takeBack}. */
  constructor(app, draft) {
    Object.assign(this, { app, draft });
    this.displayed = null;
  }

  get language() {
    return this.app.definitions.languages.get(this.draft.language);
  }

  t(key, values = {}) {
    return Object.entries(values).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)),
      this.app.texts[this.draft.language][key],
    );
  }

  page(title, step, ...content) {
    document.documentElement.lang = this.language.tag;
    document.body.classList.add("resident");
    document.body.classList.toggle("has-ruby", this.draft.language === "ja-easy");
    const steps = STEPS.map((key, n) =>
      h("li", { "aria-current": n + 1 === step ? "step" : null, class: n + 1 < step ? "is-done" : null }, `${n + 1}　`, ruby(this.t(key))),
    );
    const back = h("p", { class: "tablet-back" }, h("button", { class: "button-plain", onclick: () => this.app.takeBack(this.draft) }, ruby(this.t("officer_return"))));
    show(
      this.t(title), step ? h("ol", { class: "resident-steps" }, steps) : null,
      h("div", { class: "stack" }, h("h1", {}, ruby(this.t(title))), content), back,
    );
  }

  welcome() {
    const buttons = [...this.app.definitions.languages.values()].map((one) =>
      h(
        "button", { lang: one.tag, class: one.code === this.draft.language ? "button-main" : null, onclick: () => this.choose(one.code) },
        ruby(one.name),
      ),
    );
    this.page("welcome_title", 0, h("div", { class: "languages" }, buttons));
  }

  async choose(code) {
    this.draft = { ...this.draft, language: code };
    await this.app.keep(this.draft);
    this.check();
  }

  /* Every application as a card; what is shown now is what will be signed. */
  check() {
    const interview = Interview.begin(this.app.definitions, this.draft.event, japanDay(), this.draft.answers);
    const summary = summaryOf(interview, this.language, plain(this.t("offline_consent")));
    this.displayed = { summary, on: interview.on, at: Date.now() };
    const cards = summary.cards.map((card, n) => this.card(card, n));
    this.page(
      "check_title", 1, h("p", {}, ruby(this.t("check_lead", { count: cards.length }))), cards,
      h("p", { class: "soft small" }, ruby(this.t("offline_note")), " ", ruby(this.t("legal_text"))),
      h("p", {}, h("button", { class: "button-main button-large", onclick: () => this.pad() }, ruby(this.t("all_right")))),
    );
  }

  card(card, n) {
    return h(
      "section", { class: "card stack" },
      h(
        "div", { class: "row" }, h("h2", {}, `${n + 1}．`, ruby(card.title)),
        card.subject && badge(ruby(this.t("for_person", { name: card.subject })), "key"),
      ),
      h("dl", { class: "facts" }, card.lines.map((line, at) => factRows(line, `card-${n}-${at}`))),
      card.repeats && h("p", { class: "soft" }, ruby(this.t("same_as_above"))),
      h("div", { class: "row" }, h("button", { class: "button-bad", onclick: () => this.call() }, ruby(this.t("wrong_here")))),
    );
  }

  call() {
    this.page("call_title", 0, h("p", { class: "note" }, ruby(this.t("call_lead"))));
  }

  pad(fault = "") {
    const count = this.displayed.summary.cards.length;
    const texts = Object.fromEntries(
      ["empty", "drawn", "undone", "cleared", "pen"].map((key) => [`data-text-${key}`, plain(this.app.texts[this.draft.language][`pad_${key}`])]),
    );
    const strokes = h("input", { type: "hidden", name: "strokes" });
    const canvas = h("canvas", { "data-signature-pad": true, role: "img", "aria-label": plain(this.t("pad_label")), tabindex: "0" });
    const form = h(
      "form", { class: "stack", "data-signature": true, ...texts }, strokes, h("div", { class: "pad" }, canvas),
      h("p", { class: "unseen", role: "status", "aria-live": "polite", "data-signature-status": true }),
      h(
        "div", { class: "row" },
        h("button", { type: "button", "data-signature-undo": true }, ruby(this.t("undo"))),
        h("button", { type: "button", "data-signature-clear": true }, ruby(this.t("clear"))),
      ),
      h(
        "div", { class: "row" }, h("button", { class: "button-main button-large" }, ruby(this.t("submit"))),
        h("button", { type: "button", class: "button-plain", onclick: () => this.check() }, ruby(this.t("back"))),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.signing) return;
      this.signing = true;
      this.sign(strokes.value).finally(() => { this.signing = false; });
    });
    this.page(
      "sign_title", 2, h("p", {}, ruby(this.t("sign_lead", { count }))),
      h("p", { class: "note" }, h("strong", {}, ruby(this.t("offline_consent")))),
      fault && h("p", { class: "note note-bad", role: "alert" }, ruby(fault)), form,
    );
    attachSignatures(document.getElementById("main"));
  }

  async sign(strokes) {
    if (!JSON.parse(strokes || '{"strokes":[]}').strokes.length) return this.pad(this.t("empty_signature"));
    if (this.displayed.on !== japanDay()) return this.check(); // midnight passed: the day on it is another
    const { summary, on, at } = this.displayed;
    await this.app.sign(
      await signedCase(this.draft, on, this.app.digest, summary, {
        strokes, user_agent: navigator.userAgent.slice(0, 500), consent: summary.consent,
        displayed_at: new Date(at).toISOString(), signed_at: new Date().toISOString(),
      }),
    );
    this.done(summary.cards.length);
  }

  done(count) {
    this.page(
      "done_title", 3, h("p", { class: "note note-good" }, ruby(this.t("offline_done", { count }))),
      h("p", {}, ruby(this.t("offline_number"))),
    );
  }
}

/* The text that will be sent, with its digest: fixed now, letter by letter, whatever is sent how often. */
export async function signedCase(draft, on, definitions, summary, signature) {
  const body = canonical({
    format: "kakazu-offline-case/1",
    id: draft.id,
    definitions,
    event: draft.event,
    on,
    language: draft.language,
    answers: draft.answers,
    shown: summary && { sha256: await sha256(canonical(summary)), cards: summary.cards.length },
    signature,
  });
  return { id: draft.id, order: draft.order, body, sha256: await sha256(body), who: draft.who, title: draft.title, at: Date.now() };
}
