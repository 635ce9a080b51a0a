/* The typed interface: what a C program gets to hold, and whose it is. */
#include <check.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mcrm_text *engine;
static mcrm_error error;
static const mcrm_time now = 1795500000000; /* 2026-11-24T09:10+03:30, a Tuesday */

static void setup(void) { ck_assert_int_eq(mcrm_text_open(NULL, &engine, NULL), MCRM_OK); }
static void teardown(void) { mcrm_text_close(engine); }

static mcrm_reading *read_at(const char *text, mcrm_time at) {
  mcrm_reading *r;
  ck_assert_int_eq(mcrm_reading_open(engine, text, strlen(text), at, NULL, &r, &error), MCRM_OK);
  return r;
}

static mcrm_reading *read_text(const char *text) { return read_at(text, now); }

static void expect_text(const char *text, mcrm_span at, const char *expected) {
  ck_assert_uint_eq(at.byte_end - at.byte_start, strlen(expected));
  ck_assert_mem_eq(text + at.byte_start, expected, strlen(expected));
  uint32_t points = 0;
  for (uint32_t i = 0; i < at.byte_end; i++) {
    if (i == at.byte_start) ck_assert_uint_eq(points, at.start);
    points += ((unsigned char)text[i] & 0xC0) != 0x80;
  }
  ck_assert_uint_eq(points, at.end);
}

static mcrm_time at_time(const char *text) {
  mcrm_time out;
  ck_assert_int_eq(mcrm_time_parse(engine, text, strlen(text), &out, NULL), MCRM_OK);
  return out;
}

START_TEST(a_reading_keeps_its_own_copy_of_the_text) {
  char text[] = "سلام. V2Ray قطعه";
  mcrm_reading *r = read_text(text);
  memset(text, 'x', sizeof text - 1);
  mcrm_token_array tokens, again;
  ck_assert_int_eq(mcrm_reading_tokens(r, &tokens, NULL), MCRM_OK);
  ck_assert_uint_eq(tokens.count, 4);
  ck_assert_str_eq(tokens.at[0]->kind, "word");
  ck_assert_str_eq(tokens.at[1]->kind, "mark");
  ck_assert_str_eq(tokens.at[2]->fold, "v2ray");
  ck_assert_uint_eq(tokens.at[2]->size, sizeof(mcrm_token));
  ck_assert_int_eq(tokens.at[2]->sentence, 1);
  ck_assert_int_eq(mcrm_reading_tokens(r, &again, NULL), MCRM_OK);
  ck_assert_ptr_eq(again.at, tokens.at);
  mcrm_reading_close(r);
}
END_TEST

START_TEST(the_fold_maps_back_to_the_text) {
  const char *text = "كتاب ۱۲";
  const mcrm_folded *f;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_folded(r, &f, NULL), MCRM_OK);
  ck_assert_str_eq(f->text, "کتاب 12");
  const char *digits = strstr(f->text, "12");
  ck_assert_uint_eq(f->source[digits - f->text], strlen("كتاب "));
  ck_assert_uint_eq(f->source[f->length], strlen(text));
  mcrm_reading_close(r);
}
END_TEST

START_TEST(sentences_are_without_the_space_around_them) {
  const char *text = "  سلام خوبید؟\n\nلینک رو بفرستید.  ";
  mcrm_sentence_array s;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_sentences(r, &s, NULL), MCRM_OK);
  ck_assert_uint_eq(s.count, 2);
  expect_text(text, s.at[0]->at, "سلام خوبید؟");
  expect_text(text, s.at[1]->at, "لینک رو بفرستید.");
  mcrm_reading_close(r);
}
END_TEST

START_TEST(numbers_and_ranges) {
  const char *text = "منفی دو و نیم درصد، ۵ تا ۷ پنل";
  mcrm_number_array n;
  mcrm_number_range_array ranges;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_numbers(r, &n, NULL), MCRM_OK);
  ck_assert_uint_eq(n.count, 3);
  ck_assert_int_eq(n.at[0]->value, -2);
  ck_assert_int_eq(n.at[0]->nano, -500000000);
  ck_assert(n.at[0]->percent && n.at[0]->words && !n.at[1]->words);
  ck_assert_int_eq(mcrm_reading_ranges(r, &ranges, NULL), MCRM_OK);
  ck_assert_uint_eq(ranges.count, 1);
  ck_assert_int_eq(ranges.at[0]->low, 5);
  ck_assert_int_eq(ranges.at[0]->high, 7);
  expect_text(text, ranges.at[0]->at, "۵ تا ۷");
  mcrm_reading_close(r);
}
END_TEST

