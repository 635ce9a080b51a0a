/* A rep's timeline: four sources, one order, pages that neither lose nor repeat. */
#include <base/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "host_fixture.h"

static mcrm_timeline timeline(const char *who, mcrm_timeline_filter in) {
  mcrm_timeline out = {.size = sizeof out};
  in.size = sizeof in;
  assert_ok(READ_AS(who, rep_timeline, timeline_filter, &in, &out));
  return out;
}

static mcrm_id talk(mcrm_id rep, mcrm_id user, mcrm_time at) {
  mcrm_interaction record = {.size = sizeof record,
                             .rep_id = rep,
                             .user_id = user,
                             .type = "call",
                             .state = "final",
                             .direction = "out",
                             .started_at = at};
  return fixture_insert(&model_interaction, &record);
}

static mcrm_id task(mcrm_id rep, mcrm_time due_at, mcrm_time completed_at) {
  mcrm_task record = {.size = sizeof record,
                      .rep_id = rep,
                      .assignee_id = f.sara,
                      .title = "کار",
                      .due_at = due_at,
                      .priority = "normal",
                      .status = completed_at ? "done" : "open",
                      .completed_at = completed_at};
  return fixture_insert(&model_task, &record);
}

static bool one_record(const mcrm_timeline_item *i) {
  return (i->interaction != NULL) + (i->task != NULL) + (i->invoice != NULL) + (i->payment != NULL) == 1;
}

START_TEST(everything_stands_in_one_order_newest_first) {
  mcrm_id rep = rep_of("3");
  mcrm_id yesterday = talk(rep, f.sara, f.now - 86400000), tomorrow = task(rep, f.now + 86400000, 0);
  mcrm_id done = task(rep, f.now - 10 * 86400000LL, f.now - 3600000), undated = task(rep, 0, 0);
  mcrm_timeline t = timeline("sara", (mcrm_timeline_filter){.id = rep, .limit = 200});
  size_t invoices = 0, payments = 0;
  for (size_t i = 0; i < t.items.count; i++) {
    const mcrm_timeline_item *item = t.items.at[i];
    ck_assert(one_record(item));
    if (i) ck_assert_int_ge(t.items.at[i - 1]->at, item->at);
    invoices += item->invoice != NULL;
    payments += item->payment != NULL;
  }
  ck_assert_int_eq(t.items.at[0]->id, tomorrow);
  ck_assert_int_eq(t.items.at[1]->id, undated); /* made now */
  ck_assert_int_eq(t.items.at[2]->id, done);
  ck_assert_int_eq(t.items.at[2]->task->overdue, 0);
  ck_assert_int_eq(t.items.at[3]->id, yesterday);
  ck_assert_str_eq(t.items.at[3]->kind, "interaction");
  ck_assert(MCRM_HAS(t.items.at[3]->interaction, provenance));
  ck_assert_int_eq(invoices, host_number("SELECT COUNT(*) FROM invoices WHERE representative_id = 3"));
  ck_assert_int_eq(payments, host_number("SELECT COUNT(*) FROM payments WHERE representative_id = 3"));
}
END_TEST

START_TEST(pages_neither_lose_nor_repeat) {
  mcrm_id rep = rep_of("3");
  for (int i = 0; i < 60; i++) talk(rep, f.sara, f.now - (i / 5) * 86400000LL); /* five at each moment */
  for (int i = 0; i < 40; i++)
    task(rep, i % 3 ? f.now - (i / 4) * 86400000LL : 0, i % 2 ? f.now - (i / 7) * 86400000LL : 0);
  host_sql(
      "INSERT INTO payments (representative_id, amount, type, created_at) SELECT 3, 100, 'manual', '2026-11-20 "
      "10:00:00' "
      "FROM invoices LIMIT 9"); /* nine that nothing tells apart */
  mcrm_timeline whole = timeline("sara", (mcrm_timeline_filter){.id = rep, .limit = 200});
  ck_assert_ptr_null(whole.next);
  for (int64_t limit = 1; limit <= 50; limit += 7) {
    const char *cursor = NULL;
    size_t at = 0;
    do {
      mcrm_timeline t = timeline("sara", (mcrm_timeline_filter){.id = rep, .limit = limit, .cursor = cursor});
      for (size_t i = 0; i < t.items.count; i++, at++) {
        ck_assert_uint_lt(at, whole.items.count);
        ck_assert_int_eq(t.items.at[i]->id, whole.items.at[at]->id);
        ck_assert_str_eq(t.items.at[i]->kind, whole.items.at[at]->kind);
      }
      cursor = t.next;
    } while (cursor);
    ck_assert_uint_eq(at, whole.items.count);
  }
}
END_TEST

START_TEST(kinds_are_chosen) {
  static const char *const talks[] = {"interaction"}, *const money[] = {"invoice", "payment"},
                           *const none[] = {"dream"};
  mcrm_id rep = rep_of("3");
  talk(rep, f.sara, f.now);
  task(rep, f.now, 0);
  ck_assert_uint_eq(timeline("sara", (mcrm_timeline_filter){.id = rep, .kinds = {talks, 1}}).items.count, 1);
  ck_assert_uint_gt(timeline("sara", (mcrm_timeline_filter){.id = rep, .kinds = {money, 2}}).items.count, 10);
  mcrm_timeline out = {.size = sizeof out};
  const mcrm_timeline_filter bad = {.size = sizeof bad, .id = rep, .kinds = {none, 1}};
  assert_refused(MCRM_INVALID, "kinds", READ_AS("sara", rep_timeline, timeline_filter, &bad, &out));
  const mcrm_timeline_filter nobody = {.size = sizeof nobody, .id = 4711};
  assert_refused(MCRM_NOT_FOUND, "id", READ_AS("sara", rep_timeline, timeline_filter, &nobody, &out));
}
END_TEST

