/* The tablet's service worker: the shell and the definitions, so that the page opens without the network. */

const VERSION = "kakazu-tablet-{{ version }}";
const SHELL = "/tablet/";
const BUNDLE = "/tablet/bundle.json";
const FILES = {{ files|tojson }};
const KEPT = new Set(FILES);

const fresh = (address) => new Request(address, { cache: "reload", credentials: "omit" });

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(VERSION);
      await cache.addAll([SHELL, BUNDLE, ...FILES].map(fresh));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith("kakazu-tablet-") && name !== VERSION);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

async function kept(address) {
  const cache = await caches.open(VERSION);
  return (await cache.match(address)) ?? fetch(fresh(address));
}

/* The newest definitions where the network is there, the kept ones where it is not. */
async function definitions() {
  const cache = await caches.open(VERSION);
  try {
    const answer = await fetch(fresh(BUNDLE), { signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(String(answer.status));
    await cache.put(BUNDLE, answer.clone());
    return answer;
  } catch {
    return (await cache.match(BUNDLE)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname === BUNDLE) event.respondWith(definitions());
  else if (address.pathname === SHELL) event.respondWith(kept(SHELL));
  else if (KEPT.has(address.pathname)) event.respondWith(kept(address.pathname));
});
