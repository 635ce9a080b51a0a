/* How the reader of dates sees a text: a row of atoms (words, digits, marks), and moments, which hold what the words
 * say before it is counted out. */
#ifndef TEXT_WHEN_READING_H
#define TEXT_WHEN_READING_H

#include <base/civil.h>
#include <text/when.h>

#include "timeword.h"

typedef enum atom_kind { ATOM_WORD, ATOM_DIGITS, ATOM_MARK, ATOM_WALL } atom_kind; /* a wall ends every expression */

typedef struct atom {
  uint32_t start, end;        /* bytes of the fold */
  uint32_t token, last_token; /* of the scan: where it begins, where it ends */
  int32_t value;              /* of the timeword, or of the digits (saturated) */
  uint8_t kind;               /* atom_kind */
  uint8_t class;              /* timeword_class; WORD_NONE */
  uint8_t flags;              /* of the timeword */
  uint8_t digits;             /* how many */
  char mark;                  /* ATOM_MARK: its byte, ',' for the Persian comma too, else 0 */
  bool spaced;                /* white space stands before it */
  bool joined;                /* a half-space stands before it */
  bool persian;
} atom;

typedef struct reading {
  const text_scan *scan;
  const atom *atoms; /* ATOM_PADDING walls stand behind the last, so that a few may be read ahead unasked */
  size_t count;
  mcrm_time now;
  const zone *zone;
  civil clock;   /* the wall clock at now */
  int64_t today; /* days since 1970 in the zone */
  text_when_options options;
  arena *arena;
} reading;

enum { ATOM_PADDING = 8 };

enum {
  HAS_RELDAY = 1,
  HAS_WEEKDAY = 2,
  HAS_DAY = 4,
  HAS_MONTH = 8,
  HAS_YEAR = 16,
  HAS_PERIOD = 32, /* this week, next month, a named number of units */
  HAS_SHIFT = 64,  /* so many units from now, or from the rest of the moment */
  HAS_CLOCK = 128,
  HAS_PART = 256,
  HAS_EDGE = 512,
  HAS_NTH = 1024, /* third Monday of …, last week of … */
  HAS_NOW = 2048,
  HAS_SEASON = 4096,
  HAS_WEEKEND = 8192,
  HAS_HOLIDAY = 16384,
  HAS_QUARTER = 32768,
  HAS_WORKDAY = 65536,
  HAS_DECADE = 131072,  /* m->year is its first year, m->period its length */
  HAS_PART_OF = 262144, /* the second half of the year */
  HAS_DATE = HAS_RELDAY | HAS_WEEKDAY | HAS_DAY | HAS_MONTH | HAS_YEAR | HAS_PERIOD | HAS_EDGE | HAS_NTH | HAS_SEASON |
             HAS_WEEKEND | HAS_HOLIDAY | HAS_QUARTER | HAS_WORKDAY | HAS_DECADE | HAS_PART_OF,
  HAS_TIME = HAS_CLOCK | HAS_PART
};

enum { TURN_LAST = -1, TURN_NONE = 0, TURN_NEXT = 1, TURN_THIS = 2 };

typedef struct moment {
  unsigned has;
  unsigned flags; /* TEXT_WHEN_… */
  text_calendar calendar;
  bool calendar_said, english;
  bool weak;         /* its words mean something else as often: counts only where the words around it speak for it */
  bool counted_from; /* the shift counts from the rest of the moment: "two days after Friday" */
  bool exact;        /* the clock is of 24 hours */
  bool bare;         /* a number alone, in a range */
  bool invalid;      /* the shape of a date, but no such day: 31 June */
  int relday;
  int weekday, turn;
  int nth, nth_unit; /* HAS_NTH: 1, 2, … or -1 for the last; weekday or TEXT_GRAIN_… */
  int year, month, day;
  int period, period_shift, period_count; /* text_grain; 0 = this, 1 = next; so many of them */
  int64_t months, days, ms;               /* HAS_SHIFT */
  int shift_grain;
  bool working; /* m->days are working days */
  int edge;
  int hour, minute, second, meridiem, clock_grain;
  int part;
  int season, quarter, holiday;
  int part_which, part_months; /* HAS_PART_OF: the second six months of the year */
  bool recent;                 /* a month that is billed: this one or the last such */
  bool as_week;                /* the week that holds it */
  int zone_minutes;
  bool has_zone;
} moment;

typedef struct number {
  int64_t hundredths; /* two and a half = 250 */
  bool ordinal, vague, words, article;
  uint8_t digits; /* 0: in words */
} number;

/* Fills r->atoms. */
int when_atoms(reading *r);
bool when_atom_is(const reading *r, const atom *a, const char *folded);

