/* Reminders, check-ins, and what people are told of. */
#include "fixture.h"

#include <crm/operations.h>
#include <crm/work.h>
#include <jobs/queue.h>
#include <marfacrm/report.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static mcrm_task task_due(const char *who, const char *title, const char *due) {
  mcrm_task task = {.size = sizeof task}, out = {.size = sizeof out};
  MCRM_SET(&task, title, title);
  MCRM_SET(&task, due_at, fixture_at(due));
  assert_ok(WRITE_AS(who, task_create, task, &task, &out));
  return out;
}

static unsigned work(void) {
  unsigned ran = 0;
  error_clear(&f.error);
  assert_ok(crm_work(&f.crm, f.store, f.policy, &ran, &f.error));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM job WHERE failures > 0"), 0);
  return ran;
}

static mcrm_notification_page told(const char *who) {
  mcrm_notification_filter filter = {.size = sizeof filter};
  mcrm_notification_page page = {.size = sizeof page};
  assert_ok(READ_AS(who, notification_list, notification_filter, &filter, &page));
  return page;
}

/* ---- reminders ---- */

START_TEST(a_reminder_comes_at_its_time_and_once) {
  mcrm_task task = task_due("sara", "تماس با رضایی", "2026-11-23 16:30");
  work();
  ck_assert_uint_eq(told("sara").items.count, 0);
  fixture_now("2026-11-23 16:15");
  work();
  mcrm_notification_page page = told("sara");
  ck_assert_uint_eq(page.items.count, 1);
  ck_assert_int_eq(page.unread, 1);
  ck_assert_str_eq(page.items.at[0]->kind, "reminder");
  ck_assert_int_eq(page.items.at[0]->entity_id, task.id);
  ck_assert_str_eq(page.items.at[0]->text, "یادآوری: تماس با رضایی (موعد: ۲ آذر ساعت ۱۶:۳۰)");
  fixture_now("2026-11-23 18:00");
  work();
  ck_assert_uint_eq(told("sara").items.count, 1);
  ck_assert_uint_eq(told("reza").items.count, 0);
}
END_TEST

START_TEST(what_is_done_needs_no_reminder) {
  mcrm_task task = task_due("sara", "تماس", "2026-11-23 16:30");
  mcrm_task_completion in = {.size = sizeof in, .id = task.id};
  mcrm_task_completed out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", task_complete, task_completion, &in, &out));
  fixture_now("2026-11-23 17:00");
  work();
  ck_assert_uint_eq(told("sara").items.count, 0);
}
END_TEST

START_TEST(a_moved_reminder_is_given_again) {
  mcrm_task task = task_due("sara", "تماس", "2026-11-23 10:10");
  work();
  ck_assert_uint_eq(told("sara").items.count, 1);
  mcrm_snooze until = {.size = sizeof until, .id = task.id, .until = fixture_at("2026-11-23 12:00")};
  assert_ok(WRITE_AS("sara", task_snooze, snooze, &until, &task));
  fixture_now("2026-11-23 12:00");
  work();
  ck_assert_uint_eq(told("sara").items.count, 2);
}
END_TEST

static void *worker(void *unused) {
  (void)unused;
  for (int i = 0; i < 20; i++) {
    mcrm_error error = {0};
    if (crm_work(&f.crm, f.store, f.policy, NULL, &error)) return "failed";
  }
  return NULL;
}

START_TEST(two_workers_at_once_give_a_reminder_once) {
  for (int i = 0; i < 40; i++) task_due("sara", "تماس", "2026-11-23 10:10");
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, worker, NULL), 0);
  for (int i = 0; i < 4; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    ck_assert_ptr_null(failed);
  }
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM notification"), 40);
  ck_assert_int_eq(fixture_number("SELECT COUNT(DISTINCT entity_id) FROM notification"), 40);
}
END_TEST

/* ---- what cannot wait ---- */