START_TEST(times_say_when_they_are_due) {
  const char *text =
      "دیروز نیامد، سه‌شنبه بعد ساعت ۴ و نیم عصر میاد، هر دوشنبه";
  mcrm_when_array w;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_when(r, &w, NULL), MCRM_OK);
  ck_assert_uint_eq(w.count, 3);
  ck_assert(w.at[0]->past && !w.at[0]->due);
  expect_text(text, w.at[1]->at, "سه‌شنبه بعد ساعت ۴ و نیم عصر");
  ck_assert_str_eq(w.at[1]->kind, "datetime");
  ck_assert_int_eq(w.at[1]->due, at_time("2026-12-01T16:30:00+03:30"));
  ck_assert(!w.at[1]->all_day && w.at[1]->ambiguous && w.at[1]->candidate_count == 1);
  ck_assert_str_eq(w.at[2]->kind, "recurrence");
  mcrm_time next;
  ck_assert_int_eq(
      mcrm_recurrence_next(engine, w.at[2]->rule, strlen(w.at[2]->rule), w.at[2]->from, now, &next, &error), MCRM_OK);
  ck_assert_int_eq(next, w.at[2]->from);
  mcrm_reading_close(r);
}
END_TEST

START_TEST(entities_carry_their_values) {
  const char *text = "۲۰۰ تومن به 0912 345 6789 آقای رضایی";
  mcrm_entity_array e;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_entities(r, &e, NULL), MCRM_OK);
  ck_assert_uint_eq(e.count, 3);
  ck_assert_str_eq(e.at[0]->kind, "money");
  ck_assert_int_eq(e.at[0]->amount, 200000);
  ck_assert_int_eq(e.at[0]->other, 200);
  ck_assert(e.at[0]->colloquial);
  ck_assert_str_eq(e.at[1]->value, "+989123456789");
  ck_assert_str_eq(e.at[2]->kind, "person");
  ck_assert_str_eq(e.at[2]->value, "رضایی");
  mcrm_reading_close(r);
}
END_TEST

START_TEST(mood_and_urgency_show_their_words) {
  const char *text = "افتضاحه! سرور قطع شده";
  const mcrm_mood *m;
  const mcrm_urgency *u;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_mood(r, &m, NULL), MCRM_OK);
  ck_assert_str_eq(m->label, "negative");
  ck_assert(m->score < -0.3 && m->angry + m->disappointed > 0);
  expect_text(text, m->cues.at[0]->at, "افتضاحه");
  ck_assert(m->cues.at[0]->weight < 0);
  ck_assert_int_eq(mcrm_reading_urgency(r, &u, NULL), MCRM_OK);
  ck_assert_str_eq(u->level, "high");
  ck_assert_str_eq(u->reasons.at[0]->name, "outage");
  expect_text(text, u->reasons.at[0]->at, "قطع شده");
  mcrm_reading_close(r);
}
END_TEST

START_TEST(a_baseline_tells_what_is_unusual) {
  mcrm_baseline usual = {0};
  ck_assert(mcrm_baseline_shift(&usual, -0.9) == 0);
  for (int i = 0; i < 10; i++) mcrm_baseline_add(&usual, 0.4);
  ck_assert(mcrm_baseline_shift(&usual, -0.6) < -0.5);
  ck_assert(mcrm_baseline_shift(&usual, 0.4) > -0.1);
}
END_TEST

START_TEST(actions_topics_and_the_outcome) {
  const char *text = "با آقای رضایی صحبت کردم، ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم";
  mcrm_action_array actions;
  mcrm_topic_array topics;
  const mcrm_contact_outcome *outcome;
  mcrm_sentence_array summary;
  bool asks;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_reading_actions(r, &actions, &asks, NULL), MCRM_OK);
  ck_assert_uint_eq(actions.count, 1);
  ck_assert(!asks);
  ck_assert_str_eq(actions.at[0]->kind, "promise");
  ck_assert_str_eq(actions.at[0]->who, "me");
  ck_assert_str_eq(actions.at[0]->title, "خبر دادن");
  ck_assert_int_eq(actions.at[0]->due, at_time("2026-11-25T10:00:00+03:30"));
  ck_assert_int_eq(mcrm_reading_topics(r, &topics, NULL), MCRM_OK);
  ck_assert_str_eq(topics.at[0]->name, "complaint");
  ck_assert_int_eq(mcrm_reading_outcome(r, &outcome, NULL), MCRM_OK);
  ck_assert_str_eq(outcome->name, "callback_promised");
  ck_assert_int_eq(mcrm_reading_summary(r, 1, &summary, NULL), MCRM_OK);
  ck_assert_uint_eq(summary.count, 1);
  expect_text(text, summary.at[0]->at, "قول دادم فردا ساعت ۱۰ خبر بدم");
  ck_assert_int_eq(mcrm_reading_summary(r, 0, &summary, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "most");
  mcrm_reading_close(r);
}
END_TEST

