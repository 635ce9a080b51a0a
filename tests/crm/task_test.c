#include "fixture.h"

#include <crm/operations.h>
#include <marfacrm/list.h>
#include <marfacrm/report.h>
#include <marfacrm/task.h>
#include <stdio.h>
#include <string.h>

/* ---- saying it shortly ---- */

static mcrm_task titled(const char *title) {
  mcrm_task task = {.size = sizeof task};
  MCRM_SET(&task, title, title);
  return task;
}

static mcrm_task due(const char *title, const char *when) {
  mcrm_task task = titled(title);
  MCRM_SET(&task, due_at, fixture_at(when));
  return task;
}

static mcrm_task made(const char *who, mcrm_task task) {
  mcrm_task out = {.size = sizeof out};
  assert_ok(WRITE_AS(who, task_create, task, &task, &out));
  return out;
}

static mcrm_task got(const char *who, mcrm_id id) {
  mcrm_ref ref = {.size = sizeof ref, .id = id};
  mcrm_task out = {.size = sizeof out};
  assert_ok(READ_AS(who, task_get, ref, &ref, &out));
  return out;
}

static int updated(const char *who, mcrm_task change, mcrm_task *out) {
  *out = (mcrm_task){.size = sizeof *out};
  return WRITE_AS(who, task_update, task, &change, out);
}

static mcrm_task change_of(mcrm_id id) {
  mcrm_task change = {.size = sizeof change};
  MCRM_SET(&change, id, id);
  return change;
}

static mcrm_task_completed completed(const char *who, mcrm_id id) {
  mcrm_task_completion in = {.size = sizeof in, .id = id};
  mcrm_task_completed out = {.size = sizeof out};
  assert_ok(WRITE_AS(who, task_complete, task_completion, &in, &out));
  return out;
}

static mcrm_task_page listed(const char *who, mcrm_task_filter filter) {
  mcrm_task_page page = {.size = sizeof page};
  filter.size = sizeof filter;
  assert_ok(READ_AS(who, task_list, task_filter, &filter, &page));
  return page;
}

#define assert_time(actual, text)                                                           \
  do {                                                                                      \
    char shown_[CIVIL_ISO_SIZE];                                                            \
    civil_print(actual, f.zone, shown_);                                                    \
    ck_assert_msg((actual) == fixture_at(text), "%s is %s, not %s", #actual, shown_, text); \
  } while (0)

/* ---- made ---- */

START_TEST(what_is_left_out_gets_its_default) {
  mcrm_task task = made("sara", due("پیگیری تمدید", "2026-11-28 00:00"));
  ck_assert_int_eq(task.assignee_id, f.sara);
  ck_assert_str_eq(task.status, "open");
  ck_assert_str_eq(task.priority, "normal");
  ck_assert_str_eq(task.source, "user");
  ck_assert_str_eq(task.due_grain, "day");
  assert_time(task.remind_at, "2026-11-28 06:00");
  ck_assert_int_eq(task.overdue, 0);
}
END_TEST

START_TEST(a_time_of_day_reminds_a_quarter_of_an_hour_before) {
  mcrm_task task = made("sara", due("تماس", "2026-11-24 16:30"));
  ck_assert_str_eq(task.due_grain, "minute");
  assert_time(task.remind_at, "2026-11-24 16:15");
}
END_TEST

START_TEST(a_whole_day_begins_at_midnight_in_tehran_whatever_time_was_given) {
  mcrm_task task = due("تماس", "2026-11-24 16:30");
  MCRM_SET(&task, due_grain, "day");
  mcrm_task stored = made("sara", task);
  assert_time(stored.due_at, "2026-11-24 00:00");
}
END_TEST

START_TEST(what_is_past_already_gets_no_reminder) {
  mcrm_task task = made("sara", due("دیروز", "2026-11-22 00:00"));
  ck_assert_int_eq(task.remind_at, 0);
  ck_assert_int_eq(task.overdue, 1);
}
END_TEST

START_TEST(references_must_exist) {
  mcrm_task task = titled("کار"), out = {.size = sizeof out};
  MCRM_SET(&task, rep_id, 4711);
  assert_refused(MCRM_NOT_FOUND, "rep_id", WRITE_AS("sara", task_create, task, &task, &out));
  ck_assert_ptr_nonnull(strstr(f.error.detail, "4711"));
  task = titled("کار");
  MCRM_SET(&task, interaction_id, 4711);
  assert_refused(MCRM_NOT_FOUND, "interaction_id", WRITE_AS("sara", task_create, task, &task, &out));
  task = titled("کار");
  MCRM_SET(&task, recurrence, "FREQ=DAILY");
  assert_refused(MCRM_INVALID, "recurrence", WRITE_AS("sara", task_create, task, &task, &out));
  task = due("کار", "2026-11-24 00:00");
  MCRM_SET(&task, recurrence, "FREQ=SOMETIMES");
  assert_refused(MCRM_INVALID, "recurrence", WRITE_AS("sara", task_create, task, &task, &out));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 0);
}
END_TEST

