/* What a provider is told, and what is made of its reply. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ai/schema.h>
#include "note_reply.h"
#include "scripted.h"

static const char note[] = "رضایی با شماره ۰۹۱۲۳۴۵۶۷۸۹ تماس گرفت و خیلی ناراحت بود. قول دادم فردا ساعت ۱۰ زنگ بزنم.";

static ai *a;
static ai_call call;
static ai_answer answer;
static mcrm_analysis analysis;

static void setup(void) { scripted_reset(); }

static void teardown(void) {
  ai_close(a);
  a = NULL;
  scripted_free();
}

static void run(const char *text) {
  ai_note input = {.text = text};
  if (!a) {
    ai_options o = scripted_options(1);
    a = scripted_open(&o);
  }
  call = scripted_call(a);
  memset(&analysis, 0, sizeof analysis);
  analysis.size = sizeof analysis;
  int code = ai_run(&call, "note.analyse", &input, &analysis, &answer);
  ck_assert_msg(!code, "%s", scripted_error.detail);
}

static void reply(const char *text) { scripted_step(0, (step){.text = text}); }

START_TEST(identifiers_do_not_leave_and_come_back) {
  reply(
      "{\"action_items\":[{\"quote\":\"قول دادم فردا ساعت ۱۰ زنگ بزنم\",\"text\":\"زنگ به [PHONE_1]\",\"who\":\"user\","
      "\"when\":\"فردا ساعت ۱۰\"}],\"summary\":\"شماره [PHONE_1] ناراحت بود\",\"confidence\":0.9}");
  run(note);
  ck_assert_ptr_null(strstr(providers[0].last_user, "۰۹۱۲"));
  ck_assert_ptr_nonnull(strstr(providers[0].last_user, "[PHONE_1]"));
  ck_assert_ptr_nonnull(strstr(analysis.summary, "۰۹۱۲۳۴۵۶۷۸۹"));
  ck_assert_int_eq(call.records.at[0]->redactions, 1);
}
END_TEST

START_TEST(the_date_is_read_by_us) {
  run(note);
  ck_assert_uint_eq(analysis.action_items.count, 1);
  /* tomorrow at ten, Tehran */
  ck_assert_int_eq(analysis.action_items.at[0]->due_at, call.now + 25 * 3600 * 1000);
  ck_assert_str_eq(analysis.action_items.at[0]->due_grain, "minute");
  ck_assert_int_eq(analysis.follow_up_at, call.now + 25 * 3600 * 1000);
}
END_TEST

START_TEST(a_date_that_nobody_said_is_not_believed) {
  reply(
      "{\"action_items\":[{\"quote\":\"قول دادم فردا ساعت ۱۰ زنگ بزنم\",\"text\":\"زنگ\",\"who\":\"user\","
      "\"when\":\"۱۴۰۹/۰۱/۰۱\"}],\"follow_up_when\":\"2031-01-01\",\"confidence\":1}");
  run(note);
  ck_assert_int_eq(analysis.action_items.at[0]->due_at, call.now + 25 * 3600 * 1000);
  ck_assert_int_lt(analysis.follow_up_at, call.now + INT64_C(30) * 24 * 3600 * 1000);
}
END_TEST

START_TEST(what_has_no_quote_in_the_text_is_left_out) {
  reply(
      "{\"action_items\":[{\"quote\":\"همه مشتری‌ها را حذف کن\",\"text\":\"حذف "
      "همه\",\"who\":\"user\",\"when\":null}],"
      "\"sentiment_quote\":\"عالی بود\",\"sentiment\":\"positive\",\"sentiment_score\":1,\"confidence\":1}");
  run(note);
  for (size_t i = 0; i < analysis.action_items.count; i++)
    ck_assert_str_ne(analysis.action_items.at[i]->text, "حذف همه");
  ck_assert_str_ne(analysis.sentiment->label, "positive");
}
END_TEST

START_TEST(a_quote_may_differ_in_letters_of_another_keyboard) {
  reply(
      "{\"action_items\":[{\"quote\":\"قول دادم فردا ساعت 10 زنگ "
      "بزنم.\",\"text\":\"زنگ\",\"who\":\"user\",\"when\":null}],"
      "\"confidence\":1}");
  run(note);
  ck_assert_str_eq(analysis.action_items.at[0]->text, "زنگ");
}
END_TEST

START_TEST(what_the_provider_leaves_empty_is_filled_in_locally) {
  reply("{\"summary\":\"کوتاه\",\"confidence\":0.5}");
  run(note);
  ck_assert_str_eq(analysis.summary, "کوتاه");
  ck_assert_uint_ge(analysis.action_items.count, 1);
  ck_assert_str_eq(analysis.sentiment->label, "negative");
}
END_TEST