/* All of these read at atom i and give the index behind what they took, or i where they took nothing. */
size_t when_number(const reading *r, size_t i, number *n);
/* A number without fraction, from low to high. */
size_t when_whole(const reading *r, size_t i, int low, int high, int *value, number *n);
size_t when_clock(const reading *r, size_t i, moment *m);
size_t when_part(const reading *r, size_t i, moment *m);
size_t when_numeric_date(const reading *r, size_t i, moment *m);
size_t when_named_date(const reading *r, size_t i, moment *m);
/* A day of the month alone: «دهم», "the 15th". */
size_t when_ordinal_day(const reading *r, size_t i, moment *m);
size_t when_year(const reading *r, size_t i, moment *m);
size_t when_day_word(const reading *r, size_t i, moment *m);
size_t when_weekday(const reading *r, size_t i, moment *m);
size_t when_period(const reading *r, size_t i, moment *m);
/* "this", "next", "last", "the coming": 0, 1, -1; 9 for none. */
int when_english_turn(const reading *r, size_t i, size_t *end);
size_t when_shift(const reading *r, size_t i, moment *m);
/* Sets the year, and the calendar that its size tells; false where it is no year. `guess` is for small ones. */
bool when_set_year(moment *m, int year, text_calendar guess);
/* The word of an era: sets the calendar. */
size_t when_era_word(const reading *r, size_t i, moment *m);
/* «میلادی» behind a year or a period. */
size_t when_era(const reading *r, size_t i, moment *m);
/* Decades, centuries, halves of a year. */
size_t when_stretch(const reading *r, size_t i, moment *m);
/* Speaks of times without naming one: «روزهای», «سال به سال», «شبانه‌روز». */
size_t when_mention(const reading *r, size_t i);
/* Seasons, named days. */
size_t when_special(const reading *r, size_t i, moment *m);
size_t when_edge(const reading *r, size_t i, moment *m);
size_t when_nth(const reading *r, size_t i, moment *m);
/* One amount of time, "2 hours and 30 minutes"; vague and the like go into *flags. */
typedef struct amount {
  int64_t months, days, ms;
  bool working; /* the days are working days */
  int grain;    /* the finest unit */
  bool english;
  unsigned flags;
} amount;
size_t when_amount(const reading *r, size_t i, amount *a);
/* Everything that belongs to one moment, in any order, without ranges. */
size_t when_moment(const reading *r, size_t i, moment *m);

/* One expression as the driver gathers it: a moment, two, or an amount. */
typedef struct expression {
  size_t start, end; /* atoms */
  unsigned flags;
  bool between, strong; /* strong: a word before it speaks for a time */
  moment a, b;
  bool hours; /* behind a day and «بین»: two bare numbers are hours */
  bool range, duration;
  bool until; /* the first end is a day, the second a time on it */
  amount length;
  text_when result; /* of a recurrence */
  const char *rule;
} expression;

/* The words before a time that belong to it: «تا», "by", «قبل از», "on". */
size_t when_prefix(const reading *r, size_t i, expression *e);
/* A moment or a range of two at atom i; e->end is set. */
bool when_range(const reading *r, size_t i, expression *e);
/* «بجز پنجشنبه‌ها» behind a span of weekdays. */
size_t when_except(const reading *r, size_t i);
/* Something that recurs: "every Monday at 9", «ماهی یک بار». */
int when_recurrence(const reading *r, size_t i, expression *e);

/* Is the text around atom i Persian, as far as numbers are concerned? */
bool when_persian(const reading *r, size_t i);
/* The year that two digits stand for. */
int when_century(const reading *r, int year, text_calendar calendar);

/* Days of a moment that names a date; false where there are none. */
typedef struct day_span {
  int64_t first, end, point; /* days since 1970, end exclusive */
  int grain;
  int64_t other; /* another reading of point, where flagged */
  bool has_other;
} day_span;
bool when_days(const reading *r, moment *m, day_span *out);
int64_t when_working_days(int64_t day, int64_t count, bool english);
int64_t when_add_months(int64_t days, int64_t months, text_calendar calendar);

/* Is the expression from atom `start` to `end` told of in the past? */
bool when_told(const reading *r, size_t start, size_t end, bool english);

/* Counting out. False where there is no such day. */
bool when_resolve(const reading *r, const moment *m, text_when *out);
/* The calendar the moment counts months in. */
text_calendar when_calendar(const reading *r, const moment *m);

static inline bool atom_class(const reading *r, size_t i, timeword_class class) {
  return r->atoms[i].kind == ATOM_WORD && r->atoms[i].class == class;
}
static inline bool atom_mark(const reading *r, size_t i, char mark) {
  return r->atoms[i].kind == ATOM_MARK && r->atoms[i].mark == mark;
}
static inline bool atom_unit(const reading *r, size_t i, text_grain unit) {
  return atom_class(r, i, WORD_UNIT) && r->atoms[i].value == (int)unit;
}

#endif
