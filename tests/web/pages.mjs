// Every page at each viewport, in both languages, light and dark: measured for what is too wide, cut, covered or too small
// to hit, and by axe-core; with a folder, pictured on the way.
import { day } from "./data.mjs";
import { accessible, flaws } from "./measure.mjs";
import { expect, go, quiet, visit } from "./visit.mjs";

export const sizes = [[320, 640], [360, 800], [768, 1024], [1024, 768], [1366, 768], [1920, 1080]];
export const looks = [["fa", "light"], ["fa", "dark"], ["en", "light"], ["en", "dark"]];

/** One look, at some sizes: each page is opened once and takes one size after the other. */
async function one(browser, data, [language, theme], sizes, { folder, places, axe = true }) {
  const { reps } = data;
  const page = await visit(browser, { width: sizes[0][0], height: sizes[0][1], language, theme });
  const look = async (name) => {
    for (const [width, height] of sizes) {
      const where = `${name} at ${width}, ${language}, ${theme}`;
      if (sizes.length > 1) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(250); // what moves has come to rest
      }
      if (folder) await page.screenshot({ path: `${folder}/${name}-${width}-${language}-${theme}.png` });
      for (const flaw of await flaws(page, width < 700 ? 44 : 24)) expect(false, `${where}: ${flaw}`);
      if (axe) for (const fault of await accessible(page)) expect(false, `${where}: ${fault}`);
    }
  };
  const all = {
    worklog: () => go(page, "worklog"),
    reps: () => go(page, "reps"),
    rep: () => go(page, `rep/${reps[0].id}`),
    "rep-profile": () => go(page, `rep/${reps[1].id}/profile`),
    "rep-account": () => go(page, `rep/${reps[0].id}/account`),
    "rep-tasks": () => go(page, `rep/${reps[0].id}/tasks`),
    "rep-review": () => go(page, `rep/${reps[1].id}/review`),
    tasks: () => go(page, "tasks"),
    search: () => go(page, "search/سرور"),
    voice: () => go(page, "voice"),
    settings: () => go(page, "settings"),
    outbox: () => go(page, "outbox"),
    "new-task": () => go(page, "tasks/new"),
    palette: async () => {
      await page.keyboard.press("Escape");
      await go(page, "worklog");
      await page.evaluate(() => document.activeElement?.blur());
      await page.keyboard.press("Control+k");
      await page.waitForTimeout(300);
    },
    notifications: async () => {
      await page.keyboard.press("Escape");
      await page.locator("marfacrm-app .top button.round").click();
      await page.waitForTimeout(400);
    },
    conversation: async () => {
      await page.keyboard.press("Escape");
      await go(page, `rep/${reps[2].id}`);
      await page.getByRole("button", { name: language === "fa" ? "ثبت گفت‌وگو" : "Log a conversation" }).first().click();
      await page.locator("marfacrm-conversation textarea[name=notes]").fill(language === "fa" ? "از VLESS راضی بود." : "Happy with VLESS.");
      await page.waitForTimeout(300);
    },
  };
  for (const [name, open] of Object.entries(all)) {
    if (places && !places.includes(name)) continue;
    await open();
    await look(name);
  }
  quiet(page);
  await page.context().close();
}

export async function everyPage(browser, options = {}) {
  const data = day();
  const wanted = options.sizes ?? sizes;
  const hands = [wanted.filter(([width]) => width < 700), wanted.filter(([width]) => width >= 700)]; // a finger, a mouse
  for (const look of options.looks ?? looks) for (const some of hands) if (some.length) await one(browser, data, look, some, options);
}

/** What is planted must be found: a page that is too wide, text that is cut, covered, too small to hit, without a name. */
export async function controls(browser) {
  const page = await visit(browser, { width: 360, height: 800 });
  const found = async (tag, style, ...texts) => {
    await page.evaluate(([name, css, lines]) => {
      const around = document.createElement("div");
      around.id = "planted";
      for (const text of lines) {
        const element = document.createElement(name);
        element.textContent = text;
        Object.assign(element.style, css); // by script, which the policy allows
        around.append(element);
      }
      document.body.append(around);
    }, [tag, style, texts]);
    const seen = [...(await flaws(page, 44, 100)), ...(await accessible(page))].join("\n");
    await page.evaluate(() => document.getElementById("planted").remove());
    return seen;
  };
  const plants = [
    [/the page is \d+ wide/, "div", { inlineSize: "500px" }, "پهن"],
    [/^outside of the page: .*پهن/m, "p", { inlineSize: "500px" }, "پهن"],
    [/^cut: .*بریده/m, "p", { inlineSize: "60px", overflow: "hidden", whiteSpace: "nowrap" }, "متن بریده‌ای که جا نمی‌شود"],
    [/^cut below: .*بریده/m, "p", { blockSize: "10px", overflow: "hidden" }, "متن بریده"],
    [/^small, /m, "button", { inlineSize: "20px", blockSize: "20px" }, "x"],
    [/^overlap: /m, "p", { marginBlock: "0 -14px" }, "یکی", "روی دیگری"],
    [/^button-name: /m, "button", {}, ""],
    [/^color-contrast: /m, "p", { color: "#bbb", background: "#fff" }, "کم‌رنگ"],
  ];
  for (const [wanted, ...plant] of plants) {
    const seen = await found(...plant);
    expect(wanted.test(seen), `the control: ${wanted} is found (${seen.slice(0, 200)})`);
  }
  await page.context().close();
}
