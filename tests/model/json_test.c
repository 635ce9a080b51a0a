/* JSON in and out of records: strict in what it takes, exact in what it writes; jansson is the judge. */
#include <base/error.h>
#include <check.h>
#include <jansson.h>
#include <marfacrm/interaction.h>
#include <marfacrm/task.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static arena *memory;
static zone *tehran;
static mcrm_error error;

static void setup(void) {
  error_clear(&error);
  memory = arena_new(0);
  tehran = zone_load("Asia/Tehran", &error);
  ck_assert_ptr_nonnull(tehran);
}

static void teardown(void) {
  zone_free(tehran);
  arena_free(memory);
}

static int read_task(const char *json, mcrm_task **out) {
  error_clear(&error);
  return model_decode(memory, &model_task, json, strlen(json), tehran, &error, (void **)out);
}

static const char *write_record(const model_entity *e, const void *record) {
  buffer out;
  buffer_init(&out, 1 << 20);
  model_encode(&out, e, record, tehran);
  ck_assert(!out.failed);
  const char *text = arena_text(memory, out.bytes);
  buffer_free(&out);
  return text;
}

static void refuses(const char *json, const char *field, const char *words) {
  mcrm_task *task;
  ck_assert_msg(read_task(json, &task) == MCRM_INVALID, "took %s", json);
  ck_assert_msg(!strcmp(error.field, field), "%s: field \"%s\", not \"%s\" (%s)", json, error.field, field,
                error.detail);
  ck_assert_msg(strstr(error.detail, words) != NULL, "%s: \"%s\" does not say \"%s\"", json, error.detail, words);
}

START_TEST(a_record_comes_back_as_it_was_written) {
  const char *json =
      "{\"rep_id\":\"123456789012345678\",\"title\":\"زنگ به "
      "«رضایی»\\n\\\"فردا\\\"\",\"due_at\":\"2026-11-23T10:00:00+03:30\","
      "\"due_grain\":\"minute\",\"checklist\":[{\"text\":\"یک\",\"done\":true},{\"text\":\"دو\",\"done\":false}]}";
  mcrm_task *task;
  ck_assert_msg(!read_task(json, &task), "%s", error.detail);
  ck_assert_int_eq(task->rep_id, INT64_C(123456789012345678));
  ck_assert_uint_eq(task->checklist.count, 2);
  ck_assert_int_eq(task->checklist.at[0]->done, 1);
  ck_assert_str_eq(write_record(&model_task, task), json);
}
END_TEST

START_TEST(unset_and_null_are_different) {
  mcrm_task *task;
  ck_assert(!read_task("{\"due_at\":null,\"description\":null,\"checklist\":null}", &task));
  ck_assert(MCRM_HAS(task, due_at) && MCRM_HAS(task, description) && MCRM_HAS(task, checklist));
  ck_assert(!MCRM_HAS(task, title));
  ck_assert_str_eq(write_record(&model_task, task), "{\"description\":null,\"due_at\":null,\"checklist\":[]}");
}
END_TEST

START_TEST(wrong_values_are_named_with_their_field) {
  refuses("{\"titel\":\"x\"}", "titel", "task has no field \"titel\"");
  refuses("{\"title\":5}", "title", "5 is not a text");
  refuses("{\"title\":\"a\",\"title\":\"b\"}", "title", "twice");
  refuses("{\"due_at\":\"yesterday\"}", "due_at", "\"yesterday\" is not a time");
  refuses("{\"due_at\":\"2026-02-30\"}", "due_at", "2026-02-30");
  refuses("{\"rep_id\":\"12a\"}", "rep_id", "\"12a\" is not an id");
  refuses("{\"rep_id\":\"99999999999999999999\"}", "rep_id", "is not an id");
  refuses("{\"rep_id\":-4}", "rep_id", "-4 is not an id");
  refuses("{\"version\":1.5}", "version", "1.5 is not a whole number");
  refuses("{\"score\":1e30}", "score", "1e30 is not a number below 9e12");
  refuses("{\"score\":-9000000000000}", "score", "is not a number below 9e12");
  refuses("{\"checklist\":[{\"text\":\"a\"},{\"text\":7}]}", "checklist[1].text", "7 is not a text");
  refuses("{\"checklist\":{}}", "checklist", "is not a list");
}
END_TEST

START_TEST(malformed_json_is_refused) {
  static const char *const bad[] = {"",
                                    "{",
                                    "[]",
                                    "null",
                                    "{\"title\":}",
                                    "{\"title\":\"a}",
                                    "{\"title\":\"a\"}}",
                                    "{,}",
                                    "{\"a\" 1}",
                                    "{\"title\":\"\\x\"}",
                                    "{\"title\":\"\\ud800\"}",
                                    "{\"title\":\"\\u0000\"}",
                                    "{\"title\":\"a\",}",
                                    "{\"version\":01}",
                                    "{\"version\":1.}",
                                    "{\"version\":+1}",
                                    "{\"version\":1e}",
                                    "{\"title\":\"\x01\"}",
                                    "{\"title\":\"\xff\"}",
                                    "{\"title\":\"\xc0\xaf\"}",
                                    "{\"title\":'a'}",
                                    "{title:\"a\"}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mcrm_task *task;
    ck_assert_msg(read_task(bad[i], &task) == MCRM_INVALID, "took %s", bad[i]);
  }
}
END_TEST

