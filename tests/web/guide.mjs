// guide.mjs FOLDER: the pictures of the guide for the CRT (docs/fa), taken from the real program as somebody's day goes on.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { day } from "./data.mjs";
import { call, expect, finish, go, launch, visit } from "./visit.mjs";

const folder = process.argv[2] ?? "docs/fa/pictures";
const most = 60 * 1024;
mkdirSync(folder, { recursive: true });
const said = "از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.";
const wav = `${process.env.FOLDER}/guide.wav`;
execFileSync("espeak-ng", ["-v", "fa", "-w", wav, said]);
await fetch(`${process.env.DOUBLE}/__double/say`, { method: "PUT", body: JSON.stringify({ path: "/v1/audio/transcriptions", text: said }) });
const { reps } = day();
const browser = await launch(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${wav}`]);

/** The browser itself writes webp; less sharp until it is small enough to be kept. */
async function picture(page, name) {
  await page.evaluate(() => {
    const { crm } = document.querySelector("marfacrm-app");
    for (const toast of crm.toasts) crm.untoast(toast.id);
  });
  await page.waitForTimeout(400);
  const session = await page.context().newCDPSession(page);
  for (let quality = 72; ; quality -= 12) {
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > most && quality > 12) continue;
    expect(bytes.length <= most, `${name} has ${bytes.length} bytes`);
    writeFileSync(`${folder}/${name}.webp`, bytes);
    return;
  }
}
const phone = () => visit(browser, { width: 360, height: 720, theme: "light", language: "fa", deviceScaleFactor: 1.5, permissions: ["microphone"] });
const desk = () => visit(browser, { width: 1200, height: 760, theme: "light", language: "fa" });

// The day begins.
let page = await desk();
await page.locator("marfacrm-task[now]").waitFor();
await picture(page, "worklog");
await page.keyboard.press("Control+k");
await page.keyboard.type("رضا");
await page.waitForTimeout(600);
await picture(page, "palette");
await page.keyboard.press("Escape");
await go(page, "reps");
for (const i of [0, 1, 4]) await page.locator("marfacrm-reps .rep input").nth(i).check();
await picture(page, "reps");
await go(page, `rep/${reps[0].id}`);
await picture(page, "rep");
await page.context().close();

// A call, typed; then one that is spoken.
page = await phone();
await page.locator("marfacrm-task[now]").waitFor();
await picture(page, "phone");
await page.locator('marfacrm-task[now] [data-contact="call"]').click();
const sheet = page.locator("marfacrm-conversation");
await sheet.locator("textarea[name=notes]").fill(said);
await picture(page, "call");
await page.waitForTimeout(1200);
await sheet.locator("footer .main").click();
await sheet.locator("marfacrm-review li").first().waitFor();
await picture(page, "review");
await sheet.locator("[data-all]").click();
await sheet.locator("marfacrm-review").waitFor({ state: "detached" });
await page.locator('marfacrm-task[now] [data-contact="call"]').click();
await sheet.locator("[data-record]").click();
await page.waitForTimeout(3500);
await picture(page, "record");
await sheet.locator("footer .main").click();
await sheet.locator('marfacrm-voice article[data-state="ready"]').waitFor({ timeout: 40_000 });
await sheet.locator("marfacrm-voice .transcript").waitFor();
await picture(page, "voice");
await sheet.locator("[data-all]").click();
await sheet.locator("marfacrm-voice").waitFor({ state: "detached" });

// A task with its time in words.
await go(page, "tasks/new");
await page.locator("input[name=title]").fill("پرسیدن از فروش ماه");
await page.locator("marfacrm-when input[name=words]").fill("شنبه هفتهٔ بعد ساعت ۴");
await page.waitForTimeout(900);
await picture(page, "task");
await page.keyboard.press("Escape");

// Without a network.
await go(page, "worklog");
await page.context().setOffline(true);
await page.locator('marfacrm-task[now] [data-contact="call"]').click();
await sheet.locator("textarea[name=notes]").fill("پاسخ نداد؛ عصر دوباره زنگ می‌زنم.");
await sheet.locator("footer .main").click();
await page.locator(".banner").waitFor();
await go(page, "outbox");
await picture(page, "outbox");
await page.context().close();

// Two at once.
const task = call("task.create", { title: "فرستادن قیمت تازه", description: "قیمت سه‌ماهه", rep_id: reps[8].id });
page = await desk();
await go(page, "tasks");
const row = page.locator("marfacrm-task", { hasText: task.title });
await row.locator(".acts button").last().click();
await row.locator("[data-edit]").click();
await row.locator("form textarea").fill("قیمت سه‌ماهه و شش‌ماهه، با تخفیف عمده");
call("task.update", { id: task.id, description: "قیمت سه‌ماهه؛ پیش‌فاکتور هم خواست" }, "mina");
await row.locator("form .main").click();
await page.locator("marfacrm-conflict [data-settle]").waitFor();
await picture(page, "conflict");
await page.context().close();
await browser.close();
finish();
