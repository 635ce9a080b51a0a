/* Dates and times in what people say. Now is Sunday, 1 Azar 1405 (22 November 2026), 10:30 in Tehran, unless a test
 * says otherwise. */
#include <base/civil.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <text/holiday.h>
#include <text/recurrence.h>
#include <text/when.h>

#include "../../lib/text/timeword.h"

static zone *tehran;
static arena *memory;
static mcrm_time now;
static text_scan scan;

static mcrm_time at(const char *iso) {
  mcrm_time t = 0;
  ck_assert(civil_parse(iso, strlen(iso), tehran, &t));
  return t;
}

static void setup(void) {
  mcrm_error error = {0};
  tehran = zone_load("Asia/Tehran", &error);
  ck_assert_ptr_nonnull(tehran);
  memory = arena_new(0);
  now = at("2026-11-22T10:30:00");
}

static void teardown(void) {
  arena_free(memory);
  zone_free(tehran);
}

static text_when_list find(const char *text) {
  text_when_list list;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), MCRM_OK);
  ck_assert_int_eq(text_when_find(&scan, now, tehran, NULL, memory, &list), MCRM_OK);
  return list;
}

static const text_when *only(const char *text) {
  text_when_list list = find(text);
  ck_assert_msg(list.count == 1, "%zu times in \"%s\"", list.count, text);
  return &list.at[0];
}

static void print_time(buffer *b, mcrm_time t, bool day) {
  char iso[CIVIL_ISO_SIZE];
  civil_print(t, tehran, iso);
  buffer_append(b, iso, day ? 10 : 16);
}

static char *keep(buffer *b) {
  char *copy = arena_copy(memory, b->bytes ? b->bytes : "", b->length);
  buffer_free(b);
  return copy;
}

/* When the first time in the text is due: "2026-11-23", "2026-11-23T09:00", "never" or "nothing". */
static const char *due(const char *text) {
  text_when_list list = find(text);
  text_due d;
  if (!list.count) return "nothing";
  if (!text_when_due(&list.at[0], tehran, &d)) return "never";
  buffer b;
  buffer_init(&b, 100);
  print_time(&b, d.at, d.grain == TEXT_GRAIN_DAY);
  return keep(&b);
}

/* "from..to", both to the minute */
static const char *span(const char *text) {
  const text_when *w = only(text);
  buffer b;
  buffer_init(&b, 100);
  print_time(&b, w->from, false);
  buffer_text(&b, "..");
  print_time(&b, w->to, false);
  return keep(&b);
}

/* The words that were taken, several joined by " | ". */
static const char *words(const char *text) {
  text_when_list list = find(text);
  buffer b;
  buffer_init(&b, 1000);
  for (size_t i = 0; i < list.count; i++) {
    if (i) buffer_text(&b, " | ");
    buffer_append(&b, text + list.at[i].start, list.at[i].end - list.at[i].start);
  }
  return keep(&b);
}

#define is_due(text, time) ck_assert_str_eq(due(text), time)
#define spans(text, range) ck_assert_str_eq(span(text), range)
#define takes(text, taken) ck_assert_str_eq(words(text), taken)
#define has(text, flag)    ck_assert(only(text)->flags &(flag))
#define lacks(text, flag)  ck_assert(!(only(text)->flags & (flag)))

START_TEST(names_and_sayings_are_no_times) {
  takes("جمعه پور هنوز فاکتور نداره", "");
  takes("جمعه پورسانت واریز میشه", "جمعه");
  takes("اسم مغازه‌ش «فردا موبایل» هست", "فردا");
  takes("مغازه‌ای به نام فردا موبایل", "");
  takes("یه تیر و دو نشون زدیم", "");
  takes("تا سی دی تسویه کنید", "تا سی دی");
  takes("سی دی نصب رو فرستادم", "");
  takes("فروشگاه شب و روز بازه", "");
  takes("شب و فردا صبح زنگ بزن", "شب | فردا صبح");
}
END_TEST

