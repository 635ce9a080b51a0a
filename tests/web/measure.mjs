// What a look at a page finds by measurement, through all shadow roots.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is too wide, cut, covered or too small to hit, by measurement, through all shadow roots. */
export const flaws = (page, touch, most = 8) =>
  page.evaluate(([least, most]) => {
    const found = [];
    const name = (e) => `${e.getRootNode().host?.localName ?? ""} ${e.localName}.${e.className?.baseVal ?? e.className} «${(e.textContent ?? "").trim().slice(0, 30)}»`;
    const root = document.scrollingElement;
    const wide = root.clientWidth; // innerWidth grows with what is too wide, on a phone
    if (root.scrollWidth > wide) found.push(`the page is ${root.scrollWidth} wide in ${wide}`);
    const all = [];
    const walk = (node) => {
      for (const e of node.querySelectorAll("*")) {
        all.push(e);
        if (e.shadowRoot) walk(e.shadowRoot);
      }
    };
    walk(document);
    for (const e of all) {
      const box = e.getBoundingClientRect();
      if (!box.width || !box.height || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || e.closest(".unseen, .skip, [inert]")) continue;
      const style = getComputedStyle(e);
      const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if ((box.left < -1 || box.right > wide + 1) && (text || /button|input|a/.test(e.localName))) {
        if (!e.closest(".tabs")) found.push(`outside of the page: ${name(e)}`);
      }
      const cut = style.overflowX !== "visible" && style.overflowX !== "auto" && style.overflowX !== "scroll" && e.scrollWidth > e.clientWidth + 2;
      if (text && cut && style.textOverflow !== "ellipsis" && !/input|textarea|select/.test(e.localName) && style.clipPath === "none") found.push(`cut: ${name(e)}`);
      if (text && style.overflowY === "hidden" && e.scrollHeight > e.clientHeight + 3 && style.webkitLineClamp === "none" && style.clipPath === "none") found.push(`cut below: ${name(e)}`);
      const inline = e.localName === "a" && style.display === "inline";
      if (/^(button|a|input|select|textarea|summary)$/.test(e.localName) && !inline && !/checkbox|radio/.test(e.type ?? "") && Math.min(box.width, box.height) < least) found.push(`small, ${Math.round(box.width)}×${Math.round(box.height)}: ${name(e)}`);
    }
    // Two texts over each other in one flow.
    for (const list of all.filter((e) => e.children.length > 1 && e.children.length < 40)) {
      const boxes = [...list.children].filter((e) => e.checkVisibility() && (e.textContent ?? "").trim() && !/absolute|fixed|sticky/.test(getComputedStyle(e).position) && !/^(option|bdi|svg|path)$/.test(e.localName)).map((e) => [e, e.getBoundingClientRect()]);
      for (let i = 0; i + 1 < boxes.length; i++) {
        const [a, x] = boxes[i], [b, y] = boxes[i + 1];
        const across = Math.min(x.right, y.right) - Math.max(x.left, y.left), high = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
        if (across > 3 && high > 3 && getComputedStyle(a).display !== "inline" && getComputedStyle(b).display !== "inline") found.push(`overlap: ${name(a)} and ${name(b)}`);
      }
    }
    return [...new Set(found)].slice(0, most);
  }, [touch, most]);

export async function accessible(page) {
  const result = await page.evaluate(async (source) => {
    if (!window.axe) new Function(source)(); // by the debugger, beside the page's own policy
    const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.flat().join(" ") + " " + (n.any[0]?.message ?? "")).join(" | ")}`);
  }, axe).catch((e) => [String(e)]);
  return result;
}
