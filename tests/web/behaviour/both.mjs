// Two at once, and all at once: what a colleague changes while a form is open is chosen field by field; what was sent too late
// is compared in the outbox; an action on several tasks is taken back whole.
import { call, expect, finish, go, launch, visit } from "../visit.mjs";

const browser = await launch();
for (const [language, width, height] of [["fa", 360, 800], ["en", 1366, 768]]) {
  const [rep] = call("rep.list", { limit: 1, sort: "name" }).items;
  const title = `two at once ${language}`;
  const task = call("task.create", { rep_id: rep.id, title, description: "first", due_at: new Date(Date.now() + 3600e3).toISOString(), due_grain: "minute" });
  const page = await visit(browser, { width, height, language });
  await go(page, "tasks");
  const row = page.locator("marfacrm-task", { hasText: title });
  const edit = async () => {
    await row.locator(".acts button").last().click();
    await row.locator("[data-edit]").click();
    await row.locator("form input[name=title]").waitFor();
  };

  // Each has changed another field: nobody is asked, both stay.
  await edit();
  call("task.update", { id: task.id, priority: "high" }, "mina");
  await row.locator("form textarea").fill("mine");
  await row.locator("form .main").click();
  await page.locator(".toast.good").first().waitFor();
  let now = call("task.get", { id: task.id });
  expect(now.priority === "high" && now.description === "mine", `two fields of two people both stay: ${now.priority}, ${now.description}`);

  // The same fields: chosen one by one; what is joined has both.
  await edit();
  call("task.update", { id: task.id, description: "theirs", title: `${title} theirs` }, "mina");
  await row.locator("form textarea").fill("mine again");
  await row.locator("form input[name=title]").fill(`${title} mine`);
  await row.locator("form .main").click();
  const clash = page.locator("marfacrm-conflict");
  await clash.locator("[data-settle]").waitFor();
  const shown = await clash.locator("[data-field]").evaluateAll((all) => all.map((one) => one.dataset.field).sort().join());
  expect(shown === "description,title", `what both have changed is asked, no more: ${shown}`);
  const texts = await clash.locator('[data-field="description"]').textContent();
  expect(texts.includes("mine again") && texts.includes("theirs"), "both texts stand side by side");
  expect(!/[a-z]_[a-z]/.test(await clash.textContent()), "fields have names");
  // Back: what was typed is still there.
  await clash.locator(".row > .quiet").last().click();
  expect((await row.locator("form textarea").inputValue()) === "mine again", "back at the form, nothing is lost");
  await row.locator("form .main").click();
  await clash.locator("[data-settle]").waitFor();
  await clash.locator('[data-field="description"] [data-take="both"]').click();
  await clash.locator('[data-field="title"] [data-take="theirs"]').click();
  await clash.locator("[data-settle]").click();
  await clash.locator("[data-settle]").waitFor({ state: "detached" });
  await page.waitForTimeout(300);
  now = call("task.get", { id: task.id });
  expect(now.title === `${title} theirs` && now.description === "theirs\nmine again", `as chosen: ${now.title}, ${now.description}`);

  // Several at once, and back.
  const several = [1, 2, 3].map((n) => call("task.create", { rep_id: rep.id, title: `several ${language} ${n}`, due_at: new Date(Date.now() + 7200e3).toISOString(), due_grain: "minute" }));
  await page.locator("marfacrm-task", { hasText: `several ${language} 3` }).waitFor();
  for (const one of several) await page.getByLabel(one.title).first().check();
  await page.locator(".bulk button").first().click();
  await page.locator("marfacrm-task", { hasText: `several ${language}` }).first().waitFor({ state: "detached" });
  expect(several.every((one) => call("task.get", { id: one.id }).status === "done"), "all are done");
  await page.locator(".toast button").filter({ hasText: language === "fa" ? "برگرداندن" : "Undo" }).last().click();
  await page.locator("marfacrm-task", { hasText: `several ${language} 3` }).waitFor();
  const after = several.map((one) => call("task.get", { id: one.id }).status);
  expect(after.every((status) => status === "open"), `undo takes back all of them: ${after}`);
  for (const one of several) call("task.complete", { id: one.id });

  // The same task for several representatives, and back; the palette takes the letters at once.
  await page.keyboard.press("Control+k");
  await page.locator("marfacrm-palette input").waitFor();
  await page.waitForTimeout(200);
  await page.keyboard.type("zz");
  expect((await page.locator("marfacrm-palette input").inputValue()) === "zz", "the palette has the focus");
  await page.keyboard.press("Escape");
  await go(page, "reps");
  for (const i of [0, 1]) await page.locator("marfacrm-reps .rep input").nth(i).check();
  await page.locator('[data-bulk="task"]').click();
  await page.locator("marfacrm-reps form input[name=title]").fill(`for each ${language}`);
  await page.locator("marfacrm-reps form .main").click();
  await page.locator(".bulk").waitFor({ state: "detached" });
  const each = () => call("task.list", { status: "active", limit: 200 }).items.filter((one) => one.title === `for each ${language}`).length;
  expect(each() === 2, `each has one (${each()})`);
  await page.locator(".toast button").filter({ hasText: language === "fa" ? "برگرداندن" : "Undo" }).last().click();
  await page.locator(".toast", { hasText: language === "fa" ? "برگردانده شد" : "undone" }).first().waitFor();
  expect(each() === 0, `and none after undo (${each()})`);

  // A conversation that could not be sent, while a colleague closed its task: it is logged all the same.
  const late = call("task.create", { rep_id: rep.id, title: `late ${language}`, priority: "urgent", due_at: new Date(Date.now() - 7200e3).toISOString(), due_grain: "minute" });
  await go(page, "worklog");
  const first = page.locator("marfacrm-task", { hasText: late.title }).first();
  await first.waitFor();
  await page.context().setOffline(true);
  await first.locator('[data-contact="call"]').click();
  const sheet = page.locator("marfacrm-conversation");
  await sheet.locator("textarea[name=notes]").fill(`spoken offline ${language}`);
  await sheet.locator("footer .main").click();
  await page.locator(".banner").waitFor();
  call("task.complete", { id: late.id }, "mina");
  await page.context().setOffline(false);
  await go(page, "outbox");
  await page.locator("[data-log-alone]").click();
  await page.locator("[data-log-alone]").waitFor({ state: "detached" });
  await page.waitForTimeout(500);
  const logged = call("interaction.list", { rep_id: rep.id, state: "final" }).items.filter((one) => one.notes === `spoken offline ${language}`);
  expect(logged.length === 1, `the conversation is there, once (${logged.length})`);
  call("task.complete", { id: task.id });
  expect(!page.complaints.length, page.complaints.join(" | "));
  await page.context().close();
}
await browser.close();
finish();
