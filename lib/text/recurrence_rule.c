/* Reading a rule. */
#include <base/civil.h>
#include <base/error.h>
#include <string.h>
#include <text/recurrence.h>

typedef struct part {
  const char *name, *value;
  size_t name_length, value_length;
} part;

static int wrong(mcrm_error *error, const part *p, const char *what) {
  return error_set(error, MCRM_INVALID, "recurrence", "recurrence.invalid", "recurrence: %.*s=%.*s: %s",
                   (int)(p->name_length > 20 ? 20 : p->name_length), p->name,
                   (int)(p->value_length > 40 ? 40 : p->value_length), p->value, what);
}

static bool same(const char *text, size_t length, const char *word) {
  if (strlen(word) != length) return false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (c >= 'a' && c <= 'z') c = (char)(c - 32);
    if (c != word[i]) return false;
  }
  return true;
}

static bool number(const char *text, size_t length, int low, int high, int *out) {
  size_t i = length && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  if (i == length || length - i > 6) return false;
  int value = 0;
  for (size_t k = i; k < length; k++) {
    if (text[k] < '0' || text[k] > '9') return false;
    value = value * 10 + (text[k] - '0');
  }
  *out = text[0] == '-' ? -value : value;
  return *out >= low && *out <= high;
}

static int choice(const part *p, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (same(p->value, p->value_length, words[i])) return (int)i;
  return -1;
}

static const char *const weekdays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

static int weekday(const char *text, size_t length) {
  for (int i = 0; i < 7; i++)
    if (same(text, length, weekdays[i])) return i;
  return -1;
}

/* The items of a list, one call each; false at its end. */
static bool item(const char **at, const char *end, const char **start, size_t *length) {
  if (*at > end) return false;
  const char *comma = memchr(*at, ',', (size_t)(end - *at));
  *start = *at;
  *length = (size_t)((comma ? comma : end) - *at);
  *at = comma ? comma + 1 : end + 1;
  return true;
}

static int read_days(recurrence *r, const part *p, mcrm_error *error) {
  const char *at = p->value, *end = p->value + p->value_length, *start;
  size_t length;
  while (item(&at, end, &start, &length)) {
    int nth = 0, day = length >= 2 ? weekday(start + length - 2, 2) : -1;
    if (day < 0 || (length > 2 && (!number(start, length - 2, -5, 5, &nth) || !nth)))
      return wrong(error, p, "a list of MO … SU, each with a number from -5 to 5 before it or none, is expected");
    if (r->day_count == RECURRENCE_DAYS) return wrong(error, p, "too many days");
    r->days[r->day_count].nth = (int8_t)nth;
    r->days[r->day_count++].weekday = (int8_t)day;
  }
  return MCRM_OK;
}

static int read_month_days(recurrence *r, const part *p, mcrm_error *error) {
  const char *at = p->value, *end = p->value + p->value_length, *start;
  size_t length;
  while (item(&at, end, &start, &length)) {
    int day;
    if (!number(start, length, -31, 31, &day) || !day)
      return wrong(error, p, "days from 1 to 31 or -1 to -31 are expected");
    if (r->month_day_count == RECURRENCE_MONTH_DAYS) return wrong(error, p, "too many days");
    r->month_days[r->month_day_count++] = (int8_t)day;
  }
  return MCRM_OK;
}

static bool digits(const char *text, int count, int *out) {
  return number(text, (size_t)count, 0, 999999, out) && text[0] != '-' && text[0] != '+';
}

