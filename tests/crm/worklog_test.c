#include "fixture.h"

#include <crm/operations.h>
#include <marfacrm/report.h>
#include <string.h>

static mcrm_id task_for(const char *who, const char *title, const char *due, mcrm_id rep) {
  mcrm_task task = {.size = sizeof task}, out = {.size = sizeof out};
  MCRM_SET(&task, title, title);
  if (due) MCRM_SET(&task, due_at, fixture_at(due));
  if (rep) MCRM_SET(&task, rep_id, rep);
  assert_ok(WRITE_AS(who, task_create, task, &task, &out));
  return out.id;
}

static mcrm_sentiment felt(double score, const char *emotion) {
  static const char *emotions[4];
  static unsigned next;
  const char **slot = &emotions[next++ % 4];
  *slot = emotion;
  return (mcrm_sentiment){.size = sizeof(mcrm_sentiment),
                          .label = score < 0 ? "negative" : "positive",
                          .score = score,
                          .emotions = {slot, emotion ? 1 : 0}};
}

static mcrm_id conversation(const char *who, mcrm_id rep, const char *at, const mcrm_sentiment *sentiment,
                            const char *urgency, const char *follow_up) {
  mcrm_interaction talk = {.size = sizeof talk,
                           .rep_id = rep,
                           .type = "call",
                           .started_at = fixture_at(at),
                           .sentiment = sentiment,
                           .urgency = urgency,
                           .subject = "کندی سرور"};
  if (follow_up) talk.follow_up_at = fixture_at(follow_up);
  mcrm_interaction out = {.size = sizeof out};
  assert_ok(WRITE_AS(who, interaction_log, interaction, &talk, &out));
  return out.id;
}

static mcrm_worklog day_of(const char *who) {
  mcrm_worklog_filter filter = {.size = sizeof filter};
  mcrm_worklog out = {.size = sizeof out};
  assert_ok(READ_AS(who, worklog_get, worklog_filter, &filter, &out));
  return out;
}

static const char *titles(mcrm_worklog_item_array items) {
  static char text[4][400];
  static unsigned next;
  char *out = text[next++ % 4];
  out[0] = 0;
  for (size_t i = 0; i < items.count; i++) {
    strcat(out, i ? "," : "");
    strcat(out, items.at[i]->task->title);
  }
  return out;
}

static const mcrm_reason *reason_of(const mcrm_worklog_item *item, const char *code) {
  for (size_t i = 0; i < item->reasons.count; i++)
    if (!strcmp(item->reasons.at[i]->code, code)) return item->reasons.at[i];
  return NULL;
}

/* ---- groups ---- */

START_TEST(the_day_falls_into_overdue_today_and_later) {
  task_for("sara", "دیروز", "2026-11-22 00:00", 0);
  task_for("sara", "ساعت نه", "2026-11-23 09:00", 0);
  task_for("sara", "امروز", "2026-11-23 00:00", 0);
  task_for("sara", "عصر", "2026-11-23 17:00", 0);
  task_for("sara", "فردا", "2026-11-24 00:00", 0);
  task_for("sara", "بی‌موعد", NULL, 0);
  task_for("reza", "کار رضا", "2026-11-23 00:00", 0);
  mcrm_worklog log = day_of("sara");
  ck_assert_str_eq(titles(log.overdue), "دیروز,ساعت نه");
  ck_assert_str_eq(titles(log.today), "امروز,عصر");
  ck_assert_str_eq(titles(log.later), "فردا,بی‌موعد");
  ck_assert_int_eq(log.open, 6);
  ck_assert_int_eq(log.day, fixture_at("2026-11-23 00:00"));
  ck_assert_str_eq(log.now->task->title, "دیروز");
  ck_assert_int_eq(log.overdue.at[0]->task->overdue, 1);
}
END_TEST

