// The first lines of the CRT's own page, small and without imports, so that they run first: they ask for what will be
// shown, and let what the worker has put there of the last time (base/last.ts) be painted before the program itself
// takes the processor.
import type { Early } from "./base/early";

const here = new URL(/* @vite-ignore */ "../api/v1/", import.meta.url); // this file is in assets/, below the mount
const get = (path: string): Promise<Response> => fetch(new URL(path, here), { headers: { Accept: "application/json" }, cache: "no-store" });
const session = get("session");
const early: Early = { at: performance.now(), answers: new Map([[new URL("session", here).href, session]]) };
// In this order: events are heard from the session's answer on, so nothing between the two is missed.
if (/^(#\/?(worklog)?)?$/.test(location.hash)) early.answers.set(new URL("worklog", here).href, session.then((answer) => (answer.ok ? get("worklog") : answer)));
for (const answer of early.answers.values()) answer.catch(() => undefined); // whoever takes it hears of it
globalThis.marfacrmEarly = early;

if (localStorage.getItem("marfacrm language") === "en") void import("./words/en");
const program = (): void => void import("./main");
const after = (): void => void requestAnimationFrame(() => setTimeout(program)); // the frame that paints it comes first
if (!("mcLast" in document.documentElement.dataset)) program();
else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", after);
else after();
