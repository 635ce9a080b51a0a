// loop.ts MOUNT COOKIE PASSWORD: the daily loop by a client that knows the API from its document alone.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };
const [, , mount = "", gate = "", password = ""] = process.argv;
const cookies = [gate];
let token = "";
const crm = createClient<paths>({ baseUrl: `${mount}/api/v1` });
crm.use({
  onRequest: ({ request }) => {
    request.headers.set("Cookie", cookies.join("; "));
    if (token) request.headers.set("X-CSRF-Token", token);
  },
  onResponse: ({ response }) => {
    for (const cookie of response.headers.getSetCookie()) cookies.push(cookie.split(";")[0] ?? "");
  },
});

function good<T>(what: string, { data, error }: { data?: T; error?: components["schemas"]["Error"] }): NonNullable<T> {
  if (data === undefined || data === null) throw new Error(`${what}: ${JSON.stringify(error)}`);
  return data;
}

const me = good("login", await crm.POST("/session", { body: { username: "sara", password } }));
token = me.csrf_token;
const shop = good("prospect", await crm.POST("/prospects", { body: { name: "موبایل رضایی" } }));
const notes = "قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.";
const rep_id = shop.id!;
const logged = good("log", await crm.POST("/interactions", { body: { rep_id, type: "call", notes } }));
const found = good("analyse", await crm.POST("/notes/analyse", { body: { text: notes, interaction_id: logged.id } }));
for (const suggestion of found.suggestions ?? [])
  good("decide", await crm.POST("/suggestions/{id}", { params: { path: { id: suggestion.id! } }, body: { decision: "accept" } }));
const tasks = good("tasks", await crm.GET("/tasks", { params: { query: { rep_id, status: "open" } } }));
if (tasks.items?.length !== 2) throw new Error(`${tasks.items?.length} tasks`);
const done = good("complete", await crm.POST("/tasks/{id}/complete", { params: { path: { id: tasks.items[0]!.id! } }, body: {} }));
const refused = await crm.GET("/reps/{id}", { params: { path: { id: "1234567" } } });
if (refused.error?.error.code !== "not_found") throw new Error(JSON.stringify(refused));

// What the document does not know does not compile.
// @ts-expect-error: a name is a text
void (() => crm.POST("/prospects", { body: { name: 5 } }));
// @ts-expect-error: no such choice
void (() => crm.POST("/suggestions/{id}", { params: { path: { id: "1" } }, body: { decision: "perhaps" } }));
// @ts-expect-error: no such path
void (() => crm.GET("/representatives"));
console.log(`${tasks.items.length} tasks, one done`, Boolean(done));
