/* Action items: who is to do what by when; what is no action; topics, outcomes and summaries. Now is Sunday,
 * 2026-11-22, 09:00 in Tehran. */
#include <base/civil.h>
#include <check.h>
#include <marfacrm/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/summary.h>

#include "cases.h"

static arena *memory;
static zone *tehran;
static mcrm_time now;

static void setup(void) {
  memory = arena_new(0);
  tehran = zone_load("Asia/Tehran", NULL);
  ck_assert(civil_parse("2026-11-22T09:00:00", 19, tehran, &now));
}

static void teardown(void) {
  zone_free(tehran);
  arena_free(memory);
}

static text_scan scan;
static text_reading reading;

static text_actions of(const char *text) {
  text_when_list whens;
  text_actions found;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), MCRM_OK);
  ck_assert_int_eq(text_read(&scan, memory, &reading), MCRM_OK);
  ck_assert_int_eq(text_when_find(&scan, now, tehran, NULL, memory, &whens), MCRM_OK);
  ck_assert_int_eq(text_actions_of(&reading, &whens, tehran, memory, &found), MCRM_OK);
  return found;
}

/* kind/who title [due], as one line */
static const char *line(const text_action *t) {
  char due[CIVIL_ISO_SIZE] = "-";
  if (t->has_due) civil_print(t->due.at, tehran, due);
  if (t->has_due) due[16] = 0;
  return arena_print(memory, "%s/%s %s | %s", text_action_kind_name(t->kind), text_who_name(t->who), due, t->title);
}

static void only(const char *text, const char *expected) {
  text_actions found = of(text);
  ck_assert_msg(found.count == 1, "%s: %zu items", text, found.count);
  ck_assert_str_eq(line(&found.items[0]), expected);
}

static void none(const char *text) {
  text_actions found = of(text);
  for (size_t i = 0; i < found.count; i++)
    ck_assert_msg(found.items[i].kind == TEXT_ACTION_QUESTION, "%s: %s", text, line(&found.items[i]));
}

START_TEST(two_promises_in_one_sentence) {
  text_actions found = of("قول دادم فردا ساعت ۱۰ خبر بدم و شنبه هفته آینده برای تمدید زنگ بزنم");
  ck_assert_uint_eq(found.count, 2);
  ck_assert_str_eq(line(&found.items[0]), "promise/me 2026-11-23T10:00 | خبر دادن");
  ck_assert_str_eq(line(&found.items[1]), "promise/me 2026-11-28T00:00 | زنگ زدن برای تمدید");
  ck_assert_int_eq(found.items[1].due.grain, TEXT_GRAIN_DAY);
  ck_assert_double_gt(found.items[0].confidence, 0.8);
}
END_TEST

START_TEST(who_is_to_do_it) {
  only("لطفا شماره کارت رو بفرستید", "request/you - | فرستادن شماره کارت");
  only("بی زحمت رسید رو برام ارسال کن", "request/you - | ارسال رسید");
  only("باید با تیم فنی صحبت کنم", "task/me - | صحبت با تیم فنی");
  only("فاکتور رو فردا براش ایمیل میکنم", "promise/me 2026-11-23T00:00 | ایمیل کردن فاکتور براش");
  only("قرار شد مشتری شنبه بدهی رو تسویه کنه", "promise/they 2026-11-28T00:00 | تسویه بدهی");
  text_actions found = of("آقای رضایی گفت پنجشنبه واریز میکنه");
  ck_assert_uint_eq(found.count, 1);
  ck_assert_str_eq(line(&found.items[0]), "promise/named 2026-11-26T00:00 | واریز");
  ck_assert_uint_eq(found.items[0].name_first, 0);
  ck_assert_uint_eq(found.items[0].name_count, 2);
}
END_TEST

