/* Enrolling the tablet this page is open on: a key of its own, a token of its own, the shell kept. */

import { Store } from "./store.js";
import { newKey, openVault, weakness } from "./vault.js";

const form = document.getElementById("enrol");
const fault = document.getElementById("enrol-fault");
const state = document.getElementById("enrol-state");

function refuse(message) {
  fault.textContent = message;
  state.textContent = "";
}

async function enrol() {
  if (!window.isSecureContext || !navigator.serviceWorker) {
    return refuse("この接続では登録できません。管理者に、HTTPSで開けるようにしてもらってください。");
  }
  const passphrase = form.elements.passphrase.value;
  if (passphrase !== form.elements.again.value) return refuse("2つの合言葉がちがいます。もう一度入力してください。");
  if (weakness(passphrase)) return refuse(weakness(passphrase));
  const store = await Store.open();
  const left = (await store.count("unsent")) + (await store.count("draft"));
  if (left) return refuse(`この端末には、まだ届いていない聞き取りが${left}件あります。先にオフライン窓口で送ってください。`);
  refuse("");
  state.textContent = "鍵を作っています。";
  const key = await newKey(passphrase);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const told = await answer.json();
  if (!answer.ok) return refuse(told.message);
  const token = await (await openVault(key, passphrase)).seal("token", { token: told.token });
  await store.write(["meta", "receipts"], (meta, receipts) => {
    receipts.clear();
    meta.put(key, "key");
    meta.put(token, "token");
    meta.put({ id: told.id, name: told.name, officer: told.officer }, "tablet");
    meta.put({ count: 0, until: 0 }, "tries");
  });
  state.textContent = "画面を端末に保存しています。";
  await navigator.storage?.persist?.();
  await navigator.serviceWorker.register("/tablet/worker.js", { scope: "/tablet/" });
  await ready();
  window.location.assign("/tablet/");
}

/* Until the shell is kept and would open without the network. */
async function ready() {
  const registration = await navigator.serviceWorker.getRegistration("/tablet/");
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  while (worker.state === "installing" || worker.state === "installed" || worker.state === "activating") {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
  if (worker.state !== "activated") throw new Error(worker.state);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  enrol()
    .catch(() => refuse("登録できませんでした。通信を確かめて、もう一度押してください。"))
    .finally(() => { button.disabled = false; });
});
