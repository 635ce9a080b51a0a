// The CRM inside somebody else's pages: the whole app in a plain page with a rude style sheet, single elements in another and
// in React. Nothing of the host's look gets in, nothing of ours gets out; attributes and events are the way between them.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { call, expect, finish, launch } from "../visit.mjs";

const { SITE, CRT, PASSWORD } = process.env;
const server = spawn(process.execPath, [fileURLToPath(new URL("../../../examples/web/host/serve.mjs", import.meta.url)), SITE, process.argv[2] ?? "build/host"], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => server.kill());
const host = await new Promise((resolve, reject) => {
  server.stdout.once("data", (text) => resolve(String(text).trim()));
  server.once("exit", () => reject(new Error("the host's pages are not served")));
});
const [rep] = call("rep.list", { limit: 1, sort: "-debt" }).items;
const due = { due_at: new Date(Date.now() - 3600e3).toISOString(), due_grain: "minute" };
const tasks = ["app", "alone", "react"].map((name) => call("task.create", { rep_id: rep.id, title: `in ${name}`, priority: "urgent", ...due }));
const browser = await launch();

async function inside({ width = 1366, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: "fa-IR" });
  context.setDefaultTimeout(12_000);
  await context.addInitScript(() => (HTMLAnchorElement.prototype.click = function () { globalThis.called = this.href; }));
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => /error|warning/.test(message.type()) && !/401|Failed to load resource/.test(message.text()) && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  context.on("request", (request) => !request.url().startsWith(host) && !/^(data|blob|about):/.test(request.url()) && page.complaints.push(`asked elsewhere: ${request.url()}`));
  await page.goto(`${host}/${CRT}`); // the gate's cookie; what follows is the host's
  return page;
}
async function signIn(page) {
  await page.locator("input[name=username]").fill("sara");
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("marfacrm-login button.main").click();
  await page.locator("marfacrm-worklog .head h1").waitFor();
}
/** Every computed property of the host's own elements, and what the document says of itself. */
const looks = (page) =>
  page.evaluate(() => {
    const of = (selector) => Object.fromEntries([...getComputedStyle(document.querySelector(selector))].filter((name) => !/^--mc-/.test(name)).map((name) => [`${selector} ${name}`, getComputedStyle(document.querySelector(selector)).getPropertyValue(name)]));
    // Sizes follow the content of the box, which is ours: they may differ.
    const all = Object.assign({}, ...["html", "body", "h1", "p", "#host"].map(of), { title: document.title, lang: document.documentElement.lang, dir: document.documentElement.dir, theme: document.documentElement.dataset.theme, hash: location.hash, globals: Object.keys(globalThis).filter((name) => !/^(lit|reactive)[A-Z]\w+$/.test(name)).sort().join() });
    return Object.fromEntries(Object.entries(all).filter(([name]) => !/(block-size|height|width|inline-size|perspective-origin|transform-origin)$/.test(name)));
  });
/** What of the host's sheet would be seen on things inside. */
const inner = (locator) => locator.evaluate((e) => Object.fromEntries(["font-family", "font-size", "color", "letter-spacing", "text-align", "text-transform", "background-color", "border-top-style", "border-radius", "padding-top", "line-height", "direction"].map((name) => [name, getComputedStyle(e).getPropertyValue(name)])));
const more = (got, wanted) => (String(got).length < 99 ? `${got} instead of ${wanted}` : String(got).split(",").filter((one) => !String(wanted).includes(one)));
const same = (what, wanted, got) => {
  for (const name of Object.keys(wanted)) expect(wanted[name] === got[name], `${what}: ${name} is ${more(got[name], wanted[name])}`);
};

// How it looks at home.
const home = await inside();
await signIn(home);
const parts = ["marfacrm-worklog h1", "marfacrm-worklog .soft", "marfacrm-task[now] .title", "marfacrm-task[now] [data-done]"];
const atHome = await Promise.all(parts.map((part) => inner(home.locator(part).first())));
const accent = await home.locator("marfacrm-task[now] .main").first().evaluate((e) => getComputedStyle(e).backgroundColor);
await home.context().close();