static const mcrm_phrase PRICE = {.size = sizeof PRICE, .text = "گرونه", .cue = "price", .weight = 3},
                         CHEAP = {.size = sizeof CHEAP, .text = "گرون نیست", .cue = "price", .negative = true},
                         OUTAGE = {.size = sizeof OUTAGE,
                                   .text = "قطع شد",
                                   .cue = "outage",
                                   .category = "support",
                                   .endings = "verb",
                                   .cooldown_ms = 60000},
                         GREETING = {.size = sizeof GREETING, .text = "سلام", .cue = "greeting", .once = true};
static const mcrm_phrase *const PHRASES[] = {&PRICE, &CHEAP, &OUTAGE, &GREETING};

static size_t heard(mcrm_conversation *c, const char *text, mcrm_time at, const char *cue) {
  mcrm_cue_array fired;
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_conversation_hear(c, r, at, &fired, NULL), MCRM_OK);
  if (fired.count) ck_assert_str_eq(fired.at[0]->cue, cue);
  mcrm_reading_close(r);
  return fired.count;
}

START_TEST(cues_fire_with_cooldown_and_once) {
  mcrm_cues *cues;
  mcrm_conversation *c;
  ck_assert_int_eq(mcrm_cues_open(PHRASES, 4, &cues, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_conversation_open(cues, &c, &error), MCRM_OK);
  ck_assert_uint_eq(heard(c, "سلام", now, "greeting"), 1);
  ck_assert_uint_eq(heard(c, "سلام", now + 3600000, "greeting"), 0);
  ck_assert_uint_eq(heard(c, "دوباره قطع شده", now, "outage"), 1);
  ck_assert_uint_eq(heard(c, "قطع شد", now + 59000, "outage"), 0);
  ck_assert_uint_eq(heard(c, "قطع شد", now + 60000, "outage"), 1);
  ck_assert_uint_eq(heard(c, "خیلی گرونه", now, "price"), 1);
  ck_assert_uint_eq(heard(c, "گرونه؟ نه گرون نیست", now, "price"), 1); /* two sentences */
  mcrm_conversation_close(c);
  mcrm_cues_close(cues);
}
END_TEST

START_TEST(cues_match_everywhere) {
  const char *text = "پنل قطع شد، اینم گرون نیست";
  mcrm_cues *cues;
  mcrm_cue_array found;
  ck_assert_int_eq(mcrm_cues_open(PHRASES, 4, &cues, &error), MCRM_OK);
  mcrm_reading *r = read_text(text);
  ck_assert_int_eq(mcrm_cues_match(cues, r, &found, NULL), MCRM_OK);
  ck_assert_uint_eq(found.count, 2);
  ck_assert_str_eq(found.at[0]->category, "support");
  expect_text(text, found.at[0]->at, "قطع شد");
  ck_assert(found.at[1]->negative);
  mcrm_reading_close(r);
  mcrm_cues_close(cues);
}
END_TEST

START_TEST(a_wrong_phrase_is_named) {
  mcrm_phrase bad = {.size = sizeof bad, .text = "؟!", .cue = "nothing"};
  mcrm_cues *cues;
  ck_assert_int_eq(mcrm_cues_open((const mcrm_phrase *const[]){&PRICE, &bad}, 2, &cues, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "text");
  ck_assert_ptr_nonnull(strstr(error.detail, "phrase 2"));
  bad.text = "گران";
  bad.endings = "adverb";
  ck_assert_int_eq(mcrm_cues_open((const mcrm_phrase *const[]){&bad}, 1, &cues, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "endings");
  bad = PRICE;
  bad.size = 8;
  ck_assert_int_eq(mcrm_cues_open((const mcrm_phrase *const[]){&bad}, 1, &cues, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "size");
  ck_assert_ptr_null(cues);
}
END_TEST

START_TEST(what_was_redacted_comes_back) {
  const char *text = "به ۰۹۱۲۳۴۵۶۷۸۹ زنگ بزن";
  mcrm_redaction *r;
  char *hidden, *back;
  ck_assert_int_eq(mcrm_redaction_open(&r, NULL), MCRM_OK);
  ck_assert_int_eq(mcrm_redact(r, text, strlen(text), &hidden, NULL), MCRM_OK);
  ck_assert_str_eq(hidden, "به [PHONE_1] زنگ بزن");
  ck_assert_int_eq(mcrm_restore(r, hidden, strlen(hidden), &back, NULL), MCRM_OK);
  ck_assert_str_eq(back, text);
  mcrm_free(hidden);
  mcrm_free(back);
  ck_assert_int_eq(mcrm_redact(r, "\xFF", 1, &hidden, &error), MCRM_INVALID);
  ck_assert_str_eq(error.message, "text.malformed");
  mcrm_redaction_close(r);
}
END_TEST

START_TEST(a_model_learns_and_classifies) {
  static const char *const labels[] = {"billing", "technical"};
  static const char *const texts[] = {"فاکتور رو بفرستید", "سرور قطعه",   "بدهی من چقدره", "کانفیگ وصل نمیشه",
                                      "پول واریز شد",      "پینگ بالاست", "مبلغ فاکتور",   "سرعت سرور کمه"};
  mcrm_example examples[8];
  for (size_t i = 0; i < 8; i++) examples[i] = (mcrm_example){texts[i], strlen(texts[i]), i % 2};
  mcrm_training t = {
      .size = sizeof t, .labels = labels, .label_count = 2, .examples = examples, .example_count = 8, .seed = 1};
  char *bytes;
  size_t length;
  mcrm_model *model;
  mcrm_class_array classes;
  ck_assert_int_eq(mcrm_model_train(&t, &bytes, &length, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_model_open(bytes, length, &model, &error), MCRM_OK);
  memset(bytes, 0, length);
  mcrm_reading *r = read_text("سرور آلمان قطعه");
  ck_assert_int_eq(mcrm_model_classify(model, r, &classes, &error), MCRM_OK);
  ck_assert_uint_eq(classes.count, 2);
  ck_assert_str_eq(classes.at[0]->label, "technical");
  ck_assert(classes.at[0]->probability > classes.at[1]->probability);
  mcrm_reading_close(r);
  mcrm_model_close(model);
  ck_assert_int_eq(mcrm_model_open(bytes, length, &model, &error), MCRM_INVALID);
  ck_assert_str_eq(error.message, "model.damaged");
  mcrm_free(bytes);
  examples[3].label = 2;
  ck_assert_int_eq(mcrm_model_train(&t, &bytes, &length, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "label");
}
END_TEST

START_TEST(days_of_the_iranian_calendar) {
  mcrm_jalali day;
  mcrm_time nowruz;
  mcrm_jalali_of(engine, at_time("2026-11-24T23:59:00+03:30"), &day);
  ck_assert(day.year == 1405 && day.month == 9 && day.day == 3 && day.weekday == 3);
  ck_assert_int_eq(mcrm_jalali_time(engine, 1406, 1, 1, &nowruz, &error), MCRM_OK);
  ck_assert_int_eq(nowruz, at_time("2027-03-21T00:00:00+03:30"));
  ck_assert_int_eq(mcrm_jalali_time(engine, 1404, 12, 30, &nowruz, &error), MCRM_INVALID);
  ck_assert_str_eq(error.message, "jalali.invalid");
  ck_assert_ptr_nonnull(mcrm_holiday_name(engine, at_time("2027-03-21T12:00:00+03:30")));
  ck_assert_ptr_null(mcrm_holiday_name(engine, at_time("2026-11-25T12:00:00+03:30")));
  ck_assert(!mcrm_is_working_day(engine, at_time("2026-11-27T12:00:00+03:30"))); /* a Friday */
  ck_assert_int_eq(mcrm_next_working_day(engine, at_time("2026-11-26T12:00:00+03:30")),
                   at_time("2026-11-28T00:00:00+03:30"));
}
END_TEST

static void expect_words(int code, char *words, const char *expected) {
  ck_assert_int_eq(code, MCRM_OK);
  ck_assert_str_eq(words, expected);
  mcrm_free(words);
}

START_TEST(times_and_numbers_in_words) {
  char *words;
  int code = mcrm_number_words(2300000, 0, false, "fa", &words, NULL);
  expect_words(code, words, "دو میلیون و سیصد هزار");
  code = mcrm_number_words(23, 0, true, "en", &words, NULL);
  expect_words(code, words, "twenty-third");
  code = mcrm_time_words(engine, at_time("2026-11-08T16:30:00+03:30"), "minute", "en", &words, NULL);
  expect_words(code, words, "8 November 2026 at 16:30");
  ck_assert_int_eq(mcrm_time_words(engine, now, "fortnight", "en", &words, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "grain");
  ck_assert_int_eq(mcrm_number_words(1, -5, false, "fa", &words, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "nano");
}
END_TEST

START_TEST(names_are_found_in_spite_of_typing_errors) {
  static const mcrm_name list[] = {{1, "محمدرضا صادقی"}, {2, "فروشگاه پارسا"}, {3, "\xFF"}};
  mcrm_names *names;
  mcrm_name_match found[4];
  size_t count;
  char *keys;
  ck_assert_int_eq(mcrm_names_open(list, 3, &names, &error), MCRM_OK);
  ck_assert_int_eq(mcrm_names_find(names, "محمد رضا صادقي", strlen("محمد رضا صادقي"), found, 4, &count, NULL), MCRM_OK);
  ck_assert_uint_ge(count, 1);
  ck_assert_int_eq(found[0].id, 1);
  ck_assert_int_eq(mcrm_names_find(names, "فروشگاه پارصا", strlen("فروشگاه پارصا"), found, 4, &count, NULL), MCRM_OK);
  ck_assert_int_eq(found[0].id, 2);
  mcrm_names_close(names);
  ck_assert_int_eq(mcrm_search_keys("kanfig", 6, &keys, NULL), MCRM_OK);
  ck_assert_ptr_nonnull(strstr(keys, "کانفیگ"));
  mcrm_free(keys);
}
END_TEST

START_TEST(nothing_in_an_empty_text) {
  mcrm_token_array tokens;
  mcrm_when_array when;
  mcrm_sentence_array sentences;
  const mcrm_mood *mood;
  mcrm_reading *r = read_text("");
  ck_assert_int_eq(mcrm_reading_tokens(r, &tokens, NULL), MCRM_OK);
  ck_assert_int_eq(mcrm_reading_when(r, &when, NULL), MCRM_OK);
  ck_assert_int_eq(mcrm_reading_mood(r, &mood, NULL), MCRM_OK);
  ck_assert_int_eq(mcrm_reading_summary(r, 3, &sentences, NULL), MCRM_OK);
  ck_assert_uint_eq(tokens.count + when.count + sentences.count, 0);
  ck_assert_str_eq(mood->label, "neutral");
  mcrm_reading_close(r);
  ck_assert_int_eq(mcrm_reading_open(engine, "\xC3", 1, now, NULL, &r, &error), MCRM_INVALID);
  ck_assert_ptr_null(r);
  mcrm_reading_close(NULL);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("reading");
  TCase *tests = tcase_create("typed");
  tcase_add_unchecked_fixture(tests, setup, teardown);
  tcase_add_test(tests, a_reading_keeps_its_own_copy_of_the_text);
  tcase_add_test(tests, the_fold_maps_back_to_the_text);
  tcase_add_test(tests, sentences_are_without_the_space_around_them);
  tcase_add_test(tests, numbers_and_ranges);
  tcase_add_test(tests, times_say_when_they_are_due);
  tcase_add_test(tests, entities_carry_their_values);
  tcase_add_test(tests, mood_and_urgency_show_their_words);
  tcase_add_test(tests, a_baseline_tells_what_is_unusual);
  tcase_add_test(tests, actions_topics_and_the_outcome);
  tcase_add_test(tests, cues_fire_with_cooldown_and_once);
  tcase_add_test(tests, cues_match_everywhere);
  tcase_add_test(tests, a_wrong_phrase_is_named);
  tcase_add_test(tests, what_was_redacted_comes_back);
  tcase_add_test(tests, a_model_learns_and_classifies);
  tcase_add_test(tests, days_of_the_iranian_calendar);
  tcase_add_test(tests, times_and_numbers_in_words);
  tcase_add_test(tests, names_are_found_in_spite_of_typing_errors);
  tcase_add_test(tests, nothing_in_an_empty_text);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
