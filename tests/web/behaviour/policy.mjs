// What the browser is allowed: no inline script or style, nothing from elsewhere, no frame around the page.
import { createServer } from "node:http";
import { call, expect, finish, first, go, launch, later, quiet, site, visit } from "../visit.mjs";

const browser = await launch();
const { rep } = first("کار سیاست");
const elsewhere = createServer((request, response) => (elsewhere.asked++, response.end()));
elsewhere.asked = 0;
await new Promise((ready) => elsewhere.listen(0, "127.0.0.1", ready));
const stranger = `http://127.0.0.1:${elsewhere.address().port}`;

const page = await visit(browser);
const answer = await page.context().request.get(`${site}/crm/`);
const policy = answer.headers()["content-security-policy"] ?? "";
expect(policy && !/unsafe-inline|unsafe-eval|\*/.test(policy), `the policy has no hole: ${policy}`);
expect(/frame-ancestors 'none'|frame-ancestors 'self'/.test(policy) && /object-src 'none'|default-src 'none'/.test(policy), `nobody frames it: ${policy}`);
for (const [name, value] of [["x-content-type-options", "nosniff"], ["referrer-policy", "no-referrer"]]) expect(answer.headers()[name] === value, `${name}: ${answer.headers()[name]}`);

// All places, a conversation with its proposals, the dialogs: not one request elsewhere, not one complaint of the policy.
for (const place of ["worklog", "reps", `rep/${rep.id}`, `rep/${rep.id}/account`, `rep/${rep.id}/profile`, "tasks", "search/سرور", "voice", "outbox", "settings"]) await go(page, place);
await go(page, `rep/${rep.id}`);
await page.locator("marfacrm-rep").getByRole("button", { name: "ثبت گفت‌وگو" }).click();
await page.locator("marfacrm-conversation textarea[name=notes]").fill("<img src=x onerror=alert(1)> قول دادم شنبه زنگ بزنم <script>window.broken = 1</script>");
await page.locator("marfacrm-conversation footer .main").click();
await page.locator("marfacrm-review li").first().waitFor();
expect(await page.evaluate(() => !window.broken), "what is typed is text, never a page");
await later(200);
quiet(page);

// The controls: what is planted is refused, and this test would have seen it.
const refused = (plant) =>
  page.evaluate(async ([source, at]) => {
    const seen = [];
    const note = (event) => seen.push(event.effectiveDirective);
    document.addEventListener("securitypolicyviolation", note);
    new Function("at", source)(at);
    await new Promise((r) => setTimeout(r, 400));
    document.removeEventListener("securitypolicyviolation", note);
    return seen;
  }, [plant, stranger]);
const plants = [
  ["script-src", 'const s = document.createElement("script"); s.textContent = "window.broken = 2"; document.body.append(s)'],
  ["script-src", 'const b = document.createElement("button"); b.setAttribute("onclick", "window.broken = 3"); document.body.append(b); b.click(); b.remove()'],
  ["style-src", 'const s = document.createElement("style"); s.textContent = "body{}"; document.head.append(s)'],
  ["img-src", 'const i = new Image(); i.src = at + "/pixel.png"; document.body.append(i)'],
  ["connect-src", 'fetch(at).catch(() => {})'],
  ["script-src", 'const s = document.createElement("script"); s.src = at + "/x.js"; document.body.append(s)'],
];
for (const [directive, plant] of plants) {
  const seen = await refused(plant);
  expect(seen.some((one) => one.startsWith(directive)), `refused by ${directive}: ${plant} (${seen})`);
}
expect(await page.evaluate(() => window.broken === undefined), "nothing that was planted ran");
expect(elsewhere.asked === 0, `nobody else was asked (${elsewhere.asked})`);
expect(page.complaints.length >= plants.length, "the control: the complaints are heard");
page.complaints.length = 0;
elsewhere.close();
await browser.close();
finish();
