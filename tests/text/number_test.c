/* Numbers in digits and words. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <text/number.h>

#include "cases.h"
#include "number_word.h"

static arena *memory;
static text_scan scan;
static void setup(void) { memory = arena_new(0); }
static void teardown(void) { arena_free(memory); }

static text_numbers numbers_of(const char *text) {
  text_numbers found;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), 0);
  ck_assert_int_eq(text_numbers_find(memory, &scan, &found), 0);
  return found;
}

/* "12 0.5 -3" */
static const char *values_of(const char *text) {
  text_numbers found = numbers_of(text);
  buffer out;
  buffer_init(&out, 4096);
  for (size_t i = 0; i < found.count; i++) {
    if (i) buffer_byte(&out, ' ');
    text_number_print(&out, &found.at[i]);
    if (found.at[i].ordinal) buffer_text(&out, ".");
    if (found.at[i].percent) buffer_text(&out, "%");
  }
  const char *copy = arena_copy(memory, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return copy;
}

static const char *words_of(int64_t value, int32_t nano, bool ordinal, text_language language) {
  buffer out;
  buffer_init(&out, 4096);
  text_number_words(&out, value, nano, ordinal, language);
  const char *copy = arena_copy(memory, out.bytes, out.length);
  buffer_free(&out);
  return copy;
}

#define reads(text, values) ck_assert_str_eq(values_of(text), values)

START_TEST(digits_of_three_scripts_with_separators) {
  reads("۱٬۲۰۰٬۰۰۰ و ١٢٣٤ و 5,600", "1200000 1234 5600");
  reads("1.200.000 تومان", "1200000");
  reads("۳٫۵ و 2.25", "3.5 2.25");
  reads("-999", "-999");
  reads("10k و 1.5k", "10000 1500");
}
END_TEST

START_TEST(persian_words) {
  reads("دو میلیون و سیصد هزار", "2300000");
  reads("یک و نیم", "1.5");
  reads("نیم میلیون", "500000");
  reads("یک میلیون و نیم", "1500000");
  reads("دو و نیم میلیون", "2500000");
  reads("سه ربع", "0.75");
  reads("دوازده هزار بیست دو", "12022");
  reads("۳۰ هزار میلیارد", "30000000000000");
  reads("سه صد و پنجاه هزار", "350000");
  reads("بیست‌وپنج نفر", "25");
  reads("دوهزار تا", "2000");
  reads("پنج‌سال", "5");
  reads("سه‌شنبه میام", "");
  reads("نه، ممنون", "");
  reads("نه هزار تومن", "9000");
  reads("پنج و سی و پنج", "5 35");
  reads("دو هزار و پنج میلیون", "2000 5000000");
  reads("به دوست و ده‌ها نفر گفتم", "");
  reads("منفی سه هزار", "-3000");
}
END_TEST

START_TEST(english_and_finglish_words) {
  reads("two million three hundred thousand and five", "2300005");
  reads("twenty-one", "21");
  reads("one and a half", "1.5");
  reads("half a million users", "500000");
  reads("a hundred and twenty", "120");
  reads("five and six", "5 6");
  reads("two dozen", "24");
  reads("do hezar toman", "2000");
  reads("I do not see it, a man said", "");
}
END_TEST

START_TEST(ordinals_and_percentages) {
  reads("بیست و سوم", "23.");
  reads("سی ام", "30.");
  reads("23rd", "23.");
  reads("سی درصد تخفیف", "30%");
  reads("٪۲۰ و 15%", "20% 15%");
}
END_TEST

START_TEST(ranges_share_the_scale_said_once) {
  struct {
    const char *text;
    int64_t low, high;
    bool vague;
  } const rows[] = {{"۵ تا ۶", 5, 6, false},      {"دو سه روز", 2, 3, true},
                    {"یکی دو", 1, 2, true},       {"دو تا سه میلیون", 2000000, 3000000, false},
                    {"2-3", 2, 3, false},         {"two to three", 2, 3, false},
                    {"ده بیست نفر", 10, 20, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    text_number low, high;
    bool vague = false;
    numbers_of(rows[i].text);
    ck_assert_msg(text_number_range_at(&scan, 0, &low, &high, &vague) > 0, "%s", rows[i].text);
    ck_assert_int_eq(low.value, rows[i].low);
    ck_assert_int_eq(high.value, rows[i].high);
    ck_assert_int_eq(vague, rows[i].vague);
  }
}
END_TEST

START_TEST(written_numbers_read_back) {
  uint64_t random = 42;
  for (int i = 0; i < 20000; i++) {
    random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
    int64_t value = (int64_t)(random >> (1 + (random >> 58) % 62)) % INT64_C(999000000000000);
    for (int language = TEXT_PERSIAN; language <= TEXT_ENGLISH; language++) {
      const char *words = words_of(value, 0, false, (text_language)language);
      text_numbers found = numbers_of(words);
      ck_assert_msg(found.count == 1 && found.at[0].value == value && found.at[0].tokens == scan.token_count, "%s",
                    words);
      words = words_of(value % 100000, 0, true, (text_language)language);
      if (value % 100000) {
        found = numbers_of(words);
        ck_assert_msg(found.count == 1 && found.at[0].value == value % 100000 && found.at[0].ordinal, "%s", words);
      }
    }
    arena_reset(memory);
  }
  ck_assert_str_eq(words_of(-756, -420000000, false, TEXT_PERSIAN), "منفی هفتصد و پنجاه و شش و چهل و دو صدم");
  ck_assert_str_eq(words_of(2, 500000000, false, TEXT_ENGLISH), "two point five");
  ck_assert_str_eq(
      words_of(INT64_MIN, 0, false, TEXT_ENGLISH),
      "minus nine quintillion two hundred twenty-three quadrillion three hundred seventy-two trillion thirty-six "
      "billion eight hundred fifty-four million seven hundred seventy-five thousand eight hundred eight");
}
END_TEST

START_TEST(what_is_too_large_is_said_to_be) {
  text_numbers found = numbers_of("99999999999999999999 میلیارد");
  ck_assert_uint_eq(found.count, 1);
  ck_assert(found.at[0].saturated);
}
END_TEST

/* ---- the public cases ---- */

static double value_of(const text_number *n) {
  double value = (double)n->value + n->nano / 1e9;
  return n->negative ? -value : value;
}

static void score_reading(const cases *c, score *s) {
  const json_t *expected = json_object_get(c->row, "expected");
  const char *text = cases_text(c, "text"), *id = cases_text(c, "id");
  text_numbers found = numbers_of(text);
  if (!json_is_number(expected)) return; /* the same words again, asked back in other digits */
  double wanted = json_number_value(expected);
  bool right = found.count == 1 ? fabs(value_of(&found.at[0]) - wanted) < 1e-6 : !found.count && wanted == 0;
  char shown[40];
  snprintf(shown, sizeof shown, "%.10g", wanted);
  score_add(s, right, id, text, values_of(text), shown);
}

static void score_extraction(const cases *c, score *s) {
  const json_t *expected = json_object_get(c->row, "expected"), *one;
  const char *text = cases_text(c, "text");
  text_numbers found = numbers_of(text);
  bool right = found.count == json_array_size(expected);
  size_t i;
  json_array_foreach(expected, i, one) {
    if (!right) break;
    const text_number *n = &found.at[i];
    const json_t *span = json_object_get(one, "span");
    right = n->point_start == (uint32_t)json_integer_value(json_array_get(span, 0)) &&
            n->point_end == (uint32_t)json_integer_value(json_array_get(span, 1)) &&
            fabs(value_of(n) - json_number_value(json_object_get(one, "value"))) < 1e-6;
  }
  char *shown = json_dumps(expected, JSON_ENSURE_ASCII);
  score_add(s, right, cases_text(c, "id"), text, values_of(text), shown);
  free(shown);
}

START_TEST(the_public_cases) {
  cases c;
  if (!cases_open(&c, "numbers-fa.jsonl")) return;
  score icu = {.name = "numbers-fa read (ICU)"}, people = {.name = "numbers-fa read (people)"},
        extracted = {.name = "numbers-fa extract"};
  while (cases_next(&c)) {
    const char *kind = cases_text(&c, "kind");
    if (!strcmp(kind, "extract"))
      score_extraction(&c, &extracted);
    else if (!strcmp(kind, "words->number") || strstr(kind, "ordinal"))
      score_reading(&c, strncmp(cases_text(&c, "source"), "ICU", 3) ? &people : &icu);
    arena_reset(memory);
  }
  cases_close(&c);
  ck_assert(score_print(&icu) == 100);
  ck_assert(score_print(&people) >= 94);
  ck_assert(score_print(&extracted) >= 94);
}
END_TEST

/* Sorted, and let through by the sieve: a word added by hand is found. */
static bool all_found(const number_word *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i && strcmp(words[i - 1].text, words[i].text) >= 0) return false;
    if (number_word_find(words[i].text, words[i].length) != &words[i]) return false;
    bool joins = words == number_words_fa && words[i].length >= 4;
    if (joins && !number_word_begins(words[i].text, words[i].length)) return false;
  }
  return count > 0;
}

START_TEST(every_word_is_found) {
  ck_assert(all_found(number_words_latin, number_words_latin_count));
  ck_assert(all_found(number_words_fa, number_words_fa_count));
  ck_assert_ptr_null(number_word_find("twentz", 6));
}
END_TEST

int main(void) {
  TCase *t = tcase_create("numbers");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, digits_of_three_scripts_with_separators);
  tcase_add_test(t, persian_words);
  tcase_add_test(t, english_and_finglish_words);
  tcase_add_test(t, ordinals_and_percentages);
  tcase_add_test(t, ranges_share_the_scale_said_once);
  tcase_add_test(t, written_numbers_read_back);
  tcase_add_test(t, what_is_too_large_is_said_to_be);
  tcase_add_test(t, every_word_is_found);
  tcase_add_test(t, the_public_cases);
  Suite *suite = suite_create("numbers");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