START_TEST(days_with_names) {
  is_due("تا چهارشنبه‌سوری تسویه می‌کنم", "2027-03-16");
  is_due("چهارشنبه سوری", "2027-03-16");
  is_due("تا روز معلم", "2027-05-02");
  is_due("تا روز مادر خبر بدید", "2026-11-30");
  has("تا روز مادر خبر بدید", TEXT_WHEN_DEADLINE);
  has("تا روز مادر خبر بدید", TEXT_WHEN_APPROXIMATE); /* the moon decides */
  lacks("تا روز معلم", TEXT_WHEN_APPROXIMATE);
  is_due("بلک فرایدی", "2026-11-27");
  is_due("black friday", "2026-11-27");
  is_due("cyber monday", "2026-11-30");
  is_due("memorial day", "2027-05-31");
  is_due("labor day", "2027-09-06");
  is_due("mlk day", "2027-01-18");
  is_due("father's day 2027", "2027-06-20");
  is_due("easter monday", "2027-03-29");
  is_due("shrove tuesday", "2027-02-09");
  takes("new labor laws", "");
  takes("روز مردم خوش", "");
}
END_TEST

START_TEST(the_sentence_of_the_mission) {
  const char *text = "سه‌شنبه بعد ساعت ۴ و نیم عصر بهش زنگ بزن";
  is_due(text, "2026-11-24T16:30");
  takes(text, "سه‌شنبه بعد ساعت ۴ و نیم عصر");
  has(text, TEXT_WHEN_AMBIGUOUS);
  ck_assert_int_eq(only(text)->candidate_count, 1);
}
END_TEST

START_TEST(days_from_today_on) {
  is_due("فردا", "2026-11-23");
  is_due("پس‌فردا", "2026-11-24");
  is_due("پس فردا", "2026-11-24");
  is_due("دو روز دیگه", "2026-11-24");
  is_due("چند روز دیگر خبر میدم", "2026-11-25");
  is_due("یکی دو روز دیگه", "2026-11-24");
  is_due("هفته دیگه", "2026-11-29");
  is_due("دو هفته دیگه", "2026-12-06");
  is_due("یک ماه دیگه", "2026-12-22");
  is_due("the day after tomorrow", "2026-11-24");
  is_due("in two weeks", "2026-12-06");
  is_due("in a month", "2026-12-22");
  has("چند روز دیگر", TEXT_WHEN_VAGUE);
  has("یکی دو روز دیگه", TEXT_WHEN_VAGUE);
}
END_TEST

START_TEST(minutes_and_hours_from_now_on) {
  is_due("نیم ساعت دیگه", "2026-11-22T11:00");
  is_due("یه ربع دیگه", "2026-11-22T10:45");
  is_due("یه ساعت و نیم دیگه", "2026-11-22T12:00");
  is_due("۲۰ دقیقه دیگه", "2026-11-22T10:50");
  is_due("in an hour and a half", "2026-11-22T12:00");
  is_due("in 1/2 hour", "2026-11-22T11:00");
}
END_TEST

START_TEST(parts_of_the_day) {
  is_due("فردا صبح", "2026-11-23T09:00");
  is_due("فردا صبح زود", "2026-11-23T06:00");
  is_due("فردا ظهر", "2026-11-23T12:00");
  is_due("فردا بعد از ظهر", "2026-11-23T15:00");
  is_due("فردا بعدازظهر", "2026-11-23T15:00");
  is_due("فردا عصر", "2026-11-23T17:00");
  is_due("فردا غروب", "2026-11-23T19:00");
  is_due("فردا شب", "2026-11-23T21:00");
  is_due("آخر وقت", "2026-11-22T17:00");
  is_due("امشب", "2026-11-22T21:00");
  has("فردا صبح", TEXT_WHEN_ASSUMED);
}
END_TEST