/* ---- overdue ---- */

START_TEST(a_days_task_is_overdue_when_that_day_has_ended_in_tehran) {
  mcrm_task task = made("sara", due("امروز", "2026-11-23 00:00"));
  fixture_now("2026-11-23 23:59:59");
  ck_assert_int_eq(got("sara", task.id).overdue, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.status = "overdue"}).items.count, 0);
  fixture_now("2026-11-24 00:00"); /* 20:30 UTC of the 23rd */
  ck_assert_int_eq(got("sara", task.id).overdue, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.status = "overdue"}).items.count, 1);
}
END_TEST

START_TEST(a_timed_task_is_overdue_at_its_time) {
  mcrm_task task = made("sara", due("ساعت یازده", "2026-11-23 11:00"));
  fixture_now("2026-11-23 11:00");
  ck_assert_int_eq(got("sara", task.id).overdue, 0);
  fixture_now("2026-11-23 11:00:01");
  ck_assert_int_eq(got("sara", task.id).overdue, 1);
  completed("sara", task.id);
  ck_assert_int_eq(got("sara", task.id).overdue, 0);
}
END_TEST

/* ---- changed ---- */

START_TEST(moving_the_due_time_moves_the_reminder_that_came_from_it) {
  mcrm_task task = made("sara", due("تماس", "2026-11-24 16:30")), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, due_at, fixture_at("2026-11-25 00:00"));
  assert_ok(updated("sara", change, &out));
  ck_assert_str_eq(out.due_grain, "day");
  assert_time(out.remind_at, "2026-11-25 06:00");
  ck_assert_int_eq(out.version, 2);
}
END_TEST

START_TEST(a_reminder_of_ones_own_stays) {
  mcrm_task task = due("تماس", "2026-11-24 16:30"), out;
  MCRM_SET(&task, remind_at, fixture_at("2026-11-24 09:00"));
  task = made("sara", task);
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, due_at, fixture_at("2026-11-25 16:30"));
  assert_ok(updated("sara", change, &out));
  assert_time(out.remind_at, "2026-11-24 09:00");
}
END_TEST

START_TEST(taking_the_due_time_away_takes_the_reminder_with_it) {
  mcrm_task task = made("sara", due("تماس", "2026-11-24 16:30")), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, due_at, 0);
  assert_ok(updated("sara", change, &out));
  ck_assert_int_eq(out.remind_at, 0);
  ck_assert_ptr_null(out.due_grain);
}
END_TEST

START_TEST(a_stale_version_is_refused) {
  mcrm_task task = made("sara", titled("کار")), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, version, 1);
  MCRM_SET(&change, title, "نخست");
  assert_ok(updated("sara", change, &out));
  MCRM_SET(&change, title, "دوم");
  assert_refused(MCRM_CONFLICT, "version", updated("sara", change, &out));
  ck_assert_str_eq(got("sara", task.id).title, "نخست");
}
END_TEST

START_TEST(what_is_closed_is_opened_before_it_is_closed_otherwise) {
  mcrm_task task = made("sara", titled("کار")), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, status, "done");
  assert_ok(updated("sara", change, &out));
  ck_assert_int_eq(out.completed_at, f.now);
  MCRM_SET(&change, status, "cancelled");
  assert_refused(MCRM_CONFLICT, "status", updated("sara", change, &out));
  MCRM_SET(&change, status, "open");
  assert_ok(updated("sara", change, &out));
  ck_assert_int_eq(out.completed_at, 0);
}
END_TEST

START_TEST(a_task_cannot_be_completed_twice) {
  mcrm_task task = made("sara", titled("کار"));
  completed("sara", task.id);
  mcrm_task_completion in = {.size = sizeof in, .id = task.id};
  mcrm_task_completed out = {.size = sizeof out};
  assert_refused(MCRM_CONFLICT, "status", WRITE_AS("sara", task_complete, task_completion, &in, &out));
}
END_TEST

