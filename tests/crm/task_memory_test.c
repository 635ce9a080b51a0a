/* Each allocation fails once in turn, and then all from it on, in what is done with tasks: what comes of it is an
 * error with nothing half done, or the right result. A reminder that could not be given is given later. */
#include <base/error.h>
#include <crm/operations.h>
#include <crm/work.h>
#include <marfacrm/report.h>
#include <stdio.h>

#include "allocation.h"
#include "fixture.h"

static struct {
  mcrm_id rep, task, other;
  size_t shown;
} t;

/* Everything a run takes comes from an arena of its own. */
static int run(const char *who, crm_operation *operation, const model_entity *entity, bool changes, const void *input,
               void *output, size_t (*look)(const void *output)) {
  arena *kept = f.arena;
  f.arena = arena_new(0);
  int code = f.arena ? fixture_run(who, operation, entity, changes, input, output) : MCRM_NO_MEMORY;
  if (!code && look) t.shown = look(output);
  arena_free(f.arena);
  f.arena = kept;
  return code;
}

/* ---- the day ---- */

static size_t rows_of(const void *output) {
  const mcrm_worklog *log = output;
  size_t rows = log->overdue.count + log->today.count + log->follow_ups.count + log->later.count;
  for (size_t i = 0; i < log->today.count; i++)
    if (!log->today.at[i]->rep || !log->today.at[i]->task->title || !log->today.at[i]->reasons.count) return 0;
  return rows * 100 + log->alerts.count * 10 + log->kpis.count;
}

static int read_day(void *context) {
  (void)context;
  const mcrm_worklog_filter in = {.size = sizeof in};
  mcrm_worklog out = {.size = sizeof out};
  t.shown = 0;
  return run("sara", worklog_get, &model_worklog_filter, false, &in, &out, rows_of);
}

static bool day_is_whole(void *context, int code) {
  (void)context;
  return code ? code == MCRM_NO_MEMORY : t.shown == 400 + 10 + 6;
}

/* ---- completing ---- */

static mcrm_id make(const char *title, const char *due, const char *rule) {
  mcrm_task task = {.size = sizeof task}, out = {.size = sizeof out};
  MCRM_SET(&task, title, title);
  MCRM_SET(&task, rep_id, t.rep);
  MCRM_SET(&task, due_at, fixture_at(due));
  if (rule) MCRM_SET(&task, recurrence, rule);
  assert_ok(WRITE_AS("sara", task_create, task, &task, &out));
  return out.id;
}

static void forget(void) {
  fixture_sql("DELETE FROM task");
  fixture_sql("DELETE FROM interaction");
  fixture_sql("DELETE FROM notification");
}

static void prepare_task(void *context) {
  (void)context;
  forget();
  t.task = make("تماس", "2026-11-23 12:00", "FREQ=MONTHLY;RSCALE=PERSIAN;BYMONTHDAY=-1");
}

static int complete(void *context) {
  (void)context;
  const mcrm_interaction talk = {.size = sizeof talk, .type = "call", .notes = "ناراضی بود", .urgency = "critical"};
  const mcrm_task next = {.size = sizeof next, .title = "خبر دادن"};
  const mcrm_task_completion in = {.size = sizeof in, .id = t.task, .interaction = &talk, .next_task = &next};
  mcrm_task_completed out = {.size = sizeof out};
  return run("supervisor", task_complete, &model_task_completion, true, &in, &out, NULL);
}

static bool all_or_nothing(void *context, int code) {
  (void)context;
  int64_t done = fixture_number("SELECT COUNT(*) FROM task WHERE status = 'done'");
  int64_t tasks = fixture_number("SELECT COUNT(*) FROM task");
  int64_t talks = fixture_number("SELECT COUNT(*) FROM interaction");
  if (code) return code == MCRM_NO_MEMORY && !done && tasks == 1 && !talks;
  return done == 1 && tasks == 3 && talks == 1;
}

/* ---- many at once ---- */

static void prepare_two(void *context) {
  prepare_task(context);
  t.other = make("دیگر", "2026-11-24 12:00", NULL);
}

static int bulk(void *context) {
  (void)context;
  char ids[2][24];
  snprintf(ids[0], 24, "%lld", (long long)t.task);
  snprintf(ids[1], 24, "%lld", (long long)t.other);
  const char *const texts[] = {ids[0], ids[1]};
  const mcrm_bulk in = {.size = sizeof in, .ids = {texts, 2}, .action = "reassign", .assignee_id = f.reza};
  mcrm_bulk_done out = {.size = sizeof out};
  return run("sara", task_bulk, &model_bulk, true, &in, &out, NULL);
}

