#include "fixture.h"

#include <crm/operations.h>
#include <marfacrm/report.h>
#include <string.h>

static mcrm_id conversation(const char *who, mcrm_id rep, const char *type, const char *at, double mood,
                            const char *follow_up) {
  mcrm_sentiment sentiment = {.size = sizeof sentiment, .label = "neutral", .score = mood};
  mcrm_interaction talk = {.size = sizeof talk,
                           .rep_id = rep,
                           .type = type,
                           .started_at = fixture_at(at),
                           .follow_up_at = follow_up ? fixture_at(follow_up) : 0};
  if (mood != 0) talk.sentiment = &sentiment;
  mcrm_interaction out = {.size = sizeof out};
  assert_ok(WRITE_AS(who, interaction_log, interaction, &talk, &out));
  return out.id;
}

static mcrm_kpis kpis_of(const char *who, mcrm_id user) {
  mcrm_kpi_filter filter = {.size = sizeof filter, .user_id = user};
  mcrm_kpis out = {.size = sizeof out};
  assert_ok(READ_AS(who, kpi_get, kpi_filter, &filter, &out));
  return out;
}

static const mcrm_kpi *kpi(const mcrm_kpis *kpis, const char *code) {
  for (size_t i = 0; i < kpis->items.count; i++)
    if (!strcmp(kpis->items.at[i]->code, code)) return kpis->items.at[i];
  ck_abort_msg("no %s", code);
  return NULL;
}

START_TEST(conversations_count_on_the_day_they_were_held_in_tehran) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  conversation("sara", rep, "call", "2026-11-23 00:00", 0.5, NULL);
  conversation("sara", rep, "telegram", "2026-11-23 09:00", -0.25, NULL);
  conversation("sara", rep, "call", "2026-11-22 23:59", 0, NULL);
  conversation("sara", rep, "call", "2026-11-10 00:00", 0, NULL); /* the first day of the fortnight */
  conversation("sara", rep, "call", "2026-11-09 23:59", 0, NULL);
  conversation("reza", rep, "call", "2026-11-23 09:00", 0, NULL);
  mcrm_kpis kpis = kpis_of("sara", 0);
  ck_assert_int_eq(kpis.user_id, f.sara);
  ck_assert_int_eq(kpis.from, fixture_at("2026-11-23"));
  ck_assert_int_eq(kpis.to, fixture_at("2026-11-24"));
  ck_assert_double_eq(kpi(&kpis, "calls")->value, 1);
  ck_assert_double_eq(kpi(&kpis, "calls")->previous, 1);
  ck_assert_double_eq(kpi(&kpis, "interactions")->value, 2);
  ck_assert_str_eq(kpi(&kpis, "calls")->series, "[1,0,0,0,0,0,0,0,0,0,0,0,1,1]");
  ck_assert_double_eq_tol(kpi(&kpis, "sentiment")->value, 0.125, 1e-9);
}
END_TEST

START_TEST(drafts_and_archived_conversations_do_not_count) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  conversation("sara", rep, "call", "2026-11-23 09:00", 0, NULL);
  conversation("sara", rep, "call", "2026-11-23 09:10", 0, NULL);
  fixture_sql("UPDATE interaction SET state = 'draft' WHERE id = (SELECT MIN(id) FROM interaction)");
  fixture_sql("UPDATE interaction SET archived_at = 1 WHERE id = (SELECT MAX(id) FROM interaction)");
  mcrm_kpis kpis = kpis_of("sara", 0);
  ck_assert_double_eq(kpi(&kpis, "interactions")->value, 0);
}
END_TEST

static void done(const char *due, const char *at) {
  mcrm_task task = {.size = sizeof task}, made = {.size = sizeof made};
  MCRM_SET(&task, title, "کار");
  if (due) MCRM_SET(&task, due_at, fixture_at(due));
  assert_ok(WRITE_AS("sara", task_create, task, &task, &made));
  fixture_now(at);
  mcrm_task_completion in = {.size = sizeof in, .id = made.id};
  mcrm_task_completed out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", task_complete, task_completion, &in, &out));
}

START_TEST(on_time_is_the_share_of_the_dated_ones_done_before_they_were_overdue) {
  done("2026-11-23 00:00", "2026-11-23 23:00"); /* a day's task on its day */
  done("2026-11-23 12:00", "2026-11-23 23:10"); /* late */
  done("2026-11-22 00:00", "2026-11-23 23:20"); /* late */
  done("2026-11-24 09:00", "2026-11-23 23:30");
  done(NULL, "2026-11-23 23:40");
  mcrm_kpis kpis = kpis_of("sara", 0);
  ck_assert_double_eq(kpi(&kpis, "tasks_done")->value, 5);
  ck_assert_double_eq_tol(kpi(&kpis, "on_time")->value, 0.5, 1e-9);
}
END_TEST

START_TEST(a_follow_up_is_kept_by_speaking_to_the_rep_until_its_day_has_ended) {
  mcrm_id kept = fixture_rep("الف", 0, 0), forgotten = fixture_rep("ب", 0, 0), late = fixture_rep("پ", 0, 0);
  conversation("sara", kept, "call", "2026-11-20 10:00", 0, "2026-11-22 00:00");
  conversation("sara", forgotten, "call", "2026-11-20 10:00", 0, "2026-11-22 00:00");
  conversation("sara", late, "call", "2026-11-20 10:00", 0, "2026-11-22 00:00");
  conversation("reza", kept, "telegram", "2026-11-22 20:00", 0, NULL);
  conversation("sara", late, "call", "2026-11-23 00:30", 0, NULL);
  mcrm_kpis kpis = kpis_of("sara", 0);
  ck_assert_double_eq_tol(kpi(&kpis, "follow_ups_kept")->previous, 1.0 / 3, 1e-9);
}
END_TEST

START_TEST(figures_of_others_need_the_reach) {
  ck_assert_int_eq(kpis_of("supervisor", f.sara).user_id, f.sara);
  mcrm_kpi_filter filter = {.size = sizeof filter, .user_id = f.sara};
  mcrm_kpis out = {.size = sizeof out};
  assert_refused(MCRM_NOT_FOUND, "user_id", READ_AS("reza", kpi_get, kpi_filter, &filter, &out));
}
END_TEST

int main(void) {
  Suite *s = suite_create("kpi");
  fixture_tests(s, "figures", conversations_count_on_the_day_they_were_held_in_tehran,
                drafts_and_archived_conversations_do_not_count,
                on_time_is_the_share_of_the_dated_ones_done_before_they_were_overdue,
                a_follow_up_is_kept_by_speaking_to_the_rep_until_its_day_has_ended, figures_of_others_need_the_reach);
  return fixture_verdict(s);
}
