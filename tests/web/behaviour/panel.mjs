// What an admin changes in the panel, plain SQL in the host's own database, appears in pages that are open.
import { execFileSync } from "node:child_process";
import { call, expect, finish, go, launch, listen, quiet, site, visit } from "../visit.mjs";

const { HOST, HOST_DB } = process.env;
const sql = (text) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", HOST_DB, text], { encoding: "utf8" });
const browser = await launch();
const rep = call("rep.list", { kind: "rep", sort: "name", limit: 5 }).items[2];
const page = await visit(browser);
await go(page, `rep/${rep.id}`);
const list = await page.context().newPage();
listen(list);
await list.goto(`${site}/crm/#/reps`);
await list.locator(`marfacrm-reps [data-id="${rep.id}"]`).waitFor();
const logs = await page.context().newPage();
listen(logs);
call("task.create", { rep_id: rep.id, title: "کار برای نماینده", due_at: new Date(Date.now() - 6e6).toISOString(), due_grain: "minute" });
await logs.goto(`${site}/crm/`);
await logs.locator("marfacrm-task", { hasText: "کار برای نماینده" }).first().waitFor();

const key = Number(rep.host_key);
expect(key > 0, `the host's key is known (${rep.host_key})`);
const renamed = `${rep.name} (پنل)`; // stays where it is in a list by name
const owes = "۹٬۸۷۶٬۵۴۳";
expect(!(await page.locator("marfacrm-rep .head").innerText()).includes(owes), "the balance is another one yet");
const before = Date.now();
sql(`UPDATE representatives SET full_name = '${renamed}', status = 'inactive' WHERE id = ${key};` +
  (HOST === "v2"
    ? `INSERT INTO financial_ledger (representative_id, transaction_type, amount, running_balance) VALUES (${key}, 'invoice', 9876543, 9876543)`
    : `UPDATE representatives SET balance = -9876543 WHERE id = ${key}`));
await page.locator("marfacrm-rep h1", { hasText: renamed }).waitFor();
await page.locator("marfacrm-rep .head", { hasText: owes }).waitFor();
console.log(`seen ${((Date.now() - before) / 1000).toFixed(1)} s later, polled each second`);
expect(!(await page.locator("marfacrm-rep .head .chip.good", { hasText: /^فعال$/ }).count()), "no longer active");
await list.locator(`marfacrm-reps [data-id="${rep.id}"]`, { hasText: renamed }).waitFor();
await list.locator(`marfacrm-reps [data-id="${rep.id}"]`, { hasText: owes }).waitFor();
await logs.locator("marfacrm-task", { hasText: renamed }).first().waitFor();

// A payment, on the account page.
await go(page, `rep/${rep.id}/account`);
sql(HOST === "v2"
  ? `INSERT INTO financial_ledger (representative_id, transaction_type, amount, running_balance) VALUES (${key}, 'payment', -9876543, 0)`
  : `UPDATE representatives SET balance = 0 WHERE id = ${key}`);
await page.locator("marfacrm-rep .head", { hasText: "بی‌حساب" }).waitFor();
for (const one of [page, list, logs]) quiet(one);
await browser.close();
finish();