static bool both_or_none(void *context, int code) {
  (void)context;
  int64_t told = fixture_number("SELECT COUNT(*) FROM notification WHERE kind = 'assigned'");
  char sql[100];
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM task WHERE assignee_id = %lld", (long long)f.reza);
  int64_t given = fixture_number(sql);
  return code ? code == MCRM_NO_MEMORY && !told && !given : told == 2 && given == 2;
}

/* ---- the worker ---- */

static void prepare_work(void *context) {
  (void)context;
  forget();
  fixture_sql("DELETE FROM job");
  char sql[160];
  snprintf(sql, sizeof sql, "UPDATE rep SET cadence = 'FREQ=WEEKLY', next_check_in_at = %lld",
           (long long)fixture_at("2026-11-23"));
  fixture_sql(sql);
  t.task = make("تماس", "2026-11-23 10:10", NULL);
}

static int work(void *context) {
  (void)context;
  error_clear(&f.error);
  return crm_work(&f.crm, f.store, f.policy, NULL, &f.error);
}

static bool nothing_is_lost_or_done_twice(void *context, int code) {
  (void)context;
  bool plausible = !code || code == MCRM_NO_MEMORY;
  mcrm_time before = f.now;
  for (int i = 0; i < 3; i++) { /* memory is there again, and time passes */
    f.now += 60000;
    plausible = plausible && !work(NULL);
  }
  f.now = before;
  /* the task's reminder; the check-in's own comes at six in the morning, which has passed */
  int64_t told = fixture_number("SELECT COUNT(*) FROM notification WHERE entity_id = (SELECT MIN(id) FROM task)");
  int64_t check_ins = fixture_number("SELECT COUNT(*) FROM task WHERE source = 'cadence'");
  return plausible && told == 1 && check_ins == 1;
}

/* ---- the sweeps ---- */

static void sweep(allocation_plan plan) {
  if (plan.prepare) plan.prepare(NULL);
  ck_assert_msg(plan.run(NULL) == MCRM_OK, "%s: %s", plan.name, f.error.detail); /* prepares the statements */
  ck_assert_msg(plan.right(NULL, MCRM_OK), "%s", plan.name);
  for (int sticky = 0; sticky < 2; sticky++) {
    allocation_report report = allocation_sweep(&plan, sticky);
    ck_assert_uint_gt(report.points, 10);
    ck_assert_msg(report.wrong == 0, "%s: %d wrong of %d", plan.name, (int)report.wrong, (int)report.points);
  }
}

START_TEST(the_day_survives_want_of_memory) {
  t.rep = fixture_rep("رضایی", 30000000, 0);
  make("الف", "2026-11-23 00:00", NULL);
  make("ب", "2026-11-22 00:00", NULL);
  make("پ", "2026-11-25 00:00", NULL);
  mcrm_id other = fixture_rep("کریمی", 0, 0);
  mcrm_sentiment mood = {.size = sizeof mood, .label = "negative", .score = -0.5};
  mcrm_interaction talk = {.size = sizeof talk,
                           .rep_id = other,
                           .type = "call",
                           .sentiment = &mood,
                           .started_at = fixture_at("2026-11-20 10:00"),
                           .follow_up_at = fixture_at("2026-11-23")};
  mcrm_interaction out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", interaction_log, interaction, &talk, &out));
  sweep((allocation_plan){.name = "worklog", .run = read_day, .right = day_is_whole, .keeps = true});
}
END_TEST

START_TEST(completing_survives_want_of_memory) {
  t.rep = fixture_rep("رضایی", 0, 0);
  sweep((allocation_plan){.name = "complete",
                          .prepare = prepare_task,
                          .run = complete,
                          .right = all_or_nothing,
                          .keeps = true,
                          .first = 1,
                          .step = 5});
}
END_TEST

START_TEST(bulk_actions_survive_want_of_memory) {
  t.rep = fixture_rep("رضایی", 0, 0);
  sweep((allocation_plan){.name = "bulk",
                          .prepare = prepare_two,
                          .run = bulk,
                          .right = both_or_none,
                          .keeps = true,
                          .first = 1,
                          .step = 5});
}
END_TEST

START_TEST(the_worker_survives_want_of_memory) {
  t.rep = fixture_rep("رضایی", 0, 0);
  sweep((allocation_plan){.name = "work",
                          .prepare = prepare_work,
                          .run = work,
                          .right = nothing_is_lost_or_done_twice,
                          .keeps = true,
                          .first = 1,
                          .step = 13});
}
END_TEST

int main(void) {
  if (!allocation_watched()) return 0;
  Suite *s = suite_create("task_memory");
  fixture_tests(s, "want of memory", the_day_survives_want_of_memory, completing_survives_want_of_memory,
                bulk_actions_survive_want_of_memory, the_worker_survives_want_of_memory);
  return fixture_verdict(s);
}
