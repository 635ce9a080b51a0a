// The last look at the work log: handed out by the worker before the program runs, marked with its time, gone with the login.
import { expect, finish, first, go, launch, later, quiet, signIn, site, until, visit } from "../visit.mjs";

const browser = await launch();
const title = "کاری که آخر دیده شد";
first(title);
const page = await visit(browser, { width: 360, height: 800, theme: "dark" });
const stored = () => page.evaluate(async () => (await (await caches.match(new URL("last.html", document.baseURI)))?.text()) ?? "");
await page.waitForFunction(() => navigator.serviceWorker.controller);
await go(page, "reps");
await go(page, "worklog");
await until("it is kept", async () => (await stored()).includes(title));

// With the program held back, it alone stands there: readable, of the same look, with its time, and not to be pressed.
const context = page.context();
const next = await context.newPage();
const cdp = await context.newCDPSession(next);
await next.addInitScript(() => (window.violations = [], document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective))));
await cdp.send("Emulation.setScriptExecutionDisabled", { value: true });
await next.goto(`${site}/crm/`, { waitUntil: "commit" });
await next.locator("#marfacrm-last .title", { hasText: title }).first().waitFor();
const [now, then] = await Promise.all([page.locator("marfacrm-task[now] .title").boundingBox(), next.locator("last-task .title").first().boundingBox()]);
expect(["x", "y", "width", "height"].every((side) => Math.abs(now[side] - then[side]) < 3), `each word stands where it stands in the program: ${JSON.stringify(now)} ${JSON.stringify(then)}`);
expect((await next.locator("#marfacrm-last > p").textContent()).includes("آخرین وضع"), "it says of when it is");
expect((await next.locator("#marfacrm-last").getAttribute("inert")) !== null, "and cannot be pressed");
await cdp.send("Emulation.setScriptExecutionDisabled", { value: false });

// The program takes its place.
await next.reload();
await next.locator("marfacrm-task[now]").waitFor();
await next.locator("#marfacrm-last").waitFor({ state: "detached" });
expect((await next.evaluate(() => window.violations.length)) === 0, "the policy allows all of it");
const answer = await next.evaluate(async () => (await caches.match(new URL("last.html", document.baseURI))).headers.get("content-security-policy"));
expect(answer.includes("sha256-") && !/unsafe-inline|unsafe-eval/.test(answer), `its policy has no hole: ${answer}`);
// Elsewhere nothing of the work log shows, nor when it is too old.
await next.goto(`${site}/crm/icon.svg`);
await next.goto(`${site}/crm/#/reps`, { waitUntil: "commit" });
expect((await next.evaluate(() => document.documentElement.outerHTML)).includes("marfacrm-last") === false, "another place is opened without it");
await next.locator("marfacrm-reps h1").waitFor();
await next.evaluate(async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const found = await cache.match(new URL("last.html", document.baseURI));
    if (found) await cache.put(new URL("last.html", document.baseURI), new Response(await found.text(), { headers: { ...Object.fromEntries(found.headers), "x-marfacrm-at": String(Date.now() - 31 * 60e3) } }));
  }
});
await next.goto(`${site}/crm/icon.svg`);
await cdp.send("Emulation.setScriptExecutionDisabled", { value: true });
await next.goto(`${site}/crm/`, { waitUntil: "load" });
expect((await next.locator("#marfacrm-last").count()) === 0, "what is older than a login that nobody uses is not shown");
await cdp.send("Emulation.setScriptExecutionDisabled", { value: false });
await next.close();

// The login ends elsewhere while no page is open: the door shows, and what was kept is gone.
await go(page, "reps");
await go(page, "worklog");
await until("it is kept anew", async () => (await stored()).includes(title));
const away = await visit(browser);
await page.goto(`${site}/crm/icon.svg`);
await away.evaluate(async () => {
  const { csrf_token } = await (await fetch("api/v1/session")).json();
  await fetch("api/v1/session?everywhere=true", { method: "DELETE", headers: { "X-CSRF-Token": csrf_token } });
});
await page.goto(`${site}/crm/`);
await page.locator("marfacrm-login").waitFor();
expect((await page.locator("marfacrm-task").count()) === 0 && (await page.locator("#marfacrm-last").count()) === 0, "nobody who is out sees anything");
await later(300);
expect((await stored()) === "", "and nothing is kept");

// Signing out takes it away, too.
await signIn(page);
await page.locator("marfacrm-worklog h1").waitFor();
await until("it is kept again", async () => (await stored()).includes(title));
await page.evaluate(() => document.querySelector("marfacrm-app").crm.signOut());
await page.locator("marfacrm-login").waitFor();
await until("gone with the login", async () => (await stored()) === "");
quiet(page);
await browser.close();
finish();