START_TEST(english) {
  only("Could you please send me the invoice by Friday?", "request/you 2026-11-27T00:00 | Send me the invoice");
  only("I'll call you tomorrow at 5pm", "promise/me 2026-11-23T17:00 | Call you");
  only("Send the report to Ali.", "request/you - | Send the report to Ali");
  only("Let's meet to discuss the price.", "proposal/you - | Meet to discuss the price");
  ck_assert(of("Please review the draft.").asks);
  ck_assert(!of("I'll send the draft.").asks);
}
END_TEST

START_TEST(what_is_no_action) {
  none("دیروز زنگ زدم جواب نداد");
  none("فکر میکنم فردا بارون بیاد");
  none("از پشتیبانی شما استفاده میکنم و راضی‌ام");
  none("مشتری گفت فعلا نمیخواد تمدید کنه");
  none("سرور قطع شده");
  none("The server is slow.");
  none("I sent the invoice yesterday.");
  none("He wanted to make sure that the numbers are right.");
  none("");
}
END_TEST

START_TEST(questions_stay_open) {
  text_actions found = of("قیمت پنل ۵۰ کاربره چنده؟");
  ck_assert_uint_eq(found.count, 1);
  ck_assert_int_eq(found.items[0].kind, TEXT_ACTION_QUESTION);
  ck_assert_uint_eq(of("What is the price?").count, 1);
  ck_assert_uint_eq(of("؟").count, 0);
}
END_TEST

START_TEST(the_quote_is_the_clause) {
  text_actions found = of("سرعت خوبه. لطفا فاکتور رو بفرستید.");
  ck_assert_uint_eq(found.count, 1);
  const text_token *first = &scan.tokens[found.items[0].first];
  ck_assert(text_token_is(first, "لطفا"));
}
END_TEST

static const char *quote(const text_action *t) {
  const text_token *first = &scan.tokens[t->first], *last = first + t->count - 1;
  return arena_copy(memory, scan.text + first->start, last->end - first->start);
}

START_TEST(a_statement_before_is_not_quoted) {
  text_actions found =
      of("با آقای رضایی صحبت کردم، از کندی سرور ناراضی بود، قول دادم فردا ساعت ۱۰ خبر بدم و شنبه هفته آینده برای تمدید "
         "زنگ بزنم");
  ck_assert_uint_eq(found.count, 2);
  ck_assert_str_eq(line(&found.items[0]), "promise/me 2026-11-23T10:00 | خبر دادن");
  ck_assert_str_eq(quote(&found.items[0]), "قول دادم فردا ساعت ۱۰ خبر بدم");
  ck_assert_str_eq(quote(&found.items[1]), "شنبه هفته آینده برای تمدید زنگ بزنم");
  found = of("پنلم از ظهر باز نمیشه، لطفا درستش کنید");
  ck_assert_uint_eq(found.count, 1);
  ck_assert_str_eq(quote(&found.items[0]), "لطفا درستش کنید");
  ck_assert(!found.items[0].has_due); /* the noon of the trouble is no time to do it */
  found = of("فردا ساعت ده، گزارش رو بفرست");
  ck_assert_str_eq(quote(&found.items[0]), "فردا ساعت ده، گزارش رو بفرست");
  found = of("به آقای مرادی بگو شنبه بیاد دفتر");
  ck_assert_uint_eq(found.count, 1);
  ck_assert(found.items[0].has_due);
}
END_TEST

/* action_titles.tsv: a note, and the titles of its items. */
START_TEST(titles_read_like_tasks) {
  FILE *file = fopen(MARFACRM_SOURCE "/tests/text/action_titles.tsv", "r");
  char row[2048];
  int rows = 0, wrong = 0;
  ck_assert_ptr_nonnull(file);
  while (fgets(row, sizeof row, file)) {
    char *expected = strchr(row, '\t');
    if (row[0] == '#' || !expected) continue;
    *expected++ = 0;
    expected[strcspn(expected, "\n")] = 0;
    text_actions found = of(row);
    const char *titles = "";
    for (size_t i = 0; i < found.count; i++)
      titles = arena_print(memory, "%s%s%s", titles, i ? " / " : "", found.items[i].title);
    if (strcmp(titles, expected) != 0) printf("  %s\n    said     %s\n    expected %s\n", row, titles, expected);
    wrong += strcmp(titles, expected) != 0;
    rows++;
    arena_reset(memory);
  }
  fclose(file);
  ck_assert_int_ge(rows, 40);
  ck_assert_int_eq(wrong, 0);
}
END_TEST

