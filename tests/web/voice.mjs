// A conversation that is spoken: recorded by Chromium's microphone, which hears a Persian sentence by espeak-ng, kept
// through a closed tab and a lost network, heard by the double of a speech service, reviewed, and its tasks in the work log.
import { execFileSync } from "node:child_process";
import { call, expect, finish, launch, site, visit } from "./visit.mjs";

const said = "از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.";
const wav = `${process.env.FOLDER}/said.wav`;
execFileSync("espeak-ng", ["-v", "fa", "-w", wav, said]);
const double = (path, body) => fetch(`${process.env.DOUBLE}/__double/${path}`, body ? { method: "PUT", body: JSON.stringify(body) } : {});
await double("say", { path: "/v1/audio/transcriptions", text: said });

const browser = await launch(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${wav}`]);
const until = async (what, holds, ms = 20_000) => {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 150))) if (await holds()) return true;
  expect(false, what);
  return false;
};
const reps = call("rep.list", { limit: 4, sort: "-debt" }).items;
const sizes = process.argv.includes("--one") ? [[360, 800]] : [[360, 800], [1366, 768]];
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
  expect(!page.complaints.length, page.complaints.join(" | "));
  expect(!page.strangers.length, page.strangers.join(" "));
  await page.context().close();
}

// Lost network, closed tab: the recording waits on the disk, is heard again there, and leaves when the network is back.
{
  const rep = reps.pop();
  const page = await visit(browser, { width: 360, height: 800, permissions: ["microphone"] });
  const context = page.context();
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.locator("[data-speak]").click();
  const pick = page.locator("marfacrm-palette input");
  await pick.fill(rep.name);
  await page.locator("marfacrm-palette li", { hasText: rep.name }).first().click();
  const sheet = page.locator("marfacrm-conversation");
  await sheet.locator("[data-stop]").waitFor();
  await page.waitForTimeout(2500);
  await context.setOffline(true);
  await page.close(); // in the middle of it
  const second = await context.newPage();
  await second.goto(`${site}/crm/`);
  await second.locator("marfacrm-conversation .bar .open").click();
  const kept = second.locator("marfacrm-conversation marfacrm-recorder marfacrm-player");
  await kept.waitFor();
  await kept.locator("button.main").click();
  await until("what was recorded before the tab was closed is heard again", () => kept.locator("audio").evaluate((audio) => audio.currentTime > 0.2));
  await second.locator("marfacrm-conversation footer .main").click();
  await second.locator("marfacrm-conversation", { hasText: "با برگشت اینترنت فرستاده می‌شود" }).waitFor();
  await second.close();
  expect(!call("voice_note.list", { rep_id: rep.id }).items.length, "nothing has arrived yet");

  // No page is open: the worker sends it, as Chromium's background sync asks it to.
  const scope = `${site}/crm/`;
  const debug = await browser.newBrowserCDPSession();
  const { targetInfos } = await debug.send("Target.getTargets");
  expect(!targetInfos.some((one) => one.type === "page" && one.url.startsWith(scope)), "no page of the CRM is open");
  const elsewhere = await context.newPage();
  await context.setOffline(false);
  const cdp = await context.newCDPSession(elsewhere);
  let registration;
  cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => (registration = registrations.find((one) => one.scopeURL === scope)?.registrationId ?? registration));
  await cdp.send("ServiceWorker.enable");
  await until("the worker is registered", () => registration);
  await cdp.send("ServiceWorker.dispatchSyncEvent", { origin: site, registrationId: registration, tag: "outbox", lastChance: false });
  await until("the worker has sent the recording", () => call("voice_note.list", { rep_id: rep.id }).items.length === 1);
  const [note] = call("voice_note.list", { rep_id: rep.id }).items;
  expect(note && note.duration_s > 1 && call("interaction.list", { rep_id: rep.id, state: "final" }).items.some((one) => one.id === note.interaction_id), `it belongs to a logged conversation (${note?.duration_s} s)`);
  await elsewhere.goto(scope);
  await until("the outbox is empty", () => elsewhere.evaluate(async () => {
    const db = await new Promise((ok) => (indexedDB.open("marfacrm /crm/").onsuccess = (e) => ok(e.target.result)));
    const count = (room) => new Promise((ok) => (db.transaction(room).objectStore(room).count().onsuccess = (e) => ok(e.target.result)));
    const left = (await count("outbox")) + (await count("voice"));
    db.close();
    return left === 0;
  }));
  await context.close();
}

// A service that fails: the reason stands there in words, and the note can be typed up meanwhile.
{
  const rep = reps.pop();
  await double("fault", { path: "/v1/audio/transcriptions", fault: "region", times: 50 });
  const page = await visit(browser, { permissions: ["microphone"] });
  await page.evaluate((id) => (location.hash = `#/rep/${id}`), rep.id);
  await page.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
  const sheet = page.locator("marfacrm-conversation");
  await sheet.locator('input[type="file"]').setInputFiles(wav);
  await sheet.locator("marfacrm-player").waitFor();
  await sheet.locator("footer .main").click();
  await sheet.locator('[role="alert"]').waitFor({ timeout: 40_000 });
  expect((await sheet.locator('[role="alert"]').textContent()).trim().length > 25, "the reason stands there");
  expect(await sheet.locator('textarea[name="transcript"]').count() === 1, "meanwhile it can be typed up by hand");
  expect(!page.complaints.length, page.complaints.join(" | "));
}
await browser.close();
finish();