// The whole app, Persian, in a plain page; without the CRM first, to know how the host looks alone.
{
  const page = await inside();
  await page.route("**/crm/marfacrm.js", (route) => route.abort());
  await page.goto(`${host}/plain/`);
  await page.locator("marfacrm-app p").waitFor();
  expect(await page.locator("marfacrm-app p").isVisible(), "where the CRM is not to be had, the host's words stand there");
  const before = await looks(page);
  await page.unroute("**/crm/marfacrm.js");
  page.complaints.length = 0;
  await page.reload();
  await signIn(page);
  await page.locator("marfacrm-task[now]").waitFor();
  same("out of the app", before, await looks(page));
  for (const [i, part] of parts.entries()) same(`into ${part}`, atHome[i], await inner(page.locator(part).first()));
  // The control: what has no shield is reached by that sheet, so the comparison can see it.
  const bare = await page.evaluate(() => {
    const one = document.body.appendChild(document.createElement("div"));
    one.attachShadow({ mode: "open" }).append(Object.assign(document.createElement("p"), { textContent: "…" }));
    const { letterSpacing, textTransform } = getComputedStyle(one.shadowRoot.firstChild);
    one.remove();
    return { letterSpacing, textTransform };
  });
  expect(bare.letterSpacing !== "normal" && bare.textTransform === "uppercase", `the host's sheet reaches what has no shield: ${JSON.stringify(bare)}`);
  const colour = await page.locator("marfacrm-task[now] .main").first().evaluate((e) => getComputedStyle(e).backgroundColor);
  expect(colour === "rgb(106, 27, 154)" && colour !== accent, `the host's accent is taken: ${colour}`);
  const [box, frame] = await Promise.all([page.locator("marfacrm-app").boundingBox(), page.locator("marfacrm-app .shell").boundingBox()]);
  expect(Math.round(box.height) === 602 && frame.height === 600 && frame.y >= box.y && frame.y + frame.height <= box.y + box.height + 1, "the app fills the room it was given, and no more");

  await page.locator("#host").focus();
  await page.keyboard.press("2");
  await page.waitForTimeout(200);
  expect((await page.evaluate(() => document.body.dataset.key)) === "2" && (await page.locator("marfacrm-reps").count()) === 0, "the host's keys are the host's");
  await page.locator('marfacrm-app nav a[href$="#/reps"]').first().click();
  await page.locator("marfacrm-reps .rep").first().waitFor();
  expect(page.url() === `${host}/plain/` && (await page.evaluate(() => document.body.dataset.place)) === "reps", "the app moves in its box; the host hears of it");
  await page.locator("marfacrm-reps .rep a").first().click();
  await page.locator("marfacrm-rep h1").waitFor();
  await page.locator("marfacrm-app").evaluate((e) => (e.place = "tasks"));
  await page.locator("marfacrm-tasks h1").waitFor();
  await page.locator("marfacrm-app").evaluate((e) => e.removeAttribute("place"));
  expect((await page.title()) === "پنل فروش", "the title stays the host's");
  expect(!page.complaints.length, `plain, the app: ${page.complaints.join(" | ")}`);
  await page.context().close();
}

