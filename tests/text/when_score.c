/* How well dates and times are read: the public suites, firm rows and rows that rest on a convention apart, and
 * negatives. Prints a line per suite; asserts the shares that have been reached. MARFACRM_SHOW=1 shows what is wrong.
 *
 * A value is right when every field that the row asserts is. A row says noon, midnight or its own reference time where
 * its parser fills in a time that nobody said, so a result of whole days is compared by its day. A year, month or week
 * is compared as the coarser of the two sees it. */
#include <base/civil.h>
#include <stdlib.h>
#include <string.h>
#include <text/when.h>

#include "score.h"

static zone *place; /* where the suite's naive times are */

typedef struct found {
  text_when_list list;
  const char *text;
} found;

static bool is_value(const text_when *w) { return w->kind != TEXT_WHEN_DURATION && !(w->flags & TEXT_WHEN_NO_VALUE); }

static bool same_int(json_t *fields, const char *key, int64_t value) {
  json_t *f = json_object_get(fields, key);
  return !f || json_integer_value(f) == value;
}

static int64_t day_of(const civil *c) { return civil_days(c->year, c->month, c->day); }

/* Do the fields of the row hold at this instant? */
static bool holds(json_t *fields, mcrm_time at, const text_when *w, const char *ref) {
  civil c = civil_at(at, place);
  int y, m, d;
  jalali_from_days(day_of(&c), &y, &m, &d);
  bool days = w->grain >= TEXT_GRAIN_DAY;
  if (!same_int(fields, "year", c.year) || !same_int(fields, "month", c.month) || !same_int(fields, "jyear", y) ||
      !same_int(fields, "jmonth", m))
    return false;
  if (w->grain <= TEXT_GRAIN_WEEK || (w->flags & TEXT_WHEN_RELATIVE))
    if (!same_int(fields, "day", c.day) || !same_int(fields, "jday", d)) return false;
  /* a row that says a weekday and a day that contradict each other cannot be met: the day counts */
  if (!json_object_get(fields, "day") && !same_int(fields, "weekday", civil_weekday(day_of(&c)))) return false;
  if (!days && (!same_int(fields, "hour", c.hour) || !same_int(fields, "minute", c.minute) ||
                !same_int(fields, "second", c.second)))
    return false;
  const char *date = json_string_value(json_object_get(fields, "date"));
  if (date) {
    mcrm_time day;
    if (!civil_parse(date, strlen(date), place, &day)) return date[0] == '-'; /* before our era: not asserted */
    civil e = civil_at(day, place);
    if (day_of(&e) != day_of(&c)) return false;
  }
  const char *time = json_string_value(json_object_get(fields, "datetime"));
  if (time) {
    mcrm_time exact;
    if (!civil_parse(time, strlen(time), place, &exact)) return time[0] == '-';
    civil e = civil_at(exact, place);
    bool filled_in =
        days || (!json_object_get(fields, "hour") && ref && strlen(ref) > 11 && !strcmp(ref + 11, time + 11));
    if (day_of(&e) != day_of(&c)) return false;
    if (!filled_in && (e.hour != c.hour || e.minute != c.minute || e.second != c.second)) return false;
  }
  return true;
}

/* The value by grain, for rows that name one: "this week" is compared with the week's beginning. */
static bool right_start(json_t *entity, json_t *row, const text_when *w) {
  json_t *start = json_object_get(entity, "start");
  const char *ref = json_string_value(json_object_get(row, "ref"));
  if (!start) return true;
  if (holds(start, w->from, w, ref)) return true;
  return holds(start, w->point, w, ref);
}

static bool right_end(json_t *entity, json_t *row, const text_when *w) {
  json_t *end = json_object_get(entity, "end"), *exclusive = json_object_get(entity, "end_exclusive");
  const char *ref = json_string_value(json_object_get(row, "ref"));
  if (end && json_object_size(end) && !holds(end, w->last, w, ref) && !holds(end, w->to, w, ref)) return false;
  if (exclusive && json_object_size(exclusive)) {
    mcrm_time to = w->to, slack = w->grain <= TEXT_GRAIN_HOUR ? MS_PER_HOUR : MS_PER_DAY;
    const char *time = json_string_value(json_object_get(exclusive, "datetime"));
    mcrm_time exact;
    if (!time || !civil_parse(time, strlen(time), place, &exact)) return true;
    /* some suites count the last minute, hour or day as part of the range */
    if (exact < to || exact > to + slack) return false;
  }
  return true;
}

/* A suite that knows no ranges names both ends of "between X and Y", where one range is found: its last day is the
 * second. */