START_TEST(clock_times) {
  is_due("ساعت ۴", "2026-11-22T16:00");
  is_due("ساعت ۹", "2026-11-23T09:00"); /* nine has passed today */
  is_due("ساعت ۸ شب", "2026-11-22T20:00");
  is_due("یه ربع به پنج", "2026-11-22T16:45");
  is_due("ده دقیقه به شش عصر", "2026-11-22T17:50");
  is_due("ساعت پنج و ربع", "2026-11-22T17:15");
  is_due("ساعت ۱۷ و سی دقیقه", "2026-11-22T17:30");
  is_due("فردا ۵و نیم عصر", "2026-11-23T17:30");
  is_due("ساعت ۱۲ شب", "2026-11-23T00:00");
  is_due("۵ دقیقه بعد از ساعت ۱۱", "2026-11-22T11:05");
  is_due("at half past three", "2026-11-22T15:30");
  is_due("quarter to noon", "2026-11-22T11:45");
  is_due("tomorrow at 5pm", "2026-11-23T17:00");
  is_due("tomorrow 10:45", "2026-11-23T10:45");
  has("ساعت ۴", TEXT_WHEN_ASSUMED);
  lacks("ساعت ۸ شب", TEXT_WHEN_ASSUMED);
  ck_assert_int_eq(only("ساعت ۴")->candidates[0], at("2026-11-22T04:00:00"));
}
END_TEST

START_TEST(weekdays) {
  is_due("یکشنبه", "2026-11-29"); /* today is Sunday: strictly after it */
  is_due("دوشنبه", "2026-11-23");
  is_due("این یکشنبه", "2026-11-22");
  is_due("شنبه هفته آینده ساعت ۱۰ صبح", "2026-11-28T10:00");
  is_due("دوشنبه دو هفته آینده", "2026-12-07");
  is_due("next Friday", "2026-11-27");
  is_due("on Friday of next week", "2026-11-27");
  is_due("Monday", "2026-11-23");
  is_due("سه شنبه", "2026-11-24");
  is_due("سشنبه", "2026-11-24");
  is_due("پنج‌شنبه شب", "2026-11-26T21:00");
}
END_TEST

START_TEST(weeks_months_years) {
  spans("هفته آینده", "2026-11-28T00:00..2026-12-05T00:00");
  spans("این هفته", "2026-11-21T00:00..2026-11-28T00:00");
  spans("ماه آینده", "2026-12-22T00:00..2027-01-21T00:00");
  spans("next month", "2026-12-01T00:00..2027-01-01T00:00");
  spans("سال آینده", "2027-03-21T00:00..2028-03-20T00:00");
  spans("نیمه دوم سال", "2026-09-23T00:00..2027-03-21T00:00");
  spans("آخر هفته", "2026-11-26T00:00..2026-11-28T00:00");
  spans("this weekend", "2026-11-21T00:00..2026-11-23T00:00");
}
END_TEST

START_TEST(edges) {
  is_due("آخر ماه", "2026-12-21");
  is_due("اول ماه", "2026-12-22");
  is_due("سر برج", "2026-12-22");
  is_due("اول هفته", "2026-11-28");
  is_due("اول ماه بعد", "2026-12-22");
  is_due("آخر سال", "2027-03-20");
  is_due("by the end of the month", "2026-11-30");
  has("اواخر دی", TEXT_WHEN_VAGUE);
}
END_TEST

START_TEST(deadlines) {
  is_due("تا آخر هفته", "2026-11-27");
  spans("تا آخر هفته", "2026-11-22T10:30..2026-11-28T00:00");
  is_due("تا فردا ظهر", "2026-11-23T12:00");
  is_due("امروز تا ساعت ۵", "2026-11-22T17:00");
  is_due("تا دو هفته دیگه", "2026-12-06");
  is_due("ظرف ۱۰ روز", "2026-12-02");
  has("تا آخر هفته", TEXT_WHEN_DEADLINE);
  has("until Friday", TEXT_WHEN_DEADLINE);
  has("بعد از ساعت ۵", TEXT_WHEN_OPEN);
  has("قبل از ساعت ۵", TEXT_WHEN_BEFORE);
}
END_TEST

