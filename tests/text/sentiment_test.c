/* Sentiment, emotions and urgency: what turns a word round, what the built-in lexicons make of our own sentences and of
 * the public ones. MARFACRM_SHOW=1 shows each row that came out otherwise. */
#include <check.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/sentiment.h>

#include "cases.h"

static arena *memory;

static void setup(void) { memory = arena_new(0); }
static void teardown(void) { arena_free(memory); }

static text_sentiment of_length(const char *text, size_t length, text_urgency *urgency) {
  text_scan scan;
  text_reading reading;
  text_sentiment s;
  ck_assert_int_eq(text_scan_make(memory, text, length, &scan), MCRM_OK);
  ck_assert_int_eq(text_read(&scan, memory, &reading), MCRM_OK);
  ck_assert_int_eq(text_sentiment_of(&reading, memory, &s), MCRM_OK);
  if (urgency) ck_assert_int_eq(text_urgency_of(&reading, &s, memory, urgency), MCRM_OK);
  return s;
}

static text_sentiment of(const char *text) { return of_length(text, strlen(text), NULL); }

static double value(const char *text) { return of(text).score; }

START_TEST(negation_turns_round) {
  ck_assert_double_gt(value("کیفیتش خوبه"), 0);
  ck_assert_double_lt(value("کیفیتش خوب نیست"), 0);
  ck_assert_double_lt(value("کیفیت خوبی نداره"), 0);
  ck_assert_double_gt(value("هیچ مشکلی نداره"), 0);
  ck_assert_double_gt(value("پشیمون نمیشید"), 0);
  ck_assert_double_lt(value("ازش راضی نیستم"), 0);
  ck_assert_double_gt(value("بدون مشکل وصل شدم"), 0);
  ck_assert_double_lt(value("فکر نمیکنم خوب باشه"), 0);
  ck_assert_double_gt(value("فکر نمیکردم انقدر خوب باشه"), 0);
  ck_assert_double_lt(value("The support is not good"), 0);
  ck_assert_double_lt(value("I don't think this is any good"), 0);
  ck_assert_double_gt(value("no problem at all"), 0);
}
END_TEST

START_TEST(what_is_announced_is_no_mood) {
  ck_assert_double_eq(value("I'll send the invoice by Friday"), 0);
  ck_assert_double_eq(value("he'll call you tomorrow"), 0);
  ck_assert_double_eq(value("No rush, whenever you have time"), 0);
  ck_assert_double_eq(value("هیچ عجله‌ای در کار نیست"), 0);
  ck_assert_double_eq(value("خیالتون راحت، خودم تا شب می‌فرستم"), 0);
  ck_assert_double_lt(value("سومین باره میگم، چرا درست نمیشه؟"), 0);
  ck_assert_double_lt(value("We got hacked, shut the panel"), 0);
}
END_TEST

START_TEST(a_negated_verb_ends_its_clause_only) {
  text_sentiment s = of("پشتیبانی عالی بود و مشکلی نداشتم");
  ck_assert_int_eq(s.mood, TEXT_POSITIVE);
  ck_assert_double_eq(s.negative, 0);
  ck_assert_double_lt(value("قیمتش خوب بود ولی کیفیت نداشت"), 0.2);
}
END_TEST

START_TEST(more_less_and_louder) {
  ck_assert_double_gt(value("خیلی خوبه"), value("خوبه"));
  ck_assert_double_lt(value("یکم خوبه"), value("خوبه"));
  ck_assert_double_lt(value("خیلی بد بود"), value("بد بود"));
  ck_assert_double_gt(value("خووووبه"), value("خوبه"));
  ck_assert_double_gt(value("it is GREAT, really"), value("it is great, really"));
  ck_assert_double_gt(value("عالی!!"), value("عالی"));
}
END_TEST

START_TEST(what_follows_but_weighs_more) {
  ck_assert_double_lt(value("سرعتش خوبه ولی گرونه"), 0.1);
  ck_assert_double_gt(value("گرونه ولی سرعتش خوبه"), -0.1);
  ck_assert_double_gt(value("گرونه ولی سرعتش خوبه"), value("سرعتش خوبه ولی گرونه"));
  ck_assert_int_eq(of("برخوردشون عالی بود، سرویسشون افتضاح بود").mood, TEXT_MIXED);
}
END_TEST

START_TEST(signs_count) {
  ck_assert_double_gt(value("باشه 😍"), 0);
  ck_assert_double_lt(value("باشه 😡"), 0);
  ck_assert_double_gt(value("ok :)"), value("ok"));
  ck_assert_double_lt(value("hm :("), 0);
}
END_TEST

