// What the browser tests share: a Chromium, people who come in by the gate, data made through the program, the server.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { SITE, CRT, CLI, PASSWORD, FOLDER, SERVER } = process.env;
export const site = SITE;
export const launch = (more = []) =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", ...more] });

/** An operation, as somebody, through the program: what another colleague does meanwhile. */
export function call(operation, input = {}, as = "sara") {
  const [program, ...rest] = CLI.split(" ");
  return JSON.parse(execFileSync(program, [...rest, "call", operation, JSON.stringify(input), "--as", as], { encoding: "utf8" }));
}

/** The server, killed and started again where it was. */
export const server = {
  stop: () => process.kill(Number(readFileSync(`${FOLDER}/pid`, "utf8")), "SIGKILL"),
  async start() {
    spawn(SERVER, [new URL(SITE).port], { stdio: "ignore", detached: true }).unref();
    await until("the server is back", () => fetch(SITE).then(() => true, () => false));
  },
};

export const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function until(what, holds, ms = 20_000) {
  for (const end = Date.now() + ms; Date.now() < end; await later(100)) if (await holds()) return true;
  expect(false, what);
  return false;
}

/** A task that stands first in sara's work log, for the rep with the greatest debt that has none yet. */
const debtors = [];
export function first(title, due = -3600e3) {
  if (!debtors.length) debtors.push(...call("rep.list", { limit: 20, sort: "-debt" }).items.filter((rep) => rep.phones?.length));
  const rep = debtors.shift();
  const task = call("task.create", { rep_id: rep.id, title, priority: "urgent", due_at: new Date(Date.now() + due).toISOString(), due_grain: "minute" });
  return { rep, task };
}

export const wrongs = [];
export function expect(holds, what) {
  if (holds) return;
  wrongs.push(what);
  console.error(`WRONG: ${what}`);
}
export function finish() {
  if (wrongs.length) {
    console.error(`${wrongs.length} wrong`);
    process.exitCode = 1;
  } else console.log("all as described");
}

/** A page inside, with everything noted that a browser complains about and every request to somewhere else. */
export async function visit(browser, { width = 1366, height = 768, user = "sara", language, theme, ...options } = {}) {
  const phone = width < 700;
  const context = await browser.newContext({ viewport: { width, height }, locale: "fa-IR", timezoneId: "Europe/Berlin", isMobile: phone, hasTouch: phone, ...options });
  if (language || theme)
    await context.addInitScript(([l, t]) => {
      if (l) localStorage.setItem("marfacrm language", l);
      if (t) localStorage.setItem("marfacrm theme", t);
    }, [language, theme]);
  // A headless browser asks whether to open the telephone and then drops keys and taps until somebody answers.
  await context.addInitScript(() => {
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      if (this.href.startsWith("tel:")) globalThis.called = this.href;
      else click.call(this);
    };
  });
  context.setDefaultTimeout(12_000);
  const page = await context.newPage();
  listen(page);
  await page.goto(`${SITE}/${CRT}`);
  await signIn(page, user);
  await page.locator("marfacrm-worklog h1").waitFor();
  return page;
}

export async function signIn(page, user = "sara", password = PASSWORD) {
  const login = page.locator("marfacrm-login");
  await login.locator("input[name=username]").fill(user);
  await login.locator("input[name=password]").fill(password);
  await login.locator("button.main").click();
}

/** Everything that a browser complains about is noted, and every request to somewhere else. */
export function listen(page) {
  page.complaints = [];
  page.strangers = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/401|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|Failed to load resource/.test(message.text())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.context().on("request", (request) => {
    if (!request.url().startsWith(SITE) && !/^(data|blob):/.test(request.url())) page.strangers.push(request.url());
  });
}
export function quiet(page) {
  expect(!page.complaints.length, page.complaints.join(" | "));
  expect(!page.strangers.length, `requests to others: ${page.strangers.join(" ")}`);
}

export async function go(page, place) {
  await page.evaluate((to) => (location.hash = `#/${to}`), place);
  await page.waitForTimeout(50);
  await page.waitForFunction(() => {
    const app = document.querySelector("marfacrm-app");
    const shown = app?.shadowRoot?.querySelector(".content > *");
    return shown?.shadowRoot && !shown.shadowRoot.querySelector(".bone");
  });
  await page.waitForTimeout(350); // what slides in has arrived
}

