// Keeps the page of a check under way on the device, so that it opens without a network. Nothing else of the site is kept.

const STORE = "spot-1";
const CHECK = /^\/spot\/checks\/[0-9a-f]{32}$/;
const MOST_PAGES = 5;
const PATIENCE = 4000; // ms before the page of the device is shown instead

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(settle()));

async function settle() {
  for (const name of await caches.keys()) if (name.startsWith("spot-") && name !== STORE) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  const { keep, forget } = event.data;
  if (keep) event.waitUntil(keepAll(keep).then((kept) => event.ports[0]?.postMessage({ kept })));
  if (forget) event.waitUntil(caches.open(STORE).then((store) => store.delete(forget)));
});

/** Whether everything is on the device now; without a network, whether it was before. */
async function keepAll(addresses) {
  const store = await caches.open(STORE);
  try {
    for (const address of addresses) {
      if (new URL(address, location).searchParams.has("v") && (await store.match(address))) continue;
      const response = await fetch(address, { credentials: "same-origin" });
      if (!isWhole(response)) return false;
      await store.put(address, response);
    }
    await letGo(store);
    return true;
  } catch {
    const found = await Promise.all(addresses.map((address) => store.match(address)));
    return found.every(Boolean);
  }
}

/** Of the pages the latest few stay. */
async function letGo(store) {
  const pages = (await store.keys()).filter((request) => CHECK.test(new URL(request.url).pathname));
  for (const request of pages.slice(0, -MOST_PAGES)) await store.delete(request);
}

const isWhole = (response) => response.ok && !response.redirected && response.type === "basic";

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && CHECK.test(url.pathname)) event.respondWith(freshOrKept(request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(url.searchParams.has("v") ? keptOrFresh(request) : freshOrKept(request, request.url));
});

async function keptOrFresh(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** The server's answer, which is kept; what is on the device where there is none in time. */
async function freshOrKept(request, key) {
  const store = await caches.open(STORE);
  const kept = await store.match(key);
  try {
    const response = await (kept ? inTime(fetch(request)) : fetch(request));
    if (kept && isWhole(response)) await store.put(key, response.clone());
    return response.status >= 500 && kept ? kept : response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

function inTime(answer) {
  return Promise.race([answer, new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PATIENCE))]);
}
