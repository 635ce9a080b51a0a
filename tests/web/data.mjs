// A day at the CRT, made through the program: calls, promises, an angry rep, tasks of every group.
import { call } from "./visit.mjs";

export function day() {
  const reps = call("rep.list", { limit: 12, sort: "-debt" }).items;
  const notes = [
    "از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.",
    "خیلی عصبانی بود که از دیروز کانفیگ‌های VLESS قطع شده. گفت اگر درست نشود پنل را عوض می‌کند.",
    "از پنل نامحدود پرسید. قیمت سه‌ماهه را خواست و گفت پس‌فردا خبر می‌دهد.",
  ];
  const talks = notes.map((text, i) => {
    const talk = call("interaction.log", { rep_id: reps[i].id, type: i === 1 ? "telegram" : "call", notes: text, duration_s: 180 + i * 60 });
    const found = call("note.analyse", { text, interaction_id: talk.id });
    if (i === 0) for (const one of found.suggestions) call("suggestion.decide", { id: one.id, decision: "accept" });
    return talk;
  });
  const at = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const task = (rep, title, due, more = {}) => call("task.create", { rep_id: rep.id, title, ...(due === null ? {} : { due_at: due, due_grain: "minute" }), ...more });
  const tasks = [
    task(reps[3], "پیگیری تسویهٔ بدهی هفتهٔ پیش", at(-30), { priority: "high" }),
    task(reps[4], "خبر دادن دربارهٔ سرور تازهٔ آلمان", at(-3)),
    task(reps[5], "تماس برای تمدید ۲۰ اشتراک نامحدود", at(1)),
    task(reps[6], "فرستادن کانفیگ تازه", at(2)),
    task(reps[7], "پرسیدن از فروش ماه", null, { priority: "low" }),
  ];
  call("rep.profile.update", { id: reps[0].id, preferred_channel: "call", best_times: "بعد از ۱۱ صبح", tags: ["عمده", "قدیمی"], facts: [{ text: "دخترش دانشگاه قبول شده", source: "user", at: at(-48) }] });
  return { reps, talks, tasks };
}
