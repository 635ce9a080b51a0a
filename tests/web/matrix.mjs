// matrix.mjs [FOLDER]: every page at each viewport, in both languages, light and dark, measured on the way; with a
// folder, as pictures in it. LOOKS="fa-light en-dark": these alone.
import { mkdirSync } from "node:fs";
import { controls, everyPage } from "./pages.mjs";
import { finish, launch } from "./visit.mjs";

const folder = process.argv[2];
const looks = process.env.LOOKS?.split(" ").map((one) => one.split("-"));
if (folder) mkdirSync(folder, { recursive: true });
const browser = await launch();
await controls(browser);
const began = Date.now();
await everyPage(browser, { folder, ...(looks ? { looks } : {}) });
console.log(`${Math.round((Date.now() - began) / 1000)} s`);
await browser.close();
finish();
