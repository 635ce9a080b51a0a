// The CRT's own page: the app, and the worker that lets it open without a network.
import "./marfacrm";
import { crmAt } from "./base/crm";
import { t } from "./base/words";

const here = import.meta.url; // in assets/, below the mount

if ("serviceWorker" in navigator) {
  const found = navigator.serviceWorker.controller;
  void navigator.serviceWorker.register(new URL("../sw.js", here), { scope: new URL("../", here).pathname }).catch(() => undefined);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (found) crmAt().toast(t("new_version"), { stays: true, action: { label: t("reload"), run: () => location.reload() } });
  });
}
