/* The engine as programs see it: <marfacrm/text.h>. */
#include <check.h>
#include <jansson.h>
#include <marfacrm/text.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static mcrm_text *engine;
static mcrm_time now;

static void setup(void) {
  mcrm_error error;
  ck_assert_int_eq(mcrm_text_open(NULL, &engine, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_time_parse(engine, "2026-11-23T09:00:00+03:30", 25, &now, &error), MCRM_OK);
}

static void teardown(void) { mcrm_text_close(engine); }

static json_t *answer(const char *what, const char *text) {
  char *json = NULL;
  mcrm_error error;
  ck_assert_msg(mcrm_text_json(engine, what, text, strlen(text), now, NULL, &json, &error) == MCRM_OK, "%s: %s", what,
                error.detail);
  json_t *object = json_loads(json, 0, NULL);
  ck_assert_msg(object != NULL, "%s", json);
  ck_assert_str_eq(json_string_value(json_object_get(object, "text")), text);
  mcrm_free(json);
  return object;
}

static const char *member(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

START_TEST(every_kind_of_reading_answers_an_object) {
  static const struct {
    const char *what, *member;
  } rows[] = {{"when", "spans"},        {"fold", "folded"},     {"normalise", "normalised"}, {"numbers", "numbers"},
              {"entities", "entities"}, {"sentiment", "label"}, {"sentiment", "score"},      {"sentiment", "emotions"},
              {"sentiment", "urgency"}, {"sentiment", "cues"},  {"actions", "actions"},      {"summary", "summary"},
              {"jalali", "gregorian"},  {"jalali", "jalali"},   {"jalali", "weekday"},       {"tokens", "tokens"},
              {"keys", "keys"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *object = answer(rows[i].what, "فردا ساعت ۵ عصر \"زنگ\" بزن\n\t\\ و ۲۰۰ تومن بگیر");
    ck_assert_msg(json_object_get(object, rows[i].member) != NULL, "%s has no %s", rows[i].what, rows[i].member);
    json_decref(object);
  }
}
END_TEST

START_TEST(tokens_have_their_place_and_fold) {
  json_t *object = answer("tokens", "سلام V2Ray! می‌رم");
  const json_t *tokens = json_object_get(object, "tokens"), *link = json_array_get(tokens, 1);
  ck_assert_int_eq(json_array_size(tokens), 4);
  ck_assert_int_eq(json_integer_value(json_object_get(link, "start")), 5);
  ck_assert_int_eq(json_integer_value(json_object_get(link, "end")), 10);
  ck_assert_str_eq(member(link, "text"), "V2Ray");
  ck_assert_str_eq(member(link, "fold"), "v2ray");
  ck_assert_str_eq(member(json_array_get(tokens, 2), "kind"), "mark");
  ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(tokens, 3), "sentence")), 1);
  json_decref(object);
}
END_TEST

static bool has_key(const json_t *keys, const char *key) {
  size_t i;
  json_t *one;
  json_array_foreach(keys, i, one) if (!strcmp(json_string_value(one), key)) return true;
  return false;
}

START_TEST(keys_are_one_text_each) {
  json_t *object = answer("keys", "کتاب‌خانه");
  const json_t *keys = json_object_get(object, "keys");
  ck_assert_msg(has_key(keys, "کتابخانه") && has_key(keys, "کتاب"), "joined and split");
  json_decref(object);
  object = answer("keys", " ، ");
  ck_assert_int_eq(json_array_size(json_object_get(object, "keys")), 0);
  json_decref(object);
}
END_TEST

START_TEST(times_are_iso_with_offset_and_spans_count_characters) {
  json_t *object = answer("when", "سلام، فردا ساعت ۵ عصر");
  const json_t *span = json_array_get(json_object_get(object, "spans"), 0);
  ck_assert_int_eq(json_integer_value(json_object_get(span, "start")), 6);
  ck_assert_int_eq(json_integer_value(json_object_get(span, "end")), 21);
  ck_assert_str_eq(member(span, "kind"), "datetime");
  ck_assert_str_eq(member(span, "from"), "2026-11-24T17:00:00+03:30");
  ck_assert_str_eq(member(span, "jalali"), "1405/09/03 17:00");
  json_decref(object);
}
END_TEST

START_TEST(money_reports_both_readings) {
  json_t *object = answer("entities", "۲۰۰ تومن");
  const json_t *money = json_array_get(json_object_get(object, "entities"), 0);
  ck_assert_str_eq(member(money, "kind"), "money");
  ck_assert_int_eq(json_integer_value(json_object_get(money, "value")), 200000);
  ck_assert_str_eq(json_string_value(json_array_get(json_object_get(money, "flags"), 0)), "colloquial");
  ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(money, "readings"), 1)), 200);
  json_decref(object);
}
END_TEST