/* 20270320 or 20270320T120000Z */
static int read_until(recurrence *r, const part *p, mcrm_error *error) {
  int year, month, day, hour = 0, minute = 0, second = 0;
  const char *t = p->value;
  bool date = p->value_length == 8,
       full = (p->value_length == 15 || p->value_length == 16) && (t[8] == 'T' || t[8] == 't');
  if (p->value_length == 16 && t[15] != 'Z' && t[15] != 'z') full = false;
  if (!(date || full) || !digits(t, 4, &year) || !digits(t + 4, 2, &month) || !digits(t + 6, 2, &day) ||
      !civil_valid(year, month, day) ||
      (full && (!digits(t + 9, 2, &hour) || !digits(t + 11, 2, &minute) || !digits(t + 13, 2, &second) || hour > 23 ||
                minute > 59 || second > 60)))
    return wrong(error, p, "a day or a UTC time (20270320 or 20270320T120000Z) is expected");
  r->until_day = date;
  r->until = civil_days(year, month, day) * MS_PER_DAY;
  if (full)
    r->until += hour * (int64_t)MS_PER_HOUR + minute * (int64_t)MS_PER_MINUTE + second * (int64_t)MS_PER_SECOND + 999;
  return MCRM_OK;
}

static int read_part(recurrence *r, const part *p, bool *frequency, mcrm_error *error) {
  static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  static const char *const skips[] = {"OMIT", "BACKWARD", "FORWARD"};
  static const char *const scales[] = {"GREGORIAN", "PERSIAN"};
  int value;
  if (same(p->name, p->name_length, "FREQ")) {
    if ((value = choice(p, frequencies, 4)) < 0) return wrong(error, p, "DAILY, WEEKLY, MONTHLY or YEARLY is expected");
    r->frequency = (recurrence_frequency)value;
    *frequency = true;
    return MCRM_OK;
  }
  if (same(p->name, p->name_length, "INTERVAL"))
    return number(p->value, p->value_length, 1, RECURRENCE_INTERVAL_MAX, &r->interval)
               ? MCRM_OK
               : wrong(error, p, "a number from 1 to 1000 is expected");
  if (same(p->name, p->name_length, "COUNT"))
    return number(p->value, p->value_length, 1, RECURRENCE_COUNT_MAX, &r->count)
               ? MCRM_OK
               : wrong(error, p, "a number from 1 to 10000 is expected");
  if (same(p->name, p->name_length, "BYDAY")) return read_days(r, p, error);
  if (same(p->name, p->name_length, "BYMONTHDAY")) return read_month_days(r, p, error);
  if (same(p->name, p->name_length, "UNTIL")) return read_until(r, p, error);
  if (same(p->name, p->name_length, "WKST"))
    return (r->week_start = weekday(p->value, p->value_length)) >= 0 ? MCRM_OK : wrong(error, p, "MO … SU is expected");
  if (same(p->name, p->name_length, "RSCALE")) {
    if ((value = choice(p, scales, 2)) < 0) return wrong(error, p, "PERSIAN or GREGORIAN is expected");
    r->persian = value == 1;
    return MCRM_OK;
  }
  if (same(p->name, p->name_length, "SKIP")) {
    if ((value = choice(p, skips, 3)) < 0) return wrong(error, p, "OMIT, BACKWARD or FORWARD is expected");
    r->skip = (recurrence_skip)value;
    return MCRM_OK;
  }
  return wrong(error, p, "this part is not supported");
}

int recurrence_parse(const char *text, size_t length, recurrence *out, mcrm_error *error) {
  *out = (recurrence){.interval = 1, .week_start = 1};
  if (length >= 6 && same(text, 6, "RRULE:")) {
    text += 6;
    length -= 6;
  }
  const char *at = text, *end = text + length;
  bool frequency = false;
  while (at < end) {
    const char *stop = memchr(at, ';', (size_t)(end - at));
    if (!stop) stop = end;
    const char *equals = memchr(at, '=', (size_t)(stop - at));
    if (!equals) {
      part p = {at, stop, (size_t)(stop - at), 0};
      return wrong(error, &p, "NAME=VALUE is expected");
    }
    part p = {at, equals + 1, (size_t)(equals - at), (size_t)(stop - equals - 1)};
    int code = read_part(out, &p, &frequency, error);
    if (code != MCRM_OK) return code;
    at = stop + 1;
  }
  if (!frequency)
    return error_set(error, MCRM_INVALID, "recurrence", "recurrence.invalid", "recurrence: FREQ is missing");
  if (out->count && out->until)
    return error_set(error, MCRM_INVALID, "recurrence", "recurrence.invalid",
                     "recurrence: COUNT and UNTIL exclude each other");
  return MCRM_OK;
}
