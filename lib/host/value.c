#include "value.h"

#include <base/civil.h>
#include <base/utf8.h>
#include <stdio.h>
#include <string.h>
#include <text/entity.h>
#include <text/jalali.h>

enum { DIGITS_MAX = 15, CLEAN_LIMIT = 1 << 20 };

#define AMOUNT_MOST INT64_C(1000000000000000) /* what is beyond is no amount */

/* ---- text ---- */

static const char replacement[] = "\xEF\xBF\xBD";

static bool blank(uint32_t point) { return point <= ' ' || point == 0x7F || point == 0xA0; }

static const char *clean(arena *a, const char *text, size_t length, size_t points) {
  char *out = arena_alloc(a, length * 3 + 1); /* a malformed byte becomes three */
  if (!out) return NULL;
  size_t used = 0, kept = 0, shown = 0;
  for (size_t i = 0; i < length && kept < points;) {
    uint32_t point;
    size_t size = utf8_decode(text + i, length - i, &point);
    bool space = size && blank(point);
    if (!space || used) {
      if (!size)
        memcpy(out + used, replacement, 3);
      else if (space)
        out[used] = ' ';
      else
        memcpy(out + used, text + i, size);
      used += size ? space ? 1 : size : 3;
      kept++;
      if (!space) shown = used;
    }
    i += size ? size : 1;
  }
  out[shown] = 0;
  return shown ? out : NULL;
}

const char *host_value_text(arena *a, const store_value *v, size_t points) {
  if (v->kind == STORE_INT) return arena_print(a, "%lld", (long long)v->number);
  if (v->kind == STORE_REAL) {
    int64_t millionths = v->real > -9e12 && v->real < 9e12 ? (int64_t)(v->real * 1e6) : 0;
    const char *sign = millionths < 0 ? "-" : "";
    if (millionths < 0) millionths = -millionths;
    if (millionths % 1000000 == 0) return arena_print(a, "%s%lld", sign, (long long)(millionths / 1000000));
    return arena_print(a, "%s%lld.%06lld", sign, (long long)(millionths / 1000000), (long long)(millionths % 1000000));
  }
  if (v->kind != STORE_TEXT || !v->text) return NULL;
  size_t length = v->length < CLEAN_LIMIT ? v->length : CLEAN_LIMIT;
  return clean(a, v->text, length, points);
}

/* ---- amounts ---- */

/* An ASCII, Persian or Arabic digit, or -1; *size: the bytes it took. */
static int digit_at(const char *text, size_t length, size_t *size) {
  uint32_t point;
  *size = utf8_decode(text, length, &point);
  if (!*size) return -1;
  if (point >= '0' && point <= '9') return (int)(point - '0');
  if (point >= 0x6F0 && point <= 0x6F9) return (int)(point - 0x6F0);
  if (point >= 0x660 && point <= 0x669) return (int)(point - 0x660);
  return -1;
}

static bool grouping(const char *at, size_t size) {
  return (size == 1 && *at == ',') || (size == 2 && !memcmp(at, "\xD9\xAC", 2)); /* U+066C */
}

static bool point_mark(const char *at, size_t size) {
  return (size == 1 && *at == '.') || (size == 2 && !memcmp(at, "\xD9\xAB", 2)); /* U+066B */
}

