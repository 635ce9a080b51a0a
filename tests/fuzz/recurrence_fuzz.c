/* Rules of repetition, times and numbers from outside: refused or right, never for ever. The first bytes choose a
 * moment, the rest is the text. */
#include <base/civil.h>
#include <base/zone.h>
#include <marfacrm/text.h>
#include <string.h>
#include <text/entity.h>
#include <text/jalali.h>
#include <text/recurrence.h>

#include "fuzz.h"

static void repeat(const char *text, size_t length, mcrm_time start, const zone *z) {
  recurrence rule;
  mcrm_error error = {0};
  if (recurrence_parse(text, length, &rule, &error)) {
    promise(error.message[0], "a refusal says why");
    return;
  }
  promise(rule.interval >= 1 && rule.interval <= RECURRENCE_INTERVAL_MAX, "an interval is positive");
  mcrm_time at = start - 1;
  for (int i = 0; i < 5; i++) {
    mcrm_time next = recurrence_next(&rule, start, at, z);
    if (!next) break;
    promise(next > at && next >= start, "the next comes after");
    at = next;
  }
}

static void convert(mcrm_time at, const zone *z) {
  civil c = civil_at(at, z);
  int year, month, day;
  int64_t days = civil_days(c.year, c.month, c.day);
  jalali_from_days(days, &year, &month, &day);
  promise(month >= 1 && month <= 12 && day >= 1 && day <= jalali_month_days(year, month), "a date is a date");
  promise(jalali_days(year, month, day) == days, "there and back");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static zone *z;
  static mcrm_text *engine;
  mcrm_error error = {0};
  if (!z) z = zone_load("Asia/Tehran", &error);
  if (!engine && mcrm_text_open(NULL, &engine, &error)) abort();
  if (size < 3) return 0;
  uint32_t step = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;
  mcrm_time start = ((mcrm_time)step - (4 << 20)) * 386017, parsed;
  size_t length = size - 3;
  char *text = malloc(length + 1); /* exactly as long, so that reading beyond it is seen */
  if (!text) abort();
  memcpy(text, data + 3, length);
  convert(start, z);
  repeat(text, length, start, z);
  if (!mcrm_time_parse(engine, text, length, &parsed, &error)) {
    char printed[CIVIL_ISO_SIZE];
    mcrm_time again;
    civil_print(parsed, z, printed);
    promise(civil_parse(printed, strlen(printed), z, &again), "what is printed is read");
    promise(again == parsed || again == parsed - parsed % 1000, "and is the same");
  }
  char phone[TEXT_PHONE_SIZE], twice[TEXT_PHONE_SIZE], telegram[TEXT_TELEGRAM_SIZE], shown[TEXT_PHONE_SIZE];
  if (text_phone_normalise(text, length, phone)) {
    promise(text_phone_normalise(phone, strlen(phone), twice) && !strcmp(phone, twice), "E.164 stays E.164");
    text_phone_display(phone, shown);
    promise(text_phone_normalise(shown, strlen(shown), twice) && !strcmp(phone, twice), "what is shown is read");
  }
  if (text_telegram_normalise(text, length, telegram))
    promise(strlen(telegram) < TEXT_TELEGRAM_SIZE, "a name is short");
  free(text);
  return 0;
}
