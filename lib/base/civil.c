#include <base/buffer.h>
#include <base/civil.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }
static int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

int64_t civil_days(int year, int month, int day) {
  int64_t y = (int64_t)year - (month <= 2);
  int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void civil_date(int64_t days, int *year, int *month, int *day) {
  days += 719468;
  int64_t era = floor_div(days, 146097), day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

bool civil_valid(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  int y, m, d;
  civil_date(civil_days(year, month, day), &y, &m, &d);
  return d == day;
}

int civil_weekday(int64_t days) { return (int)floor_mod(days + 4, 7); }

static civil wall_clock(mcrm_time instant, int64_t offset) {
  int64_t local = instant + offset * MS_PER_SECOND;
  int64_t days = floor_div(local, MS_PER_DAY), ms = local - days * MS_PER_DAY;
  civil c = {.hour = (int)(ms / MS_PER_HOUR),
             .minute = (int)(ms / MS_PER_MINUTE % 60),
             .second = (int)(ms / MS_PER_SECOND % 60),
             .millisecond = (int)(ms % MS_PER_SECOND)};
  civil_date(days, &c.year, &c.month, &c.day);
  return c;
}

civil civil_at(mcrm_time instant, const zone *z) { return wall_clock(instant, zone_offset(z, instant)); }

mcrm_time civil_instant(const civil *c, const zone *z) {
  int month = c->month - 1, year = c->year + (int)floor_div(month, 12);
  int64_t days = civil_days(year, (int)floor_mod(month, 12) + 1, 1) + c->day - 1;
  int64_t local = days * MS_PER_DAY + (int64_t)c->hour * MS_PER_HOUR + (int64_t)c->minute * MS_PER_MINUTE +
                  (int64_t)c->second * MS_PER_SECOND + c->millisecond;
  /* The offset a day before and a day after differ only around a transition. */
  int64_t before = (int64_t)zone_offset(z, local - MS_PER_DAY) * MS_PER_SECOND;
  int64_t after = (int64_t)zone_offset(z, local + MS_PER_DAY) * MS_PER_SECOND;
  if (before == after) return local - before;
  if (zone_offset(z, local - before) * (int64_t)MS_PER_SECOND == before) return local - before;
  if (zone_offset(z, local - after) * (int64_t)MS_PER_SECOND == after) return local - after;
  return local - before; /* skipped: the clock was put forward */
}

mcrm_time civil_midnight(mcrm_time instant, const zone *z) {
  civil c = civil_at(instant, z);
  c.hour = c.minute = c.second = c.millisecond = 0;
  return civil_instant(&c, z);
}

/* Two digits at a time, from a table: times stand in every record that is shown. */
static char *two_digits(char *out, int value) {
  memcpy(out, buffer_digit_pairs + (unsigned)value * 2, 2);
  return out + 2;
}

size_t civil_print(mcrm_time instant, const zone *z, char out[CIVIL_ISO_SIZE]) {
  int32_t minutes = zone_offset(z, instant) / 60;
  civil c = wall_clock(instant, minutes * 60); /* the offset as it is written: local mean times had seconds */
  char *at = out;
  if (c.year < 0 || c.year > 9999) { /* outside ISO 8601's four digits; never a real record */
    c = (civil){.year = c.year < 0 ? 0 : 9999, .month = 1, .day = 1};
  }
  at = two_digits(two_digits(at, c.year / 100), c.year % 100);
  *at++ = '-';
  at = two_digits(at, c.month);
  *at++ = '-';
  at = two_digits(at, c.day);
  *at++ = 'T';
  at = two_digits(at, c.hour);
  *at++ = ':';
  at = two_digits(at, c.minute);
  *at++ = ':';
  at = two_digits(at, c.second);
  if (c.millisecond) {
    *at++ = '.';
    *at++ = (char)('0' + c.millisecond / 100);
    at = two_digits(at, c.millisecond % 100);
  }
  *at++ = minutes < 0 ? '-' : '+';
  if (minutes < 0) minutes = -minutes;
  at = two_digits(at, minutes / 60);
  *at++ = ':';
  at = two_digits(at, minutes % 60);
  *at = 0;
  return (size_t)(at - out);
}

typedef struct cursor {
  const char *at, *end;
} cursor;

static bool take_digits(cursor *c, int width, int *out) {
  if (c->end - c->at < width) return false;
  *out = 0;
  for (int i = 0; i < width; i++) {
    if (c->at[i] < '0' || c->at[i] > '9') return false;
    *out = *out * 10 + (c->at[i] - '0');
  }
  c->at += width;
  return true;
}

static bool take(cursor *c, char byte) {
  if (c->at == c->end || *c->at != byte) return false;
  c->at++;
  return true;
}

static bool take_clock(cursor *c, civil *w) {
  if (!take_digits(c, 2, &w->hour) || !take(c, ':') || !take_digits(c, 2, &w->minute)) return false;
  if (take(c, ':') && !take_digits(c, 2, &w->second)) return false;
  if (take(c, '.')) {
    int scale = 100, digit;
    if (!take_digits(c, 1, &digit)) return false;
    do {
      w->millisecond += digit * scale;
      scale /= 10;
    } while (take_digits(c, 1, &digit));
  }
  return w->hour <= 23 && w->minute <= 59 && w->second <= 60;
}

bool civil_parse(const char *text, size_t length, const zone *z, mcrm_time *out) {
  cursor c = {text, text + length};
  civil w = {0};
  if (!take_digits(&c, 4, &w.year) || !take(&c, '-') || !take_digits(&c, 2, &w.month) || !take(&c, '-') ||
      !take_digits(&c, 2, &w.day) || !civil_valid(w.year, w.month, w.day))
    return false;
  if ((take(&c, 'T') || take(&c, ' ')) && !take_clock(&c, &w)) return false;
  if (c.at == c.end) {
    *out = civil_instant(&w, z);
    return true;
  }
  int hours = 0, minutes = 0, sign = 1;
  if (!take(&c, 'Z')) {
    if (take(&c, '-'))
      sign = -1;
    else if (!take(&c, '+'))
      return false;
    if (!take_digits(&c, 2, &hours)) return false;
    take(&c, ':');
    if (!take_digits(&c, 2, &minutes) || hours > 23 || minutes > 59) return false;
  }
  if (c.at != c.end) return false;
  int64_t local = civil_days(w.year, w.month, w.day) * MS_PER_DAY + (int64_t)w.hour * MS_PER_HOUR +
                  (int64_t)w.minute * MS_PER_MINUTE + (int64_t)w.second * MS_PER_SECOND + w.millisecond;
  *out = local - sign * (hours * (int64_t)MS_PER_HOUR + minutes * (int64_t)MS_PER_MINUTE);
  return true;
}
