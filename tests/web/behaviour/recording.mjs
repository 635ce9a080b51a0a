// A recording through a closed tab and a lost network: it waits on the disk, is heard again there, and leaves when the
// network is back, by the service worker where no page is open.
import { listener } from "../microphone.mjs";
import { call, expect, finish, site, until, visit } from "../visit.mjs";

const browser = await listener();
const [rep] = call("rep.list", { limit: 1, sort: "-debt" }).items;
const page = await visit(browser, { width: 360, height: 800, permissions: ["microphone"] });
const context = page.context();
await page.waitForFunction(() => navigator.serviceWorker.controller);
await page.locator("[data-speak]").click();
const pick = page.locator("marfacrm-palette input");
await pick.fill(rep.name);
await page.locator("marfacrm-palette li", { hasText: rep.name }).first().click();
const sheet = page.locator("marfacrm-conversation");
await sheet.locator("[data-stop]").waitFor();
await page.waitForTimeout(2500);
await context.setOffline(true);
await page.close(); // in the middle of it
const second = await context.newPage();
await second.goto(`${site}/crm/`);
await second.locator("marfacrm-conversation .bar .open").click();
const kept = second.locator("marfacrm-conversation marfacrm-recorder marfacrm-player");
await kept.waitFor();
await kept.locator("button.main").click();
await until("what was recorded before the tab was closed is heard again", () => kept.locator("audio").evaluate((audio) => audio.currentTime > 0.2));
await second.locator("marfacrm-conversation footer .main").click();
await second.locator("marfacrm-conversation", { hasText: "با برگشت اینترنت فرستاده می‌شود" }).waitFor();
await second.close();
expect(!call("voice_note.list", { rep_id: rep.id }).items.length, "nothing has arrived yet");

// No page is open: the worker sends it, as Chromium's background sync asks it to.
const scope = `${site}/crm/`;
const debug = await browser.newBrowserCDPSession();
const { targetInfos } = await debug.send("Target.getTargets");
expect(!targetInfos.some((one) => one.type === "page" && one.url.startsWith(scope)), "no page of the CRM is open");
const elsewhere = await context.newPage();
await context.setOffline(false);
const cdp = await context.newCDPSession(elsewhere);
let registration;
cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => (registration = registrations.find((one) => one.scopeURL === scope)?.registrationId ?? registration));
await cdp.send("ServiceWorker.enable");
await until("the worker is registered", () => registration);
await cdp.send("ServiceWorker.dispatchSyncEvent", { origin: site, registrationId: registration, tag: "outbox", lastChance: false });
await until("the worker has sent the recording", () => call("voice_note.list", { rep_id: rep.id }).items.length === 1);
const [note] = call("voice_note.list", { rep_id: rep.id }).items;
expect(note && note.duration_s > 1 && call("interaction.list", { rep_id: rep.id, state: "final" }).items.some((one) => one.id === note.interaction_id), `it belongs to a logged conversation (${note?.duration_s} s)`);
await elsewhere.goto(scope);
await until("the outbox is empty", () => elsewhere.evaluate(async () => {
  const db = await new Promise((ok) => (indexedDB.open("marfacrm /crm/").onsuccess = (e) => ok(e.target.result)));
  const count = (room) => new Promise((ok) => (db.transaction(room).objectStore(room).count().onsuccess = (e) => ok(e.target.result)));
  const left = (await count("outbox")) + (await count("voice"));
  db.close();
  return left === 0;
}));
await context.close();
await browser.close();
finish();
