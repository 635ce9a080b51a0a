// The first page: sign in, the day's work, a rep, a note, its proposals. Plain on purpose; the CRT's own frontend
// is another program. Everything shown comes from the API and is set as text, never as HTML.
const api = new URL("api/v1/", document.baseURI);
const main = document.getElementById("main");
let csrf = "";

// ---- talking to the server ----

class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? "ارتباط با سامانه برقرار نشد. نوشتهٔ شما همین‌جا مانده است؛ دوباره تلاش کنید.");
    this.status = status;
    this.detail = error?.detail ?? "";
  }
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response;
  try {
    response = await fetch(new URL(path, api), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0);
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (response.status === 401 && path !== "session") showLogin();
  throw new Refusal(response.status, answer?.error);
}

// ---- words ----

const day = new Intl.DateTimeFormat("fa-IR-u-ca-persian", {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "Asia/Tehran",
});
const hour = new Intl.DateTimeFormat("fa-IR", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tehran" });
const number = new Intl.NumberFormat("fa-IR");

function when(time, grain) {
  if (!time) return "بی‌موعد";
  const date = new Date(time);
  return grain === "minute" ? `${day.format(date)}، ساعت ${hour.format(date)}` : day.format(date);
}

const fieldNames = {
  summary: "خلاصه",
  outcome: "نتیجه",
  feedback: "بازخورد",
  sentiment: "احساس",
  urgency: "فوریت",
  topics: "موضوع‌ها",
  entities: "نام‌ها و شماره‌ها",
  next_steps: "گام‌های بعدی",
  follow_up_at: "پیگیری در",
  task: "کار",
};
const words = {
  positive: "مثبت", neutral: "خنثی", negative: "منفی", mixed: "آمیخته",
  low: "کم", normal: "عادی", high: "زیاد", critical: "بحرانی",
  reached: "گفت‌وگو شد", no_answer: "پاسخ نداد", callback_promised: "قول پیگیری داده شد", sold: "فروش انجام شد",
  refused: "نپذیرفت", resolved: "حل شد", escalated: "ارجاع شد", payment_promised: "قول پرداخت داد",
  undecided: "هنوز تصمیم نگرفته", wrong_number: "شماره اشتباه بود",
  slowness: "کندی", server: "سرور", complaint: "گلایه", renewal: "تمدید", disconnection: "قطعی", payment: "پرداخت",
};
const say = (word) => words[word] ?? word;

function shown(field, value) {
  if (field === "task") return `${value.title} — ${when(value.due_at, value.due_grain)}`;
  if (field === "follow_up_at") return when(value, "minute");
  if (field === "sentiment") return [say(value.label), ...(value.cues ?? []).map((cue) => `«${cue}»`)].join("، ");
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "string" ? say(item) : (item.text ?? item.value))).join("، ");
  return say(String(value));
}

// ---- pieces of a page ----

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function page(name) {
  main.replaceChildren(document.getElementById(name).content.cloneNode(true));
  main.focus();
  return main;
}

function tell(text) {
  const message = document.getElementById("message");
  message.textContent = text;
  message.hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (message.hidden = true), 5000);
}

