// screenshots.mjs FOLDER: every page at each viewport, in both languages, light and dark; each measured on the way.
import { mkdirSync } from "node:fs";
import { day } from "./data.mjs";
import { accessible, flaws } from "./measure.mjs";
import { expect, finish, go, launch, visit } from "./visit.mjs";

const folder = process.argv[2] ?? "build/screenshots";
const few = process.argv.includes("--few");
mkdirSync(folder, { recursive: true });
const { reps } = day();
const sizes = few ? [[320, 640], [768, 1024], [1366, 768]] : [[320, 640], [360, 800], [768, 1024], [1024, 768], [1366, 768], [1920, 1080]];
const looks = few ? [["fa", "light"], ["en", "dark"]] : [["fa", "light"], ["fa", "dark"], ["en", "light"], ["en", "dark"]];
const places = ["worklog", "reps", `rep/${reps[0].id}`, `rep/${reps[1].id}/profile`, `rep/${reps[0].id}/account`, `rep/${reps[0].id}/tasks`, "tasks", "search/سرور", "settings", "outbox"];
const browser = await launch();
for (const [language, theme] of looks)
  for (const [width, height] of sizes) {
    const page = await visit(browser, { width, height, language, theme });
    const look = async (name) => {
      const where = `${name} at ${width}, ${language}, ${theme}`;
      await page.screenshot({ path: `${folder}/${name}-${width}-${language}-${theme}.png` });
      for (const flaw of await flaws(page, width < 700 ? 40 : 24)) expect(false, `${where}: ${flaw}`);
      if (!few || width !== 320) for (const one of await accessible(page)) expect(false, `${where}: ${one}`);
    };
    for (const place of places) {
      await go(page, place);
      const [name, , part] = place.split("/");
      await look(part ? `${name}-${part}` : name);
    }
    await go(page, "tasks/new");
    await look("new-task");
    await page.keyboard.press("Escape");
    await go(page, "worklog");
    await page.evaluate(() => (document.activeElement?.blur(), document.body.focus()));
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(300);
    await look("palette");
    await page.keyboard.press("Escape");
    await go(page, `rep/${reps[2].id}`);
    await page.getByRole("button", { name: language === "fa" ? "ثبت گفت‌وگو" : "Log a conversation" }).first().click();
    await page.waitForTimeout(300);
    await look("conversation");
    expect(!page.complaints.length, `${width} ${language} ${theme}: ${page.complaints.join(" | ")}`);
    expect(!page.strangers.length, `requests to others: ${page.strangers.join(" ")}`);
    await page.context().close();
  }
await browser.close();
finish();
