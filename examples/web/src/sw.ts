// Keeps the program itself, so that it opens without a network. What people read is never kept here: it belongs to whoever
// signed in. What waits in the outbox is sent from here when no page is open.
import { Refusal, send } from "./base/http";
import { Cupboard } from "./base/idb";
import { cupboardOf, deliver, lockOf, type Parcel } from "./base/parcel";
import type { Me } from "./api";

declare const self: ServiceWorkerGlobalScope;

const files = "__FILES__" as unknown as string[];
const name = `marfacrm __VERSION__`;
const scope = new URL(self.registration.scope);

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(name)
      .then((cache) => cache.addAll(files.map((file) => new Request(new URL(file, scope), { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((one) => one.startsWith("marfacrm ") && one !== name).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  if (url.pathname.startsWith(`${scope.pathname}api/`)) return;
  const wanted = event.request.mode === "navigate" && url.pathname === scope.pathname ? scope.href : event.request;
  event.respondWith(caches.open(name).then(async (cache) => (await cache.match(wanted, { ignoreSearch: true })) ?? fetch(event.request)));
});

/** In their order, as the page would; what the server refuses waits for somebody to look at it. */
async function sendAll(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.length) return pages.forEach((page) => page.postMessage("send"));
  const cupboard = new Cupboard(cupboardOf(scope));
  const api = new URL("api/v1/", scope);
  await navigator.locks.request(lockOf(scope), async () => {
    if (!(await cupboard.all<Parcel>("outbox")).length) return;
    const me = (await send(api, { method: "GET", path: "session" })) as Me & { csrf_token?: string };
    const may = new Set(me.capabilities?.map((one) => one.operation));
    const mine = (await cupboard.all<Parcel>("outbox")).filter((one) => one.user === me.user?.id && !one.refused);
    for (const parcel of mine.sort((a, b) => a.at.localeCompare(b.at))) {
      try {
        await deliver(parcel, {
          cupboard,
          can: (operation) => may.has(operation),
          request: (method, path, body, key) => send(api, { method, path, body, key, csrf: me.csrf_token }),
        });
      } catch (problem) {
        const refusal = problem as Refusal;
        if (refusal.passing || refusal.code === "unauthenticated" || refusal.code === "gate") throw problem; // tried again later
        await cupboard.put("outbox", parcel.key, { ...parcel, refused: { message: refusal.message, code: refusal.code, field: refusal.field } });
      }
    }
  });
}

self.addEventListener("sync", (event) => (event as ExtendableEvent).waitUntil(sendAll()));