static bool is_end_of_range(json_t *entities, json_t *entity, json_t *row, const text_when *w) {
  json_t *other;
  size_t i;
  bool begun = false;
  if (w->kind != TEXT_WHEN_RANGE) return false;
  json_array_foreach(entities, i, other) {
    if (json_object_get(other, "end") || json_object_get(other, "end_exclusive")) return false;
    begun = begun || (other != entity && right_start(other, row, w));
  }
  json_t *start = json_object_get(entity, "start");
  return begun && start && holds(start, w->last, w, NULL);
}

static bool right_span(json_t *entity, const text_when *w, const char *text) {
  const char *span = json_string_value(json_object_get(entity, "span_text"));
  if (!span) return true;
  return strlen(span) == w->end - w->start && !memcmp(text + w->start, span, strlen(span));
}

typedef struct tally {
  score values[3], spans, negatives; /* values: firm, by convention, of holidays */
} tally;

static mcrm_time time_of(const char *ref) {
  mcrm_time t = 0;
  if (!ref || !civil_parse(ref, strlen(ref), place, &t)) civil_parse("2026-11-22T10:30:00", 19, place, &t);
  return t;
}

static void describe(const text_when_list *list, const char *text, char *out, size_t size) {
  size_t used = 0;
  out[0] = 0;
  for (size_t i = 0; i < list->count && used + 200 < size; i++) {
    const text_when *w = &list->at[i];
    char from[CIVIL_ISO_SIZE], to[CIVIL_ISO_SIZE], point[CIVIL_ISO_SIZE];
    civil_print(w->from, place, from);
    civil_print(w->to, place, to);
    civil_print(w->point, place, point);
    used += (size_t)snprintf(out + used, size - used, "«%.*s» k%d g%d f%x %.16s..%.16s @%.16s; ",
                             (int)(w->end - w->start > 60 ? 60 : w->end - w->start), text + w->start, w->kind, w->grain,
                             w->flags, from, to, point);
  }
}

static void score_row(const cases *c, tally *t, const text_when_options *base) {
  const char *text = cases_text(c, "text"), *ref = json_string_value(json_object_get(c->row, "ref"));
  arena *a = arena_new(0);
  text_scan scan;
  text_when_list list = {0};
  text_when_options options = *base;
  options.forward = json_is_true(json_object_get(json_object_get(c->row, "options"), "forwardDate"));
  options.strict = json_is_true(json_object_get(json_object_get(c->row, "options"), "strict"));
  if (text_scan_make(a, text, strlen(text), &scan) || text_when_find(&scan, time_of(ref), place, &options, a, &list))
    abort();
  char got[2000];
  describe(&list, text, got, sizeof got);
  json_t *entities = json_object_get(c->row, "entities"), *entity;
  size_t i, values = 0;
  for (i = 0; i < list.count; i++) values += is_value(&list.at[i]);
  if (json_is_true(json_object_get(c->row, "negative"))) {
    score_add(&t->negatives, values == 0, cases_text(c, "id"), text, got, "nothing");
  } else {
    bool right = true, span = true, holiday = false;
    json_array_foreach(entities, i, entity) {
      holiday = holiday || json_object_get(entity, "holiday");
      bool any = false, any_span = false;
      for (size_t k = 0; k < list.count; k++) {
        if (right_start(entity, c->row, &list.at[k]) && right_end(entity, c->row, &list.at[k]) &&
            (is_value(&list.at[k]) || strstr(text, "for")))
          any = true;
        any = any || is_end_of_range(entities, entity, c->row, &list.at[k]);
        if (right_span(entity, &list.at[k], text)) any_span = true;
      }
      right = right && any;
      span = span && any_span;
    }
    char *expected = json_dumps(entities, JSON_COMPACT);
    bool policy = json_array_size(json_object_get(c->row, "policy")) > 0;
    score_add(&t->values[holiday ? 2 : policy], right, cases_text(c, "id"), text, got, expected);
    score_add(&t->spans, span, cases_text(c, "id"), text, got, expected);
    free(expected);
  }
  arena_free(a);
}

static double score_suite(const char *name, const char *bar, const text_when_options *options) {
  cases c;
  char file[100];
  char names[5][80];
  snprintf(file, sizeof file, "%s.jsonl", name);
  if (!cases_open(&c, file)) return -1;
  static const char *const lines[] = {"firm values", "values by convention", "values of holidays", "spans",
                                      "negatives"};
  for (int i = 0; i < 5; i++) snprintf(names[i], sizeof names[i], "%.30s %s", name, lines[i]);
  tally t = {.values = {{.name = names[0]}, {.name = names[1]}, {.name = names[2]}},
             .spans = {.name = names[3]},
             .negatives = {.name = names[4]}};
  while (cases_next(&c)) score_row(&c, &t, options);
  cases_close(&c);
  printf("%s (bar %s)\n", name, bar);
  double firm = score_print(&t.values[0]);
  score_print(&t.values[1]);
  if (t.values[2].all) score_print(&t.values[2]);
  score_print(&t.spans);
  score_print(&t.negatives);
  return firm;
}

