// A login that ends in the middle of the work loses nothing: what is typed stays, and goes on after signing in on the same page.
import { call, expect, finish, first, go, launch, quiet, signIn, site, until, visit } from "../visit.mjs";

const browser = await launch();
const { rep } = first("کار نشست");
const page = await visit(browser, { width: 360, height: 800 });
const door = page.locator("marfacrm-login");

/** The same person leaves everywhere, from another device. */
async function end() {
  const away = await visit(browser, { language: "en" });
  const status = await away.evaluate(async () => {
    const { csrf_token } = await (await fetch("api/v1/session")).json();
    return (await fetch("api/v1/session?everywhere=true", { method: "DELETE", headers: { "X-CSRF-Token": csrf_token } })).status;
  });
  expect(status === 204 || status === 200, `signed out everywhere (${status})`);
  await away.context().close();
}

// In a conversation.
await page.locator('marfacrm-task[now] [data-contact="call"]').click();
const notes = page.locator("marfacrm-conversation textarea[name=notes]");
await notes.fill("مشتری گفت سرور کند است؛ ");
await end();
await door.waitFor(); // the stream has said so
expect(await door.locator("input[name=password]").evaluate((e) => e.getRootNode().activeElement === e), "the password is asked for at once");
expect((await door.locator("input[name=username]").inputValue()) === "sara", "who it was is known");
expect((await door.getByText("چیزی از دست نرفته").count()) === 1, "it says that nothing is lost");
await page.keyboard.press("Escape");
expect(await door.isVisible(), "the door does not open by Escape");
await signIn(page, "sara", "a wrong password");
await door.locator('[role="alert"]').waitFor();
await signIn(page);
await door.waitFor({ state: "detached" });
expect((await notes.inputValue()) === "مشتری گفت سرور کند است؛ ", "what was typed is there");
await notes.focus();
await page.keyboard.press("End");
await page.keyboard.type("قرار شد عوض شود.");

// Pressed after the end: the answer to the press waits behind the door and comes after signing in, once.
await end();
await page.locator("marfacrm-conversation footer .main").click().catch(() => undefined);
await door.waitFor();
await signIn(page);
await door.waitFor({ state: "detached" });
if (await page.locator("marfacrm-conversation footer .main:not([data-all])").isVisible()) await page.locator("marfacrm-conversation footer .main:not([data-all])").click();
await until("the conversation is logged", () => call("interaction.list", { rep_id: rep.id, state: "final" }).items.length === 1);
const [talk] = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
expect(talk?.notes === "مشتری گفت سرور کند است؛ قرار شد عوض شود.", `all that was typed is logged («${talk?.notes}»)`);
await page.locator("marfacrm-review, marfacrm-conversation:not([data-open])").first().waitFor({ state: "attached" });
await page.locator("marfacrm-conversation[data-open] header button").click();

// In a dialog, which lies over the page.
await go(page, "tasks");
await page.locator("marfacrm-tasks").getByRole("button", { name: /کار تازه/ }).first().click();
const title = page.locator("marfacrm-tasks marfacrm-dialog[open] input[name=title]");
await title.fill("کاری که نشست آن تمام شد");
await end();
await door.waitFor();
await signIn(page);
await door.waitFor({ state: "detached" });
expect((await title.inputValue()) === "کاری که نشست آن تمام شد", "what stood in the dialog is there");
await title.press("Enter");
await until("the task is made", () => call("task.list", { status: "active", limit: 100 }).items.filter((one) => one.title === "کاری که نشست آن تمام شد").length === 1);

// Two tabs: whoever comes in again in one of them is in the other, and may act there.
const beside = await page.context().newPage();
await beside.goto(`${site}/crm/#/tasks`);
await beside.locator("marfacrm-tasks h1").waitFor();
await end();
await door.waitFor();
await beside.locator("marfacrm-login").waitFor();
await signIn(beside);
await door.waitFor({ state: "detached" });
const other = first("کار دو زبانه");
await go(page, "worklog");
await page.locator("marfacrm-worklog marfacrm-task", { hasText: "کار دو زبانه" }).locator("[data-done]").click();
await until("a tab acts with the login that another tab has begun", () => call("task.get", { id: other.task.id }).status === "done");
await beside.close();

// A tab that was closed while nobody was signed in.
await go(page, `rep/${rep.id}`);
await page.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
await notes.fill("نیمه‌کاره");
await end();
await door.waitFor();
await page.close();
const next = await page.context().newPage();
await next.goto(`${site}/crm/`);
await signIn(next);
await next.locator("marfacrm-conversation .bar .open").click();
expect((await next.locator("marfacrm-conversation textarea[name=notes]").inputValue()) === "نیمه‌کاره", "a draft survives the closed tab");
quiet(page);
await browser.close();
finish();
