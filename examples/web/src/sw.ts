// Keeps the program itself, so that it opens without a network, and the last look at the work log, which the page puts here
// and takes away with the login (base/last.ts). What waits in the outbox is sent from here when no page is open.
import { Refusal, send } from "./base/http";
import { Cupboard } from "./base/idb";
import { cupboardOf, deliver, lastAt, lastName, lockOf, shown_ms, type Parcel } from "./base/parcel";
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

/** The last look, where the work log is opened and it is not too old. */
async function last(cache: Cache, place: string): Promise<Response | undefined> {
  if (!/^(#\/?(worklog)?)?$/.test(place)) return undefined;
  const found = await cache.match(new URL(lastName, scope));
  return found && Date.now() - Number(found.headers.get(lastAt)) < shown_ms ? found : undefined;
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(name);
  const page = request.mode === "navigate" && url.pathname === scope.pathname;
  const found = page ? ((await last(cache, url.hash)) ?? (await cache.match(scope.href))) : await cache.match(request, { ignoreSearch: true });
  return found ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  if (url.pathname.startsWith(`${scope.pathname}api/`)) return;
  event.respondWith(answer(event.request, url));
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
