// matrix.mjs [FOLDER]: every page at each viewport, in both languages, light and dark, measured on the way; with a
// folder, as pictures in it.
import { mkdirSync } from "node:fs";
import { controls, everyPage } from "./pages.mjs";
import { finish, launch } from "./visit.mjs";

const folder = process.argv[2];
if (folder) mkdirSync(folder, { recursive: true });
const browser = await launch();
await controls(browser);
await everyPage(browser, { folder });
await browser.close();
finish();
