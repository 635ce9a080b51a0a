// Forms that meet a colleague's: profile, prospect, conversation.
import { call, expect, finish, go, launch, quiet, until, visit } from "../visit.mjs";

const browser = await launch();
const page = await visit(browser);
const clash = page.locator("marfacrm-conflict");
const [rep, other] = call("rep.list", { limit: 2, sort: "name" }).items;

// A profile: each has changed another field, and both the notes.
await go(page, `rep/${rep.id}/profile`);
const profile = page.locator("marfacrm-profile");
await profile.getByRole("button", { name: "ویرایش" }).click();
call("rep.profile.update", { id: rep.id, best_times: "عصرها", notes: "یادداشت همکار" }, "mina");
await profile.locator("textarea[name=notes]").fill("یادداشت من");
await profile.locator("form .main").first().click();
await clash.locator("[data-settle]").waitFor();
const asked = await clash.locator("[data-field]").evaluateAll((all) => all.map((one) => one.dataset.field).join());
expect(asked === "notes", `profile: only what both have changed is asked (${asked})`);
await clash.locator('[data-field="notes"] [data-take="mine"]').click();
await clash.locator("[data-settle]").click();
await until("the profile has both", () => {
  const now = call("rep.get", { id: rep.id }).profile;
  return now.notes === "یادداشت من" && now.best_times === "عصرها";
});

// A prospect.
const prospect = call("prospect.create", { name: "مشتری دو نفره", shop: "اول" });
await go(page, `rep/${prospect.id}`);
const form = page.locator("marfacrm-rep marfacrm-edit form");
await page.locator("marfacrm-rep [data-edit]").first().click();
await form.locator("input[name=shop]").fill("دکان من");
call("prospect.update", { id: prospect.id, version: call("rep.get", { id: prospect.id }).version, shop: "دکان همکار", telegram: "colleague" }, "mina");
await form.locator(".main").click();
await clash.locator('[data-field="shop"] [data-take="theirs"]').click();
await clash.locator("[data-settle]").click();
await form.waitFor({ state: "detached" });
const made = call("rep.get", { id: prospect.id });
expect(made.shop === "دکان همکار" && made.telegram === "colleague", `prospect: as chosen, the rest kept (${made.shop}, ${made.telegram})`);

// A conversation that was logged.
const talk = call("interaction.log", { rep_id: other.id, type: "call", notes: "اول", duration_s: 60 });
await go(page, `rep/${other.id}`);
await page.locator("marfacrm-rep [data-edit]").first().click();
await form.locator("textarea[name=notes]").fill("از من");
call("interaction.update", { id: talk.id, version: call("interaction.get", { id: talk.id }).version, notes: "از همکار", outcome: "resolved" }, "mina");
await form.locator(".main").click();
await clash.locator('[data-field="notes"] [data-take="both"]').click();
await clash.locator("[data-settle]").click();
await form.waitFor({ state: "detached" });
const told = call("interaction.get", { id: talk.id });
expect(/از همکار[^]*از من/.test(told.notes) && told.outcome === "resolved", `conversation: both texts, the colleague's outcome (${told.notes}, ${told.outcome})`);

quiet(page);
await browser.close();
finish();
