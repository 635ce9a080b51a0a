/* The Iranian calendar, holidays, repeating times and their words, in the engine's zone. */
#include <base/civil.h>
#include <base/error.h>
#include <text/holiday.h>
#include <text/number.h>
#include <text/recurrence.h>

#include "engine.h"

static int64_t day_of(const mcrm_text *engine, mcrm_time at) {
  civil c = civil_at(at, engine->zone);
  return civil_days(c.year, c.month, c.day);
}

static mcrm_time time_of(const mcrm_text *engine, int64_t days) {
  civil c = {0};
  civil_date(days, &c.year, &c.month, &c.day);
  return civil_instant(&c, engine->zone);
}

void mcrm_jalali_of(const mcrm_text *engine, mcrm_time at, mcrm_jalali *out) {
  int64_t days = day_of(engine, at);
  *out = (mcrm_jalali){.weekday = (civil_weekday(days) + 1) % 7};
  jalali_from_days(days, &out->year, &out->month, &out->day);
}

int mcrm_jalali_time(const mcrm_text *engine, int year, int month, int day, mcrm_time *out, mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  *out = 0;
  if (!jalali_valid(year, month, day))
    return error_set(error, MCRM_INVALID, "day", "jalali.invalid", "there is no day %d/%d/%d", year, month, day);
  *out = time_of(engine, jalali_days(year, month, day));
  return MCRM_OK;
}

const char *mcrm_holiday_name(const mcrm_text *engine, mcrm_time at) { return holiday_name(day_of(engine, at)); }

bool mcrm_is_working_day(const mcrm_text *engine, mcrm_time at) { return holiday_working_day(day_of(engine, at)); }

mcrm_time mcrm_next_working_day(const mcrm_text *engine, mcrm_time at) {
  return time_of(engine, holiday_next_working_day(day_of(engine, at)));
}

int mcrm_recurrence_next(const mcrm_text *engine, const char *rule, size_t length, mcrm_time start, mcrm_time after,
                         mcrm_time *out, mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  *out = 0;
  recurrence parsed;
  int code = recurrence_parse(rule, length, &parsed, error);
  if (code == MCRM_OK) *out = recurrence_next(&parsed, start, after, engine->zone);
  return code;
}

int mcrm_time_words(const mcrm_text *engine, mcrm_time at, const char *grain, const char *language, char **out,
                    mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  text_grain unit;
  if (!engine_grain(grain, &unit))
    return error_set(error, MCRM_INVALID, "grain", "text.grain", "there is no grain \"%.40s\"", grain);
  buffer b;
  buffer_init(&b, 1000);
  text_when_print(&b, at, unit, engine->zone, engine_language(language));
  return engine_give(MCRM_OK, &b, out, error);
}

int mcrm_number_words(int64_t value, int64_t nano, bool ordinal, const char *language, char **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  bool opposed = (value > 0 && nano < 0) || (value < 0 && nano > 0);
  if (nano <= -TEXT_NANO || nano >= TEXT_NANO || opposed)
    return error_set(error, MCRM_INVALID, "nano", "text.out_of_range", "%lld billionths do not belong to %lld",
                     (long long)nano, (long long)value);
  buffer b;
  buffer_init(&b, 2000);
  text_number_words(&b, value, (int32_t)nano, ordinal, engine_language(language));
  return engine_give(MCRM_OK, &b, out, error);
}