START_TEST(nesting_is_bounded_without_recursion) {
  size_t length = 200000;
  char *deep = malloc(length * 2 + 1);
  memset(deep, '[', length);
  memset(deep + length, ']', length);
  deep[length * 2] = 0;
  error_clear(&error);
  ck_assert_int_eq(json_check(deep, length * 2, &error), MCRM_INVALID);
  error_clear(&error);
  ck_assert_int_eq(json_check(deep + length - 30, 60, &error), MCRM_OK);
  free(deep);
}
END_TEST

/* What jansson reads from our output is what was in the record. */
START_TEST(jansson_reads_what_we_write) {
  char text[256];
  size_t length = 0;
  for (unsigned c = 1; c < 128; c++) text[length++] = (char)c;
  memcpy(text + length, "ی‌\xF0\x9F\x98\x80", sizeof "ی‌\xF0\x9F\x98\x80");
  mcrm_task task = {.size = sizeof task};
  MCRM_SET(&task, title, text);
  MCRM_SET(&task, score, -12.345678);
  json_t *read = json_loads(write_record(&model_task, &task), 0, NULL);
  ck_assert_ptr_nonnull(read);
  ck_assert_str_eq(json_string_value(json_object_get(read, "title")), text);
  ck_assert(json_real_value(json_object_get(read, "score")) == -12.345678);
  json_decref(read);
}
END_TEST

/* A text of this length with this byte at this place, among letters of two bytes. */
static bool survives(size_t length, size_t at, char byte) {
  char text[80];
  for (size_t i = 0; i + 1 < length; i += 2) memcpy(text + i, "ش", 2);
  if (length % 2) text[length - 1] = 'a';
  if (at % 2) /* the other half of its letter */
    text[at - 1] = 'b';
  else if (at + 1 < length)
    text[at + 1] = 'b';
  text[at] = byte;
  buffer out;
  buffer_init(&out, 1000);
  json_write_string(&out, text, length);
  json_t *read = out.failed ? NULL : json_loads(out.bytes, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
  bool same = read && json_string_length(read) == length && !memcmp(json_string_value(read), text, length);
  json_decref(read);
  buffer_free(&out);
  return same;
}

START_TEST(each_byte_that_needs_it_is_escaped_wherever_it_stands) {
  static const char bytes[] = {0, 1, '\n', 0x1f, ' ', '"', '\\', 0x7f};
  for (size_t length = 1; length < 70; length++)
    for (size_t at = 0; at < length; at++)
      for (size_t i = 0; i < sizeof bytes; i++)
        if (!survives(length, at, bytes[i])) ck_abort_msg("byte %d at %zu of %zu", bytes[i], at, length);
}
END_TEST

/* A mutated document: whatever we take, jansson takes as well. */
START_TEST(we_take_nothing_that_jansson_refuses) {
  static const char seed[] =
      "{\"title\":\"a\\u06cc\\n\",\"rep_id\":\"12\",\"score\":1.5e3,\"checklist\":[{\"text\":\"x\",\"done\":true}]}";
  static const char alphabet[] = "{}[]\":,\\u0123456789abcdefntr.eE+- \xD9\x84";
  unsigned state = 7;
  for (int i = 0; i < 200000; i++) {
    char json[sizeof seed];
    memcpy(json, seed, sizeof seed);
    for (int k = 0; k < 1 + i % 3; k++) {
      state = state * 1664525U + 1013904223U;
      json[(state >> 8) % (sizeof seed - 1)] = alphabet[(state >> 20) % (sizeof alphabet - 1)];
    }
    if (i % 64 == 0) arena_reset(memory);
    error_clear(&error);
    if (json_check(json, sizeof seed - 1, &error)) continue;
    json_t *theirs = json_loadb(json, sizeof seed - 1, JSON_DECODE_ANY, NULL);
    ck_assert_msg(theirs != NULL, "jansson refuses %s", json);
    json_decref(theirs);
    mcrm_task *task;
    read_task(json, &task);
  }
}
END_TEST

START_TEST(times_are_shown_in_tehran_on_both_sides_of_1401) {
  static const struct {
    const char *in, *out;
  } rows[] = {{"2026-11-22T09:00:00+03:30", "2026-11-22T09:00:00+03:30"},
              {"2026-07-01T00:00:00Z", "2026-07-01T03:30:00+03:30"},
              {"2021-07-01T00:00:00Z", "2021-07-01T04:30:00+04:30"},
              {"2022-03-22T00:30:00", "2022-03-22T01:30:00+04:30"},
              {"2026-11-22", "2026-11-22T00:00:00+03:30"},
              {"2026-11-22T09:00:00.25Z", "2026-11-22T12:30:00.250+03:30"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char json[80], expected[80];
    mcrm_task *task;
    snprintf(json, sizeof json, "{\"due_at\":\"%s\"}", rows[i].in);
    snprintf(expected, sizeof expected, "{\"due_at\":\"%s\"}", rows[i].out);
    ck_assert_msg(!read_task(json, &task), "%s", error.detail);
    ck_assert_str_eq(write_record(&model_task, task), expected);
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("JSON");
  TCase *c = tcase_create("JSON");
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, a_record_comes_back_as_it_was_written);
  tcase_add_test(c, unset_and_null_are_different);
  tcase_add_test(c, wrong_values_are_named_with_their_field);
  tcase_add_test(c, malformed_json_is_refused);
  tcase_add_test(c, nesting_is_bounded_without_recursion);
  tcase_add_test(c, jansson_reads_what_we_write);
  tcase_add_test(c, each_byte_that_needs_it_is_escaped_wherever_it_stands);
  tcase_add_test(c, we_take_nothing_that_jansson_refuses);
  tcase_add_test(c, times_are_shown_in_tehran_on_both_sides_of_1401);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