START_TEST(named_dates) {
  is_due("۱۵ دی", "2027-01-05");
  is_due("پانزدهم دی ماه ۱۴۰۵", "2027-01-05");
  is_due("سوم بهمن", "2027-01-23");
  is_due("دهم", "2026-12-01");
  is_due("روز دهم ماه آینده", "2026-12-31");
  is_due("یکشنبه یکم فروردین ۱۴۰۶", "2027-03-21");
  is_due("۲۶ ژانویه", "2027-01-26");
  is_due("June 3rd", "2027-06-03");
  is_due("the 15th of December", "2026-12-15");
  is_due("15 Dec 2026 at 14:30", "2026-12-15T14:30");
  ck_assert_int_eq(only("۱۵ دی")->calendar, TEXT_JALALI);
  ck_assert_int_eq(only("June 3rd")->calendar, TEXT_GREGORIAN);
}
END_TEST

START_TEST(numeric_dates) {
  is_due("۱۴۰۵/۱۰/۱۵", "2027-01-05");
  is_due("1405/10/15", "2027-01-05");
  is_due("۱۴۰۵-۱۰-۱۵", "2027-01-05");
  is_due("2027-01-05", "2027-01-05");
  is_due("۱۵/۱۰", "2027-01-05");
  is_due("۰۵/۱۰/۱۵", "2027-01-05");
  is_due("2/15", "2027-02-15");
  is_due("31/12/2026", "2026-12-31");
  takes("نسخه 1.10.30 نصب شد", "");
  takes("آدرس 192.168.1.12 است", "");
  takes("2014/13/22", "");
  takes("June 31, 2027", "");
}
END_TEST

START_TEST(ranges) {
  spans("از شنبه تا دوشنبه", "2026-11-28T00:00..2026-12-01T00:00");
  spans("سوم تا پنجم دی", "2026-12-24T00:00..2026-12-27T00:00");
  spans("بین ساعت ۳ تا ۵ بعدازظهر", "2026-11-22T15:00..2026-11-22T17:00");
  spans("فردا ساعت ۱۰ الی ۱۲", "2026-11-23T10:00..2026-11-23T12:00");
  spans("1399/07/01 تا 1399/07/15", "2020-09-22T00:00..2020-10-07T00:00");
  spans("فردا بین ۴ تا ۶", "2026-11-23T16:00..2026-11-23T18:00");
  spans("July 13-15", "2027-07-13T00:00..2027-07-16T00:00");
  spans("Thursday from 9:30 to 11:00", "2026-11-26T09:30..2026-11-26T11:00");
  spans("3:30-6 p.m.", "2026-11-22T15:30..2026-11-22T18:00");
  ck_assert_int_eq(only("از شنبه تا دوشنبه")->kind, TEXT_WHEN_RANGE);
}
END_TEST

START_TEST(what_is_past_is_never_due) {
  is_due("دیروز", "never");
  is_due("هفته پیش زنگ زدم", "never");
  is_due("دو ماه پیش خریده", "never");
  is_due("شنبه زنگ زدم", "never");
  is_due("I called him on Monday", "never");
  is_due("سه‌شنبه گذشته", "never");
  is_due("last Friday", "never");
  is_due("دیروز تا حالا", "never");
  is_due("گفت شنبه میاد", "2026-11-28");
  is_due("call him on Monday", "2026-11-23");
  ck_assert_int_eq(only("شنبه زنگ زدم")->from, at("2026-11-21"));
}
END_TEST

static const char *rule(const char *text) {
  const text_when *w = only(text);
  ck_assert_int_eq(w->kind, TEXT_WHEN_RECURRENCE);
  return w->rule;
}

