// A secret path that has been replaced: the page says what has happened, keeps what was written, and goes on after the new one.
import { call, expect, finish, first, launch, listen, quiet, signIn, site, until, visit } from "../visit.mjs";

const browser = await launch();
const { rep } = first("کار دروازه");
const page = await visit(browser, { width: 360, height: 800 });
await page.waitForFunction(() => navigator.serviceWorker.controller);
await page.locator('marfacrm-task[now] [data-contact="call"]').click();
const notes = page.locator("marfacrm-conversation textarea[name=notes]");
await notes.fill("قول دادم فردا ساعت ۱۰ خبر بدهم.");
const rotate = () => call("path.rotate", { gate: "crt" }, "admin").secret;
let secret = rotate();

const shut = page.locator('marfacrm-login [role="alert"]');
await page.locator("marfacrm-conversation footer .main").click();
await shut.waitFor();
expect((await shut.getByText("راه ورود بسته شده است").count()) === 1, "it says that the gate is shut");
expect((await shut.getByText("نشانی تازه را از سرپرست").count()) === 1, "it says what to do");
expect((await shut.getByText("روی همین دستگاه مانده است").count()) === 1, "it says what was kept");
expect(!(await page.locator("marfacrm-login form").count()), "no password is asked for that could not be taken");
await shut.getByRole("button").click();
await shut.waitFor(); // still shut

// Opened again, the program comes from the browser's own store, and says the same.
const reopened = await page.context().newPage();
listen(reopened);
await reopened.goto(`${site}/crm/`);
await reopened.locator('marfacrm-login [role="alert"]').waitFor();
await reopened.close();
expect((await page.context().request.get(`${site}/crm/api/v1/session`)).status() === 404, "a stranger sees nothing");

// The new address in the same browser, in another tab; the first one goes on where it was.
const door = await page.context().newPage();
listen(door);
await door.goto(`${site}/${secret}`);
await door.locator("marfacrm-worklog h1, marfacrm-login form").first().waitFor();
if (await door.locator("marfacrm-login form").count()) await signIn(door);
await door.locator("marfacrm-worklog h1").waitFor();
await page.bringToFront();
if (await shut.isVisible()) await shut.getByRole("button").click();
await page.locator("marfacrm-login").waitFor({ state: "detached" });
await until("what was pressed before the gate shut is logged, once", () => {
  const talks = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
  return talks.length === 1 && talks[0].notes === "قول دادم فردا ساعت ۱۰ خبر بدهم.";
});
quiet(page);

// The stream alone finds out, too, while nothing is pressed.
rotate();
await page.locator('marfacrm-login [role="alert"]').waitFor({ timeout: 30_000 });
await browser.close();
finish();
