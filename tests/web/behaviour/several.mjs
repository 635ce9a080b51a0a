// Several reps at once: a label for each, and one undo; who has the label already is left as it is.
import { call, expect, finish, go, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
const page = await visit(browser);
await go(page, "reps");
const picks = page.locator("marfacrm-reps li.rep input[type=checkbox]");
for (const at of [0, 1, 2]) await picks.nth(at).check();
const chosen = await page.locator("marfacrm-reps li.rep").evaluateAll((rows) => rows.slice(0, 3).map((row) => row.dataset.id));
const tagged = () => chosen.filter((id) => call("rep.get", { id }).profile?.tags?.includes("عمده"));
call("rep.profile.update", { id: chosen[0], tags: ["عمده"] });
call("rep.profile.update", { id: chosen[1], tags: ["پیش‌تر"] });
await page.locator('marfacrm-reps [data-bulk="tag"]').click();
await page.locator("marfacrm-reps input[name=tag]").fill("عمده");
await page.locator("marfacrm-reps input[name=tag]").press("Enter");
await until("all three have the label", () => tagged().length === 3);
expect(!(await picks.nth(0).isChecked()), "nobody is chosen any more");
await page.locator("marfacrm-toasts .toast").getByRole("button", { name: "برگرداندن" }).click();
await until("the undo leaves who had it before", () => tagged().join() === chosen[0]);
expect(call("rep.get", { id: chosen[1] }).profile?.tags?.join() === "پیش‌تر", "another label stays");
quiet(page);
await browser.close();
finish();
