// The last look at the work log. It is kept as a whole page, which the worker hands out before the program has run: what
// somebody saw last is there at once, with the time when it was so, and the program takes its place. It stands in the
// worker's cache, one for the browser, goes with the login, and is not shown for longer than a login lasts that nobody uses.
import { exact } from "./format";
import { lastAt, lastName } from "./parcel";
import { direction, language, t } from "./words";

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const empty = /^(area|br|hr|img|input|link|meta|wbr)$/;
/** What moves or answers is the program's; its name is changed so that the program does not take the copy for its own. */
const rename = (text: string): string => text.replace(/\bmarfacrm-/g, "last-");

/** The rules of a sheet that say something of what stands in a shadow. */
function said(sheet: CSSStyleSheet, root: ShadowRoot): string {
  const speaks = (rule: CSSRule): boolean => !(rule instanceof CSSStyleRule) || rule.selectorText.includes(":") || !!root.querySelector(rule.selectorText);
  return rename([...sheet.cssRules].filter(speaks).map((rule) => rule.cssText).join(""));
}

/** What is in sight, with its shadows; `styles` gathers theirs, for the policy. */
function copy(node: Node, styles: Set<string>): string {
  if (node instanceof Text) return escape(node.data);
  if (!(node instanceof Element)) return "";
  if (node instanceof SVGElement) return node.outerHTML.replace(/<!--[^]*?-->/g, "");
  if (node.localName === "marfacrm-dialog") return "";
  const boxless = getComputedStyle(node).display === "contents";
  if (!boxless && (!node.checkVisibility() || node.getBoundingClientRect().top > innerHeight)) return "";
  const name = rename(node.localName);
  const held = [...node.attributes].filter((a) => !/^(style|id|autofocus)$/.test(a.name)).map((a) => ` ${a.name}="${escape(a.name === "class" ? a.value.replace(/\bslide\b/, "") : a.value)}"`);
  const within = (parent: ParentNode & Node): string => [...parent.childNodes].map((child) => copy(child, styles)).join("");
  let shadow = "";
  if (node.shadowRoot) {
    const { shadowRoot } = node;
    const style = shadowRoot.adoptedStyleSheets.map((sheet) => said(sheet, shadowRoot)).join("");
    styles.add(style);
    shadow = `<template shadowrootmode="open"><style>${style}</style>${within(shadowRoot)}</template>`;
  }
  return `<${name}${held.join("")}>${shadow}${empty.test(name) ? "" : `${within(node)}</${name}>`}`;
}

async function hash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `'sha256-${btoa(String.fromCharCode(...bytes))}'`;
}

/** The worker's cache: the newest, if there are two. */
const kept = async (): Promise<Cache | undefined> => {
  if (!navigator.serviceWorker?.controller) return undefined;
  const name = (await caches.keys()).filter((one) => one.startsWith("marfacrm ")).at(-1);
  return name ? caches.open(name) : undefined;
};

/** Once it is written, `still` is asked again: a login that has ended meanwhile leaves nothing. */
export async function keepLast(app: Element, base: URL, still: () => boolean): Promise<void> {
  const cache = await kept();
  const shell = await cache?.match(base);
  if (!cache || !shell) return;
  const styles = new Set<string>();
  const picture = copy(app, styles);
  const hashes = await Promise.all([...styles].map(hash));
  const policy = (shell.headers.get("Content-Security-Policy") ?? "").replace(/default-src[^;]*;?/, `$& style-src 'self' ${hashes.join(" ")};`);
  const font = performance.getEntriesByType("resource").find((one) => /\.woff2$/.test(one.name))?.name;
  const age = `<p>${escape(t("last_look", exact(new Date().toISOString())))}</p>`;
  const page = (await shell.text())
    .replace(/<html[^>]*>/, `<html lang="${language()}" dir="${direction()}" data-mc-last data-mc-theme="${document.documentElement.dataset["mcTheme"] ?? ""}">`)
    .replace(/<title>[^<]*/, `<title>${escape(document.title)}`)
    .replace("</head>", () => `${font ? `<link rel="preload" as="font" type="font/woff2" crossorigin href="${font}">` : ""}</head>`)
    .replace("<body>", () => `<body><div id="marfacrm-last" inert>${picture}${age}</div>`);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", [lastAt]: String(Date.now()) };
  await cache.put(new URL(lastName, base), new Response(page, { headers }));
  if (!still()) await dropLast(base);
}

export async function dropLast(base: URL): Promise<void> {
  await Promise.all((await caches.keys()).filter((one) => one.startsWith("marfacrm ")).map(async (name) => (await caches.open(name)).delete(new URL(lastName, base))));
}

/** The program stands there itself now. */
export function liftLast(): void {
  delete document.documentElement.dataset["mcLast"];
  document.getElementById("marfacrm-last")?.remove();
}
