/* The main job: from a Persian note to tasks in the work log, and on to the next one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"

static const char note[] =
    "با آقای رضایی صحبت کردم، از کندی سرور ناراضی بود، قول دادم فردا ساعت ۱۰ خبر بدم و شنبه هفته آینده برای تمدید زنگ "
    "بزنم.";

static people p;
static char rep[24];
static mcrm_id interaction_id;

static void setup(void) {
  people_open(&p);
  make_rep(&p, "فروشگاه رضایی", rep);
}

static void teardown(void) { people_close(&p); }

/* 2026-11-22 is a Sunday: tomorrow is Monday the 23rd, Saturday of next week is the 28th. */
static mcrm_time at(int day, int hour) {
  return INT64_C(1795325400000) + ((mcrm_time)(day - 22) * 24 + hour - 9) * 3600000;
}

static mcrm_result *analyse(const mcrm_analysis **out) {
  mcrm_result *logged, *result;
  mcrm_interaction in = {.size = sizeof in, .rep_id = atoll(rep), .type = "call", .notes = note};
  ck_assert(!mcrm_interaction_log(p.sara, &in, &logged));
  interaction_id = ((const mcrm_interaction *)mcrm_result_record(logged))->id;
  mcrm_result_free(logged);
  mcrm_note request = {.size = sizeof request, .text = note, .interaction_id = interaction_id};
  ck_assert_msg(!mcrm_note_analyse(p.sara, &request, &result), "%s", mcrm_session_error(p.sara)->detail);
  *out = mcrm_result_record(result);
  return result;
}

static const mcrm_suggestion *suggestion_of(const mcrm_analysis *a, const char *field, size_t which) {
  for (size_t i = 0; i < a->suggestions.count; i++)
    if (!strcmp(a->suggestions.at[i]->field, field) && !which--) return a->suggestions.at[i];
  return NULL;
}

static mcrm_id accept(mcrm_id suggestion) {
  mcrm_result *result;
  mcrm_decide decide = {.size = sizeof decide, .id = suggestion, .decision = "accept"};
  ck_assert_msg(!mcrm_suggestion_decide(p.sara, &decide, &result), "%s", mcrm_session_error(p.sara)->detail);
  const mcrm_decision *decision = mcrm_result_record(result);
  mcrm_id made = decision->task ? decision->task->id : 0;
  mcrm_result_free(result);
  return made;
}

START_TEST(a_note_is_understood) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a);
  ck_assert_uint_eq(a->action_items.count, 2);
  ck_assert_str_eq(a->action_items.at[0]->who, "user");
  ck_assert_int_eq(a->action_items.at[0]->due_at, at(23, 10));
  ck_assert_str_eq(a->action_items.at[0]->due_grain, "minute");
  ck_assert_int_eq(a->action_items.at[0]->due_suggested, 0);
  ck_assert_int_eq(a->action_items.at[1]->due_at, at(28, 0));
  ck_assert_str_eq(a->action_items.at[1]->due_grain, "day");
  ck_assert_str_eq(a->sentiment->label, "negative");
  ck_assert_int_eq(a->follow_up_at, at(23, 10));
  ck_assert_str_eq(a->provider, "local");
  ck_assert_ptr_nonnull(a->summary);
  ck_assert_uint_ge(a->topics.count, 1);
  mcrm_result_free(result);
}
END_TEST

START_TEST(every_proposal_says_where_it_came_from) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a);
  const mcrm_provenance_array *list = &a->interaction->provenance;
  size_t proposed = 0;
  for (size_t i = 0; i < list->count; i++) {
    ck_assert_str_eq(list->at[i]->source, "ai");
    ck_assert_str_eq(list->at[i]->provider, "local");
    ck_assert_str_eq(list->at[i]->state, "proposed");
    ck_assert(list->at[i]->confidence > 0);
    proposed++;
  }
  ck_assert_uint_ge(proposed, 4);
  mcrm_result_free(result);
}
END_TEST

START_TEST(accepted_items_are_tasks_with_the_right_times) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a), *shown;
  mcrm_id first = accept(suggestion_of(a, "task", 0)->id);
  accept(suggestion_of(a, "task", 1)->id);
  mcrm_ref ref = {.size = sizeof ref, .id = first};
  ck_assert(!mcrm_task_get(p.sara, &ref, &shown));
  const mcrm_task *task = mcrm_result_record(shown);
  ck_assert_int_eq(task->due_at, at(23, 10));
  ck_assert_str_eq(task->source, "ai");
  ck_assert_int_eq(task->rep_id, atoll(rep));
  ck_assert_int_eq(task->interaction_id, interaction_id);
  mcrm_result_free(shown);
  mcrm_result_free(result);
  p.now = at(23, 9);
  ck_assert(!mcrm_worklog_get(p.sara, NULL, &shown));
  const mcrm_worklog *log = mcrm_result_record(shown);
  ck_assert_uint_eq(log->today.count, 1);
  ck_assert_int_eq(log->today.at[0]->task->id, first);
  ck_assert_uint_ge(log->today.at[0]->reasons.count, 1);
  ck_assert_ptr_nonnull(log->now);
  ck_assert_uint_eq(log->later.count, 1);
  mcrm_result_free(shown);
}
END_TEST

