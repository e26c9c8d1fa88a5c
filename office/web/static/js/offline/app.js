/*
 * The tablet's own window: locked until the passphrase is given, usable without the network, locked again
 * when nobody touches it. Nothing readable is kept anywhere but in this page's memory.
 */

import { Conversation } from "./ask.js";
import { japanDay } from "./dates.js";
import { Face, signedCase } from "./face.js";
import { home } from "./home.js";
import { Definitions, Interview, textIn } from "./interview.js";
import { ask, lockPage, notEnrolled } from "./lock.js";
import { Outbox } from "./outbox.js";
import { badge, h, show } from "./screen.js";
import { Store, newId } from "./store.js";

const IDLE = 5 * 60_000;
const WATCH = 5_000;

class App {
  async start() {
    this.touched = Date.now();
    this.outboxState = {};
    this.store = await Store.open();
    await this.loadDefinitions();
    this.watch();
    if (!(await this.store.meta("key"))) return notEnrolled();
    this.tablet = await this.store.meta("tablet");
    document.getElementById("tablet-name").textContent = this.tablet.name;
    await this.state();
    return this.lock();
  }

  async loadDefinitions() {
    const answer = await fetch("/tablet/bundle.json", { credentials: "omit" });
    const found = await answer.json();
    Object.assign(this, { texts: found.texts, digest: found.digest });
    this.definitions = new Definitions(found.bundle);
  }

  /* Whether the kept definitions are those of today; "" when they are. */
  outdated() {
    const { on, until } = this.definitions.bundle;
    const today = japanDay();
    if (today < on) return "端末の時計が遅れています。日付を合わせてください。";
    if (until && today >= until) return "様式が新しくなりました。通信できるところで、この画面を開き直してください。";
    return "";
  }

  isOpen() {
    return Boolean(this.vault);
  }

  watch() {
    for (const type of ["pointerdown", "pointermove", "keydown", "scroll"]) {
      document.addEventListener(type, () => { this.touched = Date.now(); }, { capture: true, passive: true });
    }
    setInterval(() => {
      if (this.vault && Date.now() - this.touched > IDLE) this.lock("しばらく触れられていなかったので、画面を閉じました。");
    }, WATCH);
    for (const type of ["online", "offline"]) window.addEventListener(type, () => this.state());
  }

  /* The line that is always there: how much is not sent yet, and whether there is a network. */
  async state(found = null) {
    if (found) this.outboxState = found;
    const [unsent, drafts] = await Promise.all([this.store.count("unsent"), this.store.count("draft")]);
    const { sending, problem } = this.outboxState;
    const parts = [
      badge(`未送信 ${unsent}件`, unsent ? "warn" : "good"),
      drafts > 0 && badge(`途中 ${drafts}件`, "key"),
      sending && unsent > 0 ? badge("送信しています") : !navigator.onLine && badge("通信なし"),
    ];
    document.getElementById("tablet-state").replaceChildren(...parts.filter(Boolean));
    this.problem = problem && problem !== "offline" ? problem : "";
  }

  /* The key goes out of memory, and everything readable off the screen. */
  lock(reason = "") {
    this.outbox?.stop();
    this.vault = null;
    this.outbox = null;
    for (const open of document.querySelectorAll("dialog")) open.remove();
    this.officerFace();
    document.getElementById("tablet-tools").replaceChildren();
    lockPage(this.store, this.tablet, (vault) => this.open(vault), reason);
  }

  async open(vault) {
    this.vault = vault;
    this.touched = Date.now();
    this.outbox = new Outbox(this.store, vault, async (found) => {
      await this.state(found);
      if (!found.sending && this.vault && document.querySelector("[data-home]")) await this.home();
    });
    document
      .getElementById("tablet-tools")
      .replaceChildren(h("button", { class: "button-plain", onclick: () => this.lock() }, "画面を閉じる"));
    this.outbox.run();
    await this.home();
  }

  officerFace() {
    document.documentElement.lang = "ja";
    document.body.classList.remove("resident", "has-ruby");
  }

  async home() {
    this.officerFace();
    const [drafts, unsent, receipts] = await Promise.all([
      this.store.cases(this.vault, "draft"), this.store.cases(this.vault, "unsent"), this.store.receipts(this.vault),
    ]);
    await this.state();
    home(this, { drafts, unsent, receipts });
  }

  begin(event) {
    this.resume({ id: newId(), order: Date.now(), event, language: "ja", answers: {}, started_at: Date.now() });
  }

  resume(draft) {
    this.officerFace();
    new Conversation(this, draft).open();
  }

  leave() {
    return this.home();
  }

  /* Keep a draft, with what lists call it. */
  async keep(draft) {
    await this.store.keep(this.vault, "draft", draft.id, this.named(draft));
    await this.state();
  }

  named(draft) {
    const interview = Interview.begin(this.definitions, draft.event, japanDay(), draft.answers);
    const form = interview.applications().find((one) => one.subject);
    return { ...draft, who: form?.subject ?? "", title: textIn(interview.event.title), at: Date.now() };
  }

  handOver(draft) {
    document.getElementById("tablet-tools").replaceChildren();
    new Face(this, this.named(draft)).welcome();
  }

  /* What is signed replaces its draft in one step, and is sent as soon as it can be. */
  async sign(signed) {
    await this.store.keep(this.vault, "unsent", signed.id, signed);
    await this.state();
    this.outbox.run();
  }

  async sendUnsigned(draft) {
    const sure = await ask("署名なしで届けますか。", "届いたあと、窓口で続きの聞き取りと署名をします。", "署名なしで届ける");
    if (!sure || !this.vault) return;
    await this.sign(await signedCase(this.named(draft), japanDay(), this.digest, null, null));
    await this.home();
  }

  async drop(draft) {
    const sure = await ask("この聞き取りを消しますか。", "消した聞き取りは、もとに戻せません。", "消す");
    if (!sure || !this.vault) return;
    await this.store.dropDraft(draft.id);
    await this.home();
  }

  /* The officer takes the tablet back with the passphrase; a case not signed goes on being asked. */
  takeBack(draft) {
    this.officerFace();
    this.outbox?.stop();
    this.vault = null;
    lockPage(this.store, this.tablet, async (vault) => {
      await this.open(vault);
      const still = await this.store.case(vault, draft.id, "draft");
      if (still) this.resume(still);
    }, "職員の方は、合言葉を入力してください。");
  }

  broken(error) {
    console.error(error);
    this.officerFace();
    show(
      "うまくいきませんでした", h("h1", {}, "うまくいきませんでした"),
      h("p", { class: "note note-bad", role: "alert" }, "保存ずみの内容はそのままです。画面を開き直し、続くときは管理者に連絡してください。"),
      h("p", {}, h("button", { class: "button-main", onclick: () => window.location.reload() }, "開き直す")),
    );
  }
}

const app = new App();
window.addEventListener("unhandledrejection", (event) => app.broken(event.reason));
if (navigator.serviceWorker) navigator.serviceWorker.register("/tablet/worker.js", { scope: "/tablet/" }).catch(() => {});
app.start().catch((error) => app.broken(error));
