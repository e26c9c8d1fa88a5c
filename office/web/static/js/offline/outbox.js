/*
 * Sending what is signed. Each case goes as the very text that was sealed at the signature, under the id
 * made here, until the server's receipt with the same id and hash has come back; so it may be sent many
 * times and arrives once. One page sends at a time, one case at a time; after each attempt that brings
 * nothing over, it waits longer.
 */

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 300_000;
const PATIENCE = 60_000;
const ADDRESS = "/tablet/cases";

/* The server refuses this tablet or this case; a person has to do something. */
export class Rejected extends Error {}

/* One sending; gives the receipt. Throws Rejected, or any error where it is worth trying again. */
export async function send(token, one, unsent) {
  const answer = await fetch(ADDRESS, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ id: one.id, sha256: one.sha256, body: one.body, clock_ms: Date.now(), unsent }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const told = await answer.json();
  if (answer.status >= 400 && answer.status < 500) throw new Rejected(told.message);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  if (told.id !== one.id || told.sha256 !== one.sha256) throw new Error("a receipt for something else");
  return told;
}

/* Send everything that waits, the oldest first. Gives {sent, left, problem}. */
export async function sendAll(store, vault, onChange = () => {}) {
  const token = (await vault.open("token", await store.meta("token"))).token;
  let sent = 0;
  let problem = "";
  for (const one of await store.cases(vault, "unsent")) {
    try {
      const receipt = await send(token, one, (await store.count("unsent")) - 1);
      await store.accept(vault, { ...receipt, who: one.who, title: one.title });
      sent += 1;
      onChange();
    } catch (error) {
      problem = error instanceof Rejected ? error.message : "offline";
      if (!(error instanceof Rejected)) break;
    }
  }
  return { sent, left: await store.count("unsent"), problem };
}

/* Tries again and again while the store is open. `onState` hears {left, problem, sending}. */
export class Outbox {
  constructor(store, vault, onState) {
    Object.assign(this, { store, vault, onState });
    this.pause = FIRST_PAUSE;
    this.stopped = false;
    this.now = () => this.run();
    window.addEventListener("online", this.now);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.now);
  }

  /* Send now; harmless while another page (or an earlier call) is sending. */
  async run() {
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (!(await this.store.count("unsent"))) {
      this.pause = FIRST_PAUSE;
      return;
    }
    const found = await navigator.locks.request("kakazu-outbox", { ifAvailable: true }, (lock) => lock && this.attempt());
    if (this.stopped) return;
    if (found?.sent) this.pause = FIRST_PAUSE;
    if (!found || found.left) this.again();
  }

  async attempt() {
    this.onState({ sending: true });
    const found = await sendAll(this.store, this.vault, () => this.onState({ sending: true }));
    if (!this.stopped) this.onState({ ...found, sending: false });
    return found;
  }

  again() {
    this.timer = setTimeout(this.now, this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
