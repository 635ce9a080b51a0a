// bench.mjs UI: the bars of the frontend, each beside its figure, in Chromium on a phone's window with a CPU four times slower
// and 1.6 Mbit/s at 150 ms. Each way of measuring is shown to see what is planted for it.
import { readFileSync, readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { call, first, launch, later, listen, site } from "../../tests/web/visit.mjs";

const ui = process.argv[2];
const rounds = Number(process.env.ROUNDS ?? 5);
const { CRT, PASSWORD } = process.env;
let missed = 0;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
function bar(name, figure, most, unit, more = "") {
  const good = figure <= most;
  if (!good) missed++;
  console.log(`${good ? "ok  " : "OVER"} ${name.padEnd(58)} ${String(figure).padStart(7)} ${unit} of ${most} ${more}`);
}
function control(what, holds, seen) {
  if (holds) return;
  missed++;
  console.log(`BLIND ${what} (${seen})`);
}

// ---- size ----
const shell = readdirSync(join(ui, "assets")).filter((file) => /^(index|crm)-.*\.js\.gz$/.test(file));
bar("JS of the app shell, gzipped", Math.round(shell.reduce((sum, file) => sum + readFileSync(join(ui, "assets", file)).length, 0) / 102.4) / 10, 120, "KiB");

// ---- a day for sara, and ten thousand reps ----
for (let i = 0; i < 8; i++) first(`کار ${i + 1}`, (i - 4) * 3600e3);
const browser = await launch();

/** Signed in without a page, so that the first page of all is the one that is timed. */
async function signedIn() {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, locale: "fa-IR", isMobile: true, hasTouch: true });
  context.setDefaultTimeout(60_000);
  await context.request.get(`${site}/${CRT}`);
  const answer = await context.request.post(`${site}/crm/api/v1/session`, { data: { username: "sara", password: PASSWORD } });
  if (!answer.ok()) throw new Error(`no login: ${answer.status()}`);
  await context.addInitScript(() => {
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      if (!this.href.startsWith("tel:")) click.call(this);
    };
    const look = () => {
      const log = document.querySelector("marfacrm-app")?.shadowRoot?.querySelector("marfacrm-worklog")?.shadowRoot;
      const title = log?.querySelector("marfacrm-task")?.shadowRoot?.querySelector(".title");
      if (title?.textContent.trim()) requestAnimationFrame(() => setTimeout(() => (window.useful = performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.slow = [];
    window.long = [];
    new PerformanceObserver((list) => window.slow.push(...list.getEntries().filter((e) => e.interactionId).map((e) => ({ name: e.name, ms: e.duration })))).observe({ type: "event", durationThreshold: 16, buffered: true });
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: "longtask", buffered: true });
  });
  return context;
}
async function phone(page, cpu = 4) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  return cdp;
}
async function useful(context, held = 0) {
  const page = await context.newPage();
  listen(page);
  await phone(page);
  if (held) await page.route(/\/worklog/, async (route) => (await later(held), route.continue()));
  await page.goto(`${site}/crm/`, { waitUntil: "commit" });
  await page.waitForFunction(() => window.useful);
  const ms = Math.round(await page.evaluate(() => window.useful));
  return { page, ms };
}

// ---- what the machine and the network alone take: a drawing from the same server ----
const bare = [];
for (let i = 0; i < rounds; i++) {
  const context = await signedIn();
  const page = await context.newPage();
  await phone(page);
  await page.goto(`${site}/crm/icon.svg`);
  bare.push(Math.round(await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => setTimeout(() => seen(performance.now())))))));
  await context.close();
}
console.log(`     a drawing alone, cold: ${median(bare)} ms (${bare.join(" ")})`);

// ---- first useful paint: the first task can be read ----
const cold = [], warm = [];
for (let i = 0; i < rounds; i++) {
  const context = await signedIn();
  const one = await useful(context);
  cold.push(one.ms);
  await one.page.waitForFunction(() => navigator.serviceWorker.controller);
  await later(400);
  await one.page.close();
  const again = await useful(context);
  warm.push(again.ms);
  await context.close();
}
bar("first useful paint, cold", median(cold), 2500, "ms", `(${cold.join(" ")})`);
bar("first useful paint, warm service worker", median(warm), 1000, "ms", `(${warm.join(" ")})`);
{
  const held = await signedIn();
  const { ms } = await useful(held, 2000);
  control("a work log that comes two seconds late is seen to be late", ms > median(cold) + 1200, ms);
  await held.close();
}