// Runs a form's work with its button off, and puts what went wrong beside it. What was typed stays.
function onSubmit(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.main, button");
    const error = form.querySelector(".error");
    button.disabled = true;
    error.hidden = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (problem) {
      error.textContent = problem.detail ? `${problem.message} (${problem.detail})` : problem.message;
      error.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

// ---- pages ----

function showLogin() {
  document.querySelector("header").hidden = true;
  onSubmit(page("login").querySelector("form"), async (input) => {
    enter(await call("POST", "session", input));
    await show();
  });
}

function enter(session) {
  csrf = session.csrf_token;
  document.getElementById("who").textContent = session.user?.name ?? "";
  document.querySelector("header").hidden = false;
}

function itemRow(item) {
  const { task, rep } = item;
  const done = make("button", { type: "button", textContent: "انجام شد" });
  done.addEventListener("click", async () => {
    done.disabled = true;
    try {
      await call("POST", `tasks/${task.id}/complete`, {});
      tell("کار انجام شد.");
      await showWorklog();
    } catch (problem) {
      tell(problem.message);
      done.disabled = false;
    }
  });
  return make(
    "li",
    {},
    make("strong", { textContent: task?.title ?? "پیگیری" }),
    make(
      "div",
      { className: "row" },
      rep ? make("a", { href: `#/rep/${rep.id}`, textContent: rep.shop || rep.name || "نماینده" }) : null,
      make("span", { className: "soft", textContent: when(task?.due_at, task?.due_grain) }),
      ...(item.reasons ?? []).map((reason) => make("span", { className: "chip", textContent: reason.text })),
    ),
    task ? make("div", { className: "row" }, done) : null,
  );
}

async function showWorklog() {
  const log = await call("GET", "worklog");
  const root = page("worklog");
  root.querySelector(".figures").textContent = `${day.format(new Date(log.day))} — ${number.format(log.open)} کار باز`;
  if (log.now) {
    root.querySelector(".now").hidden = false;
    root.querySelector(".now ul").append(itemRow(log.now));
  }
  let count = log.now ? 1 : 0;
  for (const section of root.querySelectorAll("[data-group]")) {
    const items = (log[section.dataset.group] ?? []).filter((item) => !log.now?.task || item.task?.id !== log.now.task.id);
    count += items.length;
    section.hidden = !items.length;
    section.querySelector("ul").append(...items.map(itemRow));
  }
  root.querySelector(".empty").hidden = count > 0;
}

function reviewRow(suggestion) {
  const text = make("div", { textContent: shown(suggestion.field, suggestion.value) });
  const row = make(
    "li",
    {},
    make("strong", { textContent: fieldNames[suggestion.field] ?? suggestion.field }),
    text,
    suggestion.quote ? make("div", { className: "soft", textContent: `«${suggestion.quote}»` }) : null,
  );
  const decide = (decision, value) => async () => {
    try {
      await call("POST", `suggestions/${suggestion.id}`, value === undefined ? { decision } : { decision, value: value() });
      tell(decision === "reject" ? "رد شد." : suggestion.field === "task" ? "کار ساخته شد." : "پذیرفته شد.");
      row.remove();
    } catch (problem) {
      tell(problem.message);
    }
  };
  const buttons = make("div", { className: "row" });
  const button = (label, action, className = "") => {
    const made = make("button", { type: "button", textContent: label, className });
    made.addEventListener("click", action);
    return made;
  };
  const edit = () => {
    const task = suggestion.field === "task";
    const input = make("textarea", { value: task ? suggestion.value.title : suggestion.value, rows: 2 });
    text.replaceChildren(input);
    buttons.replaceChildren(
      button("ثبت", decide("edit", () => (task ? { title: input.value } : input.value)), "main"),
    );
    input.focus();
  };
  buttons.append(button("پذیرش", decide("accept"), "main"));
  if (suggestion.field === "task" || typeof suggestion.value === "string") buttons.append(button("ویرایش", edit));
  buttons.append(button("رد", decide("reject")));
  row.append(buttons);
  return row;
}

async function showRep(id) {
  const [rep, timeline] = await Promise.all([call("GET", `reps/${id}`), call("GET", `reps/${id}/timeline?limit=20`)]);
  const root = page("rep");
  root.querySelector("h1").textContent = rep.shop ? `${rep.name} — ${rep.shop}` : rep.name;
  const balance = rep.balance;
  root.querySelector(".facts").textContent = [
    ...(rep.phones ?? []).map((phone) => `\u2066${phone}\u2069`),
    balance?.state === "debtor" ? `بدهکار ${number.format(balance.amount)} تومان` : null,
    balance?.state === "creditor" ? `بستانکار ${number.format(balance.amount)} تومان` : null,
  ]
    .filter(Boolean)
    .join(" · ");
  root.querySelector(".timeline").append(
    ...timeline.items.map((item) =>
      make(
        "li",
        {},
        make("span", { className: "soft", textContent: when(item.at, "minute") }),
        make("div", {
          textContent:
            item.interaction?.summary ?? item.interaction?.notes ?? item.task?.title ??
            (item.invoice ? `صورتحساب ${number.format(item.invoice.amount)} تومان` : null) ??
            (item.payment ? `پرداخت ${number.format(item.payment.amount)} تومان` : ""),
        }),
      ),
    ),
  );
  onSubmit(root.querySelector("form.note"), async (input) => {
    const interaction = await call("POST", "interactions", { rep_id: id, ...input });
    const analysis = await call("POST", "notes/analyse", { text: input.notes, interaction_id: interaction.id });
    const review = root.querySelector(".review");
    review.querySelector("ul").replaceChildren(...analysis.suggestions.map(reviewRow));
    review.hidden = false;
    root.querySelector("form.note").reset();
    review.scrollIntoView({ block: "start" });
    tell("گفت‌وگو ثبت شد.");
  });
}

async function showResults(text) {
  const found = await call("GET", `reps?text=${encodeURIComponent(text)}`);
  const root = page("results");
  root.querySelector(".list").append(
    ...found.items.map((rep) =>
      make("li", {}, make("a", { href: `#/rep/${rep.id}`, textContent: [rep.name, rep.shop].filter(Boolean).join(" — ") })),
    ),
  );
  root.querySelector(".empty").hidden = found.items.length > 0;
  root.querySelector(".new input").value = text;
  onSubmit(root.querySelector(".new"), async ({ name, phone }) => {
    const rep = await call("POST", "prospects", phone ? { name, phones: [phone] } : { name });
    location.hash = `#/rep/${rep.id}`;
  });
}

async function show() {
  const [, kind, rest] = location.hash.split("/");
  try {
    if (kind === "rep") await showRep(rest);
    else if (kind === "search") await showResults(decodeURIComponent(rest ?? ""));
    else await showWorklog();
  } catch (problem) {
    if (problem.status !== 401) tell(problem.message);
  }
}

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `#/search/${encodeURIComponent(document.getElementById("search-text").value)}`;
});
document.getElementById("leave").addEventListener("click", async () => {
  await call("DELETE", "session").catch(() => {});
  showLogin();
});
addEventListener("hashchange", show);

try {
  enter(await call("GET", "session"));
  await show();
} catch {
  showLogin();
}