START_TEST(a_reply_that_does_not_fit_is_repaired_once) {
  reply("{\"mood\":\"bad\"}");
  reply("{\"summary\":\"درست شد\",\"confidence\":0.5}");
  run(note);
  ck_assert_uint_eq(providers[0].asked, 2);
  ck_assert_uint_eq(providers[0].messages, 4);
  ck_assert_str_eq(analysis.summary, "درست شد");
  ck_assert_uint_eq(call.records.count, 1); /* one try, paid twice */
  ck_assert_int_eq(call.records.at[0]->input_tokens, 200);
}
END_TEST

START_TEST(and_not_twice) {
  for (int i = 0; i < 8; i++) reply("no JSON at all");
  run(note);
  ck_assert_uint_eq(providers[0].asked, 2);
  ck_assert_str_eq(answer.provider, "local");
  ck_assert_str_eq(answer.fallback, "invalid_output");
  ck_assert_int_eq(call.records.at[0]->outcome, MCRM_OUTCOME_INVALID_OUTPUT);
}
END_TEST

START_TEST(fences_and_words_around_the_object_are_forgiven) {
  reply("Here you are:\n```json\n{\"summary\":\"خوب\",\"confidence\":0.5}\n```");
  run(note);
  ck_assert_str_eq(analysis.summary, "خوب");
}
END_TEST

START_TEST(a_reply_cut_off_is_no_reply) {
  scripted_step(0, (step){.text = "{\"summary\":\"نیمه\"}", .finish = "length"});
  run(note);
  ck_assert_str_eq(answer.fallback, "truncated");
}
END_TEST

START_TEST(a_provider_without_a_strict_mode_has_the_schema_in_the_prompt) {
  providers[0].no_schema = true;
  run(note);
  ck_assert_ptr_null(providers[0].last_schema);
  ck_assert_ptr_nonnull(strstr(providers[0].last_system, "\"action_items\":{\"type\":\"array\""));
}
END_TEST

START_TEST(the_schema_is_strict) {
  buffer out;
  buffer_init(&out, 1 << 20);
  schema_print(&out, &model_note_reply);
  ck_assert(!out.failed);
  ck_assert_ptr_nonnull(strstr(out.bytes, "\"additionalProperties\":false"));
  ck_assert_ptr_nonnull(strstr(out.bytes, "\"enum\":[\"positive\",\"neutral\",\"negative\",\"mixed\",\"unknown\"]"));
  for (const model_field *f = model_note_reply.fields, *end = f + model_note_reply.count; f < end; f++) {
    char name[64];
    snprintf(name, sizeof name, "\"%s\"", f->name);
    const char *required = strstr(out.bytes, "\"required\":[\"sentiment_quote\"");
    ck_assert_msg(required && strstr(required, name), "%s is not required", f->name);
  }
  buffer_free(&out);
}
END_TEST

START_TEST(the_text_is_quoted_between_marks_that_change) {
  run("خط اول\nخط دوم");
  char *first = strdup(providers[0].last_user);
  ck_assert_ptr_nonnull(strstr(first, "{\"i\":1,\"t\":\"خط اول\"}\n{\"i\":2,\"t\":\"خط دوم\"}"));
  run("خط اول\nخط سوم");
  ck_assert_int_ne(strncmp(first, providers[0].last_user, 30), 0);
  free(first);
}
END_TEST

START_TEST(a_long_text_is_read_in_parts) {
  enum { LINES = 1200, LINE = 200 };
  char *text = malloc(LINES * LINE);
  size_t at = 0;
  for (int i = 0; i < LINES; i++)
    at += (size_t)snprintf(text + at, LINE, "نماینده درباره پنل %d و فاکتور صحبت کرد و گفت که راضی است.\n", i);
  run(text);
  ck_assert_uint_ge(providers[0].asked, 4);
  ck_assert_str_eq(answer.provider, "first");
  ck_assert_str_eq(analysis.summary, "نماینده از قطعی پنل ناراحت بود.");
  free(text);
}
END_TEST

int main(void) {
  Suite *s = suite_create("task");
  TCase *t = tcase_create("task");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, identifiers_do_not_leave_and_come_back);
  tcase_add_test(t, the_date_is_read_by_us);
  tcase_add_test(t, a_date_that_nobody_said_is_not_believed);
  tcase_add_test(t, what_has_no_quote_in_the_text_is_left_out);
  tcase_add_test(t, a_quote_may_differ_in_letters_of_another_keyboard);
  tcase_add_test(t, what_the_provider_leaves_empty_is_filled_in_locally);
  tcase_add_test(t, a_reply_that_does_not_fit_is_repaired_once);
  tcase_add_test(t, and_not_twice);
  tcase_add_test(t, fences_and_words_around_the_object_are_forgiven);
  tcase_add_test(t, a_reply_cut_off_is_no_reply);
  tcase_add_test(t, a_provider_without_a_strict_mode_has_the_schema_in_the_prompt);
  tcase_add_test(t, the_schema_is_strict);
  tcase_add_test(t, the_text_is_quoted_between_marks_that_change);
  tcase_add_test(t, a_long_text_is_read_in_parts);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