// ---- interactions ----
const context = await signedIn();
const { page } = await useful(context);
await page.waitForFunction(() => navigator.serviceWorker.controller);
await later(1500);
await page.evaluate(() => (window.slow.length = 0));
let taps = 0;
const tap = async (locator) => (taps++, await locator.tap());
await tap(page.locator('marfacrm-task[now] [data-contact="call"]'));
const notes = page.locator("marfacrm-conversation textarea[name=notes]");
await notes.waitFor();
await page.keyboard.type("قول دادم شنبه برای تمدید زنگ بزنم.", { delay: 40 });
await tap(page.locator("marfacrm-conversation footer .main"));
await page.locator("marfacrm-review li").first().waitFor();
await tap(page.locator("marfacrm-conversation [data-all]"));
await page.locator("marfacrm-review").waitFor({ state: "detached" });
bar("taps of the loop: called, logged, next task, first one done", taps, 6, "taps");
await page.locator("marfacrm-worklog marfacrm-task[now] [data-done]").tap();
await later(600);
for (const place of ["reps", "tasks", "search", "worklog"]) {
  await page.locator(`marfacrm-app nav a.place[href="#/${place}"]`).tap();
  await later(1500);
}
await page.locator("marfacrm-app .find").tap();
await page.locator("marfacrm-palette input").waitFor();
await page.keyboard.type("زار", { delay: 60 });
await later(1200);
await page.keyboard.press("Escape");
await later(400);
const slow = await page.evaluate(() => window.slow);
const worst = slow.reduce((a, b) => (b.ms > a.ms ? b : a), { ms: 0, name: "" });
bar("interactions, the slowest until the next paint", worst.ms, 100, "ms", `(${worst.name}; half of ${slow.length} over 16 ms within ${median(slow.map((e) => e.ms)) ?? 0})`);
await page.evaluate(() => {
  window.slow.length = 0;
  addEventListener("click", () => { for (const end = performance.now() + 200; performance.now() < end; ); }, { once: true, capture: true });
});
await page.locator('marfacrm-app nav a.place[href="#/reps"]').tap();
await later(1500);
control("a handler of 200 ms is seen", await page.evaluate(() => window.slow.some((e) => e.ms > 180)), JSON.stringify(await page.evaluate(() => window.slow)));

// ---- ten thousand reps ----
const { items } = call("rep.list", { limit: 1 });
if (!items.length) throw new Error("there are no reps");
for (const cpu of [1, 4]) {
  const list = await context.newPage();
  listen(list);
  const cdp = await context.newCDPSession(list);
  await list.goto(`${site}/crm/#/reps`);
  await list.locator("marfacrm-reps .rep").first().waitFor();
  await later(1500);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  await list.evaluate(() => {
    window.long.length = 0;
    window.frames_ = [];
    let last = performance.now();
    const tick = (now) => (window.frames_.push(now - last), (last = now), requestAnimationFrame(tick));
    requestAnimationFrame(tick);
  });
  const reached = await list.evaluate(async () => {
    const app = document.querySelector("marfacrm-app").shadowRoot;
    const main = app.querySelector("main");
    const page = app.querySelector("marfacrm-reps");
    const frame = () => new Promise(requestAnimationFrame);
    const end = performance.now() + 90_000;
    while (performance.now() < end) {
      main.scrollTop += 240; // two and a half rows a frame: a hard flick
      await frame();
      if (main.scrollTop + main.clientHeight >= main.scrollHeight - 2 && !page.next) break;
    }
    return page.reps.length;
  });
  const { long, frames } = await list.evaluate(() => ({ long: window.long, frames: window.frames_ }));
  const late = frames.filter((ms) => ms > 50).length;
  bar(`tasks over 50 ms, ${reached} reps from end to end, CPU ×${cpu}`, long.length, 0, "", `(longest ${Math.max(0, ...long)} ms; ${late} of ${frames.length} frames over 50 ms)`);
  await list.evaluate(() => { window.long.length = 0; setTimeout(() => { for (const t = performance.now() + 120; performance.now() < t; ); }, 0); });
  await later(600);
  control("a task of 120 ms is seen", (await list.evaluate(() => window.long)).some((ms) => ms >= 110), "none");
  await list.close();
}
await browser.close();
console.log(`load of the machine ${loadavg()[0].toFixed(1)}; Chromium ${rounds} rounds, medians${missed ? `; ${missed} not held` : ""}`);
process.exitCode = missed ? 1 : 0;
