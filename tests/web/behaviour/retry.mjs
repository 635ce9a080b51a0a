// A speech service that fails: the reason stands there in words, the note can be typed up meanwhile, and once the service
// is back, one press leads to the transcript and its proposals.
import { double, listener, wav } from "../microphone.mjs";
import { call, expect, finish, go, quiet, visit } from "../visit.mjs";

const browser = await listener();
const [rep] = call("rep.list", { limit: 1, sort: "-debt" }).items;
await double("fault", { path: "/v1/audio/transcriptions", fault: "region", times: 50 });
const page = await visit(browser, { permissions: ["microphone"] });
await go(page, `rep/${rep.id}`);
await page.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
const sheet = page.locator("marfacrm-conversation");
await sheet.locator('input[type="file"]').setInputFiles(wav);
await sheet.locator("marfacrm-player").waitFor();
await sheet.locator("footer .main").click();
await sheet.locator('[role="alert"]').waitFor({ timeout: 40_000 });
expect((await sheet.locator('[role="alert"]').textContent()).trim().length > 25, "the reason stands there");
expect((await sheet.locator('textarea[name="transcript"]').count()) === 1, "meanwhile it can be typed up by hand");

await double("fault", { path: "/v1/audio/transcriptions", fault: "region", times: 0 });
const pressed = Date.now();
await sheet.locator('[role="alert"]').getByRole("button", { name: "دوباره" }).click();
await sheet.locator('article[data-state="ready"]').waitFor({ timeout: 40_000 });
console.log(`ready ${((Date.now() - pressed) / 1000).toFixed(1)} s after the press`);
await sheet.locator(".transcript", { hasText: "کندی سرور" }).waitFor();
expect((await sheet.locator('[role="alert"]').count()) === 0, "the reason is gone");
expect((await sheet.locator('marfacrm-review li[data-field="task"]').count()) >= 1, "tasks are proposed");
quiet(page);
await browser.close();
finish();