/* ---- rights ---- */

START_TEST(agents_read_the_teams_tasks_and_change_their_own) {
  mcrm_task task = made("sara", titled("کار سارا")), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, title, "دیگر");
  ck_assert_int_eq(got("reza", task.id).id, task.id);
  assert_refused(MCRM_DENIED, "id", updated("reza", change, &out));
  assert_ok(updated("supervisor", change, &out));
  mcrm_ref ref = {.size = sizeof ref, .id = task.id};
  assert_refused(MCRM_NOT_FOUND, "id", READ_AS("omid", task_get, ref, &ref, &out));
  assert_refused(MCRM_NOT_FOUND, "id", updated("omid", change, &out));
  ck_assert_uint_eq(listed("omid", (mcrm_task_filter){0}).items.count, 0);
  ck_assert_uint_eq(listed("reza", (mcrm_task_filter){0}).items.count, 1);
}
END_TEST

START_TEST(a_task_is_given_to_colleagues_within_reach_who_are_told) {
  mcrm_task task = made("sara", titled("تمدید سرور")), out = {.size = sizeof out};
  mcrm_reassignment to = {.size = sizeof to, .id = task.id, .assignee_id = f.omid};
  assert_refused(MCRM_DENIED, "assignee_id", WRITE_AS("sara", task_reassign, reassignment, &to, &out));
  to.assignee_id = 999; /* nobody: told apart from somebody out of reach only by those who reach all */
  assert_refused(MCRM_DENIED, "assignee_id", WRITE_AS("sara", task_reassign, reassignment, &to, &out));
  assert_refused(MCRM_INVALID, "assignee_id", WRITE_AS("admin", task_reassign, reassignment, &to, &out));
  to.assignee_id = f.reza;
  assert_ok(WRITE_AS("sara", task_reassign, reassignment, &to, &out));
  ck_assert_int_eq(out.assignee_id, f.reza);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM notification"), 1);
  ck_assert_str_eq(fixture_text("SELECT text FROM notification WHERE kind = 'assigned'"),
                   "سارا این کار را به شما سپرد: تمدید سرور");
}
END_TEST

/* ---- snoozed ---- */

START_TEST(snoozing_reminds_again_when_it_ends) {
  mcrm_task task = made("sara", due("تماس", "2026-11-23 12:00")), out = {.size = sizeof out};
  mcrm_snooze until = {.size = sizeof until, .id = task.id, .until = fixture_at("2026-11-25 09:00")};
  assert_ok(WRITE_AS("sara", task_snooze, snooze, &until, &out));
  assert_time(out.snoozed_until, "2026-11-25 09:00");
  assert_time(out.remind_at, "2026-11-25 09:00");
  until.until = f.now;
  assert_refused(MCRM_INVALID, "until", WRITE_AS("sara", task_snooze, snooze, &until, &out));
}
END_TEST

/* ---- recurring ---- */

static mcrm_task recurring(const char *when, const char *rule) {
  mcrm_task task = due("گزارش", when);
  MCRM_SET(&task, recurrence, rule);
  return made("sara", task);
}

START_TEST(the_end_of_the_jalali_month_recurs_through_esfand) {
  /* 30 Bahman 1405 … 29 Esfand 1405 (not a leap year) … 31 Farvardin 1406 */
  fixture_now("2027-02-19 10:00");
  mcrm_task task = recurring("2027-02-19 00:00", "FREQ=MONTHLY;RSCALE=PERSIAN;BYMONTHDAY=-1");
  mcrm_task_completed out = completed("sara", task.id);
  assert_time(out.next_task->due_at, "2027-03-20 00:00");
  ck_assert_str_eq(out.next_task->source, "recurrence");
  ck_assert_str_eq(out.next_task->due_grain, "day");
  fixture_now("2027-03-20 10:00");
  out = completed("sara", out.next_task->id);
  assert_time(out.next_task->due_at, "2027-04-20 00:00");
  ck_assert_int_eq(out.skipped, 0);
}
END_TEST