/* Digits behind the third place are cut off: they could not tip a half. */
static bool decimal(const char *text, size_t length, int64_t *out) {
  size_t i = 0, size, digits = 0, places = 0;
  bool negative = false, fraction = false;
  int64_t milli = 0;
  while (length && (unsigned char)text[length - 1] <= ' ') length--;
  while (i < length && (unsigned char)text[i] <= ' ') i++;
  if (i < length && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  for (; i < length; i += size) {
    int digit = digit_at(text + i, length - i, &size);
    if (digit >= 0 && fraction) {
      if (places < 3) milli = milli * 10 + digit;
      if (places < 3) places++;
    } else if (digit >= 0) {
      if (milli && digits == DIGITS_MAX) return false;
      milli = milli * 10 + digit;
      digits = milli ? digits + 1 : 1;
    } else if (!size || fraction || !digits) {
      return false;
    } else if (point_mark(text + i, size)) {
      fraction = true;
    } else if (!grouping(text + i, size)) {
      return false;
    }
  }
  for (; places < 3; places++) milli *= 10;
  *out = negative ? -milli : milli;
  return digits > 0;
}

bool host_value_exact(const store_value *v, int64_t *out) {
  switch (v->kind) {
    case STORE_INT:
      if (v->number <= -AMOUNT_MOST || v->number >= AMOUNT_MOST) return false;
      *out = v->number * 1000;
      return true;
    case STORE_REAL:
      if (!(v->real > -1e15 && v->real < 1e15)) return false;
      *out = (int64_t)(v->real * 1000 + (v->real < 0 ? -1e-4 : 1e-4)); /* 0.29 × 1000 is a little less than 290 */
      return true;
    case STORE_TEXT:
      return v->text && decimal(v->text, v->length, out);
    case STORE_NULL:
      break;
  }
  return false;
}

int64_t host_whole(int64_t exact) { return (exact < 0 ? exact - 500 : exact + 500) / 1000; }

bool host_value_money(const store_value *v, int64_t *out) {
  if (!host_value_exact(v, out)) return false;
  *out = host_whole(*out);
  return true;
}

/* ---- times ---- */

/* Numbers are seconds since 1970, or milliseconds where they are too large for that (after the year 5138). */
static mcrm_time epoch(int64_t number) {
  return number > -INT64_C(100000000000) && number < INT64_C(100000000000) ? number * 1000 : number;
}

enum {
  ISO_ROOM = 64,
  ISO_MOST = ISO_ROOM - 24, /* what a date, padding and a longer offset add */
  JALALI_FROM = 1200,
  JALALI_BEFORE = 1700
};

/* Digits of any script up to `most`; 0: there is none. */
static size_t number_at(const char *text, size_t length, size_t most, int *out) {
  size_t used = 0, size, digits = 0;
  *out = 0;
  for (int digit; digits < most && used < length && (digit = digit_at(text + used, length - used, &size)) >= 0;
       used += size, digits++)
    *out = *out * 10 + digit;
  return used;
}

/* YYYY-MM-DD or YYYY/M/D in digits of any script, in the Jalali calendar where the year says so; 0: it is none. */
static size_t date_at(const char *text, size_t length, int *year, int *month, int *day) {
  int *const parts[] = {year, month, day};
  size_t used = 0;
  for (int i = 0; i < 3; i++) {
    if (i && (used == length || (text[used] != '-' && text[used] != '/'))) return 0;
    if (i) used++;
    size_t took = number_at(text + used, length - used, i ? 2 : 4, parts[i]);
    if (!took) return 0;
    used += took;
  }
  if (*year < JALALI_FROM || *year >= JALALI_BEFORE) return used;
  if (!jalali_valid(*year, *month, *day)) return 0;
  civil_date(jalali_days(*year, *month, *day), year, month, day);
  return used;
}

/* What a host writes as a time, as ISO 8601: "۱۴۰۵/۸/۱۵ ۹:۳۰" becomes 2026-11-06 09:30. 0: it is no time. */
static size_t iso_of(const store_value *v, char out[ISO_ROOM]) {
  const char *text = v->text;
  size_t length = text ? v->length : 0, used, size;
  int year, month, day, hour;
  while (length && (unsigned char)text[length - 1] <= ' ') length--;
  while (length && (unsigned char)*text <= ' ') text++, length--;
  size_t at = date_at(text, length, &year, &month, &day);
  if (!at || length - at > ISO_MOST * 2) return 0;
  used = (size_t)snprintf(out, ISO_ROOM, "%04d-%02d-%02d", year, month, day);
  if (at == length) return used;
  if (text[at] != ' ' && text[at] != 'T') return 0;
  while (at < length && strchr(" T-,", text[at])) at++;
  size = number_at(text + at, length - at, 2, &hour);
  if (!size) return 0;
  used += (size_t)snprintf(out + used, ISO_ROOM - used, " %02d", hour);
  for (at += size; at < length; at += size) {
    int digit = digit_at(text + at, length - at, &size);
    if (!size || used > ISO_MOST) return 0;
    out[used++] = digit >= 0 ? (char)('0' + digit) : text[at];
    if (digit < 0 && size > 1) return 0;
  }
  return used;
}

bool host_value_time(const store_value *v, const zone *z, mcrm_time *out) {
  char text[ISO_ROOM];
  switch (v->kind) {
    case STORE_INT:
      *out = epoch(v->number);
      return *out > -INT64_C(100000000000000) && *out < INT64_C(100000000000000);
    case STORE_REAL:
      if (!(v->real > -1e14 && v->real < 1e14)) return false;
      *out = v->real > -1e11 && v->real < 1e11 ? (int64_t)(v->real * 1000) : (int64_t)v->real;
      return true;
    case STORE_TEXT:
      break;
    case STORE_NULL:
      return false;
  }
  size_t length = iso_of(v, text);
  if (!length) return false;
  /* PostgreSQL writes an offset of whole hours as +03 */
  if (length > 13 && (text[length - 3] == '+' || text[length - 3] == '-')) {
    text[length++] = '0';
    text[length++] = '0';
  }
  return civil_parse(text, length, z, out);
}

/* ---- phones and Telegram names ---- */

static bool separates(const char *at, size_t left, size_t *size) {
  static const char *const marks[] = {",", ";", "/", "|", "\n", "\r", "\t", "[", "]", "\"", "\xD8\x8C", "\xD8\x9B"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    *size = strlen(marks[i]);
    if (left >= *size && !memcmp(at, marks[i], *size)) return true;
  }
  return false;
}

static size_t add_phone(arena *a, const char *text, size_t length, const char **out, size_t count, size_t room) {
  char phone[TEXT_PHONE_SIZE];
  while (length && (unsigned char)*text <= ' ') text++, length--;
  while (length && (unsigned char)text[length - 1] <= ' ') length--;
  if (!length || count == room || !utf8_valid(text, length) || !text_phone_normalise(text, length, phone)) return count;
  for (size_t i = 0; i < count; i++)
    if (!strcmp(out[i], phone)) return count;
  const char *copy = arena_text(a, phone);
  if (copy) out[count++] = copy;
  return count;
}

/* Numbers among words: «همراه ۰۹۱۲… منزل ۰۲۱…» */
static int find_phones(arena *a, const char *text, size_t length, const char **out, size_t room, size_t *count) {
  text_scan scan;
  text_entities found;
  if (!utf8_valid(text, length)) return MCRM_OK;
  int code = text_scan_make(a, text, length, &scan);
  if (!code) code = text_entities_find(a, &scan, &found);
  for (size_t i = 0; !code && i < found.count && *count < room; i++)
    if (found.at[i].kind == TEXT_PHONE)
      *count = add_phone(a, found.at[i].value, strlen(found.at[i].value), out, *count, room);
  return code == MCRM_NO_MEMORY ? code : MCRM_OK;
}

int host_phones(arena *a, const char *text, size_t length, const char **out, size_t room, size_t *count) {
  size_t start = 0, size;
  *count = add_phone(a, text, length, out, 0, room);
  if (*count || !length) return arena_failed(a) ? MCRM_NO_MEMORY : MCRM_OK;
  for (size_t i = 0; i < length;) {
    if (separates(text + i, length - i, &size)) {
      *count = add_phone(a, text + start, i - start, out, *count, room);
      start = i += size;
    } else {
      i++;
    }
  }
  if (start) *count = add_phone(a, text + start, length - start, out, *count, room);
  int code = *count ? MCRM_OK : find_phones(a, text, length, out, room, count);
  return arena_failed(a) ? MCRM_NO_MEMORY : code;
}

const char *host_telegram(arena *a, const char *text, size_t length) {
  char name[TEXT_TELEGRAM_SIZE];
  while (length && (unsigned char)*text <= ' ') text++, length--;
  while (length && (unsigned char)text[length - 1] <= ' ') length--;
  if (!length || !utf8_valid(text, length) || !text_telegram_normalise(text, length, name)) return NULL;
  return arena_text(a, name[0] == '@' ? name + 1 : name);
}
