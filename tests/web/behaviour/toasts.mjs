// What has just happened can be taken back wherever one is by then: also over a dialog, which puts all else out of reach.
import { call, expect, finish, first, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
for (const size of [{ width: 1366, height: 768 }, { width: 360, height: 800 }]) {
  const { task } = first(`کار ${size.width}`);
  const page = await visit(browser, size);
  await page.locator("marfacrm-task", { hasText: `کار ${size.width}` }).locator("[data-done]").click();
  await until("it is done", () => call("task.get", { id: task.id }).status === "done");
  await page.locator("marfacrm-toasts .toast button").first().waitFor();
  await page.locator("marfacrm-app .top .round.quiet").first().click();
  const dialog = page.locator("marfacrm-dialog[open]");
  await dialog.locator("header h2").waitFor();
  const undo = page.getByRole("button", { name: "برگرداندن" });
  expect((await undo.count()) === 1, `${size.width}: said once (${await undo.count()})`);
  await undo.click(); // Playwright presses only what nothing lies over
  await until(`${size.width}: it is open again`, () => call("task.get", { id: task.id }).status === "open");
  expect(await dialog.isVisible(), `${size.width}: the dialog stays`);
  await page.keyboard.press("Escape");
  await page.locator("marfacrm-task", { hasText: `کار ${size.width}` }).waitFor();
  quiet(page);
  await page.context().close();
}
await browser.close();
finish();
