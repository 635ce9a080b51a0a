// The daily loop without a mouse: everything is reached by Tab, what has the focus is seen, and the shortcuts do what the
// sheet says.
import { call, expect, finish, first, go, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
const { rep, task } = first("کار صفحه‌کلید");
first("کار بعدی", -60e3);
const page = await visit(browser);
const { keyboard } = page;

/** The element of this name has the focus. */
const focused = (name) => {
  let e = document.activeElement;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  return e?.localName === name;
};

/** What has the focus, through all shadow roots, and what is wrong with how it is seen. */
const focus = () =>
  page.evaluate(() => {
    let e = document.activeElement;
    while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    if (!e || e === document.body) return { name: "body" };
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    const ring = e.matches(":focus-visible") && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none");
    let top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    while (top?.shadowRoot) {
      const inner = top.shadowRoot.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (!inner || inner === top) break;
      top = inner;
    }
    const within = (a, b) => {
      for (let node = a; node; node = node.parentNode ?? node.host) if (node === b) return true;
      return false;
    };
    const covered = !(top && (within(top, e) || within(e, top)));
    const outside = box.bottom < 1 || box.top > innerHeight - 1 || box.right < 1 || box.left > innerWidth - 1;
    const label = (e.getAttribute("aria-label") ?? e.textContent ?? "").trim().slice(0, 40);
    const faults = [...(ring ? [] : ["no ring"]), ...(covered ? ["covered"] : []), ...(outside ? ["outside of the page"] : [])];
    return { name: `${e.localName} «${label}»`, label, faults, done: e.hasAttribute("data-done") };
  });

async function walk(where, most = 90) {
  const seen = [];
  for (let i = 0; i < most; i++) {
    await keyboard.press("Tab");
    const at = await focus();
    if (at.name === "body") break;
    seen.push(at);
  }
  for (const one of seen) for (const fault of one.faults) expect(false, `${where}: ${one.name}: ${fault}`);
  return seen;
}

// Every place, from end to end.
for (const [place, least] of [["worklog", 15], ["reps", 25], ["tasks", 15], ["search", 4], ["settings", 12], ["voice", 8], [`rep/${rep.id}`, 18]]) {
  await go(page, place);
  await page.evaluate(() => document.activeElement?.blur());
  const seen = await walk(place);
  expect(seen.length >= least, `${place}: ${seen.length} stops are fewer than its controls`);
}
// The control: without a ring it is found.
await go(page, "tasks");
await page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":focus-visible { outline: none !important }");
  const root = document.querySelector("marfacrm-app").shadowRoot;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  document.activeElement?.blur();
});
await keyboard.press("Tab");
expect((await focus()).faults?.includes("no ring"), "the control: a focus without a ring is noticed");
await page.reload();
await page.locator("marfacrm-task[now] .title", { hasText: "کار صفحه‌کلید" }).waitFor({ state: "attached" }).catch(() => undefined);

// The skip link is the first stop, and leads past the navigation.
await go(page, "worklog");
await page.locator("marfacrm-task[now] .title", { hasText: "کار صفحه‌کلید" }).waitFor();
await page.evaluate(() => document.activeElement?.blur());
await keyboard.press("Tab");
expect((await focus()).label === "پرش به محتوا", "the first stop skips the navigation");
await keyboard.press("Enter");
await keyboard.press("Tab");
expect(!/کارتابل|نمایندگان$/.test((await focus()).label), "it has been skipped");

// The loop: C calls, notes are typed, Ctrl Enter logs, Tab and Enter take the proposals.
await page.evaluate(() => document.activeElement?.blur());
await keyboard.press("c");
const sheet = page.locator("marfacrm-conversation");
await sheet.locator("textarea[name=notes]").waitFor();
await page.waitForFunction(focused, "textarea");
await keyboard.type("قول دادم شنبه برای تمدید زنگ بزنم.");
await keyboard.press("Control+Enter");
await sheet.locator("marfacrm-review li").first().waitFor();
let pressed = false;
for (let i = 0; i < 60 && !pressed; i++) {
  await keyboard.press("Tab");
  pressed = await page.evaluate(() => {
    let e = document.activeElement;
    while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    return e?.hasAttribute("data-all");
  });
}
expect(pressed, "«accept all» is reached by Tab");
await keyboard.press("Enter");
await sheet.locator("marfacrm-review").waitFor({ state: "detached" });
expect(call("task.get", { id: task.id }).status === "done", "the task is done");
expect(call("task.list", { rep_id: rep.id, status: "active" }).items.length >= 1, "the next one exists");

// The focus has not fallen out of the page; E ends the next thing, which can be taken back.
await page.locator("marfacrm-task[now] .title", { hasText: "کار بعدی" }).waitFor();
await page.evaluate(() => document.activeElement?.blur());
await keyboard.press("e");
await page.locator("marfacrm-toasts button", { hasText: "برگرداندن" }).last().waitFor();

// The palette: opened, searched, chosen, closed, and the focus comes back.
const find = page.locator("marfacrm-app .find");
await find.focus();
await keyboard.press("Control+k");
await page.waitForFunction(focused, "input");
await keyboard.press("Escape");
await page.locator("marfacrm-palette dialog[open]").waitFor({ state: "detached" });
expect(/رفتن به/.test((await focus()).label ?? ""), "the focus comes back to where it was");
await keyboard.press("Control+k");
await page.waitForFunction(focused, "input");
await keyboard.type(rep.name);
await page.locator("marfacrm-palette li:has(.face)", { hasText: rep.name }).first().waitFor();
await keyboard.press("Enter");
await page.locator("marfacrm-rep h1", { hasText: rep.name }).waitFor();

// Places by number, whatever the keyboard's language; the sheet; nothing happens while something is typed.
await page.evaluate(() => document.activeElement?.blur());
await keyboard.press("2");
await until("2 is the reps", async () => page.url().endsWith("#/reps"));
await page.locator("marfacrm-reps input").first().focus();
await keyboard.type("1");
expect(page.url().endsWith("#/reps"), "a digit that is typed leads nowhere");
await page.evaluate(() => document.activeElement?.blur());
await keyboard.press("Shift+?");
await page.locator("marfacrm-app .keys").waitFor();
await keyboard.press("Escape");
await page.locator("marfacrm-app .keys").waitFor({ state: "detached" });
quiet(page);
await browser.close();
finish();
