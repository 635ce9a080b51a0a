/* Dates and times in what people say: Persian (formal and spoken), English and mixed.
 * The conventions (what "Tuesday", "next week", "in the morning" mean) stand beside the code that applies them,
 * in when_resolve.c. */
#ifndef TEXT_WHEN_H
#define TEXT_WHEN_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/zone.h>
#include <marfacrm/types.h>
#include <text/jalali.h>
#include <text/token.h>

typedef enum text_when_kind {
  TEXT_WHEN_DATE,
  TEXT_WHEN_TIME,
  TEXT_WHEN_DATETIME,
  TEXT_WHEN_DURATION,
  TEXT_WHEN_RANGE,
  TEXT_WHEN_RECURRENCE
} text_when_kind;

typedef enum text_grain {
  TEXT_GRAIN_SECOND,
  TEXT_GRAIN_MINUTE,
  TEXT_GRAIN_HOUR,
  TEXT_GRAIN_DAY,
  TEXT_GRAIN_WEEK,
  TEXT_GRAIN_MONTH,
  TEXT_GRAIN_QUARTER,
  TEXT_GRAIN_YEAR,
  TEXT_GRAIN_DECADE,
  TEXT_GRAIN_CENTURY
} text_grain;

typedef enum text_calendar { TEXT_GREGORIAN, TEXT_JALALI, TEXT_LUNAR } text_calendar;

enum {
  TEXT_WHEN_ASSUMED = 1,      /* part of it was not said: the half of the day, the hour of "in the morning", the year */
  TEXT_WHEN_VAGUE = 2,        /* "a few days", "early March" */
  TEXT_WHEN_AMBIGUOUS = 4,    /* it can be read otherwise: see candidates */
  TEXT_WHEN_PAST = 8,         /* it lies before now by its words: never due */
  TEXT_WHEN_APPROXIMATE = 16, /* "about", or a lunar date, which the sighting of the moon decides */
  TEXT_WHEN_DEADLINE = 32,    /* "until", "by": `last` is the last moment */
  TEXT_WHEN_OPEN = 64,        /* "after", "from … on": no end */
  TEXT_WHEN_BEFORE = 128,     /* "before": no start */
  TEXT_WHEN_RELATIVE = 256,   /* counted from now */
  TEXT_WHEN_NO_VALUE = 512    /* speaks of a time, but names none that could be computed ("the 7th century AH") */
};

enum { TEXT_WHEN_CANDIDATES = 3 };

typedef struct text_when {
  text_when_kind kind;
  text_grain grain;
  unsigned flags;
  text_calendar calendar;
  uint32_t token, token_count;     /* the tokens it touches */
  uint32_t start, end;             /* bytes in the source, end exclusive */
  uint32_t point_start, point_end; /* code points in the source */
  mcrm_time from, to;              /* end exclusive; equal for a moment (grain minute or second) */
  mcrm_time last;                  /* where the last unit named begins: 15 Mehr in "from 1 to 15 Mehr" */
  mcrm_time point;                 /* the one moment meant when one is needed: next week = this weekday in 7 days */
  int64_t duration;                /* TEXT_WHEN_DURATION: seconds (months count 30 days, years 365) */
  const char *rule;                /* TEXT_WHEN_RECURRENCE: an RRULE value for recurrence_parse, else NULL */
  mcrm_time candidates[TEXT_WHEN_CANDIDATES]; /* other readings of `point` */
  uint8_t candidate_count;
} text_when;

typedef struct text_when_list {
  const text_when *at;
  size_t count;
} text_when_list;

typedef struct text_when_options {
  text_language language; /* of numbers and unknown words; TEXT_AUTO: as the letters say */
  bool forward;           /* a day without a year is never in the past */
  bool strict;            /* no abbreviated units ("5 h ago"), no 29 February in a year that has none */
  bool durations;         /* report bare English durations too ("5 days"); Persian ones always are */
} text_when_options;

/* Finds all times in a scan. options may be NULL. The list lives in the arena. MCRM_OK or MCRM_NO_MEMORY. Linear. */
int text_when_find(const text_scan *scan, mcrm_time now, const zone *z, const text_when_options *options, arena *a,
                   text_when_list *out);

typedef struct text_due {
  mcrm_time at;     /* day: 00:00 of the day, the task is overdue after its end */
  text_grain grain; /* TEXT_GRAIN_DAY or TEXT_GRAIN_MINUTE */
} text_due;

/* What it means as the due time of a task; false where it means none (past, a duration, no value). */
bool text_when_due(const text_when *when, const zone *z, text_due *out);

/* The words for a moment, a day, a week …, such that text_when reads them back: "۱۵ آبان ۱۴۰۵ ساعت ۱۶:۳۰",
 * "8 November 2026 at 16:30". Persian (and Jalali) unless the language is English. */
void text_when_print(buffer *out, mcrm_time at, text_grain grain, const zone *z, text_language language);

#endif
