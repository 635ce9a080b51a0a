/* The vocabulary of dates and times, one entry per word, for both languages. */
#ifndef TEXT_TIMEWORD_H
#define TEXT_TIMEWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <text/when.h>

typedef enum timeword_class {
  WORD_NONE,
  WORD_NUMBER, /* value: itself */
  WORD_SCALE,
  WORD_ORDINAL,
  WORD_ORDINAL_END, /* th, ام */
  WORD_ARTICLE,
  WORD_SOME, /* a vague small number; value: what we take it for */
  WORD_HALF,
  WORD_QUARTER,
  WORD_AND,
  WORD_OR,
  WORD_UNIT,    /* value: text_grain */
  WORD_SPAN,    /* ساله, روزه: lasting so many units */
  WORD_PER,     /* monthly; ماهی (یک بار) */
  WORD_WEEKDAY, /* 0 = Sunday */
  WORD_JALALI,  /* months, 1–12 */
  WORD_GREGORIAN,
  WORD_LUNAR,
  WORD_PART,  /* of the day */
  WORD_DAY,   /* today + value */
  WORD_NIGHT, /* the night of today + value */
  WORD_YEAR,  /* this year + value */
  WORD_NOW,
  WORD_FUTURE,       /* after a unit: دیگر, آینده */
  WORD_PAST,         /* after a unit: گذشته */
  WORD_BEFORE_AFTER, /* بعد (1), پیش and قبل (-1): after a unit, or with «از» before a time */
  WORD_CURRENT,
  WORD_THIS,
  WORD_NEXT, /* before a unit */
  WORD_LAST,
  WORD_AGO, /* after a number of units */
  WORD_HENCE,
  WORD_BEFORE,
  WORD_AFTER,
  WORD_FROM,
  WORD_UNTIL,
  WORD_TO,
  WORD_BETWEEN,
  WORD_BY,
  WORD_IN,
  WORD_OF,
  WORD_THE,
  WORD_WITHIN,
  WORD_DURING,
  WORD_FOR,
  WORD_TERM,
  WORD_ABOUT,
  WORD_EXACT,
  WORD_DATE,
  WORD_EDGE,   /* beginning, middle, end */
  WORD_EDGEOF, /* eom: value is the unit */
  WORD_EVERY,
  WORD_OTHER,
  WORD_TIMES,
  WORD_MIDST,
  WORD_EARLY,
  WORD_LATE,
  WORD_SEASON,
  WORD_ERA,
  WORD_HEJIRA,
  WORD_REMAINING,
  WORD_WORKING,
  WORD_WORKDAY,
  WORD_WEEKEND,
  WORD_EXCEPT,
  WORD_ADVERB,
  WORD_HOLIDAYWORD,
  WORD_MERIDIEM, /* 1 am, 2 pm */
  WORD_OCLOCK,
  WORD_ISH,
  WORD_ZONE, /* minutes east of Greenwich */
  WORD_ALL,
  WORD_PLUS,
  WORD_GIVE,
  WORD_PLURAL,
  WORD_PHRASE, /* begins the name of a day, or "right now" */
  WORD_MENTION /* speaks of a time without naming one: 1 where the next word must be a unit */
} timeword_class;

enum { EDGE_FIRST, EDGE_START, EDGE_MIDDLE, EDGE_END, EDGE_LAST };
enum { ERA_JALALI, ERA_GREGORIAN, ERA_LUNAR, ERA_BEFORE };
typedef enum day_part {
  PART_NONE,
  PART_DAWN,
  PART_EARLY,
  PART_MORNING,
  PART_NOON,
  PART_LUNCH,
  PART_AFTERNOON,
  PART_EVENING,
  PART_DUSK,
  PART_CLOSE, /* آخر وقت */
  PART_NIGHT,
  PART_MIDNIGHT
} day_part;

enum {
  WORD_RISKY = 1, /* also a name or another word: needs a date around it */
  WORD_SHORT = 2, /* an abbreviation of one or two letters, or one that is a word of its own */
  WORD_PLURAL_FORM = 4,
  WORD_VAGUE = 8,
  WORD_START = 16,     /* WORD_EDGEOF: its beginning */
  WORD_COPULA = 64,    /* «اسفنده»: is Esfand; only behind a day */
  WORD_FINGLISH = 128, /* Persian in Latin letters */
  WORD_SURE = 32       /* «ماه» is part of the month's name */
};

typedef struct timeword {
  const char *text;
  uint8_t class;
  int32_t value;
  uint8_t flags;
} timeword;

extern const timeword timewords_fa[], timewords_en[];
extern const size_t timewords_fa_count, timewords_en_count;

/* The entry of a folded word, or NULL. */
const timeword *timeword_find(const char *text, size_t length);
/* A word that is written as one but is several ("دوهزاروپنج", "امروزدوشنبه"): the length of its first piece if all of
 * it consists of such pieces, else 0. */
size_t timeword_split(const char *text, size_t length);
/* A word that is not in the list but derives from one in it (مهرماه, دوازدهم): fills *out. */
bool timeword_derive(const char *text, size_t length, timeword *out);

#endif
