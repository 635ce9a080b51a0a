#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TEXTS = 8, TEXT_SIZE = 400, TEHRAN = 12600 };

static char *next_text(void) {
  static char texts[TEXTS][TEXT_SIZE];
  static unsigned next;
  return texts[next++ % TEXTS];
}

const char *show_digits(const char *text) {
  char *out = next_text(), *p = out;
  for (; *text && p < out + TEXT_SIZE - 3; text++) {
    if (*text >= '0' && *text <= '9') {
      *p++ = (char)0xDB;
      *p++ = (char)(0xB0 + (*text - '0'));
    } else {
      *p++ = *text;
    }
  }
  *p = 0;
  return out;
}

const char *show_number(int64_t number) {
  char plain[32], grouped[48], *p = grouped;
  int length = snprintf(plain, sizeof plain, "%" PRId64, number < 0 ? -number : number);
  for (int i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0) p = stpcpy(p, "٬");
    *p++ = plain[i];
  }
  *p = 0;
  return show_digits(grouped);
}

/* The text of a member of a flat JSON object. */
static void member(const char *json, const char *name, char *out, size_t size) {
  char key[32];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const char *begin = strstr(json, key);
  size_t length = 0;
  if (begin) {
    begin += strlen(key);
    length = strcspn(begin, "\"");
  }
  snprintf(out, size, "%.*s", (int)length, begin ? begin : "");
}

const char *show_time(const mcrm_text *engine, mcrm_time at, int whole_day) {
  char date[16], clock[8], day[40], weekday[40], whole[160], *json = NULL;
  time_t wall = (time_t)(at / 1000) + TEHRAN;
  struct tm t;
  if (!at || !gmtime_r(&wall, &t)) return "—";
  strftime(date, sizeof date, "%Y-%m-%d", &t);
  strftime(clock, sizeof clock, "%H:%M", &t);
  if (mcrm_text_json(engine, "jalali", date, strlen(date), at, "fa", &json, NULL)) return show_digits(date);
  member(json, "jalali", day, sizeof day);
  member(json, "weekday", weekday, sizeof weekday);
  mcrm_free(json);
  snprintf(whole, sizeof whole, "%s %s%s%s", weekday, day, whole_day ? "" : " ساعت ", whole_day ? "" : clock);
  return show_digits(whole);
}

const char *show_text(const char *text) { return text && *text ? text : "—"; }