static const char *outcome(const char *text) {
  of(text);
  const char *name = text_outcome_of(&reading).name;
  return name ? name : "-";
}

START_TEST(outcomes) {
  ck_assert_str_eq(outcome("دوبار زنگ زدم جواب نداد"), "no_answer");
  ck_assert_str_eq(outcome("صحبت کردیم و پنل را تمدید کرد"), "sold");
  ck_assert_str_eq(outcome("گفت فعلا نیازی نداره"), "refused");
  ck_assert_str_eq(outcome("دستتون درد نکنه، لازم شد مزاحم میشم"), "refused");
  ck_assert_str_eq(outcome("مشکلش حل شد"), "resolved");
  ck_assert_str_eq(outcome("به تیم فنی ارجاع دادم"), "escalated");
  ck_assert_str_eq(outcome("گفت شنبه واریز میکنه"), "payment_promised");
  ck_assert_str_eq(outcome("قرار شد فردا زنگ بزنم"), "callback_promised");
  ck_assert_str_eq(outcome("هوا خوب است"), "-");
  ck_assert_str_eq(outcome("The issue is not resolved"), "-");
  ck_assert_str_eq(outcome("She didn't pick up"), "no_answer");
}
END_TEST

START_TEST(topics) {
  text_topics found;
  of("سرور کند شده و کانفیگ‌ها قطع میشه، برای تمدید هم قیمت بدید");
  ck_assert_int_eq(text_topics_of(&reading, memory, &found), MCRM_OK);
  static const char *const expected[] = {"server", "slowness", "config", "disconnection", "renewal", "price"};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    bool there = false;
    for (size_t k = 0; k < found.count; k++) there = there || !strcmp(found.items[k].name, expected[i]);
    ck_assert_msg(there, "%s", expected[i]);
  }
}
END_TEST

START_TEST(summary_in_order_without_repeats) {
  const char *text =
      "سلام وقت بخیر. با آقای کریمی تماس گرفتم. سرور آلمان دو روز است که قطع میشود و "
      "مشتری‌هایش "
      "ناراضی "
      "هستند. "
      "هوا هم خوب بود. سرور آلمان دو روز است که قطع میشود و مشتریهایش ناراضی هستند. "
      "کانفیگ جدید دادم و مشکل حل شد. قول دادم شنبه برای تمدید زنگ بزنم.";
  text_actions found = of(text);
  text_sentiment sentiment;
  text_summary s;
  ck_assert_int_eq(text_sentiment_of(&reading, memory, &sentiment), MCRM_OK);
  ck_assert_int_eq(text_summary_of(&reading, &found, &sentiment, 3, memory, &s), MCRM_OK);
  ck_assert_uint_eq(s.count, 3);
  ck_assert_uint_eq(s.sentences[0], 2);
  ck_assert_uint_eq(s.sentences[1], 5);
  ck_assert_uint_eq(s.sentences[2], 6);
  ck_assert_str_eq(s.outcome.name, "resolved");
  ck_assert_ptr_nonnull(strstr(s.text, "مشکل حل شد"));
  ck_assert_int_eq(text_summary_of(&reading, NULL, NULL, 1, memory, &s), MCRM_OK);
  ck_assert_uint_eq(s.count, 1);
  ck_assert_uint_eq(s.sentences[0], 5);
  ck_assert_int_eq(text_summary_of(&reading, NULL, NULL, 0, memory, &s), MCRM_INVALID);
}
END_TEST