START_TEST(what_recurs) {
  ck_assert_str_eq(rule("هر دوشنبه"), "FREQ=WEEKLY;BYDAY=MO");
  ck_assert_str_eq(rule("هر شنبه و دوشنبه ساعت ۵ عصر"), "FREQ=WEEKLY;BYDAY=SA,MO");
  ck_assert_str_eq(rule("دوشنبه‌ها"), "FREQ=WEEKLY;BYDAY=MO");
  ck_assert_str_eq(rule("ماهی یک بار"), "RSCALE=PERSIAN;FREQ=MONTHLY;SKIP=BACKWARD");
  ck_assert_str_eq(rule("هر ماه روز دهم"), "RSCALE=PERSIAN;FREQ=MONTHLY;BYMONTHDAY=10");
  ck_assert_str_eq(rule("یک روز در میان"), "FREQ=DAILY;INTERVAL=2");
  ck_assert_str_eq(rule("هر سه ماه یک بار"), "RSCALE=PERSIAN;FREQ=MONTHLY;INTERVAL=3;SKIP=BACKWARD");
  ck_assert_str_eq(rule("هفته‌ای دو بار"), "FREQ=WEEKLY");
  ck_assert_str_eq(rule("هر روز هفته به جز پنجشنبه و جمعه"), "FREQ=WEEKLY;BYDAY=SA,SU,MO,TU,WE");
  ck_assert_str_eq(rule("every other Monday at 9am"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO");
  ck_assert_str_eq(rule("every 2 weeks"), "FREQ=WEEKLY;INTERVAL=2");
  ck_assert_str_eq(rule("once a month"), "FREQ=MONTHLY;SKIP=BACKWARD");
  is_due("هر دوشنبه ساعت ۵ عصر", "2026-11-23T17:00");
  is_due("هر شب ساعت ۱۰", "2026-11-22T22:00");
  is_due("شنبه تا چهارشنبه هر روز ساعت ۹", "2026-11-23T09:00");
  takes("از شنبه هر روز صبح ساعت ۹ بفرست", "از شنبه | هر روز صبح ساعت ۹");
  const char *texts[] = {"هر دوشنبه", "ماهی یک بار", "یک روز در میان", "every weekday at 9", "هر سال"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) { /* every rule that is written can be read */
    recurrence r;
    mcrm_error error = {0};
    const char *text = rule(texts[i]);
    ck_assert_int_eq(recurrence_parse(text, strlen(text), &r, &error), MCRM_OK);
  }
}
END_TEST

START_TEST(months_that_are_names_and_words) {
  takes("مهر و بهمن با هم آمدند", "");
  takes("خانم مهر گفت تیر خلاص", "");
  takes("از ۵ تا ۱۰ نفر، بین ۵ تا ۱۰ درصد", "");
  takes("صبح بخیر، شب شما بخیر. Good morning!", "");
  takes("از بهمن به بعد", "از بهمن به بعد");
  takes("آقای بهمن آذری فردا میاد", "فردا");
  takes("خبرگزاری مهر در مهرماه ۱۳۸۸ تاسیس شد", "در مهرماه ۱۳۸۸");
  takes("16بهمن با تیرکمان و تیر و کمان به شکار رفتیم", "16بهمن");
  takes("می‌شود کباب ماهی خورد", "");
  takes("از بهمن پرسیدم", "");
  takes("I may call. The mountain may not move", "");
  takes("روزنامه عصر ایران", "");
  takes("از مهر تا آذر", "از مهر تا آذر");
  takes("آبان ماه", "آبان ماه");
}
END_TEST

START_TEST(what_is_no_time) {
  const char *texts[] = {"سلام خوبی؟",
                         "این یک تست است",
                         "۵",
                         "۱۰۰",
                         "2024",
                         "تا",
                         "بعد از",
                         "مبلغ ۲۰۰ هزار تومان",
                         "کد 1404 را بزن",
                         "random text in english",
                         "call me at 0912 345 6789",
                         "24/7 support",
                         "1/2 of them",
                         "the sun is hot and I sat down",
                         "the second time it failed",
                         "do I have the money",
                         "1-2-3",
                         "A4 A5",
                         "12.53%",
                         "at 650.650.6500",
                         "noway",
                         "فروردین",
                         "www.example.com/2026/11/22",
                         ""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) takes(texts[i], "");
}
END_TEST

START_TEST(durations) {
  ck_assert_int_eq(only("چهل دقیقه")->duration, 2400);
  ck_assert_int_eq(only("یک ساعت و نیم")->duration, 5400);
  ck_assert_int_eq(only("دو روز و ۳ ساعت")->duration, 2 * 86400 + 3 * 3600);
  ck_assert_int_eq(only("قرارداد ۱۵ ساله")->kind, TEXT_WHEN_DURATION);
  is_due("چهل دقیقه", "never");
}
END_TEST

START_TEST(the_english_of_offices) {
  is_due("COB Friday", "2026-11-27T17:00");
  is_due("first thing tomorrow", "2026-11-23T09:00");
  is_due("the week after next", "2026-12-06");
  is_due("the day after christmas", "2026-12-26");
  is_due("a week after tomorrow", "2026-11-30");
  is_due("2 days before 12/15", "2026-12-13");
  is_due("the last Friday of December", "2026-12-25");
  is_due("Q3 2027", "2027-07-01");
  is_due("the year 2016", "never");
  spans("tomorrow 9am-noon", "2026-11-23T09:00..2026-11-23T12:00");
}
END_TEST

START_TEST(persian_in_latin_letters) {
  is_due("farda saat 5 zang bezan", "2026-11-23T17:00");
  is_due("shanbe sobh", "2026-11-28T09:00");
  is_due("2 rooz dige", "2026-11-24");
}
END_TEST

START_TEST(months_in_bills_and_days_in_addresses) {
  spans("فاکتورهای معوق آبان", "2026-10-23T00:00..2026-11-22T00:00");
  takes("میدان ۷ تیر، پلاک ۱۲", "");
  takes("فردا اول آذره", "فردا اول آذره");
  takes("کد AZAR1405 را بزن", "");
  is_due("جلسه برای ۱۲ آذر ساعت ۳ بعدازظهر هماهنگ شد", "2026-12-03T15:00");
}
END_TEST

START_TEST(holidays_and_working_days) {
  ck_assert_str_eq(holiday_name(jalali_days(1405, 1, 1)), "نوروز");
  ck_assert_str_eq(holiday_name(jalali_days(1403, 4, 26)), "عاشورا");
  ck_assert(holiday_is(jalali_days(1405, 11, 22)));
  ck_assert(holiday_is(civil_days(2026, 11, 27))); /* a Friday */
  ck_assert(!holiday_is(civil_days(2026, 11, 22)));
  ck_assert_int_eq(holiday_next_working_day(jalali_days(1404, 12, 29)), jalali_days(1405, 1, 5));
  is_due("سه روز کاری دیگه", "2026-11-25");
  is_due("in 5 business days", "2026-11-27");
  is_due("بعد از عید", "2027-03-21");
  is_due("سه روز بعد از عید نوروز", "2027-03-24");
  is_due("شب یلدا", "2026-12-21");
  is_due("شب عید", "2027-03-20T21:00");
}
END_TEST

START_TEST(where_it_stands_in_the_text) {
  const char *text = "سلام، فردا ساعت ۵ عصر 👋🏽 پس‌فردا";
  text_when_list list = find(text);
  ck_assert_int_eq(list.count, 2);
  ck_assert_int_eq(list.at[0].point_start, 6);
  ck_assert_int_eq(list.at[0].point_end, 21);
  ck_assert_int_eq(list.at[1].point_start, 25);
  ck_assert_int_eq(list.at[1].point_end, 32);
  ck_assert_int_eq(list.at[1].end, strlen(text));
  takes("فردا زنگ بزن و شنبه جلسه بگذار", "فردا | شنبه");
}
END_TEST

/* parse(format(t)) = t, for every grain in both languages, on days all over the calendar */
START_TEST(what_is_printed_is_read_back) {
  static const text_grain grains[] = {TEXT_GRAIN_SECOND, TEXT_GRAIN_MINUTE, TEXT_GRAIN_HOUR,    TEXT_GRAIN_DAY,
                                      TEXT_GRAIN_WEEK,   TEXT_GRAIN_MONTH,  TEXT_GRAIN_QUARTER, TEXT_GRAIN_YEAR};
  for (int language = TEXT_PERSIAN; language <= TEXT_ENGLISH; language++)
    for (size_t g = 0; g < sizeof grains / sizeof *grains; g++)
      for (int64_t day = civil_days(1979, 1, 1); day < civil_days(2035, 1, 1); day += 97) {
        civil c = {.hour = (int)(day % 24), .minute = (int)(day * 7 % 60), .second = (int)(day * 11 % 60)};
        civil_date(day, &c.year, &c.month, &c.day);
        mcrm_time t = civil_instant(&c, tehran);
        arena_reset(memory);
        buffer b;
        buffer_init(&b, 1000);
        text_when_print(&b, t, grains[g], tehran, (text_language)language);
        const text_when *w = only(keep(&b));
        if (grains[g] >= TEXT_GRAIN_DAY) {
          ck_assert_msg(w->from <= t && t < w->to && w->grain == grains[g], "%s", scan.text);
        } else {
          int64_t unit = grains[g] == TEXT_GRAIN_SECOND ? MS_PER_SECOND : MS_PER_MINUTE;
          ck_assert_msg(w->from == t - (t % unit + unit) % unit, "%s", scan.text);
        }
      }
}
END_TEST

START_TEST(hostile_texts) {
  size_t size = 1000000;
  char *text = malloc(size + 1);
  const char *pieces[] = {"ا",    "1/", "1 ", "تا ", "از ",   "1:", "هر ",       "و ",
                          "mon ", "-",  "یک", "1a",  "next ", "((", "دو هزار و "};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    size_t n = 0, piece = strlen(pieces[i]);
    while (n + piece <= size) {
      memcpy(text + n, pieces[i], piece);
      n += piece;
    }
    arena *a = arena_new(1 << 30);
    text_scan s;
    text_when_list list;
    ck_assert_int_eq(text_scan_make(a, text, n, &s), MCRM_OK);
    ck_assert_int_eq(text_when_find(&s, now, tehran, NULL, a, &list), MCRM_OK);
    arena_free(a);
  }
  free(text);
}
END_TEST

START_TEST(no_memory_is_an_error) {
  const char *text = "فردا ساعت ۵ عصر، هر دوشنبه ساعت ۹ و ماهی یک بار";
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), MCRM_OK);
  for (size_t limit = 1; limit < 20000; limit += 500) {
    arena *a = arena_new(limit);
    text_when_list list;
    int code = text_when_find(&scan, now, tehran, NULL, a, &list);
    ck_assert(code == MCRM_OK || code == MCRM_NO_MEMORY);
    arena_free(a);
  }
}
END_TEST

