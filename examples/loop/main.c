/* The loop of a day, in the terminal: who to call, the note of the call, what the library makes of it, the tasks
 * that follow, and how completing one leads to the next. Run by `make run`; uses the public API alone. */
#include <stdio.h>
#include <string.h>

#include "show.h"

typedef struct loop {
  mcrm *crm;
  mcrm_session *sara;
  mcrm_text *text;
} loop;

static int fail(const mcrm_error *e) {
  fprintf(stderr, "%s %s: %s\n", e->message, e->field, e->detail);
  return 1;
}

static int failed(const loop *l) { return fail(mcrm_session_error(l->sara)); }

static void step(const char *title) { printf("\n\033[1m%s\033[0m\n", title); }

/* The debtor with the most to pay among those nobody has spoken to for longest. */
static int choose(loop *l, mcrm_result **result, const mcrm_rep **rep) {
  mcrm_rep_filter filter = {
      .size = sizeof filter, .kind = "rep", .balance = "debtor", .sort = "last_contact_at", .limit = 5};
  if (mcrm_rep_list(l->sara, &filter, result)) return failed(l);
  const mcrm_rep_page *page = mcrm_result_record(*result);
  if (!page->items.count) {
    fputs("the host has no debtors\n", stderr);
    return 1;
  }
  step("نمایندگانی که مدت‌هاست کسی با آن‌ها حرف نزده");
  *rep = page->items.at[0];
  for (size_t i = 0; i < page->items.count; i++) {
    const mcrm_rep *r = page->items.at[i];
    printf("  • %s (%s) — بدهی %s تومان، آخرین گفت‌وگو: %s\n", show_text(r->name),
           show_text(r->shop), show_number(r->balance ? r->balance->amount : 0),
           show_time(l->text, r->last_contact_at, 1));
    if (r->balance && (*rep)->balance && r->balance->amount > (*rep)->balance->amount) *rep = r;
  }
  return 0;
}

static int log_call(loop *l, const mcrm_rep *rep, char *notes, size_t size, mcrm_id *id) {
  mcrm_result *result = NULL;
  snprintf(
      notes, size,
      "با %s صحبت کردم، از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه هفته آینده "
      "برای تمدید زنگ بزنم. گفت بدهی‌اش را تا آخر ماه تسویه می‌کند.",
      show_text(rep->name));
  mcrm_interaction call = {.size = sizeof call,
                           .rep_id = rep->id,
                           .type = "call",
                           .direction = "out",
                           .purpose = "support",
                           .duration_s = 240,
                           .notes = notes};
  step("یادداشت سارا از تماس");
  printf("  %s\n", notes);
  if (mcrm_interaction_log(l->sara, &call, &result)) return failed(l);
  *id = ((const mcrm_interaction *)mcrm_result_record(result))->id;
  mcrm_result_free(result);
  return 0;
}

/* The library's codes in the words of the team. */
static const char *in_persian(const char *code) {
  static const char *const words[][2] = {{"positive", "مثبت"}, {"neutral", "خنثی"},   {"negative", "منفی"},
                                         {"mixed", "آمیخته"},  {"low", "کم"},         {"normal", "عادی"},
                                         {"high", "زیاد"},     {"critical", "بحرانی"}};
  for (size_t i = 0; code && i < sizeof words / sizeof *words; i++)
    if (!strcmp(words[i][0], code)) return words[i][1];
  return show_text(code);
}

static void show_analysis(loop *l, const mcrm_analysis *a) {
  step("آنچه کتابخانه از یادداشت فهمید (بدون هیچ سرویس بیرونی)");
  printf("  خلاصه: %s\n", show_text(a->summary));
  if (a->sentiment) printf("  احساس: %s، فوریت: %s\n", in_persian(a->sentiment->label), in_persian(a->urgency));
  for (size_t i = 0; i < a->action_items.count; i++) {
    const mcrm_action_item *item = a->action_items.at[i];
    printf("  کار: %s — %s%s\n    از این جمله: «%s»\n", show_text(item->text),
           show_time(l->text, item->due_at, item->due_grain && !strcmp(item->due_grain, "day")),
           item->due_suggested ? " (پیشنهاد)" : "", show_text(item->quote));
  }
}

