/*
 * The key of a tablet's store. A random data key (AES-GCM, 256 bits) seals every record; it lies on the
 * disk only wrapped by a key that PBKDF2 makes of the officer's passphrase. In memory both keys cannot be
 * taken out (non-extractable), and `lock` in app.js drops them.
 */

export const ROUNDS = 600_000;
export const SHORTEST = 10;
const FREE_TRIES = 4;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;

const utf8 = new TextEncoder();

/* Why a passphrase is too weak to protect what lies on a lost tablet; "" when it will do. */
export function weakness(passphrase) {
  if ([...passphrase].length < SHORTEST) return `合言葉は${SHORTEST}文字以上にしてください。`;
  if (/^\d+$/.test(passphrase)) return "数字だけの合言葉は使えません。ことばを組み合わせてください。";
  if (new Set(passphrase).size < 5) return "同じ文字のくり返しは使えません。ことばを組み合わせてください。";
  return "";
}

/* Milliseconds to wait after so many wrong tries, growing. */
export function waitAfter(failures) {
  if (failures <= FREE_TRIES) return 0;
  return Math.min(FIRST_WAIT * 2 ** (failures - FREE_TRIES - 1), LONGEST_WAIT);
}

async function wrappingKey(passphrase, salt, rounds) {
  const secret = await crypto.subtle.importKey(
    "raw", utf8.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"],
  );
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    secret, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

/* A new data key wrapped by a passphrase: {salt, rounds, iv, wrapped}, harmless on the disk. */
export async function newKey(passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const key = await wrappingKey(passphrase, salt, ROUNDS);
  const wrapped = await crypto.subtle.wrapKey("raw", data, key, { name: "AES-GCM", iv });
  return { salt, rounds: ROUNDS, iv, wrapped: new Uint8Array(wrapped) };
}

/* The vault that a passphrase opens; null when it is the wrong one. */
export async function openVault(record, passphrase) {
  const key = await wrappingKey(passphrase, record.salt, record.rounds);
  try {
    const data = await crypto.subtle.unwrapKey(
      "raw", record.wrapped, key, { name: "AES-GCM", iv: record.iv },
      { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
    );
    return new Vault(data);
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

export class Vault {
  #key;

  constructor(key) {
    this.#key = key;
  }

  /* JSON as {iv, body}, bound to the place where it is kept. */
  async seal(place, data) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = utf8.encode(place);
    const plain = utf8.encode(JSON.stringify(data));
    const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.#key, plain);
    return { iv, body: new Uint8Array(body) };
  }

  /* The JSON sealed for this place; throws when it was altered, moved, or sealed with another key. */
  async open(place, sealed) {
    const additionalData = utf8.encode(place);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.iv, additionalData }, this.#key, sealed.body,
    );
    return JSON.parse(new TextDecoder().decode(plain));
  }
}