START_TEST(the_vocabulary_is_sorted) {
  for (size_t i = 1; i < timewords_fa_count; i++) ck_assert_str_lt(timewords_fa[i - 1].text, timewords_fa[i].text);
  for (size_t i = 1; i < timewords_en_count; i++) ck_assert_str_lt(timewords_en[i - 1].text, timewords_en[i].text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("when");
  TCase *tests = tcase_create("when");
  tcase_set_timeout(tests, 100);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, the_sentence_of_the_mission);
  tcase_add_test(tests, days_with_names);
  tcase_add_test(tests, names_and_sayings_are_no_times);
  tcase_add_test(tests, days_from_today_on);
  tcase_add_test(tests, minutes_and_hours_from_now_on);
  tcase_add_test(tests, parts_of_the_day);
  tcase_add_test(tests, clock_times);
  tcase_add_test(tests, weekdays);
  tcase_add_test(tests, weeks_months_years);
  tcase_add_test(tests, edges);
  tcase_add_test(tests, deadlines);
  tcase_add_test(tests, named_dates);
  tcase_add_test(tests, numeric_dates);
  tcase_add_test(tests, ranges);
  tcase_add_test(tests, what_is_past_is_never_due);
  tcase_add_test(tests, what_recurs);
  tcase_add_test(tests, months_that_are_names_and_words);
  tcase_add_test(tests, what_is_no_time);
  tcase_add_test(tests, durations);
  tcase_add_test(tests, the_english_of_offices);
  tcase_add_test(tests, persian_in_latin_letters);
  tcase_add_test(tests, months_in_bills_and_days_in_addresses);
  tcase_add_test(tests, holidays_and_working_days);
  tcase_add_test(tests, where_it_stands_in_the_text);
  tcase_add_test(tests, what_is_printed_is_read_back);
  tcase_add_test(tests, hostile_texts);
  tcase_add_test(tests, no_memory_is_an_error);
  tcase_add_test(tests, the_vocabulary_is_sorted);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