START_TEST(completing_logs_the_conversation_and_makes_the_next_task) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a), *done;
  mcrm_id first = accept(suggestion_of(a, "task", 0)->id);
  mcrm_result_free(result);
  p.now = at(23, 10);
  mcrm_interaction talk = {.size = sizeof talk, .type = "call", .notes = "گفتم سرور عوض شد"};
  mcrm_task next = {.size = sizeof next, .title = "پیگیری رضایت", .due_at = at(30, 0), .due_grain = "day"};
  mcrm_task_completion in = {.size = sizeof in, .id = first, .interaction = &talk, .next_task = &next};
  ck_assert_msg(!mcrm_task_complete(p.sara, &in, &done), "%s", mcrm_session_error(p.sara)->detail);
  const mcrm_task_completed *out = mcrm_result_record(done);
  ck_assert_str_eq(out->task->status, "done");
  ck_assert_int_eq(out->task->completed_at, p.now);
  ck_assert_int_eq(out->interaction->rep_id, atoll(rep));
  ck_assert_int_eq(out->next_task->rep_id, atoll(rep));
  ck_assert_str_eq(out->next_task->title, "پیگیری رضایت");
  mcrm_result_free(done);
}
END_TEST

START_TEST(completing_makes_the_draft_that_was_opened_for_the_task_final) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a);
  char input[256], *out = NULL;
  mcrm_id first = accept(suggestion_of(a, "task", 0)->id), draft;
  mcrm_result_free(result);
  mcrm_interaction talk = {.size = sizeof talk, .type = "call", .state = "draft", .rep_id = atoll(rep)};
  ck_assert(!mcrm_interaction_log(p.sara, &talk, &result));
  draft = ((const mcrm_interaction *)mcrm_result_record(result))->id;
  mcrm_result_free(result);
  snprintf(input, sizeof input, "{\"id\":\"%lld\",\"interaction\":{\"id\":\"%lld\",\"notes\":\"سرور عوض شد\"}}",
           (long long)first, (long long)draft);
  ck_assert_msg(!mcrm_call(p.sara, "task.complete", input, &out), "%s", out);
  mcrm_free(out);
  mcrm_ref ref = {.size = sizeof ref, .id = draft};
  ck_assert(!mcrm_interaction_get(p.sara, &ref, &result));
  ck_assert_str_eq(((const mcrm_interaction *)mcrm_result_record(result))->state, "final");
  mcrm_result_free(result);
  snprintf(input, sizeof input, "{\"id\":\"%lld\",\"next_task\":{\"id\":\"%lld\",\"title\":\"x\"}}", (long long)first,
           (long long)first);
  ck_assert_int_eq(mcrm_call(p.sara, "task.complete", input, NULL), MCRM_INVALID);
}
END_TEST

START_TEST(a_rejected_field_is_emptied_and_an_edited_one_kept) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a), *done;
  mcrm_decide reject = {.size = sizeof reject, .id = suggestion_of(a, "summary", 0)->id, .decision = "reject"};
  mcrm_decide edit = {
      .size = sizeof edit, .id = suggestion_of(a, "urgency", 0)->id, .decision = "edit", .value = "\"high\""};
  ck_assert(!mcrm_suggestion_decide(p.sara, &reject, &done));
  ck_assert_ptr_null(((const mcrm_decision *)mcrm_result_record(done))->interaction->summary);
  mcrm_result_free(done);
  ck_assert(!mcrm_suggestion_decide(p.sara, &edit, &done));
  ck_assert_str_eq(((const mcrm_decision *)mcrm_result_record(done))->interaction->urgency, "high");
  mcrm_result_free(done);
  ck_assert_int_eq(mcrm_suggestion_decide(p.sara, &edit, NULL), MCRM_CONFLICT);
  edit.id = suggestion_of(a, "sentiment", 0)->id;
  ck_assert_int_eq(mcrm_suggestion_decide(p.sara, &edit, NULL), MCRM_INVALID);
  mcrm_result_free(result);
}
END_TEST

START_TEST(what_a_person_wrote_is_not_overwritten_by_a_second_analysis) {
  const mcrm_analysis *a;
  mcrm_result *result = analyse(&a), *again;
  mcrm_result_free(result);
  mcrm_interaction change = {.size = sizeof change};
  MCRM_SET(&change, id, interaction_id);
  MCRM_SET(&change, summary, "خلاصهٔ خودم");
  ck_assert(!mcrm_interaction_update(p.sara, &change, NULL));
  mcrm_note request = {.size = sizeof request, .text = note, .interaction_id = interaction_id};
  ck_assert(!mcrm_note_analyse(p.sara, &request, &again));
  a = mcrm_result_record(again);
  ck_assert_str_eq(a->interaction->summary, "خلاصهٔ خودم");
  ck_assert_ptr_null(suggestion_of(a, "summary", 0));
  mcrm_result_free(again);
}
END_TEST

START_TEST(analysing_without_an_interaction_stores_nothing) {
  mcrm_result *result;
  mcrm_note request = {.size = sizeof request, .text = note};
  ck_assert(!mcrm_note_analyse(p.sara, &request, &result));
  ck_assert_uint_eq(((const mcrm_analysis *)mcrm_result_record(result))->suggestions.count, 0);
  mcrm_result_free(result);
  char *events = must(p.admin, "event.list", "{\"entity\":\"suggestion\"}");
  ck_assert_ptr_nonnull(strstr(events, "\"items\":[]"));
  mcrm_free(events);
}
END_TEST

int main(void) {
  Suite *s = suite_create("the loop");
  TCase *c = tcase_create("the loop");
  tcase_set_timeout(c, 60);
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, a_note_is_understood);
  tcase_add_test(c, every_proposal_says_where_it_came_from);
  tcase_add_test(c, accepted_items_are_tasks_with_the_right_times);
  tcase_add_test(c, completing_logs_the_conversation_and_makes_the_next_task);
  tcase_add_test(c, completing_makes_the_draft_that_was_opened_for_the_task_final);
  tcase_add_test(c, a_rejected_field_is_emptied_and_an_edited_one_kept);
  tcase_add_test(c, what_a_person_wrote_is_not_overwritten_by_a_second_analysis);
  tcase_add_test(c, analysing_without_an_interaction_stores_nothing);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