START_TEST(the_31st_comes_back_after_shorter_months) {
  /* 31 Shahrivar 1405, 30 Mehr … 30 Bahman, 29 Esfand, 31 Farvardin 1406 */
  fixture_now("2026-09-22 10:00");
  mcrm_task task = recurring("2026-09-22 00:00", "FREQ=MONTHLY;RSCALE=PERSIAN;SKIP=BACKWARD");
  mcrm_id id = task.id;
  static const char *const days[] = {"2026-10-22", "2026-11-21", "2026-12-21", "2027-01-20",
                                     "2027-02-19", "2027-03-20", "2027-04-20"};
  for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
    mcrm_task_completed out = completed("sara", id);
    ck_assert_ptr_nonnull(out.next_task);
    assert_time(out.next_task->due_at, days[i]);
    id = out.next_task->id;
  }
}
END_TEST

START_TEST(missed_occurrences_are_skipped_and_counted) {
  fixture_now("2026-11-16 09:00");
  mcrm_task task = recurring("2026-11-16 00:00", "FREQ=DAILY");
  fixture_now("2026-11-23 10:00");
  mcrm_task_completed out = completed("sara", task.id);
  assert_time(out.next_task->due_at, "2026-11-23 00:00");
  ck_assert_int_eq(out.skipped, 6);
}
END_TEST

START_TEST(cancelling_goes_on_with_the_series_and_count_ends_it) {
  mcrm_task task = recurring("2026-11-23 10:30", "FREQ=DAILY;COUNT=2"), out;
  mcrm_task change = change_of(task.id);
  MCRM_SET(&change, status, "cancelled");
  assert_ok(updated("sara", change, &out));
  mcrm_task_page page = listed("sara", (mcrm_task_filter){.status = "active"});
  ck_assert_uint_eq(page.items.count, 1);
  assert_time(page.items.at[0]->due_at, "2026-11-24 10:30");
  ck_assert_str_eq(page.items.at[0]->recurrence, "FREQ=DAILY;COUNT=1");
  ck_assert_ptr_null(completed("sara", page.items.at[0]->id).next_task);
}
END_TEST

START_TEST(the_next_one_starts_its_checklist_anew) {
  static const mcrm_todo ticked = {.size = sizeof ticked, .present = 3, .text = "فاکتور", .done = 1};
  static const mcrm_todo *const todos[] = {&ticked};
  mcrm_task task = due("گزارش", "2026-11-23 00:00");
  MCRM_SET(&task, recurrence, "FREQ=WEEKLY");
  task.checklist = (mcrm_todo_array){todos, 1};
  task.present |= MCRM_BIT_OF(&task, checklist);
  task = made("sara", task);
  mcrm_task_completed out = completed("sara", task.id);
  ck_assert_uint_eq(out.next_task->checklist.count, 1);
  ck_assert_str_eq(out.next_task->checklist.at[0]->text, "فاکتور");
  ck_assert_int_eq(out.next_task->checklist.at[0]->done, 0);
}
END_TEST

START_TEST(the_next_one_goes_to_somebody_who_is_still_here) {
  mcrm_task task = recurring("2026-11-23 00:00", "FREQ=WEEKLY");
  ck_assert_int_eq(completed("supervisor", task.id).next_task->assignee_id, f.sara);
  task = recurring("2026-11-23 00:00", "FREQ=WEEKLY");
  fixture_sql("UPDATE user_account SET active = 0 WHERE username = 'sara'");
  ck_assert_int_eq(completed("supervisor", task.id).next_task->assignee_id, f.supervisor);
}
END_TEST

/* ---- completed with what comes of it ---- */

START_TEST(completing_logs_the_conversation_and_makes_the_next_task_in_one_step) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  mcrm_task task = titled("تماس با رضایی");
  MCRM_SET(&task, rep_id, rep);
  task = made("sara", task);
  mcrm_interaction talk = {.size = sizeof talk, .type = "call", .notes = "از کندی سرور ناراضی بود"};
  mcrm_task next = due("تماس دوباره", "2026-11-24 10:00");
  mcrm_task_completion in = {.size = sizeof in, .id = task.id, .interaction = &talk, .next_task = &next};
  mcrm_task_completed out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", task_complete, task_completion, &in, &out));
  ck_assert_str_eq(out.task->status, "done");
  ck_assert_int_eq(out.interaction->rep_id, rep);
  ck_assert_int_eq(out.interaction->user_id, f.sara);
  ck_assert_int_eq(out.next_task->rep_id, rep);
  ck_assert_int_eq(out.next_task->interaction_id, out.interaction->id);
  ck_assert_int_eq(out.next_task->assignee_id, f.sara);
}
END_TEST

