// Without a network the work goes on: it is said, what is done waits in the outbox through a closed tab, and arrives once.
import { call, expect, finish, first, go, launch, later, listen, quiet, server, site, until, visit } from "../visit.mjs";

const browser = await launch();
const { rep, task } = first("کار بی‌اینترنت");
const second = first("کار دوم");
first("کار سوم");
const page = await visit(browser, { width: 360, height: 800 });
const context = page.context();
await page.waitForFunction(() => navigator.serviceWorker.controller);
await page.locator("marfacrm-task[now]").waitFor();
const titles = (from) => from.locator("marfacrm-worklog marfacrm-task .title").allInnerTexts();
await context.setOffline(true);
await page.locator("marfacrm-app .banner").waitFor();

// A task done, a conversation logged, another begun.
await page.locator("marfacrm-worklog marfacrm-task", { hasText: "کار دوم" }).locator("[data-done]").click();
await page.locator("marfacrm-worklog marfacrm-task", { hasText: "کار دوم" }).waitFor({ state: "detached" });
await page.locator("marfacrm-worklog marfacrm-task", { hasText: "کار بی‌اینترنت" }).locator('[data-contact="call"]').click();
const notes = (from) => from.locator("marfacrm-conversation textarea[name=notes]");
await notes(page).fill("بدون اینترنت نوشته شد؛ شنبه زنگ بزنم.");
await page.locator("marfacrm-conversation footer .main").click();
await page.getByText("با برگشت اینترنت فرستاده می‌شود").first().waitFor();
await until("the task of the conversation is out of the list", async () => !(await titles(page)).some((one) => one.includes("کار بی‌اینترنت")));
await page.locator('marfacrm-task [data-contact="call"]').first().click();
await notes(page).fill("نیمه‌کاره، بی‌اینترنت");
await page.close();

// The tab is closed and opened again, still without a network: from the browser's own store, with all of it.
const again = await context.newPage();
listen(again);
await again.goto(`${site}/crm/`);
await again.locator("marfacrm-worklog h1").waitFor();
await again.locator("marfacrm-app .banner").waitFor();
const shown = await titles(again);
expect(shown.length > 0 && !shown.some((one) => /کار دوم|کار بی‌اینترنت/.test(one)), "what was done here stays done");
await again.locator("marfacrm-conversation .bar .open").click();
expect((await notes(again).inputValue()) === "نیمه‌کاره، بی‌اینترنت", "the draft is there");
await again.locator("marfacrm-conversation header button").last().click();
await go(again, "outbox");
expect((await again.locator("marfacrm-outbox li.card").count()) === 2, "two things wait in the outbox");
expect(call("task.get", { id: task.id }).status === "open" && !call("interaction.list", { rep_id: rep.id, state: "final" }).items.length, "nothing has reached the server");

await context.setOffline(false);
await until("the outbox is empty", async () => !(await again.locator("marfacrm-outbox li.card").count()));
await again.locator("marfacrm-app .banner").waitFor({ state: "detached" });
expect(call("task.get", { id: second.task.id }).status === "done" && call("task.get", { id: task.id }).status === "done", "both tasks are done");
const logged = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
expect(logged.length === 1 && logged[0].notes === "بدون اینترنت نوشته شد؛ شنبه زنگ بزنم.", "the conversation is logged, once");
quiet(again);
await context.close();

// The server does what it is asked and dies before it can say so: asked again with the same key, it is done once.
const third = first("کار دو بار");
const cut = await visit(browser, { serviceWorkers: "block" });
let lost = 0;
await cut.route(/\/(tasks\/[^/]+\/complete|interactions)$/, async (route) => {
  if (lost++) return route.continue();
  await route.fetch();
  await route.abort("connectionreset");
});
await go(cut, `rep/${third.rep.id}`);
await cut.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
await notes(cut).fill("یک بار");
await cut.locator("marfacrm-conversation footer .main").click();
await until("it is asked again", () => lost >= 2);
await later(500);
expect(call("interaction.list", { rep_id: third.rep.id, state: "final" }).items.filter((one) => one.notes === "یک بار").length === 1, "one conversation, though it was sent twice");

// The server away, not the network.
server.stop();
await cut.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
await notes(cut).fill("سرور رفته بود");
await cut.locator("marfacrm-conversation footer .main").click();
await cut.locator("marfacrm-app .banner").waitFor();
await later(300);
await server.start();
await until("it arrives when the server is back", () => call("interaction.list", { rep_id: third.rep.id, state: "final" }).items.some((one) => one.notes === "سرور رفته بود"), 40_000);
await browser.close();
finish();