/* A sentence without an end, of what is looked at most. */
START_TEST(hostile_texts_stay_linear) {
  static const char *const parts[] = {"زنگ بزنم ",    "لطفا ",          "حل شد بد ", "خوب ولی ",
                                      "please send ", "I'll call and ", "فردا "};
  enum { REPEAT = 20000 };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t n = strlen(parts[i]);
    char *text = malloc(n * REPEAT + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t k = 0; k < REPEAT; k++) memcpy(text + k * n, parts[i], n);
    text[n * REPEAT] = 0;
    text_actions found = {0};
    text_sentiment sentiment;
    text_summary summary;
    ck_assert_int_eq(text_scan_make(memory, text, n * REPEAT, &scan), MCRM_OK);
    ck_assert_int_eq(text_read(&scan, memory, &reading), MCRM_OK);
    ck_assert_int_eq(text_actions_of(&reading, NULL, tehran, memory, &found), MCRM_OK);
    ck_assert_int_eq(text_sentiment_of(&reading, memory, &sentiment), MCRM_OK);
    ck_assert_int_eq(text_summary_of(&reading, &found, &sentiment, 4, memory, &summary), MCRM_OK);
    text_outcome_of(&reading);
    free(text);
    arena_reset(memory);
  }
}
END_TEST

/* The public rows hold only sentences that ask the reader for nothing; these ask. */
static const char *const asking[] = {
    "Can you send me the latest version of the contract?",
    "Please let me know if you can make it on Thursday.",
    "Could you review the draft and give me your comments by Monday?",
    "Let's get together next week to discuss the project.",
    "Would you be able to join the call on Friday?",
    "Give me a call at 555-1234.",
    "I need you to sign the attached form and fax it back.",
    "When can we schedule a call?",
    "Would you mind checking whether the server is up?",
    "I would appreciate it if you could get back to me today.",
    "How about Tuesday at noon?",
    "Are you available for a conference call at 10?",
    "Check with John before you send it.",
    "Don't forget to submit your timesheet.",
    "Please advise.",
};

START_TEST(public_english) {
  cases c;
  int right = 0, all = 0;
  for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) ck_assert_msg(of(asking[i]).asks, "%s", asking[i]);
  if (!cases_open(&c, "actions-en-parakweet.jsonl")) return;
  while (cases_next(&c)) {
    bool asks = json_integer_value(json_object_get(c.row, "label")) != 0;
    right += of(cases_text(&c, "text")).asks == asks;
    all++;
    arena_reset(memory);
  }
  cases_close(&c);
  printf("  actions-en-parakweet: %d of %d\n", right, all);
  ck_assert_double_ge(right, 0.88 * all);
}
END_TEST

START_TEST(finglish_is_read_as_persian_is) {
  only("farda sobh fish ro mifrestam barat", "promise/me 2026-11-23T09:00 | fish ro mifrestam");
  only("ghol midam ta akhare hafte tasvie konam", "promise/me 2026-11-27T00:00 | tasvie konam");
  only("lotfan ramz panel ro avaz konid", "request/you - | ramz panel ro avaz konid");
  only("bayad pasfarda server ro tamdid konam", "task/me 2026-11-24T00:00 | server ro tamdid konam");
  only("dirooz zang zadam, farda ham zang bezan", "request/you 2026-11-23T00:00 | zang bezan");
  none("zang nemizanam");
  none("panel ro tamdid nakardam");
  none("we began to bear it"); /* no forms of Persian verbs */
}
END_TEST

int main(void) {
  Suite *suite = suite_create("action");
  TCase *t = tcase_create("action");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, finglish_is_read_as_persian_is);
  tcase_add_test(t, two_promises_in_one_sentence);
  tcase_add_test(t, who_is_to_do_it);
  tcase_add_test(t, english);
  tcase_add_test(t, what_is_no_action);
  tcase_add_test(t, questions_stay_open);
  tcase_add_test(t, the_quote_is_the_clause);
  tcase_add_test(t, a_statement_before_is_not_quoted);
  tcase_add_test(t, titles_read_like_tasks);
  tcase_add_test(t, outcomes);
  tcase_add_test(t, topics);
  tcase_add_test(t, summary_in_order_without_repeats);
  tcase_add_test(t, hostile_texts_stay_linear);
  tcase_add_test(t, public_english);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
