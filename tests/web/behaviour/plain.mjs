// The first page of the HTTP example, which needs no building: sign in, the day's work, a rep, a note, its proposals, done.
import { call, expect, finish, first, launch, listen, quiet, until } from "../visit.mjs";

const { SITE, CRT, PASSWORD } = process.env;
const browser = await launch();
const { rep } = first("تماس برای تمدید");

async function inside(options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, locale: "fa-IR", ...options });
  context.setDefaultTimeout(12_000);
  const page = await context.newPage();
  listen(page);
  await page.goto(`${SITE}/${CRT}`);
  return page;
}

const page = await inside();
const fits = async (what) => expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}: nothing sticks out on a phone`);
await page.locator("input[name=username]").fill("sara");
await page.locator("input[name=password]").fill("a wrong password");
await page.locator("button.main").click();
await page.locator(".error:not([hidden])").waitFor();
await fits("sign in");
await page.locator("input[name=password]").fill(PASSWORD);
await page.locator("button.main").click();
const row = page.locator(".now li", { hasText: "تماس برای تمدید" });
await row.waitFor();
await fits("work log");
await row.locator("a").click();
await page.locator("h1", { hasText: rep.name }).waitFor();
await page.locator("textarea[name=notes]").fill("مشتری از کندی سرور گلایه داشت. قول دادم شنبه برای تمدید زنگ بزنم.");
await page.locator("form.note button.main").click();
const proposals = page.locator(".review li");
await proposals.first().waitFor();
await fits("rep and proposals");
const open = () => call("task.list", { rep_id: rep.id, status: "open" }).items.length;
const before = open();
for (let left = await proposals.count(); left; left--) {
  await proposals.first().getByRole("button", { name: "پذیرش" }).click();
  await until("what is decided goes", async () => (await proposals.count()) < left);
}
expect(open() > before, `what was promised has become a task (${before}, ${open()})`);
const [talk] = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
expect(/شنبه/.test(talk.notes) && talk.summary, "the note is logged, with the summary that was accepted");

await page.locator("header .home").click();
await row.locator("button").click();
await until("it is done", async () => (await page.locator("li", { hasText: "تماس برای تمدید" }).count()) === 0);
await page.locator("#search-text").fill(rep.name);
await page.keyboard.press("Enter");
await page.locator(".list a", { hasText: rep.name }).first().waitFor();
await page.locator("#leave").click();
await page.locator("input[name=password]").waitFor();
quiet(page);

// Without JavaScript nothing of it can be, for what changes is asked with a token: the page says so.
const still = await inside({ javaScriptEnabled: false });
expect(await still.locator("noscript p, .notice").first().isVisible(), "without JavaScript it says what it needs");
await browser.close();
finish();
