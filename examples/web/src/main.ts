// The program of the CRT's own page: the shell and the work log; when they stand there, all else, and the worker that lets
// it open without a network.
import "./style/document";
import "./app";
import "./parts/login";
import { crmAt } from "./base/crm";
import { t } from "./base/words";

const crm = crmAt();
const idle = (run: () => void): void => void ("requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: 1500 }) : setTimeout(run, 200));
const rest = (): void => void import("./elements").catch(() => addEventListener("online", rest, { once: true }));
if (/^(#\/?(worklog)?)?$/.test(location.hash)) crm.addEventListener("drawn", () => idle(rest), { once: true });
else rest();
addEventListener("hashchange", rest, { once: true });

if ("serviceWorker" in navigator) {
  const here = import.meta.url; // in assets/, below the mount
  const found = navigator.serviceWorker.controller;
  crm.addEventListener("drawn", () => idle(() => void navigator.serviceWorker.register(new URL("../sw.js", here), { scope: new URL("../", here).pathname }).catch(() => undefined)), { once: true });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (found) crm.toast(t("new_version"), { stays: true, action: { label: t("reload"), run: () => location.reload() } });
  });
}
