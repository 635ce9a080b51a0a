/* Typographic clean-up. */
#include <check.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/normalise.h>

#include "cases.h"

static char *clean(const char *text) {
  buffer out;
  buffer_init(&out, 1 << 24);
  ck_assert_int_eq(text_normalise(text, strlen(text), &out), MCRM_OK);
  return buffer_take(&out);
}

static void cleans(const char *text, const char *expected) {
  char *got = clean(text);
  ck_assert_msg(!strcmp(got, expected), "[%s] became [%s], not [%s]", text, got, expected);
  free(got);
}

START_TEST(persian_style) {
  cleans("كتاب هاي خوب را مي خواهم .", "کتاب‌های خوب را می‌خواهم.");
  cleans("او گفت : \"سلام\" , خوبي?", "او گفت: «سلام»، خوبی؟");
  cleans("قیمت 1,200,000 تومان و 12.5% تخفیف", "قیمت ۱٬۲۰۰٬۰۰۰ تومان و ۱۲٫۵٪ تخفیف");
  cleans("خانه ی ما ( بزرگ )است", "خانهٔ ما (بزرگ) است");
  cleans("سلام...چطوری؟؟؟!!", "سلام… چطوری؟!");
  cleans("تاریخ 3/1/1355 و ساعت 12:34", "تاریخ ۱۳۵۵/۱/۳ و ساعت ۱۲:۳۴");
}
END_TEST

START_TEST(what_must_not_be_touched) {
  cleans("لینک https://example.com/a?b=1,2 و a.b@c.com و <b title=\"x  y\">متن</b>",
         "لینک https://example.com/a?b=1,2 و a.b@c.com و <b title=\"x  y\">متن</b>");
  cleans("کد ATM74 و IBM-96", "کد ATM74 و IBM-96");
  cleans("Plain English, with \"quotes\", 3.5 and 2,000?", "Plain English, with \"quotes\", 3.5 and 2,000?");
  cleans("```\nکد  ,  1\n```", "```\nکد  ,  1\n```");
}
END_TEST

START_TEST(brackets_that_do_not_match_stay) {
  cleans("یک ( دو ] سه", "یک ( دو ] سه");
  char *text = malloc(2000001);
  memset(text, '(', 1000000);
  memset(text + 1000000, ')', 1000000);
  text[2000000] = 0;
  char *got = clean(text);
  ck_assert_uint_gt(strlen(got), 1999999);
  free(got);
  free(text);
}
END_TEST

START_TEST(cleaning_twice_is_cleaning_once) {
  cases c;
  if (!cases_open(&c, "norm-fa.jsonl")) return;
  while (cases_next(&c)) {
    char *once = clean(cases_text(&c, "text")), *twice = clean(once);
    ck_assert_msg(!strcmp(once, twice), "[%s] [%s]", once, twice);
    free(once);
    free(twice);
  }
  cases_close(&c);
}
END_TEST

START_TEST(malformed_text_is_refused) {
  buffer out;
  buffer_init(&out, 1000);
  ck_assert_int_eq(text_normalise("a\xFF", 2, &out), MCRM_INVALID);
  buffer_free(&out);
}
END_TEST

START_TEST(the_public_cases) {
  cases c;
  if (!cases_open(&c, "norm-fa.jsonl")) return;
  score scores[] = {{.name = "virastar.cleanup"},
                    {.name = "hazm.normalizer.correct_spacing"},
                    {.name = "hazm.normalizer.persian_number"},
                    {.name = "hazm.normalizer.seperate_mi"},
                    {.name = "persian-tools.halfSpace"},
                    {.name = "hazm.normalizer.normalize"}};
  while (cases_next(&c)) {
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
      if (strcmp(scores[i].name, cases_text(&c, "fn")) != 0 || !json_is_string(json_object_get(c.row, "text")))
        continue;
      char *got = clean(cases_text(&c, "text"));
      const char *expected = cases_text(&c, "expected");
      score_add(&scores[i], !strcmp(got, expected), cases_text(&c, "id"), cases_text(&c, "text"), got, expected);
      free(got);
    }
  }
  cases_close(&c);
  double share[6];
  for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) share[i] = score_print(&scores[i]);
  ck_assert(share[0] >= 80);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("normalise");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, persian_style);
  tcase_add_test(t, what_must_not_be_touched);
  tcase_add_test(t, brackets_that_do_not_match_stay);
  tcase_add_test(t, cleaning_twice_is_cleaning_once);
  tcase_add_test(t, malformed_text_is_refused);
  tcase_add_test(t, the_public_cases);
  Suite *suite = suite_create("normalise");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