/* Spans: overlap and strict F1. */
static void score_spans(const char *name) {
  cases c;
  if (!cases_open(&c, "datespans-fa-parstdex.jsonl")) return;
  size_t gold = 0, got = 0, strict = 0, gold_hit = 0, got_hit = 0;
  while (cases_next(&c)) {
    const char *text = cases_text(&c, "text");
    arena *a = arena_new(0);
    text_scan scan;
    text_when_list list = {0};
    if (text_scan_make(a, text, strlen(text), &scan) || text_when_find(&scan, time_of(NULL), place, NULL, a, &list))
      abort();
    json_t *spans = json_object_get(c.row, "spans");
    bool wrong = false;
    gold += json_array_size(spans);
    got += list.count;
    for (size_t k = 0; k < list.count; k++) {
      bool hit = false, exact = false;
      for (size_t i = 0; i < json_array_size(spans); i++) {
        uint32_t from = (uint32_t)json_integer_value(json_array_get(json_array_get(spans, i), 0));
        uint32_t to = (uint32_t)json_integer_value(json_array_get(json_array_get(spans, i), 1));
        if (list.at[k].point_start < to && from < list.at[k].point_end) hit = true;
        if (list.at[k].point_start == from && list.at[k].point_end == to) exact = true;
      }
      got_hit += hit;
      strict += exact;
      wrong = wrong || !exact;
    }
    for (size_t i = 0; i < json_array_size(spans); i++) {
      uint32_t from = (uint32_t)json_integer_value(json_array_get(json_array_get(spans, i), 0));
      uint32_t to = (uint32_t)json_integer_value(json_array_get(json_array_get(spans, i), 1));
      bool hit = false;
      for (size_t k = 0; k < list.count; k++)
        if (list.at[k].point_start < to && from < list.at[k].point_end) hit = true;
      gold_hit += hit;
      wrong = wrong || !hit;
    }
    if (wrong && getenv("MARFACRM_SHOW")) {
      fprintf(stderr, "%s [%s]\n   got ", cases_text(&c, "id"), text);
      for (size_t k = 0; k < list.count; k++)
        fprintf(stderr, "[%.*s] ", (int)(list.at[k].end - list.at[k].start), text + list.at[k].start);
      fprintf(stderr, "\n   for ");
      json_t *t;
      size_t i;
      json_array_foreach(json_object_get(c.row, "span_texts"), i, t) fprintf(stderr, "[%s] ", json_string_value(t));
      fprintf(stderr, "\n");
    }
    arena_free(a);
  }
  cases_close(&c);
  double p = got ? (double)got_hit / (double)got : 0, q = gold ? (double)gold_hit / (double)gold : 0;
  double ps = got ? (double)strict / (double)got : 0, qs = gold ? (double)strict / (double)gold : 0;
  printf("%s: gold %zu, found %zu; overlap P %.3f R %.3f F1 %.3f (bar 0.97); strict F1 %.3f (bar 0.88)\n", name, gold,
         got, p, q, p + q > 0 ? 2 * p * q / (p + q) : 0, ps + qs > 0 ? 2 * ps * qs / (ps + qs) : 0);
  score_record("datespans-fa-parstdex overlap F1", p + q > 0 ? 200 * p * q / (p + q) : 0);
  score_record("datespans-fa-parstdex strict F1", ps + qs > 0 ? 200 * ps * qs / (ps + qs) : 0);
}

static void go_to(const char *name) {
  mcrm_error error = {0};
  zone_free(place);
  place = zone_load(name, &error);
  if (!place) abort();
}

void when_score(const char *only) {
  go_to("Asia/Tehran");
  text_when_options fa = {0}, en = {.language = TEXT_ENGLISH};
  if (!only[0] || strstr(only, "spans")) score_spans("datespans-fa-parstdex");
  if (!only[0] || strstr(only, "fachrono")) score_suite("dates-fa-chrono", "0.97", &fa);
  if (!only[0] || strstr(only, "carbon")) score_suite("dates-fa-carbon", "0.97", &fa);
  if (!only[0] || strstr(only, "dateparser")) score_suite("dates-fa-dateparser", "0.97", &fa);
  if (!only[0] || strstr(only, "enchrono")) score_suite("dates-en-chrono", "0.85", &en);
  go_to("Etc/GMT+2"); /* Duckling's own reference time stands there: its "15:00 GMT" is 13:00. The bar is for what is no
                       * holiday: those are of the United States and India, and most are unknown here on purpose. */
  if (!only[0] || strstr(only, "duckling")) score_suite("dates-en-duckling", "0.75", &en);
  zone_free(place);
  place = NULL;
}
