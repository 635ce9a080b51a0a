// What an agent may not do is not shown, by the capabilities that the server reports; asked for all the same, it refuses.
import { call, expect, finish, first, go, launch, quiet, visit } from "../visit.mjs";

const browser = await launch();
const { rep } = first("کار حق‌ها");
const prospect = call("prospect.create", { name: "مشتری احتمالی" });
const controls = [
  ["reps", "record.import", 'marfacrm-reps button[aria-label="ورود از CSV"]'],
  ["reps", "prospect.create", 'marfacrm-reps button:has-text("مشتری احتمالی تازه")'],
  ["reps", "record.export", 'marfacrm-reps button[aria-label="خروجی CSV"]'],
  ["tasks", "task.create", 'marfacrm-tasks button:has-text("کار تازه")'],
  [`rep/${rep.id}`, "interaction.log", 'marfacrm-rep button:has-text("ثبت گفت‌وگو")'],
];
const seen = {};
for (const user of ["sara", "mina"]) {
  const page = await visit(browser, { user });
  const { may, role } = await page.evaluate(async () => {
    const me = await (await fetch("api/v1/session")).json();
    return { may: me.capabilities.map((one) => one.operation), role: me.user.role };
  });
  seen[user] = [];
  for (const [place, operation, selector] of controls) {
    await go(page, place);
    const shown = (await page.locator(selector).count()) > 0;
    expect(shown === may.includes(operation), `${role}, ${operation}: ${shown ? "shown" : "not shown"}, though ${may.includes(operation) ? "allowed" : "refused"}`);
    if (shown) seen[user].push(operation);
  }
  if (user === "sara") {
    // What the page does not offer is asked for by hand, with the login and its token.
    const asked = await page.evaluate(async ([rep, id]) => {
      const { csrf_token } = await (await fetch("api/v1/session")).json();
      const ask = async (method, path, body) => {
        const answer = await fetch(`api/v1/${path}`, { method, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf_token }, ...(body ? { body: JSON.stringify(body) } : {}) });
        return [answer.status, (await answer.json().catch(() => ({}))).error?.message ?? ""];
      };
      return {
        "record.import": await ask("POST", "import", { entity: "prospect", csv: "name\nx\n", dry_run: true }),
        "user.create": await ask("POST", "admin/users", { username: "x", name: "x", role: "admin" }),
        "path.rotate": await ask("POST", "admin/paths", { gate: "admin" }),
        "audit.list": await ask("GET", "admin/audit"),
        "prospect.link": await ask("POST", `prospects/${id}/link`, { rep_id: rep }),
        "task.create": await ask("POST", "tasks", { title: "این را می‌تواند", rep_id: rep }),
      };
    }, [rep.id, prospect.id]);
    for (const [operation, [status, message]] of Object.entries(asked))
      if (operation === "task.create") expect(status === 200 || status === 201, `the control: what is allowed is done (${status} ${message})`);
      else {
        expect(!may.includes(operation), `${operation} is not an agent's`);
        expect(status === 403 && message.length > 5, `${operation}: ${status} ${message}`);
      }
  }
  quiet(page);
  await page.context().close();
}
expect(!seen.sara.includes("record.import") && seen.mina.includes("record.import"), "the control: a supervisor sees what an agent does not");
await browser.close();
finish();
