/*
 * What lies on the tablet's disk (IndexedDB `kakazu-tablet`). Readable there are only random numbers, counts,
 * the tablet's own name and the wrapped key; every case, receipt and the tablet's token are sealed.
 *
 *   meta      key: the wrapped data key · tablet: {id, name, officer} · token: sealed · tries: {count, until}
 *   cases     {id, state: "draft" | "unsent", order, iv, body}
 *   receipts  {id, order, iv, body}
 */

const NAME = "kakazu-tablet";
const MOST_RECEIPTS = 200;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/* An identifier made here: UUID version 4. */
export const newId = () => crypto.randomUUID();

export class Store {
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore("meta");
      database.createObjectStore("cases", { keyPath: "id" }).createIndex("state", "state");
      database.createObjectStore("receipts", { keyPath: "id" }).createIndex("order", "order");
    };
    return new Store(await done(request));
  }

  constructor(database) {
    this.database = database;
  }

  close() {
    this.database.close();
  }

  /* One transaction that is on the disk when the promise resolves, whatever happens to the power then. */
  async write(stores, act) {
    const transaction = this.database.transaction(stores, "readwrite", { durability: "strict" });
    const ended = finished(transaction);
    act(...stores.map((name) => transaction.objectStore(name)));
    await ended;
  }

  read(name, ask) {
    return done(ask(this.database.transaction(name).objectStore(name)));
  }

  meta(key) {
    return this.read("meta", (store) => store.get(key));
  }

  setMeta(key, value) {
    return this.write(["meta"], (store) => store.put(value, key));
  }

  /* How many cases stand in a state; needs no key. */
  count(state) {
    return this.read("cases", (store) => store.index("state").count(state));
  }

  /* Keep a case, sealed; a draft that becomes unsent changes in one step. */
  async keep(vault, state, id, data) {
    const sealed = await vault.seal(`cases|${id}`, data);
    await this.write(["cases"], (store) => store.put({ id, state, order: data.order, ...sealed }));
  }

  /* Every case of a state, the oldest first. */
  async cases(vault, state) {
    const rows = await this.read("cases", (store) => store.index("state").getAll(state));
    rows.sort((one, other) => one.order - other.order);
    return Promise.all(rows.map((row) => vault.open(`cases|${row.id}`, row)));
  }

  /* One case, null where there is none; `state` must be the one it stands in. */
  async case(vault, id, state) {
    const row = await this.read("cases", (store) => store.get(id));
    return row && row.state === state ? vault.open(`cases|${id}`, row) : null;
  }

  /* Give up a draft; what is signed stays until the server's receipt is here. */
  async dropDraft(id) {
    const row = await this.read("cases", (store) => store.get(id));
    if (row?.state === "draft") await this.write(["cases"], (store) => store.delete(id));
  }

  /* The server's receipt is kept and the tablet's copy deleted, both or neither. */
  async accept(vault, receipt) {
    const sealed = await vault.seal(`receipts|${receipt.id}`, receipt);
    const old = await this.oldReceipts();
    await this.write(["receipts", "cases"], (receipts, cases) => {
      receipts.put({ id: receipt.id, order: Date.now(), ...sealed });
      cases.delete(receipt.id);
      for (const id of old) receipts.delete(id);
    });
  }

  async oldReceipts() {
    const keys = await this.read("receipts", (store) => store.index("order").getAllKeys());
    return keys.slice(0, Math.max(0, keys.length - MOST_RECEIPTS + 1));
  }

  /* Receipts, the newest first. */
  async receipts(vault) {
    const rows = await this.read("receipts", (store) => store.index("order").getAll());
    return Promise.all(rows.reverse().map((row) => vault.open(`receipts|${row.id}`, row)));
  }
}