START_TEST(where_one_part_fails_none_is_done) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  mcrm_task task = titled("تماس با رضایی");
  MCRM_SET(&task, rep_id, rep);
  task = made("sara", task);
  mcrm_interaction talk = {.size = sizeof talk, .type = "call"};
  mcrm_task next = titled("برای امید");
  MCRM_SET(&next, assignee_id, f.omid);
  mcrm_task_completion in = {.size = sizeof in, .id = task.id, .interaction = &talk, .next_task = &next};
  mcrm_task_completed out = {.size = sizeof out};
  assert_refused(MCRM_DENIED, "next_task.assignee_id", WRITE_AS("sara", task_complete, task_completion, &in, &out));
  ck_assert_str_eq(got("sara", task.id).status, "open");
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM interaction"), 0);
  talk.type = "smoke signals";
  in.next_task = NULL;
  assert_refused(MCRM_INVALID, "interaction.type", WRITE_AS("sara", task_complete, task_completion, &in, &out));
  ck_assert_str_eq(got("sara", task.id).status, "open");
}
END_TEST

/* ---- many at once ---- */

static const char *id_text(mcrm_id id) {
  char *text = arena_alloc(f.arena, 24);
  snprintf(text, 24, "%lld", (long long)id);
  return text;
}

START_TEST(one_action_is_done_on_all_of_them_or_on_none) {
  mcrm_task a = made("sara", titled("الف")), b = made("sara", titled("ب")), c = made("reza", titled("پ"));
  const char *ids[] = {id_text(a.id), id_text(b.id), id_text(c.id)};
  mcrm_bulk bulk = {.size = sizeof bulk, .ids = {ids, 3}, .action = "complete"};
  mcrm_bulk_done done = {.size = sizeof done};
  assert_refused(MCRM_DENIED, "ids[2]", WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  ck_assert_ptr_nonnull(strstr(f.error.detail, ids[2]));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task WHERE status = 'done'"), 0);
  bulk.ids.count = 2;
  assert_ok(WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  ck_assert_uint_eq(done.items.count, 2);
  ck_assert_str_eq(done.items.at[1]->status, "done");
  assert_refused(MCRM_CONFLICT, "ids[0].status", WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  bulk.action = "archive";
  assert_ok(WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.assignee_id = f.sara}).items.count, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.archived = 1}).items.count, 2);
}
END_TEST

START_TEST(what_a_bulk_action_needs_and_what_is_no_id_is_said) {
  mcrm_task a = made("sara", titled("الف"));
  const char *ids[] = {id_text(a.id), "12x"};
  mcrm_bulk bulk = {.size = sizeof bulk, .ids = {ids, 2}, .action = "priority"};
  mcrm_bulk_done done = {.size = sizeof done};
  assert_refused(MCRM_INVALID, "priority", WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  bulk.priority = "high";
  assert_refused(MCRM_INVALID, "ids[1]", WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  ids[1] = ids[0];
  assert_refused(MCRM_INVALID, "ids[1]", WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  bulk.ids.count = 1;
  assert_ok(WRITE_AS("sara", task_bulk, bulk, &bulk, &done));
  ck_assert_str_eq(done.items.at[0]->priority, "high");
}
END_TEST

/* ---- lists ---- */

static void assert_pages(const char *sort, const char *expected) {
  char titles[200] = "";
  mcrm_task_filter filter = {.size = sizeof filter, .sort = sort, .limit = 2};
  do {
    mcrm_task_page page = listed("sara", filter);
    ck_assert_uint_le(page.items.count, 2);
    for (size_t i = 0; i < page.items.count; i++) strcat(titles, page.items.at[i]->title);
    filter.cursor = page.next;
  } while (filter.cursor);
  ck_assert_str_eq(titles, expected);
}

START_TEST(pages_follow_the_order_with_nothing_twice_and_nothing_left_out) {
  static const char *const priorities[] = {"low", "urgent", "normal", "high", "normal", "urgent"};
  static const char *const days[] = {"2026-11-25", "2026-11-24", NULL, "2026-11-24", NULL, "2026-11-30"};
  for (int i = 0; i < 6; i++) {
    mcrm_task task = titled((const char *[]){"A", "B", "C", "D", "E", "F"}[i]);
    MCRM_SET(&task, priority, priorities[i]);
    if (days[i]) MCRM_SET(&task, due_at, fixture_at(days[i]));
    f.now += 1000;
    made("sara", task);
  }
  assert_pages("due_at", "BDAFCE");
  assert_pages("-due_at", "FADBEC");
  assert_pages("-created_at", "FEDCBA");
  assert_pages("-priority", "BFDCEA");
}
END_TEST

START_TEST(filters_narrow_the_list) {
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  mcrm_task task = due("الف", "2026-11-24 10:00");
  MCRM_SET(&task, rep_id, rep);
  task = made("sara", task);
  made("reza", due("ب", "2026-11-26 10:00"));
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.rep_id = rep}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.assignee_id = f.reza}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.due_before = fixture_at("2026-11-25")}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.status = "active"}).items.count, 2);
  ck_assert_uint_eq(listed("sara", (mcrm_task_filter){.status = "done"}).items.count, 0);
  mcrm_task_filter filter = {.size = sizeof filter, .cursor = "not a cursor"};
  mcrm_task_page page = {.size = sizeof page};
  assert_refused(MCRM_INVALID, "cursor", READ_AS("sara", task_list, task_filter, &filter, &page));
}
END_TEST