START_TEST(what_is_snoozed_is_out_of_sight_until_then) {
  mcrm_id id = task_for("sara", "امروز", "2026-11-23 00:00", 0);
  mcrm_snooze until = {.size = sizeof until, .id = id, .until = fixture_at("2026-11-24 09:00")};
  mcrm_task out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", task_snooze, snooze, &until, &out));
  ck_assert_uint_eq(day_of("sara").today.count, 0);
  ck_assert_ptr_null(day_of("sara").now);
  fixture_now("2026-11-24 09:00");
  ck_assert_str_eq(titles(day_of("sara").overdue), "امروز");
}
END_TEST

START_TEST(what_is_closed_or_archived_is_not_there) {
  mcrm_id id = task_for("sara", "امروز", "2026-11-23 00:00", 0);
  mcrm_task change = {.size = sizeof change}, out = {.size = sizeof out};
  MCRM_SET(&change, id, id);
  MCRM_SET(&change, status, "in_progress");
  assert_ok(WRITE_AS("sara", task_update, task, &change, &out));
  ck_assert_uint_eq(day_of("sara").today.count, 1);
  MCRM_SET(&change, status, "done");
  assert_ok(WRITE_AS("sara", task_update, task, &change, &out));
  mcrm_worklog log = day_of("sara");
  ck_assert_uint_eq(log.today.count, 0);
  ck_assert_int_eq(log.open, 0);
}
END_TEST

START_TEST(each_group_is_cut_at_the_limit_and_the_most_pressing_stay) {
  task_for("sara", "۱ روز", "2026-11-22 00:00", 0);
  task_for("sara", "۳ روز", "2026-11-20 00:00", 0);
  task_for("sara", "۲ روز", "2026-11-21 00:00", 0);
  mcrm_worklog_filter filter = {.size = sizeof filter, .limit = 2};
  mcrm_worklog out = {.size = sizeof out};
  assert_ok(READ_AS("sara", worklog_get, worklog_filter, &filter, &out));
  ck_assert_str_eq(titles(out.overdue), "۳ روز,۲ روز");
  ck_assert_int_eq(out.open, 3);
}
END_TEST

/* ---- the order, explained ---- */

START_TEST(the_order_says_why_it_is_that) {
  mcrm_id calm = fixture_rep("آرام", 0, fixture_at("2026-11-22 10:00"));
  mcrm_id owing = fixture_rep("بدهکار", 12500000, fixture_at("2026-10-10 10:00"));
  mcrm_id angry = fixture_rep("عصبانی", 0, 0);
  mcrm_sentiment mood = felt(-0.8, "angry");
  conversation("sara", angry, "2026-11-22 12:00", &mood, "critical", NULL);
  task_for("sara", "آرام", "2026-11-23 00:00", calm);
  task_for("sara", "بدهکار", "2026-11-23 00:00", owing);
  task_for("sara", "عصبانی", "2026-11-23 00:00", angry);
  mcrm_worklog log = day_of("sara");
  ck_assert_str_eq(titles(log.today), "عصبانی,بدهکار,آرام");
  const mcrm_worklog_item *first = log.today.at[0], *second = log.today.at[1], *third = log.today.at[2];
  ck_assert_str_eq(reason_of(first, "angry")->text,
                   "نماینده در آخرین گفت‌وگو عصبانی بود");
  ck_assert_ptr_nonnull(reason_of(first, "urgent"));
  ck_assert_str_eq(reason_of(second, "debt")->text, "۱۲٬۵۰۰٬۰۰۰ تومان بدهی دارد");
  ck_assert_str_eq(reason_of(second, "silent")->text, "۴۴ روز است که با او گفت‌وگو نشده");
  ck_assert_uint_eq(third->reasons.count, 1);
  ck_assert_str_eq(third->reasons.at[0]->code, "due_today");
  for (size_t i = 0; i < 3; i++) { /* the score is the sum of its reasons, biggest first */
    double sum = 0;
    const mcrm_worklog_item *item = log.today.at[i];
    for (size_t k = 0; k < item->reasons.count; k++) {
      sum += item->reasons.at[k]->points;
      if (k) ck_assert_double_ge(item->reasons.at[k - 1]->points, item->reasons.at[k]->points);
    }
    ck_assert_double_eq_tol(sum, item->score, 1e-9);
  }
}
END_TEST

