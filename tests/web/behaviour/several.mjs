// Several reps at once: a label for each, and one undo; who has the label already is left as it is.
import { call, expect, finish, go, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
const page = await visit(browser);
const tagged = (tag) => call("rep.list", { limit: 50 }).items.map(({ id }) => call("rep.get", { id })).filter((rep) => rep.profile?.tags?.includes(tag));
const [one] = call("rep.list", { limit: 1, sort: "name" }).items;
call("rep.profile.update", { id: one.id, tags: ["پیش‌تر"] });
await go(page, "reps");
const picks = page.locator("marfacrm-reps li.rep input[type=checkbox]");
for (const at of [0, 1, 2]) await picks.nth(at).check();
const chosen = await page.locator("marfacrm-reps li.rep").evaluateAll((rows) => rows.slice(0, 3).map((row) => row.dataset.id));
call("rep.profile.update", { id: chosen[0], tags: ["عمده"] });
await page.locator('marfacrm-reps [data-bulk="tag"]').click();
await page.locator("marfacrm-reps input[name=tag]").fill("عمده");
await page.locator("marfacrm-reps input[name=tag]").press("Enter");
await until("all three have the label", () => tagged("عمده").length === 3);
expect(!(await picks.nth(0).isChecked()), "nobody is chosen any more");
await page.locator("marfacrm-toasts .toast").getByRole("button", { name: "برگرداندن" }).click();
await until("the undo leaves who had it before", () => tagged("عمده").map((rep) => rep.id).join() === chosen[0]);
expect(call("rep.get", { id: one.id }).profile.tags.includes("پیش‌تر") || chosen[0] === one.id, "another label stays");
quiet(page);
await browser.close();
finish();
