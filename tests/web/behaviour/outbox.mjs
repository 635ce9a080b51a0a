// What waits is older than what a colleague wrote meanwhile: it is refused, kept, and laid beside the newer one.
import { call, expect, finish, first, go, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
const page = await visit(browser, { width: 360, height: 800 });
const clash = page.locator("marfacrm-conflict");
const notes = page.locator("marfacrm-conversation textarea[name=notes]");
const drafts = (rep) => call("interaction.list", { rep_id: rep.id, state: "draft" }).items;

// With its task and alone: the version is then one within what is sent, or of what is sent.
for (const settles of [true, false]) {
  const { rep, task } = first(settles ? "گفت‌وگوی دو نفره" : "گفت‌وگوی تنها");
  if (!settles) await go(page, `rep/${rep.id}`);
  const from = settles ? page.locator("marfacrm-worklog marfacrm-task", { hasText: task.title }) : page.locator("marfacrm-rep header");
  await from.locator('[data-contact="call"]').first().click();
  await until("the call has its draft on the server", () => drafts(rep).length);
  await page.context().setOffline(true);
  await page.locator("marfacrm-app .banner").waitFor();
  const [draft] = drafts(rep);
  call("interaction.update", { id: draft.id, version: draft.version, notes: "نوشتهٔ همکار" }, "mina");
  await notes.fill("نوشتهٔ من، کامل");
  await page.locator("marfacrm-conversation footer .main").click();
  await page.getByText("با برگشت اینترنت فرستاده می‌شود").first().waitFor();
  await page.context().setOffline(false);
  await go(page, "outbox");
  await page.locator("marfacrm-outbox [data-compare]").click();
  await clash.locator('[data-field="notes"] [data-take="both"]').click();
  await clash.locator("[data-settle]").click();
  await until("the outbox is empty", async () => !(await page.locator("marfacrm-outbox li.card").count()));
  const logged = call("interaction.get", { id: draft.id });
  expect(logged.state === "final" && /نوشتهٔ همکار[^]*نوشتهٔ من، کامل/.test(logged.notes), `both texts are logged (${logged.state}: ${logged.notes})`);
  expect((call("task.get", { id: task.id }).status === "done") === settles, "the task is done where the conversation settles it");
  await go(page, "worklog");
}
quiet(page);
await browser.close();
finish();