START_TEST(each_sees_what_is_theirs_to_see) {
  mcrm_id rep = rep_of("3");
  talk(rep, f.sara, f.now - 1000);
  talk(rep, f.omid, f.now - 2000);
  static const char *const talks[] = {"interaction"}, *const money[] = {"payment"};
  ck_assert_uint_eq(timeline("reza", (mcrm_timeline_filter){.id = rep, .kinds = {talks, 1}}).items.count, 1);
  ck_assert_uint_eq(timeline("omid", (mcrm_timeline_filter){.id = rep, .kinds = {talks, 1}}).items.count, 1);
  ck_assert_uint_eq(timeline("admin", (mcrm_timeline_filter){.id = rep, .kinds = {talks, 1}}).items.count, 2);
  assert_ok(access_policy_set(f.policy, "rep.account", "agent", "none", &f.error));
  ck_assert_uint_eq(timeline("reza", (mcrm_timeline_filter){.id = rep}).items.count, 1);
  mcrm_timeline out = {.size = sizeof out};
  const mcrm_timeline_filter in = {.size = sizeof in, .id = rep, .kinds = {money, 1}};
  assert_refused(MCRM_DENIED, "kinds", READ_AS("reza", rep_timeline, timeline_filter, &in, &out));
}
END_TEST

START_TEST(with_the_host_down_our_own_records_show) {
  mcrm_id rep = rep_of("3");
  talk(rep, f.sara, f.now);
  host_down();
  ck_assert_uint_eq(timeline("sara", (mcrm_timeline_filter){.id = rep}).items.count, 1);
  host_up();
}
END_TEST

static int compare(const void *a, const void *b) { return *(const int64_t *)a < *(const int64_t *)b ? -1 : 1; }

static int64_t median(mcrm_id rep, const char *cursor) {
  int64_t times[21];
  for (int i = 0; i < 21; i++) {
    arena *kept = f.arena;
    f.arena = arena_new(0);
    int64_t start = clock_monotonic();
    timeline("admin", (mcrm_timeline_filter){.id = rep, .cursor = cursor});
    times[i] = clock_monotonic() - start;
    arena_free(f.arena);
    f.arena = kept;
  }
  qsort(times, 21, sizeof *times, compare);
  return times[10];
}

/* `count` rows in one statement, spread over 50 reps; they are as the store would have written them. */
static void many(int64_t from, int64_t count, const char *reps) {
  char sql[700];
  snprintf(sql, sizeof sql,
           "WITH RECURSIVE n (i) AS (SELECT %lld UNION ALL SELECT i + 1 FROM n WHERE i < %lld) "
           "INSERT INTO interaction (id, created_at, updated_at, version, state, rep_id, user_id, type, direction, "
           "started_at) "
           "SELECT 1000000 + i, 1, 1, 1, 'final', (SELECT id FROM rep WHERE host_key = CAST(%s AS TEXT)), %lld, "
           "'call', 'out', "
           "1700000000000 + i * 1000 FROM n",
           (long long)from, (long long)(from + count - 1), reps, (long long)f.sara);
  fixture_sql(sql);
}

/* A page takes as long where a rep has a hundred thousand conversations as where it has a hundred. */
START_TEST(a_page_takes_as_long_however_much_was_said) {
  mcrm_id rep = rep_of("3");
  for (int i = 0; i < 40; i++) task(rep, f.now - i * 86400000LL, 0);
  many(1, 100, "3");
  const char *cursor = timeline("admin", (mcrm_timeline_filter){.id = rep, .limit = 60}).next;
  int64_t few = median(rep, NULL), few_behind = median(rep, cursor);
  many(101, 100000, "3");
  cursor = timeline("admin", (mcrm_timeline_filter){.id = rep, .limit = 200}).next;
  int64_t much = median(rep, NULL), much_behind = median(rep, cursor);
  ck_assert_msg(much < 3 * few, "first page: %lld µs with 100, %lld µs with 100,000", (long long)few / 1000,
                (long long)much / 1000);
  ck_assert_msg(much_behind < 3 * few_behind + 500000, "later page: %lld µs with 100, %lld µs with 100,000",
                (long long)few_behind / 1000, (long long)much_behind / 1000);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("timeline");
  TCase *c = tcase_create("timeline");
  tcase_add_checked_fixture(c, host_fixture_open, host_fixture_close);
  tcase_set_timeout(c, 100);
  tcase_add_test(c, everything_stands_in_one_order_newest_first);
  tcase_add_test(c, pages_neither_lose_nor_repeat);
  tcase_add_test(c, kinds_are_chosen);
  tcase_add_test(c, each_sees_what_is_theirs_to_see);
  tcase_add_test(c, with_the_host_down_our_own_records_show);
  if (backend_is_sqlite()) tcase_add_test(c, a_page_takes_as_long_however_much_was_said);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