START_TEST(the_words_are_shown) {
  const char *text = "سلام، اصلا از پشتیبانی راضی نبودم";
  text_sentiment s = of(text);
  ck_assert_uint_eq(s.cue_count, 1);
  ck_assert_double_lt(s.cues[0].weight, 0);
  ck_assert_uint_ge(s.cues[0].first, 5);
}
END_TEST

START_TEST(emotions) {
  ck_assert_double_gt(of("کلاهبردارید، خجالت بکشید").emotions[TEXT_ANGRY], 0.5);
  ck_assert_double_gt(of("خیلی نگرانم").emotions[TEXT_WORRIED], 0.3);
  ck_assert_double_gt(of("گیج شدم، متوجه نمیشم").emotions[TEXT_CONFUSED], 0.3);
  ck_assert_double_gt(of("ممنونم از شما").emotions[TEXT_GRATEFUL], 0.3);
  ck_assert_double_gt(of("مشتری منتظره، عجله دارم").emotions[TEXT_HURRIED], 0.2);
  ck_assert_double_gt(of("مایلم بدونم چطوری بخرم").emotions[TEXT_INTERESTED], 0.2);
  ck_assert_double_eq(of("ساعت کاری شما").emotions[TEXT_ANGRY], 0);
}
END_TEST

START_TEST(courtesy_is_not_agreement) {
  text_sentiment s = of("دستتون درد نکنه، فعلا نیازی ندارم");
  ck_assert(s.courtesy);
  ck_assert_double_lt(s.score, 0.1);
  ck_assert(!of("سرعت عالیه").courtesy);
}
END_TEST

START_TEST(words_of_everyday_work_say_nothing) {
  static const char *const plain[] = {"تماس پنج دقیقه طول داشت",  "قیمت رو بهش اعلام کن",
                                      "با آقای صادقی قرار دارم",  "تا پنجشنبه بدهیش رو بده",
                                      "جلسه برای شنبه هماهنگ شد", "سرم شلوغه بعدا زنگ بزنید",
                                      "با سلام و احترام",         "بچه‌ها دارن میرن مدرسه",
                                      "همه دارن میرن خونه",       "the price is down 20 percent",
                                      "ping is down to 40 ms"};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    ck_assert_msg(of(plain[i]).mood == TEXT_NEUTRAL, "\"%s\" says something", plain[i]);
  ck_assert_int_eq(of("خیلی دقیق و سریع").mood, TEXT_POSITIVE);
  ck_assert_int_eq(of("مشتریام دارن میرن").mood, TEXT_NEGATIVE);
  ck_assert_int_eq(of("the server is down").mood, TEXT_NEGATIVE);
}
END_TEST

START_TEST(faint_signs_move_the_score_alone) {
  text_sentiment s = of("هنوز زنگ زدم گفتن فردا");
  ck_assert_double_lt(s.score, 0);
  ck_assert_int_eq(s.mood, TEXT_NEUTRAL);
  ck_assert_uint_eq(s.cue_count, 0);
  ck_assert_double_lt(value("زنگ زدم کار نکرد"), value("کار نکرد")); /* no verb turns them round */
  s = of("هنوز زنگ زدم گفتن خرابه"); /* where a word judges, they are not shown either */
  ck_assert_int_eq(s.mood, TEXT_NEGATIVE);
  ck_assert_uint_eq(s.cue_count, 1);
}
END_TEST

START_TEST(what_was_missed_is_here) {
  ck_assert_double_gt(value("مدت‌ها بود همچین فیلمی ندیده بودم"), 0);
  ck_assert_double_lt(value("همچین فیلمی ندیده بودم"), 0);
  ck_assert_double_lt(value("مدت‌ها بود جواب نمیدادن"), 0); /* it went on, it was not made good */
}
END_TEST

START_TEST(words_overlap) {
  ck_assert_double_lt(value("ارزش پولشو نداره"), 0); /* "پولشو نداره" must not hide the verb */
  ck_assert_double_gt(value("ارزش پولشو داره"), 0);
}
END_TEST

START_TEST(mixed_needs_a_but_in_english) {
  ck_assert_int_eq(of("excellent sound but slow").mood, TEXT_MIXED);
  ck_assert_int_eq(of("excellent sound, slow").mood, TEXT_POSITIVE);
}
END_TEST

START_TEST(shift_is_against_the_usual) {
  text_baseline cheerful = {0}, gloomy = {0};
  ck_assert_double_eq(text_baseline_shift(&cheerful, -1), 0);
  for (int i = 0; i < 10; i++) {
    text_baseline_add(&cheerful, 0.6 + (i % 2) * 0.1);
    text_baseline_add(&gloomy, -0.4 + (i % 2) * 0.1);
  }
  ck_assert_double_lt(text_baseline_shift(&cheerful, -0.3), -0.5);
  ck_assert_double_gt(text_baseline_shift(&gloomy, -0.3), -0.2);
  ck_assert_double_gt(text_baseline_shift(&gloomy, 0.5), 0.5);
}
END_TEST