START_TEST(a_critical_conversation_is_told_to_its_owner_and_the_teams_supervisors_once) {
  mcrm_interaction talk = {
      .size = sizeof talk, .rep_id = fixture_rep("رضایی", 0, 0), .type = "call", .subject = "قطعی سرور"};
  mcrm_interaction logged = {.size = sizeof logged}, change = {.size = sizeof change};
  assert_ok(WRITE_AS("sara", interaction_log, interaction, &talk, &logged));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM notification"), 0);
  MCRM_SET(&change, id, logged.id);
  MCRM_SET(&change, urgency, "critical");
  assert_ok(WRITE_AS("sara", interaction_update, interaction, &change, &logged));
  ck_assert_uint_eq(told("supervisor").items.count, 1);
  ck_assert_str_eq(told("supervisor").items.at[0]->text,
                   "گفت‌وگوی بحرانی با رضایی: قطعی سرور");
  ck_assert_uint_eq(told("sara").items.count, 0); /* she knows */
  ck_assert_uint_eq(told("reza").items.count, 0);
  MCRM_SET(&change, notes, "مشتری‌ها منتظرند");
  assert_ok(WRITE_AS("supervisor", interaction_update, interaction, &change, &logged));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM notification"), 1);
}
END_TEST

/* ---- read ---- */

START_TEST(marking_counts_down_what_is_unread) {
  for (int i = 0; i < 3; i++) task_due("sara", "تماس", "2026-11-23 10:10");
  work();
  mcrm_notification_page page = told("sara"), out = {.size = sizeof out};
  char id[24];
  snprintf(id, sizeof id, "%lld", (long long)page.items.at[1]->id);
  const char *ids[] = {id};
  mcrm_read_mark mark = {.size = sizeof mark, .ids = {ids, 1}};
  assert_refused(MCRM_NOT_FOUND, "ids[0]", WRITE_AS("reza", notification_read, read_mark, &mark, &out));
  assert_ok(WRITE_AS("sara", notification_read, read_mark, &mark, &out));
  ck_assert_int_eq(out.unread, 2);
  ck_assert_int_eq(out.items.at[0]->read_at, f.now);
  mcrm_notification_filter filter = {.size = sizeof filter, .unread = 1, .limit = 1};
  page = (mcrm_notification_page){.size = sizeof page};
  assert_ok(READ_AS("sara", notification_list, notification_filter, &filter, &page));
  ck_assert_ptr_nonnull(page.next);
  filter.cursor = page.next;
  page = (mcrm_notification_page){.size = sizeof page};
  assert_ok(READ_AS("sara", notification_list, notification_filter, &filter, &page));
  ck_assert_uint_eq(page.items.count, 1);
  ck_assert_ptr_null(page.next);
  mark = (mcrm_read_mark){.size = sizeof mark};
  out = (mcrm_notification_page){.size = sizeof out};
  assert_ok(WRITE_AS("sara", notification_read, read_mark, &mark, &out));
  ck_assert_int_eq(out.unread, 0);
}
END_TEST

/* ---- check-ins ---- */

static mcrm_id rep_with_cadence(const char *name, const char *rule, const char *next) {
  mcrm_id rep = fixture_rep(name, 0, 0);
  char sql[200];
  snprintf(sql, sizeof sql, "UPDATE rep SET cadence = '%s', next_check_in_at = %lld WHERE id = %lld", rule,
           (long long)fixture_at(next), (long long)rep);
  fixture_sql(sql);
  return rep;
}

START_TEST(a_cadence_makes_its_follow_ups_by_itself_and_never_two) {
  mcrm_id rep = rep_with_cadence("رضایی", "FREQ=DAILY;INTERVAL=14", "2026-11-24 00:00");
  mcrm_interaction talk = {.size = sizeof talk, .rep_id = rep, .type = "call"}, logged = {.size = sizeof logged};
  assert_ok(WRITE_AS("reza", interaction_log, interaction, &talk, &logged));
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 0);
  fixture_now("2026-11-24 08:00");
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 1);
  ck_assert_str_eq(fixture_text("SELECT title FROM task"), "تماس دوره‌ای با رضایی");
  ck_assert_str_eq(fixture_text("SELECT source FROM task"), "cadence");
  ck_assert_int_eq(fixture_number("SELECT assignee_id FROM task"), f.reza); /* who spoke to them last */
  ck_assert_int_eq(fixture_number("SELECT due_at FROM task"), fixture_at("2026-11-24 00:00"));
  ck_assert_int_eq(fixture_number("SELECT next_check_in_at FROM rep"), fixture_at("2026-12-08 00:00"));
  fixture_now("2026-12-08 08:00");
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 1);
  fixture_sql("UPDATE task SET status = 'done', completed_at = 1");
  fixture_now("2026-12-22 08:00");
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 2);
}
END_TEST

