/* The closed tablet: the passphrase, waiting after wrong ones, and questions that need a yes. */

import { h, show } from "./screen.js";
import { openVault, waitAfter } from "./vault.js";

const seconds = (milliseconds) => Math.ceil(milliseconds / 1000);

export function notEnrolled() {
  show(
    "端末の登録", h("h1", {}, "この端末はまだ登録されていません"),
    h("p", { class: "note" }, "通信できるところで、職員としてサインインしてから登録してください。"),
    h("p", {}, h("a", { class: "button button-main button-large", href: "/tablets/new" }, "この端末を登録する")),
  );
}

/* Ask for the passphrase; `opened` gets the vault. */
export function lockPage(store, tablet, opened, reason = "") {
  const input = h("input", { type: "password", id: "passphrase", autocomplete: "off", required: true, "aria-describedby": "lock-fault" });
  const fault = h("p", { class: "error", role: "alert", id: "lock-fault" });
  const button = h("button", { class: "button-main button-large" }, "開く");
  const form = h(
    "form", { class: "card stack tablet-lock" }, h("h1", {}, tablet.name),
    reason && h("p", { class: "note" }, reason),
    h("div", { class: "field" }, h("label", { for: "passphrase" }, "合言葉"), input), fault, button,
    h("p", { class: "small soft" }, "保存した内容は暗号化されています。合言葉がなければ、だれにも読めません。"),
  );
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.disabled = true;
    fault.textContent = "確かめています。";
    const vault = await attempt(store, input.value, (text) => { fault.textContent = text; });
    busy = false;
    button.disabled = false;
    input.value = "";
    if (vault) await opened(vault);
    else input.focus();
  });
  show("画面を開く", form);
  input.focus();
}

/* One try. It counts before it is made, so that switching the tablet off does not take it back. */
async function attempt(store, passphrase, say) {
  const tries = (await store.meta("tries")) ?? { count: 0, until: 0 };
  const left = tries.until - Date.now();
  if (left > 0) {
    say(`合言葉のまちがいが続いたため、あと${seconds(left)}秒お待ちください。`);
    return null;
  }
  const count = tries.count + 1;
  const wait = waitAfter(count);
  await store.setMeta("tries", { count, until: Date.now() + wait });
  const vault = await openVault(await store.meta("key"), passphrase);
  if (vault) {
    await store.setMeta("tries", { count: 0, until: 0 });
    return vault;
  }
  say(wait ? `合言葉がちがいます。${seconds(wait)}秒たってから、もう一度入力してください。` : "合言葉がちがいます。もう一度入力してください。");
  return null;
}

/* A question that needs a yes; resolves to whether it was given. */
export function ask(question, explanation, yes) {
  return new Promise((resolve) => {
    const answer = (sure) => () => {
      dialog.close();
      dialog.remove();
      resolve(sure);
    };
    const dialog = h(
      "dialog", { class: "card stack tablet-ask", "aria-labelledby": "ask-question" },
      h("h2", { id: "ask-question" }, question), h("p", {}, explanation),
      h("div", { class: "row" }, h("button", { class: "button-main", onclick: answer(true) }, yes), h("button", { onclick: answer(false) }, "やめる")),
    );
    dialog.addEventListener("cancel", answer(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