/* What is missing may be known only after the row was written: it is told of its own row all the same, and the rows
 * after it are read. */
START_TEST(a_row_that_names_nobody_is_told_and_the_rows_after_it_are_read) {
  char csv[200];
  mcrm_id rep = fixture_rep("رضایی", 0, 0);
  snprintf(csv, sizeof csv, "title,rep_id\nfirst,%lld\nsecond,4711\nthird,%lld\nfourth,4712\n", (long long)rep,
           (long long)rep);
  mcrm_import in = {.size = sizeof in};
  MCRM_SET(&in, entity, "task");
  MCRM_SET(&in, csv, csv);
  mcrm_imported out = {.size = sizeof out};
  assert_ok(WRITE_AS("supervisor", record_import, import, &in, &out));
  ck_assert_int_eq(out.rows, 4);
  ck_assert_int_eq(out.taken, 0);
  ck_assert_uint_eq(out.faults.count, 2);
  ck_assert_int_eq(out.faults.at[0]->row, 3);
  ck_assert_int_eq(out.faults.at[1]->row, 5);
  ck_assert_str_eq(out.faults.at[0]->field, "rep_id");
  ck_assert_ptr_nonnull(strstr(out.faults.at[1]->detail, "4712"));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM task"), 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("task");
  fixture_tests(s, "made", what_is_left_out_gets_its_default, a_time_of_day_reminds_a_quarter_of_an_hour_before,
                a_whole_day_begins_at_midnight_in_tehran_whatever_time_was_given, what_is_past_already_gets_no_reminder,
                references_must_exist);
  fixture_tests(s, "overdue", a_days_task_is_overdue_when_that_day_has_ended_in_tehran,
                a_timed_task_is_overdue_at_its_time);
  fixture_tests(s, "changed", moving_the_due_time_moves_the_reminder_that_came_from_it, a_reminder_of_ones_own_stays,
                taking_the_due_time_away_takes_the_reminder_with_it, a_stale_version_is_refused,
                what_is_closed_is_opened_before_it_is_closed_otherwise, a_task_cannot_be_completed_twice);
  fixture_tests(s, "rights", agents_read_the_teams_tasks_and_change_their_own,
                a_task_is_given_to_colleagues_within_reach_who_are_told);
  fixture_tests(s, "snoozed", snoozing_reminds_again_when_it_ends);
  fixture_tests(s, "recurring", the_end_of_the_jalali_month_recurs_through_esfand,
                the_31st_comes_back_after_shorter_months, missed_occurrences_are_skipped_and_counted,
                cancelling_goes_on_with_the_series_and_count_ends_it, the_next_one_starts_its_checklist_anew,
                the_next_one_goes_to_somebody_who_is_still_here);
  fixture_tests(s, "completed", completing_logs_the_conversation_and_makes_the_next_task_in_one_step,
                where_one_part_fails_none_is_done);
  fixture_tests(s, "bulk", one_action_is_done_on_all_of_them_or_on_none,
                what_a_bulk_action_needs_and_what_is_no_id_is_said);
  fixture_tests(s, "sheets", a_row_that_names_nobody_is_told_and_the_rows_after_it_are_read);
  fixture_tests(s, "lists", pages_follow_the_order_with_nothing_twice_and_nothing_left_out, filters_narrow_the_list);
  return fixture_verdict(s);
}