static text_urgency_level urgency(const char *text, const char *reason) {
  text_urgency u;
  of_length(text, strlen(text), &u);
  bool named = !reason;
  for (size_t i = 0; i < u.reason_count; i++) named = named || !strcmp(u.reasons[i].name, reason);
  ck_assert_msg(named, "%s: no reason %s", text, reason);
  return u.level;
}

START_TEST(urgency_has_reasons) {
  ck_assert_int_eq(urgency("قیمت پنل چنده", NULL), TEXT_URGENCY_NORMAL);
  ck_assert_int_eq(urgency("پنلم وصل نمیشه", "outage"), TEXT_URGENCY_HIGH);
  ck_assert_int_eq(urgency("این کانفیگ وصل نمیشه", "outage"), TEXT_URGENCY_NORMAL); /* one thing, and no more */
  ck_assert_int_eq(urgency("هیچ کانفیگی وصل نمیشه", "outage"), TEXT_URGENCY_CRITICAL);
  ck_assert_int_eq(urgency("پنلم وصل نمیشه، دارم مشتری از دست میدم", "loss"), TEXT_URGENCY_CRITICAL);
  ck_assert_int_eq(urgency("تا شب انجامش میدم", NULL), TEXT_URGENCY_NORMAL); /* who promises presses nobody */
  ck_assert_int_eq(urgency("تا شب انجامش بدید", "deadline"), TEXT_URGENCY_HIGH);
  ck_assert_int_eq(urgency("foori, server ghate", "outage"), TEXT_URGENCY_CRITICAL);
  ck_assert_int_eq(urgency("فوری جواب بدید", "now"), TEXT_URGENCY_HIGH);
  ck_assert_int_eq(urgency("همه سرورها قطع شده", "outage"), TEXT_URGENCY_CRITICAL);
  ck_assert_int_eq(urgency("هر وقت تونستید، عجله ندارم", "no-hurry"), TEXT_URGENCY_LOW);
  ck_assert_int_eq(urgency("سرور قطع نشده", NULL), TEXT_URGENCY_NORMAL);
  ck_assert_int_eq(urgency("the server is down and my customers are waiting, urgent", "customer-waiting"),
                   TEXT_URGENCY_CRITICAL);
  ck_assert_int_eq(urgency("no rush, whenever you can", "no-hurry"), TEXT_URGENCY_LOW);
}
END_TEST

/* One line of our own sentences: fields by tabs. */
static bool next_row(FILE *f, char *line, size_t size, char **fields, int count) {
  while (fgets(line, (int)size, f)) {
    if (line[0] == '#' || line[0] == '\n') continue;
    line[strcspn(line, "\n")] = 0;
    char *at = line;
    for (int i = 0; i < count; i++) {
      fields[i] = at;
      char *tab = i + 1 < count ? strchr(at, '\t') : NULL;
      ck_assert(tab || i + 1 == count);
      if (tab) {
        *tab = 0;
        at = tab + 1;
      }
    }
    return true;
  }
  return false;
}

START_TEST(our_sentences) {
  FILE *f = fopen(MARFACRM_SOURCE "/tests/text/sentiment_fa.tsv", "r");
  ck_assert_ptr_nonnull(f);
  score moods = {.name = "sentiment, support and sales (fa)"}, levels = {.name = "urgency, support and sales (fa)"};
  char line[2048], *fields[3];
  while (next_row(f, line, sizeof line, fields, 3)) {
    text_urgency u;
    text_sentiment s = of_length(fields[2], strlen(fields[2]), &u);
    const char *mood = text_mood_name(s.mood), *level = text_urgency_name(u.level);
    score_add(&moods, !strcmp(mood, fields[0]), "", fields[2], mood, fields[0]);
    score_add(&levels, !strcmp(level, fields[1]), "", fields[2], level, fields[1]);
  }
  fclose(f);
  ck_assert_int_ge(moods.all, 120);
  ck_assert_double_ge(score_print(&moods), 90);
  ck_assert_double_ge(score_print(&levels), 90);
}
END_TEST

enum { CLASSES = 3 };

/* The mean of the classes' F1. */
static double macro_f1(int table[CLASSES][CLASSES], int classes) {
  double sum = 0;
  for (int c = 0; c < classes; c++) {
    int right = table[c][c], said = 0, are = 0;
    for (int k = 0; k < CLASSES; k++) {
      said += table[k][c];
      are += table[c][k];
    }
    sum += said + are ? 2.0 * right / (said + are) : 0;
  }
  return sum / classes;
}