/* Accepts every proposal; *task: the first task that came of it. */
static int accept(loop *l, const mcrm_analysis *a, mcrm_id *task) {
  size_t tasks = 0, fields = 0;
  for (size_t i = 0; i < a->suggestions.count; i++) {
    mcrm_result *result = NULL;
    mcrm_decide yes = {.size = sizeof yes, .id = a->suggestions.at[i]->id, .decision = "accept"};
    if (mcrm_suggestion_decide(l->sara, &yes, &result)) return failed(l);
    const mcrm_decision *d = mcrm_result_record(result);
    if (d->task && !*task) *task = d->task->id;
    tasks += d->task != NULL;
    fields += d->task == NULL;
    mcrm_result_free(result);
  }
  step("سارا پیشنهادها را پذیرفت");
  printf("  %s کار ساخته شد و %s فیلد گفت‌وگو پر شد.\n", show_number((int64_t)tasks),
         show_number((int64_t)fields));
  return 0;
}

static int understand(loop *l, mcrm_id interaction, const char *notes, mcrm_id *task) {
  mcrm_result *result = NULL;
  mcrm_note note = {.size = sizeof note, .text = notes, .interaction_id = interaction};
  if (mcrm_note_analyse(l->sara, &note, &result)) return failed(l);
  show_analysis(l, mcrm_result_record(result));
  int code = accept(l, mcrm_result_record(result), task);
  mcrm_result_free(result);
  return code;
}

static void show_group(loop *l, const char *title, mcrm_worklog_item_array items) {
  if (items.count) printf("  %s\n", title);
  for (size_t i = 0; i < items.count && i < 4; i++) {
    const mcrm_worklog_item *item = items.at[i];
    const mcrm_task *t = item->task;
    if (!t) continue;
    printf("    • %s — %s (%s)\n", show_text(t->title),
           show_time(l->text, t->due_at, t->due_grain && !strcmp(t->due_grain, "day")),
           item->rep ? show_text(item->rep->name) : "—");
    for (size_t k = 0; k < item->reasons.count && k < 2; k++)
      printf("        چون %s\n", show_text(item->reasons.at[k]->text));
  }
}

static int show_worklog(loop *l) {
  mcrm_result *result = NULL;
  mcrm_worklog_filter filter = {.size = sizeof filter, .limit = 4};
  if (mcrm_worklog_get(l->sara, &filter, &result)) return failed(l);
  const mcrm_worklog *w = mcrm_result_record(result);
  step("کارتابل سارا");
  show_group(l, "عقب‌افتاده:", w->overdue);
  show_group(l, "امروز:", w->today);
  show_group(l, "بعد از این:", w->later);
  printf("  کارهای باز: %s\n", show_number(w->open));
  mcrm_result_free(result);
  return 0;
}

/* Completing a task logs the conversation it was about and makes the one that follows. */
static int complete(loop *l, mcrm_id task) {
  mcrm_result *result = NULL;
  mcrm_interaction call = {
      .size = sizeof call, .type = "call", .notes = "خبر دادم که سرور عوض شده و مشکل حل شد. تشکر کرد."};
  mcrm_task next = {.size = sizeof next, .title = "پرسیدن از کیفیت سرور جدید", .priority = "low"};
  mcrm_task_completion done = {.size = sizeof done, .id = task, .interaction = &call, .next_task = &next};
  if (mcrm_task_complete(l->sara, &done, &result)) return failed(l);
  const mcrm_task_completed *c = mcrm_result_record(result);
  step("سارا کار را انجام داد");
  printf("  انجام شد: %s\n", show_text(c->task ? c->task->title : NULL));
  printf("  گفت‌وگوی تازه ثبت شد: %s\n", show_text(c->interaction ? c->interaction->notes : NULL));
  printf("  کار بعدی: %s\n", show_text(c->next_task ? c->next_task->title : NULL));
  mcrm_result_free(result);
  return 0;
}

static int run(loop *l) {
  char notes[1000];
  mcrm_result *reps = NULL;
  const mcrm_rep *rep = NULL;
  mcrm_id interaction = 0, task = 0;
  int code = choose(l, &reps, &rep);
  if (!code) code = log_call(l, rep, notes, sizeof notes, &interaction);
  if (!code) code = understand(l, interaction, notes, &task);
  if (!code) code = show_worklog(l);
  if (!code && task) code = complete(l, task);
  if (!code && !task) code = fputs("the note led to no task\n", stderr) < 0 || 1;
  mcrm_result_free(reps);
  return code;
}

int main(int argc, char **argv) {
  loop l = {0};
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .config_file = argc > 1 ? argv[1] : NULL};
  int code = mcrm_open(&options, &l.crm, &error);
  if (!code) code = mcrm_session_open(l.crm, "sara", "local", &l.sara, &error);
  if (!code) code = mcrm_text_open(NULL, &l.text, &error);
  code = code ? fail(&error) : run(&l);
  mcrm_text_close(l.text);
  mcrm_session_close(l.sara);
  mcrm_close(l.crm);
  return code;
}
