// The daily loop, on a phone and on a desktop: task, call, note, proposals, the next task exists, the first is done.
import { call, expect, finish, launch, quiet, visit } from "../visit.mjs";

const browser = await launch();
const debtors = call("rep.list", { limit: 2, sort: "-debt" }).items;
for (const [width, height] of [[360, 800], [1366, 768]]) {
  const rep = debtors.pop(); // the greater debt comes second, so that its task stands first again
  const task = call("task.create", { rep_id: rep.id, title: `پیگیری ${width}`, priority: "urgent", due_at: new Date(Date.now() - 3600e3).toISOString(), due_grain: "minute" });
  const page = await visit(browser, { width, height });
  const now = page.locator("marfacrm-task[now]");
  await now.locator(".title", { hasText: `پیگیری ${width}` }).waitFor();
  let taps = 0;
  const tap = async (what) => (taps++, what.click());

  await tap(now.locator('[data-contact="call"]'));
  const sheet = page.locator("marfacrm-conversation");
  await sheet.locator("textarea[name=notes]").waitFor();
  expect(await sheet.locator("textarea[name=notes]").evaluate((e) => e.getRootNode().activeElement === e), "the notes have the focus");
  await page.keyboard.type("از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.");
  await page.waitForTimeout(1200);
  await tap(sheet.locator("footer .main"));
  await sheet.locator("marfacrm-review li").first().waitFor();
  const proposed = await sheet.locator('marfacrm-review li[data-field="task"]').count();
  expect(proposed >= 1, `tasks are proposed (${proposed})`);
  await tap(sheet.locator("[data-all]"));
  await sheet.locator("marfacrm-review").waitFor({ state: "detached" });

  expect(taps <= 6, `${taps} taps`);
  console.log(`${width} px: ${taps} taps`);
  const done = call("task.get", { id: task.id });
  expect(done.status === "done", "the first task is done");
  const talks = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
  const talk = call("interaction.get", { id: talks[0].id }); // a list has no provenance
  expect(talk.type === "call" && talk.notes.includes("کندی سرور") && talk.duration_s >= 1, "the call is logged with its length");
  expect(talk.provenance.summary?.state === "accepted", "an accepted summary says so");
  const following = call("task.list", { interaction_id: talk.id, status: "active" }).items;
  expect(following.length === proposed && following.every((one) => one.rep_id === rep.id), "the tasks that follow exist");
  expect(!call("interaction.list", { rep_id: rep.id, state: "draft" }).items.length, "no draft is left");
  await page.waitForTimeout(400);
  expect((await page.locator("marfacrm-task[now]").count()) === 1, "the next thing stands ready");
  quiet(page);
  await page.context().close();
}
await browser.close();
finish();
