// A conversation that is spoken: recorded, heard by the double of a speech service, reviewed, its tasks in the work log.
import { listener } from "../microphone.mjs";
import { call, expect, finish, quiet, until, visit } from "../visit.mjs";

const browser = await listener();
const reps = call("rep.list", { limit: 4, sort: "-debt" }).items;
const sizes = process.env.ESSENTIAL ? [[360, 800]] : [[360, 800], [1366, 768]];
for (const [width, height] of sizes) {
  const rep = reps.pop();
  const task = call("task.create", { rep_id: rep.id, title: `تماس ${width}`, priority: "urgent", due_at: new Date(Date.now() - 7200e3).toISOString(), due_grain: "minute" });
  const page = await visit(browser, { width, height, permissions: ["microphone"] });
  let taps = 0;
  const tap = async (what) => (taps++, what.click());
  await page.locator("marfacrm-task[now] .title", { hasText: `تماس ${width}` }).waitFor();
  await tap(page.locator('marfacrm-task[now] [data-contact="call"]'));
  const sheet = page.locator("marfacrm-conversation");
  await tap(sheet.locator("[data-record]"));
  await sheet.locator("[data-stop]").waitFor();
  await page.waitForTimeout(2600);
  const loud = await sheet.locator("canvas").evaluate((canvas) => {
    const { data, width: w, height: h } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let most = 0;
    for (let x = 0; x < w; x++) {
      let column = 0;
      for (let y = 0; y < h; y++) if (data[(y * w + x) * 4 + 3]) column++;
      most = Math.max(most, column / h);
    }
    return most;
  });
  expect(loud > 0.15, `the meter moves with the voice (${loud.toFixed(2)})`);
  await sheet.getByRole("button", { name: "مکث" }).click();
  const paused_at = await sheet.locator(".time").textContent();
  await page.waitForTimeout(1300);
  expect((await sheet.locator(".time").textContent()) === paused_at, "a pause does not count");
  await sheet.getByRole("button", { name: "ادامهٔ ضبط" }).click();
  await page.waitForTimeout(1200);
  await tap(sheet.locator("footer .main")); // ends the recording and the call, and logs it
  await sheet.locator('marfacrm-voice article[data-state="ready"]').waitFor({ timeout: 40_000 });
  await sheet.locator("marfacrm-voice .transcript", { hasText: "کندی سرور" }).waitFor();
  const proposed = await sheet.locator('marfacrm-review li[data-field="task"]').count();
  expect(proposed >= 1, `tasks are proposed (${proposed})`);
  const badges = await sheet.locator("marfacrm-voice marfacrm-origin").count();
  const fields = await sheet.locator("marfacrm-review li[data-field]").count();
  expect(badges === fields + 1, `every field says where it comes from (${badges} of ${fields + 1})`);
  await tap(sheet.locator("[data-all]"));
  await sheet.locator("marfacrm-voice").waitFor({ state: "detached" });
  console.log(`${width} px: ${taps} taps by voice`);
  expect(taps <= 6, `${taps} taps`);

  expect(call("task.get", { id: task.id }).status === "done", "the first task is done");
  const [talk] = call("interaction.list", { rep_id: rep.id, state: "final" }).items;
  const whole = call("interaction.get", { id: talk.id });
  expect(whole.provenance.transcript?.provider === "ears", `the transcript's provider (${JSON.stringify(whole.provenance.transcript)})`);
  const note = call("voice_note.list", { interaction_id: talk.id }).items[0];
  expect(note.state === "ready" && note.duration_s > 2.5 && note.duration_s < 9 && note.codec === "opus", `the recording is whole (${note.duration_s} s, ${note.codec})`);
  const made = call("task.list", { interaction_id: talk.id, status: "active" }).items;
  expect(made.length === proposed, `the accepted tasks exist (${made.length} of ${proposed})`);
  await until("an accepted task is in the work log", async () => (await page.locator("marfacrm-worklog marfacrm-task", { hasText: made[0].title }).count()) > 0);

  // Its history and its sound, on the page of its own.
  await page.evaluate((id) => (location.hash = `#/voice/${id}`), talk.id);
  const badge = page.locator('marfacrm-voices marfacrm-review li[data-field]:not([data-field="task"]) marfacrm-origin').first();
  await badge.locator("button.chip").click();
  await badge.locator("marfacrm-dialog dl").waitFor();
  await until("the history of a field is shown", async () => (await badge.locator("marfacrm-dialog ul li").count()) > 0);
  expect(/داخلی|note/.test(await badge.locator("marfacrm-dialog").textContent()), "the badge names who made it");
  await page.keyboard.press("Escape");
  await page.locator("marfacrm-voices marfacrm-player button.main").click();
  await until("it can be listened to", () => page.locator("marfacrm-voices marfacrm-player audio").evaluate((audio) => audio.currentTime > 0.2));
  quiet(page);
  await page.context().close();
}
await browser.close();
finish();