START_TEST(reasons_speak_the_actors_language) {
  task_for("sara", "کار", "2026-11-20 00:00", 0);
  ck_assert_str_eq(day_of("sara").overdue.at[0]->reasons.at[0]->text, "۳ روز از موعدش گذشته");
  fixture_sql("UPDATE user_account SET language = 'en' WHERE username = 'sara'");
  ck_assert_str_eq(day_of("sara").overdue.at[0]->reasons.at[0]->text, "3 days overdue");
}
END_TEST

START_TEST(a_time_later_today_waits_until_it_is_soon) {
  task_for("sara", "ساعت یازده", "2026-11-23 11:00", 0);
  task_for("sara", "امروز", "2026-11-23 00:00", 0);
  fixture_now("2026-11-23 09:30");
  ck_assert_str_eq(titles(day_of("sara").today), "امروز,ساعت یازده");
  fixture_now("2026-11-23 10:20");
  mcrm_worklog log = day_of("sara");
  ck_assert_str_eq(titles(log.today), "ساعت یازده,امروز");
  ck_assert_str_eq(reason_of(log.today.at[0], "due_soon")->text,
                   "تا ۴۰ دقیقهٔ دیگر موعدش می‌رسد");
}
END_TEST

START_TEST(only_the_last_conversations_speak_of_the_mood) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  mcrm_sentiment bad = felt(-0.9, "angry"), good = felt(0.6, NULL);
  conversation("sara", rep, "2026-11-20 12:00", &bad, NULL, NULL);
  conversation("sara", rep, "2026-11-22 12:00", &good, NULL, NULL);
  task_for("sara", "کار", "2026-11-23 00:00", rep);
  ck_assert_ptr_null(reason_of(day_of("sara").today.at[0], "angry"));
  conversation("sara", rep, "2026-11-23 09:00", &bad, NULL, NULL);
  mcrm_worklog log = day_of("sara");
  ck_assert_ptr_nonnull(reason_of(log.today.at[0], "angry"));
  ck_assert_ptr_nonnull(reason_of(log.today.at[0], "worse")); /* -0.9, after -0.15 on the mean */
}
END_TEST

START_TEST(who_may_not_see_finances_is_not_told_of_debts) {
  mcrm_id rep = fixture_rep("بدهکار", 30000000, f.now);
  task_for("sara", "کار", "2026-11-23 00:00", rep);
  ck_assert_ptr_nonnull(reason_of(day_of("sara").today.at[0], "debt"));
  ck_assert_uint_eq(day_of("sara").alerts.count, 1);
  assert_ok(access_policy_set(f.policy, "rep.account", "agent", "none", &f.error));
  mcrm_worklog log = day_of("sara");
  ck_assert_ptr_null(reason_of(log.today.at[0], "debt"));
  ck_assert_uint_eq(log.alerts.count, 0);
  ck_assert_ptr_null(log.today.at[0]->rep->balance);
  ck_assert(!MCRM_HAS(log.today.at[0]->rep, balance));
}
END_TEST

/* ---- what else a day has ---- */

START_TEST(rows_show_the_rep_and_how_to_reach_them) {
  mcrm_id rep = fixture_rep("رضایی", 0, f.now);
  task_for("sara", "کار", "2026-11-23 00:00", rep);
  mcrm_worklog log = day_of("sara");
  const mcrm_worklog_item *item = log.today.at[0];
  ck_assert_str_eq(item->rep->name, "رضایی");
  ck_assert_str_eq(item->rep->phones.at[0], "+989123456789");
  ck_assert_str_eq(item->rep->balance->state, "settled");
  ck_assert_str_eq(item->channel, "call");
}
END_TEST

