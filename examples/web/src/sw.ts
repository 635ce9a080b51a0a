// Keeps the program itself, so that it opens without a network. Data is never kept here: it belongs to whoever signed in.
declare const self: ServiceWorkerGlobalScope;
export {};

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

/** Where the browser can, it wakes the page's outbox when the network is back. */
self.addEventListener("sync", (event) => {
  (event as ExtendableEvent).waitUntil(
    self.clients.matchAll({ type: "window" }).then((clients) => clients.forEach((client) => client.postMessage("send"))),
  );
});
