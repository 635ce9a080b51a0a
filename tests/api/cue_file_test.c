/* Cues that administrators write: what the file may say, and how it is told what is wrong. */
#include <check.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mcrm_error error;

static int open_file(const char *yaml, mcrm_cues **cues) {
  return mcrm_cues_open_yaml(yaml, strlen(yaml), cues, &error);
}

static void refused(const char *yaml, const char *field, const char *detail) {
  mcrm_cues *cues;
  ck_assert_int_eq(open_file(yaml, &cues), MCRM_INVALID);
  ck_assert_ptr_null(cues);
  ck_assert_str_eq(error.field, field);
  ck_assert_msg(strstr(error.detail, detail) != NULL, "\"%s\" is not in \"%s\"", detail, error.detail);
}

static size_t heard(mcrm_conversation *c, const char *text, mcrm_time at, const mcrm_cue **first) {
  static mcrm_text *engine;
  static mcrm_reading *r;
  mcrm_cue_array fired;
  mcrm_reading_close(r);
  mcrm_text_close(engine);
  r = NULL;
  engine = NULL;
  if (!text) return 0;
  ck_assert_int_eq(mcrm_text_open(NULL, &engine, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_reading_open(engine, text, strlen(text), at, NULL, &r, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_conversation_hear(c, r, at, &fired, &error), MCRM_OK);
  if (first) *first = fired.count ? fired.at[0] : NULL;
  return fired.count;
}

START_TEST(a_file_of_cues) {
  mcrm_cues *cues;
  mcrm_conversation *c;
  const mcrm_cue *cue;
  ck_assert_int_eq(open_file("# what the co-pilot listens for\n"
                             "cues:\n"
                             "  price:\n"
                             "    category: objection\n"
                             "    weight: -2\n"
                             "    cooldown: 5min\n"
                             "    endings: noun\n"
                             "    phrases: [گرون, قیمتش بالاست]\n"
                             "    not: [گرون نیست]\n"
                             "  hello:\n"
                             "    once: true\n"
                             "    phrases: [سلام]\n",
                             &cues),
                   MCRM_OK);
  ck_assert_int_eq(mcrm_conversation_open(cues, &c, &error), MCRM_OK);
  ck_assert_uint_eq(heard(c, "خیلی گرونه", 1000, &cue), 1);
  ck_assert_str_eq(cue->cue, "price");
  ck_assert_str_eq(cue->category, "objection");
  ck_assert_int_eq(cue->weight, -2);
  ck_assert_uint_eq(heard(c, "گرونه", 300999, NULL), 0);
  ck_assert_uint_eq(heard(c, "گرونه", 301000, NULL), 1);
  ck_assert_uint_eq(heard(c, "گرون نیست", 900000, NULL), 0);
  ck_assert_uint_eq(heard(c, "سلام", 900000, NULL), 1);
  ck_assert_uint_eq(heard(c, "سلام", 99900000, NULL), 0);
  heard(c, NULL, 0, NULL);
  mcrm_conversation_close(c);
  mcrm_cues_close(cues);
}
END_TEST

START_TEST(an_empty_file_has_no_cues) {
  mcrm_cues *cues;
  ck_assert_int_eq(open_file("", &cues), MCRM_OK);
  mcrm_cues_close(cues);
  ck_assert_int_eq(open_file("cues:\n", &cues), MCRM_OK);
  mcrm_cues_close(cues);
}
END_TEST

START_TEST(the_line_that_is_wrong_is_named) {
  refused("cues:\n  a:\n    phrases: [سلام]\n    colour: red\n", "colour", "line 4");
  refused("cues:\n  a:\n    phrases: [سلام]\n    cooldown: soon\n", "cooldown", "90s");
  refused("cues:\n  a:\n    phrases: [سلام]\n    cooldown: 5 days\n", "cooldown", "min or h");
  refused("cues:\n  a:\n    phrases: [سلام]\n    once: perhaps\n", "once", "true or false");
  refused("cues:\n  a:\n    phrases: [سلام]\n    weight: 1.5\n", "weight", "whole number");
  refused("cues:\n  a:\n    phrases: سلام\n", "phrases", "a list");
  refused("cues:\n  a:\n    category: x\n", "a", "no phrases");
  refused("cues:\n  - a\n", "cues", "a map");
  refused("words: {}\n", "words", "no such setting");
  refused("cues:\n  a:\n    phrases:\n      - سلام\n      - '؟'\n", "text", "line 5");
  refused("cues:\n  a:\n    endings: adverb\n    phrases: [سلام]\n", "endings", "line 4");
  refused("cues: [\n", "", "cues:");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("cue file");
  TCase *tests = tcase_create("yaml");
  tcase_add_test(tests, a_file_of_cues);
  tcase_add_test(tests, an_empty_file_has_no_cues);
  tcase_add_test(tests, the_line_that_is_wrong_is_named);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