START_TEST(dates_go_both_ways) {
  static const char *const ROWS[][3] = {{"1403/12/30", "2025-03-20", "1403/12/30"},
                                        {"2025-03-20", "2025-03-20", "1403/12/30"},
                                        {"۳۰ اسفند ۱۴۰۳", "2025-03-20", "1403/12/30"},
                                        {"20/03/2025", "2025-03-20", "1403/12/30"},
                                        {"۱۴۰۵-۱-۱", "2026-03-21", "1405/01/01"}};
  for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
    json_t *object = answer("jalali", ROWS[i][0]);
    ck_assert_str_eq(member(object, "gregorian"), ROWS[i][1]);
    ck_assert_str_eq(member(object, "jalali"), ROWS[i][2]);
    json_decref(object);
  }
  char *json;
  ck_assert_int_eq(mcrm_text_json(engine, "jalali", "1404/12/30", 10, now, NULL, &json, NULL), MCRM_INVALID);
}
END_TEST

START_TEST(what_cannot_be_read_is_named) {
  char *json = (char *)1;
  mcrm_error error = {.code = MCRM_IO}; /* left there by an earlier call */
  ck_assert_int_eq(mcrm_text_json(engine, "fold", "a\xFF", 2, now, NULL, &json, &error), MCRM_INVALID);
  ck_assert_ptr_null(json);
  ck_assert_str_eq(error.field, "text");
  ck_assert_int_eq(error.code, MCRM_INVALID);
  ck_assert_int_eq(mcrm_text_json(engine, "poem", "a", 1, now, NULL, &json, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "what");
  ck_assert_int_eq(mcrm_text_json(engine, "fold", "a", (size_t)MCRM_TEXT_MOST + 1, now, NULL, &json, &error),
                   MCRM_INVALID);
  ck_assert_str_eq(error.message, "text.too_long");
  ck_assert_int_eq(mcrm_text_json(engine, "fold", "\xFF", 1, now, NULL, &json, NULL), MCRM_INVALID);
  mcrm_text *other;
  mcrm_text_options options = {.size = sizeof options, .time_zone = "Mars/Phobos"};
  ck_assert_int_eq(mcrm_text_open(&options, &other, &error), MCRM_INVALID);
  ck_assert_ptr_null(other);
}
END_TEST

START_TEST(typed_functions) {
  char *text, phone[MCRM_PHONE_SIZE], display[MCRM_PHONE_SIZE];
  ck_assert_int_eq(mcrm_text_fold("كتاب ۱۲", strlen("كتاب ۱۲"), &text, NULL), MCRM_OK);
  ck_assert_str_eq(text, "کتاب 12");
  mcrm_free(text);
  ck_assert_int_eq(mcrm_text_fold("", 0, &text, NULL), MCRM_OK);
  ck_assert_str_eq(text, "");
  mcrm_free(text);
  ck_assert_int_eq(mcrm_text_normalise("می روم .", strlen("می روم ."), &text, NULL), MCRM_OK);
  ck_assert_str_eq(text, "می‌روم.");
  mcrm_free(text);
  ck_assert_int_eq(mcrm_phone_normalise("۰۹۱۲ ۳۴۵ ۶۷۸۹", strlen("۰۹۱۲ ۳۴۵ ۶۷۸۹"), phone), MCRM_OK);
  mcrm_phone_display(phone, display);
  ck_assert_str_eq(display, "0912 345 6789");
}
END_TEST

static void *read_often(void *expected) {
  for (int i = 0; i < 50; i++) {
    char *json;
    if (mcrm_text_json(engine, i % 2 ? "when" : "entities", "فردا ۲۰۰ تومن", strlen("فردا ۲۰۰ تومن"), now, NULL, &json,
                       NULL) != MCRM_OK)
      return NULL;
    bool same = i % 2 == 0 || !strcmp(json, expected);
    mcrm_free(json);
    if (!same) return NULL;
  }
  return expected;
}

START_TEST(one_engine_serves_many_threads) {
  char *expected;
  ck_assert_int_eq(mcrm_text_json(engine, "when", "فردا ۲۰۰ تومن", strlen("فردا ۲۰۰ تومن"), now, NULL, &expected, NULL),
                   MCRM_OK);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, read_often, expected), 0);
  for (int i = 0; i < 4; i++) {
    void *result;
    pthread_join(threads[i], &result);
    ck_assert_ptr_eq(result, expected);
  }
  mcrm_free(expected);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("engine");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, every_kind_of_reading_answers_an_object);
  tcase_add_test(t, tokens_have_their_place_and_fold);
  tcase_add_test(t, keys_are_one_text_each);
  tcase_add_test(t, tokens_have_their_place_and_fold);
  tcase_add_test(t, keys_are_one_text_each);
  tcase_add_test(t, times_are_iso_with_offset_and_spans_count_characters);
  tcase_add_test(t, money_reports_both_readings);
  tcase_add_test(t, dates_go_both_ways);
  tcase_add_test(t, what_cannot_be_read_is_named);
  tcase_add_test(t, typed_functions);
  tcase_add_test(t, one_engine_serves_many_threads);
  Suite *suite = suite_create("engine");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
