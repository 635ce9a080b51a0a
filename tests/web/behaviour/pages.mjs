// Pages as people see them: nothing is too wide, cut, covered or too small to hit. The whole matrix is make web-matrix.
import { controls, everyPage } from "../pages.mjs";
import { finish, launch } from "../visit.mjs";

const browser = await launch();
await controls(browser);
await everyPage(browser, process.env.ESSENTIAL
  ? { looks: [["fa", "light"]], sizes: [[320, 640]], axe: false }
  : { looks: [["fa", "light"]], sizes: [[320, 640], [1366, 768]] });
if (!process.env.ESSENTIAL) await everyPage(browser, { looks: [["en", "dark"]], sizes: [[360, 800]] });
await browser.close();
finish();