START_TEST(a_check_in_goes_to_somebody_who_is_still_here) {
  mcrm_id rep = rep_with_cadence("رضایی", "FREQ=WEEKLY", "2026-11-23 00:00");
  mcrm_interaction talk = {.size = sizeof talk, .rep_id = rep, .type = "call"}, logged = {.size = sizeof logged};
  assert_ok(WRITE_AS("reza", interaction_log, interaction, &talk, &logged));
  fixture_sql("UPDATE user_account SET active = 0 WHERE username = 'reza'");
  work();
  ck_assert_int_eq(fixture_number("SELECT assignee_id FROM task"), f.sara);
}
END_TEST

START_TEST(archived_reps_and_ended_rules_make_nothing) {
  rep_with_cadence("رفته", "FREQ=DAILY", "2026-11-23 00:00");
  fixture_sql("UPDATE rep SET archived_at = 1");
  rep_with_cadence("پایان‌یافته", "FREQ=DAILY;UNTIL=20261123T000000Z", "2026-11-23 00:00");
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 1);
  fixture_now("2026-11-30 08:00");
  fixture_sql("UPDATE task SET status = 'done', completed_at = 1");
  work();
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 1);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE next_check_in_at IS NULL"), 1);
}
END_TEST

/* ---- the worker ---- */

START_TEST(there_is_nothing_more_to_run_until_a_period_has_passed) {
  ck_assert_uint_gt(work(), 3);
  ck_assert_uint_eq(work(), 0);
  mcrm_time next = 0;
  assert_ok(crm_work_next(&f.crm, f.store, &f.error, &next));
  ck_assert_int_eq(next, f.now + 20000);
  f.now += 20000;
  ck_assert_uint_eq(work(), 1); /* the host */
}
END_TEST

START_TEST(admins_see_the_queue_and_retry_what_was_given_up) {
  work();
  mcrm_job_filter filter = {.size = sizeof filter, .kind = "task.remind"};
  mcrm_job_page page = {.size = sizeof page};
  assert_ok(READ_AS("admin", job_list, job_filter, &filter, &page));
  ck_assert_uint_eq(page.items.count, 1);
  ck_assert_str_eq(page.items.at[0]->state, "waiting");
  ck_assert_int_eq(page.items.at[0]->attempt, 1);
  store_tx tx = fixture_begin(true);
  mcrm_id id;
  assert_ok(jobs_enqueue(&tx, "never.heard_of", NULL, 0, &id));
  fixture_commit(&tx);
  fixture_sql("UPDATE job SET state = 'dead', failures = 12, error = 'no' WHERE kind = 'never.heard_of'");
  mcrm_ref ref = {.size = sizeof ref, .id = id};
  mcrm_job job = {.size = sizeof job};
  assert_ok(WRITE_AS("admin", job_retry, ref, &ref, &job));
  ck_assert_str_eq(job.state, "waiting");
  ck_assert_int_eq(job.failures, 0);
  assert_refused(MCRM_NOT_FOUND, "id", WRITE_AS("sara", job_retry, ref, &ref, &job));
}
END_TEST

int main(void) {
  Suite *s = suite_create("notification");
  fixture_tests(s, "reminders", a_reminder_comes_at_its_time_and_once, what_is_done_needs_no_reminder,
                a_moved_reminder_is_given_again, two_workers_at_once_give_a_reminder_once);
  fixture_tests(s, "alerts", a_critical_conversation_is_told_to_its_owner_and_the_teams_supervisors_once);
  fixture_tests(s, "read", marking_counts_down_what_is_unread);
  fixture_tests(s, "check-ins", a_cadence_makes_its_follow_ups_by_itself_and_never_two,
                a_check_in_goes_to_somebody_who_is_still_here, archived_reps_and_ended_rules_make_nothing);
  fixture_tests(s, "worker", there_is_nothing_more_to_run_until_a_period_has_passed,
                admins_see_the_queue_and_retry_what_was_given_up);
  return fixture_verdict(s);
}
