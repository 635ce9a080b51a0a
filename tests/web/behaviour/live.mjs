// Two people and three tabs: what one does, the others see at once, by one stream a browser; a break is caught up with.
import { call, expect, finish, first, go, launch, listen, later, quiet, server, site, until, visit } from "../visit.mjs";

const browser = await launch();
const { task, rep } = first("کار زنده");
const sara = await visit(browser);
const streams = [];
sara.context().on("request", (request) => request.url().includes("events/stream") && streams.push(request.url()));
const tab = await sara.context().newPage();
listen(tab);
await tab.goto(`${site}/crm/#/rep/${rep.id}`);
await tab.locator("marfacrm-rep h1").waitFor();
await later(800);
expect(streams.length === 0, "a second tab opens no stream of its own");
const mina = await visit(browser, { user: "mina", width: 360, height: 800 });

// Mina's conversation and task appear in both of sara's tabs.
await go(mina, `rep/${rep.id}`);
await mina.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
await mina.locator("marfacrm-conversation textarea[name=notes]").fill("مینا با او حرف زد");
let before = Date.now();
await mina.locator("marfacrm-conversation footer .main").click();
await tab.locator("marfacrm-rep .event", { hasText: "مینا با او حرف زد" }).waitFor();
console.log(`a colleague's conversation is seen after ${Date.now() - before} ms`);
call("task.create", { rep_id: rep.id, assignee_id: task.assignee_id, title: "کار از مینا", priority: "urgent", due_at: new Date(Date.now() - 9e6).toISOString(), due_grain: "minute" }, "mina");
await sara.locator("marfacrm-worklog marfacrm-task", { hasText: "کار از مینا" }).waitFor();
await go(tab, `rep/${rep.id}/tasks`);
await tab.locator("marfacrm-rep marfacrm-task", { hasText: "کار از مینا" }).first().waitFor();

// What sara does in one tab goes from the other, and from mina's phone.
await go(mina, `rep/${rep.id}/tasks`);
await mina.locator("marfacrm-rep marfacrm-task", { hasText: "کار زنده" }).first().waitFor();
await sara.locator("marfacrm-worklog marfacrm-task", { hasText: "کار زنده" }).locator("[data-done]").click();
await tab.locator("marfacrm-rep marfacrm-task", { hasText: "کار زنده" }).first().waitFor({ state: "detached" });
await mina.locator("marfacrm-rep marfacrm-task", { hasText: "کار زنده" }).first().waitFor({ state: "detached" });

// The tab that listens is closed: the other takes over, and asks for what it may have missed.
await sara.close();
await until("the other tab listens", () => streams.length > 0);
expect(streams.length === 1 && /[?&]after=\d+/.test(streams[0]), `it goes on where the first one was (${streams})`);
call("task.create", { rep_id: rep.id, assignee_id: task.assignee_id, title: "پس از بستن" }, "mina");
await tab.locator("marfacrm-rep marfacrm-task", { hasText: "پس از بستن" }).first().waitFor();

// The server is killed; what happens meanwhile is there once it is back, without a reload.
await tab.evaluate(() => (window.same = true));
server.stop();
await later(500);
call("task.create", { rep_id: rep.id, assignee_id: task.assignee_id, title: "در قطعی" }, "mina");
call("task.complete", { id: call("task.list", { rep_id: rep.id, status: "active", limit: 50 }).items.find((one) => one.title === "پس از بستن").id });
await server.start();
before = Date.now();
await tab.locator("marfacrm-rep marfacrm-task", { hasText: "در قطعی" }).first().waitFor({ timeout: 30_000 });
console.log(`caught up ${((Date.now() - before) / 1000).toFixed(1)} s after the server was back`);
await tab.locator("marfacrm-rep marfacrm-task", { hasText: "پس از بستن" }).first().waitFor({ state: "detached" });
expect(await tab.evaluate(() => window.same), "without a reload");
await until("it is no longer said that the network is gone", async () => !(await tab.locator("marfacrm-app .banner").count()));
quiet(tab);
quiet(mina);
await browser.close();
finish();