START_TEST(agreed_follow_ups_without_a_task_are_there_until_somebody_speaks_to_the_rep) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0), other = fixture_rep("کریمی", 0, 0);
  conversation("sara", rep, "2026-11-20 12:00", NULL, NULL, "2026-11-23 00:00");
  mcrm_id with_task = conversation("sara", other, "2026-11-20 13:00", NULL, NULL, "2026-11-23 00:00");
  mcrm_task task = {.size = sizeof task}, out = {.size = sizeof out};
  MCRM_SET(&task, title, "از گفت‌وگو");
  MCRM_SET(&task, interaction_id, with_task);
  assert_ok(WRITE_AS("sara", task_create, task, &task, &out));
  mcrm_worklog log = day_of("sara");
  ck_assert_uint_eq(log.follow_ups.count, 1);
  const mcrm_worklog_item *item = log.follow_ups.at[0];
  ck_assert_ptr_null(item->task);
  ck_assert_str_eq(item->rep->name, "رضایی");
  ck_assert_str_eq(item->interaction->subject, "کندی سرور");
  ck_assert_str_eq(item->reasons.at[0]->text,
                   "در گفت‌وگوی ۲۹ آبان قرار پیگیری گذاشته شده");
  conversation("reza", rep, "2026-11-23 09:30", NULL, NULL, NULL);
  ck_assert_uint_eq(day_of("sara").follow_ups.count, 0);
}
END_TEST

START_TEST(alerts_name_what_must_not_be_overlooked) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  mcrm_sentiment mood = felt(-0.8, "angry");
  mcrm_id talk = conversation("sara", rep, "2026-11-22 12:00", &mood, "critical", NULL);
  mcrm_task task = {.size = sizeof task}, out = {.size = sizeof out};
  MCRM_SET(&task, title, "خبر دادن");
  MCRM_SET(&task, interaction_id, talk);
  MCRM_SET(&task, due_at, fixture_at("2026-11-23 09:00"));
  assert_ok(WRITE_AS("sara", task_create, task, &task, &out));
  ck_assert_int_eq(out.rep_id, rep); /* the conversation's */
  mcrm_worklog log = day_of("sara");
  ck_assert_uint_eq(log.alerts.count, 3);
  ck_assert_str_eq(log.alerts.at[0]->code, "urgent");
  ck_assert_str_eq(log.alerts.at[1]->code, "angry");
  ck_assert_str_eq(log.alerts.at[1]->text, "رضایی در گفت‌وگوی ۱ آذر عصبانی بود");
  ck_assert_str_eq(log.alerts.at[2]->code, "promise_broken");
  ck_assert_str_eq(log.alerts.at[2]->text, "قولی که به رضایی داده شده عقب افتاده: خبر دادن");
  ck_assert_int_eq(log.alerts.at[2]->task_id, out.id);
}
END_TEST

START_TEST(supervisors_see_their_teams_days_and_agents_their_own) {
  task_for("sara", "کار", "2026-11-23 00:00", 0);
  mcrm_worklog_filter filter = {.size = sizeof filter, .user_id = f.sara};
  mcrm_worklog out = {.size = sizeof out};
  assert_ok(READ_AS("supervisor", worklog_get, worklog_filter, &filter, &out));
  ck_assert_uint_eq(out.today.count, 1);
  assert_refused(MCRM_NOT_FOUND, "user_id", READ_AS("reza", worklog_get, worklog_filter, &filter, &out));
  filter.user_id = 4711;
  assert_refused(MCRM_NOT_FOUND, "user_id", READ_AS("admin", worklog_get, worklog_filter, &filter, &out));
}
END_TEST

int main(void) {
  Suite *s = suite_create("worklog");
  fixture_tests(s, "groups", the_day_falls_into_overdue_today_and_later, what_is_snoozed_is_out_of_sight_until_then,
                what_is_closed_or_archived_is_not_there, each_group_is_cut_at_the_limit_and_the_most_pressing_stay);
  fixture_tests(s, "order", the_order_says_why_it_is_that, reasons_speak_the_actors_language,
                a_time_later_today_waits_until_it_is_soon, only_the_last_conversations_speak_of_the_mood,
                who_may_not_see_finances_is_not_told_of_debts);
  fixture_tests(s, "rest", rows_show_the_rep_and_how_to_reach_them,
                agreed_follow_ups_without_a_task_are_there_until_somebody_speaks_to_the_rep,
                alerts_name_what_must_not_be_overlooked, supervisors_see_their_teams_days_and_agents_their_own);
  return fixture_verdict(s);
}
