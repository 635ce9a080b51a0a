#include <base/civil.h>
#include <stdlib.h>
#include <string.h>
#include <text/number.h>
#include <text/when.h>

#include "engine.h"
#include "json.h"

const char *engine_kind_name(text_when_kind kind) {
  static const char *const NAMES[] = {"date", "time", "datetime", "duration", "range", "recurrence"};
  return NAMES[kind];
}

const char *engine_grain_name(text_grain grain) {
  static const char *const NAMES[] = {"second", "minute",  "hour", "day",    "week",
                                      "month",  "quarter", "year", "decade", "century"};
  return NAMES[grain];
}

bool engine_grain(const char *name, text_grain *out) {
  for (text_grain g = TEXT_GRAIN_SECOND; g <= TEXT_GRAIN_CENTURY; g++)
    if (!strcmp(engine_grain_name(g), name)) {
      *out = g;
      return true;
    }
  return false;
}

const char *engine_calendar_name(text_calendar calendar) {
  static const char *const NAMES[] = {"gregorian", "jalali", "lunar"};
  return NAMES[calendar];
}

static int find(request *r, text_when_list *found) {
  text_when_options options = {.language = r->language};
  return text_when_find(&r->scan, r->now, r->engine->zone, &options, r->arena, found);
}

static void write_time(request *r, const char *key, mcrm_time at) {
  char text[CIVIL_ISO_SIZE];
  json_key(r->out, key);
  if (!at) {
    buffer_text(r->out, "null");
    return;
  }
  json_write_string(r->out, text, civil_print(at, r->engine->zone, text));
}

/* 1405/08/15, or with the time of day where one is meant. */
static void write_jalali(request *r, const text_when *w) {
  json_key(r->out, "jalali");
  if (!w->from) {
    buffer_text(r->out, "null");
    return;
  }
  civil c = civil_at(w->from, r->engine->zone);
  buffer_byte(r->out, '"');
  jalali_print_number(r->out, civil_days(c.year, c.month, c.day));
  if (w->grain < TEXT_GRAIN_DAY) buffer_print(r->out, " %02d:%02d", c.hour, c.minute);
  buffer_byte(r->out, '"');
}

static void write_flags(request *r, unsigned flags) {
  static const char *const NAMES[] = {"assumed",  "vague", "ambiguous", "past",     "approximate",
                                      "deadline", "open",  "before",    "relative", "no_value"};
  json_key(r->out, "flags");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (flags & 1U << i) {
      json_key(r->out, NULL);
      json_text(r->out, NAMES[i]);
    }
  buffer_byte(r->out, ']');
}

static void write_due(request *r, const text_when *w) {
  text_due due;
  if (!text_when_due(w, r->engine->zone, &due)) return;
  write_time(r, "due", due.at);
  json_key(r->out, "due_grain");
  json_text(r->out, due.grain == TEXT_GRAIN_DAY ? "day" : "minute");
}

static void write_candidates(request *r, const text_when *w) {
  if (!w->candidate_count) return;
  json_key(r->out, "candidates");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < w->candidate_count; i++) write_time(r, NULL, w->candidates[i]);
  buffer_byte(r->out, ']');
}

static void write_span(request *r, const text_when *w) {
  json_key(r->out, NULL);
  buffer_byte(r->out, '{');
  engine_span(r, w->point_start, w->point_end, w->start, w->end);
  json_key(r->out, "kind");
  json_text(r->out, engine_kind_name(w->kind));
  bool valued = !(w->flags & TEXT_WHEN_NO_VALUE);
  write_time(r, "from", valued ? w->from : 0);
  write_time(r, "to", valued ? w->to : 0);
  json_key(r->out, "grain");
  json_text(r->out, engine_grain_name(w->grain));
  write_jalali(r, w);
  json_key(r->out, "calendar");
  json_text(r->out, engine_calendar_name(w->calendar));
  if (w->kind == TEXT_WHEN_DURATION) {
    json_key(r->out, "duration_s");
    buffer_number(r->out, w->duration);
  }
  if (w->rule) {
    json_key(r->out, "recurrence");
    json_text(r->out, w->rule);
  }
  write_due(r, w);
  write_candidates(r, w);
  write_flags(r, w->flags);
  buffer_byte(r->out, '}');
}

int engine_when(request *r) {
  text_when_list found;
  int code = find(r, &found);
  if (code != MCRM_OK) return code;
  json_key(r->out, "spans");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < found.count; i++) write_span(r, &found.at[i]);
  buffer_byte(r->out, ']');
  return MCRM_OK;
}

/* ---- jalali ---- */

enum { FIRST_GREGORIAN_YEAR = 1800, FIRST_JALALI_YEAR = 1000 };

static bool days_of(int64_t year, int64_t month, int64_t day, int64_t *days) {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year > 9999) return false;
  if (year >= FIRST_GREGORIAN_YEAR) {
    if (!civil_valid((int)year, (int)month, (int)day)) return false;
    *days = civil_days((int)year, (int)month, (int)day);
    return true;
  }
  if (year < FIRST_JALALI_YEAR || !jalali_valid((int)year, (int)month, (int)day)) return false;
  *days = jalali_days((int)year, (int)month, (int)day);
  return true;
}

/* A date in three numbers, year first or last. */
static bool numeric_date(const text_scan *s, int64_t *days) {
  int64_t parts[3];
  size_t count = 0;
  for (size_t i = 0; i < s->token_count && count < 3; i++) {
    const text_token *t = &s->tokens[i];
    if (t->kind == TEXT_NUMBER && !t->fraction)
      parts[count++] = t->value;
    else if (t->kind != TEXT_MARK || !memchr("/-.", t->fold[0], 3))
      return false;
  }
  if (count < 3) return false;
  return days_of(parts[0], parts[1], parts[2], days) || days_of(parts[2], parts[1], parts[0], days);
}

static bool spoken_date(request *r, int64_t *days) {
  text_when_list found;
  if (find(r, &found) != MCRM_OK) return false;
  for (size_t i = 0; i < found.count; i++) {
    const text_when *w = &found.at[i];
    if (!w->from || (w->flags & TEXT_WHEN_NO_VALUE) || w->kind == TEXT_WHEN_DURATION) continue;
    civil c = civil_at(w->from, r->engine->zone);
    *days = civil_days(c.year, c.month, c.day);
    return true;
  }
  return false;
}

int engine_jalali(request *r) {
  int64_t days;
  if (!numeric_date(&r->scan, &days) && !spoken_date(r, &days)) return MCRM_INVALID;
  int year, month, day;
  civil_date(days, &year, &month, &day);
  json_key(r->out, "gregorian");
  buffer_print(r->out, "\"%04d-%02d-%02d\"", year, month, day);
  json_key(r->out, "jalali");
  buffer_byte(r->out, '"');
  jalali_print_number(r->out, days);
  buffer_byte(r->out, '"');
  json_key(r->out, "weekday");
  json_text(r->out, jalali_weekday_name(civil_weekday(days), r->language));
  return MCRM_OK;
}