// Single elements in an English page, left to right: Persian or English inside, as the host says.
{
  const page = await inside();
  await page.goto(`${host}/plain/elements.html`);
  await signIn(page);
  const log = page.locator("marfacrm-worklog");
  const english = await log.locator(".head h1").textContent();
  expect(/Hello|Good|Hi/i.test(english) && (await log.evaluate((e) => e.dir)) === "ltr", `English, left to right: ${english}`);
  await page.locator("[data-language=fa]").click();
  await page.waitForFunction(() => document.querySelector("marfacrm-worklog").dir === "rtl");
  expect(await page.evaluate(() => document.documentElement.dir === "ltr" && document.documentElement.lang === "en"), "the page around keeps its direction");
  for (const [i, part] of parts.entries()) same(`into ${part} alone`, atHome[i], await inner(page.locator(part).first()));
  await page.locator("[data-theme-of]").click();
  await page.waitForFunction(() => getComputedStyle(document.querySelector("marfacrm-worklog")).colorScheme === "dark");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme === "normal" && document.documentElement.dataset.theme === "host"), "dark inside, the page around as it was");

  await log.locator("marfacrm-task .who a").first().click();
  await page.locator("marfacrm-rep h1").waitFor();
  expect(page.url() === `${host}/plain/elements.html` && (await page.locator("marfacrm-rep").getAttribute("rep_id")), "the host takes a place and shows it beside");
  // A conversation from an element alone: the sheet and the toasts come along.
  const row = log.locator("marfacrm-task", { hasText: "in alone" }).first();
  await row.locator('[data-contact="call"]').click();
  const sheet = page.locator("marfacrm-conversation");
  await sheet.locator("textarea[name=notes]").fill("پاسخ نداد.");
  // The login ends meanwhile: the door stands over it, and what was typed is there afterwards.
  await page.evaluate(async (session) => {
    const { csrf_token } = await (await fetch(session)).json();
    await fetch(`${session}?everywhere=true`, { method: "DELETE", headers: { "X-CSRF-Token": csrf_token } });
  }, `${host}/crm/api/v1/session`);
  await page.locator("marfacrm-login button.main").waitFor();
  await signIn(page);
  await page.locator("marfacrm-login").waitFor({ state: "detached" });
  expect((await sheet.locator("textarea[name=notes]").inputValue()) === "پاسخ نداد.", "an element alone keeps what was typed when the login ends");
  const where = await sheet.boundingBox();
  expect(where.x >= 0 && where.x + where.width <= 1367 && where.height > 800, `the sheet stands over the page: ${JSON.stringify(where)}`);
  await page.waitForTimeout(1000);
  await sheet.locator("footer .main").click();
  await page.locator("marfacrm-toasts .toast").first().waitFor();
  expect((await page.locator("marfacrm-toasts").count()) === 1 && (await page.locator("marfacrm-conversation").count()) === 1, "one of each");
  await page.waitForTimeout(500);
  expect(call("task.get", { id: tasks[1].id }).status === "done", "what was done from an element alone is done");
  expect(!page.complaints.length, `plain, elements: ${page.complaints.join(" | ")}`);
  await page.context().close();
}

// In React, which mounts twice, unmounts, and speaks by props.
{
  const page = await inside();
  await page.route("**/events/stream*", async (route) => (await new Promise((go) => setTimeout(go, 2000)), route.continue()));
  await page.goto(`${host}/react/`);
  await signIn(page);
  // What a colleague does appears in it, also what they did before the stream was open.
  const row = page.locator("marfacrm-task", { hasText: "in react" });
  await row.first().waitFor();
  call("task.complete", { id: tasks[2].id });
  await row.first().waitFor({ state: "detached" });
  await page.locator("marfacrm-task .who a").first().click();
  await page.locator("marfacrm-rep h1").waitFor();
  await page.locator("#dark").click();
  await page.waitForFunction(() => getComputedStyle(document.querySelector("marfacrm-rep")).colorScheme === "dark");
  await page.locator("#close").click();
  await page.locator("marfacrm-rep").waitFor({ state: "detached" });
  await page.locator("marfacrm-task .who a").first().click();
  await page.locator("marfacrm-rep h1").waitFor();
  expect(page.url() === `${host}/react/`, "it stays the host's page");
  expect(!page.complaints.length, `React: ${page.complaints.join(" | ")}`);
  await page.context().close();
}

await browser.close();
server.kill();
finish();