/* Binary macro-F1 of the rows from..to of a file of reviews; no mood at all is wrong. */
static double reviews_f1(const char *path, int from, int to, const char *name) {
  FILE *f = fopen(path, "r");
  ck_assert_ptr_nonnull(f);
  score rows = {.name = name};
  int table[CLASSES][CLASSES] = {{0}}, row = 0;
  char line[2048], *fields[2];
  for (; next_row(f, line, sizeof line, fields, 2); row++) {
    if (row < from || row >= to) continue;
    double s = value(fields[1]);
    bool negative = !strcmp(fields[0], "negative");
    table[negative][s > 0 ? 0 : s < 0 ? 1 : 2]++;
    score_add(&rows, negative ? s < 0 : s > 0, "", fields[1],
              s > 0   ? "positive"
              : s < 0 ? "negative"
                      : "neutral",
              fields[0]);
  }
  fclose(f);
  ck_assert_int_ge(row, to);
  score_print(&rows);
  double f1 = macro_f1(table, 2);
  printf("  %s, binary macro-F1: %.3f\n", name, f1);
  return f1;
}

/* The later files say how they came about. Of each the second half is only measured, never looked at. */
START_TEST(reviews) {
  static const struct {
    const char *path, *name;
    int from, to;
    double floor;
  } halves[] = {
      {"review_fa.tsv", "reviews (fa)", 0, 261, 0.98},
      {"review_fa_2.tsv", "second reviews (fa), dev half", 0, 128, 0.96},
      {"review_fa_2.tsv", "second reviews (fa), held-out half", 128, 256, 0.93},
      {"review_fa_3.tsv", "third reviews (fa), dev half", 0, 68, 0.84},
      {"review_fa_3.tsv", "third reviews (fa), held-out half", 68, 136, 0.69},
  };
  for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
    char path[512];
    snprintf(path, sizeof path, MARFACRM_SOURCE "/tests/text/%s", halves[i].path);
    ck_assert_double_ge(reviews_f1(path, halves[i].from, halves[i].to, halves[i].name), halves[i].floor);
  }
}
END_TEST

START_TEST(public_english) {
  static const char *const labels[] = {"pos", "neg", "neu"};
  cases c;
  if (!cases_open(&c, "sentiment-en-vader.jsonl")) return;
  int table[CLASSES][CLASSES] = {{0}};
  while (cases_next(&c)) {
    const char *text = cases_text(&c, "text"), *label = cases_text(&c, "label");
    double s = value(text);
    int said = s > 0.1 ? 0 : s < -0.1 ? 1 : 2;
    for (int i = 0; i < CLASSES; i++) {
      if (!strcmp(label, labels[i])) table[i][said]++;
    }
    arena_reset(memory);
  }
  cases_close(&c);
  double f1 = macro_f1(table, CLASSES);
  printf("  sentiment-en-vader, macro-F1 of three classes: %.3f\n", f1);
  ck_assert_double_ge(f1, 0.65);
}
END_TEST

START_TEST(any_text_has_a_defined_result) {
  static const char *const parts[] = {"خوب ",      "نه ", "ولی ",         "!",    "نیست ",
                                      "not good ", ":(",  "\xE2\x80\x8C", "((((", "کاش "};
  enum { REPEAT = 20000 };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t n = strlen(parts[i]);
    char *text = malloc(n * REPEAT);
    ck_assert_ptr_nonnull(text);
    for (size_t k = 0; k < REPEAT; k++) memcpy(text + k * n, parts[i], n);
    text_urgency u;
    text_sentiment s = of_length(text, n * REPEAT, &u);
    ck_assert(s.score >= -1 && s.score <= 1);
    free(text);
    arena_reset(memory);
  }
  ck_assert_int_eq(of("").mood, TEXT_NEUTRAL);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sentiment");
  TCase *t = tcase_create("sentiment");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, negation_turns_round);
  tcase_add_test(t, what_is_announced_is_no_mood);
  tcase_add_test(t, a_negated_verb_ends_its_clause_only);
  tcase_add_test(t, more_less_and_louder);
  tcase_add_test(t, what_follows_but_weighs_more);
  tcase_add_test(t, signs_count);
  tcase_add_test(t, the_words_are_shown);
  tcase_add_test(t, emotions);
  tcase_add_test(t, courtesy_is_not_agreement);
  tcase_add_test(t, words_of_everyday_work_say_nothing);
  tcase_add_test(t, faint_signs_move_the_score_alone);
  tcase_add_test(t, what_was_missed_is_here);
  tcase_add_test(t, words_overlap);
  tcase_add_test(t, mixed_needs_a_but_in_english);
  tcase_add_test(t, shift_is_against_the_usual);
  tcase_add_test(t, urgency_has_reasons);
  tcase_add_test(t, our_sentences);
  tcase_add_test(t, reviews);
  tcase_add_test(t, public_english);
  tcase_add_test(t, any_text_has_a_defined_result);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
