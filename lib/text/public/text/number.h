/* Numbers in digits and in words, Persian, English and the commonest Finglish ones: «دو میلیون و سیصد هزار», «یک و
 * نیم», «۱۵٫۲ هزار», "two and a half million", ordinals, percentages, ranges; and numbers written out in words. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <base/arena.h>
#include <base/buffer.h>
#include <text/jalali.h>
#include <text/token.h>

enum { TEXT_NANO = 1000000000 };

typedef struct text_number {
  int64_t value; /* whole part without its sign (saturated at INT64_MAX) */
  int32_t nano;  /* billionths after the point; «نیم» is 500000000 */
  int32_t milli; /* the same in thousandths, cut off */
  bool negative; /* a minus before it, or «منفی» */
  bool ordinal;  /* «سوم», «۵ام», "23rd" */
  bool percent;  /* a percent sign or word stands beside it (counted in percent_tokens) */
  bool words;    /* at least one part is written in words */
  bool doubtful; /* a lone word that mostly means something else: «نه», «یه», «یکی», «اول», "one", "second" */
  bool saturated;        /* larger than value can hold */
  size_t token;          /* first token */
  size_t tokens;         /* tokens consumed, without those of the percent sign behind it */
  size_t percent_tokens; /* tokens of the percent sign or word that follows */
  /* Not 0: only this many folded bytes of the last token belong to the number; the rest stands behind a half-space,
   * as in «پنج‌سال». */
  uint32_t partial;
  uint32_t start, end;             /* bytes in the source */
  uint32_t point_start, point_end; /* code points in the source, end exclusive */
} text_number;

/* The number that begins at this token: the tokens it takes, or 0 where none begins. Never looks back, except for a
 * percent sign stuck to the front («٪۲۰»). A token "-" or «منفی» before a number begins it. */
size_t text_number_at(const text_scan *s, size_t token, text_number *out);

/* A range that begins here: "2-3", «۵ تا ۶», «دو سه», «یکی دو», "two or three"; a scale said once holds for both («دو
 * تا سه میلیون»). vague (may be NULL): no "to" stood between, as in «دو سه». The tokens it takes, or 0. */
size_t text_number_range_at(const text_scan *s, size_t token, text_number *low, text_number *high, bool *vague);

typedef struct text_numbers {
  const text_number *at;
  size_t count;
} text_numbers;

/* All numbers of a text, from left to right, without overlap. Doubtful words are left out unless the text is nothing
 * else. MCRM_OK or MCRM_NO_MEMORY. */
int text_numbers_find(arena *a, const text_scan *s, text_numbers *out);

typedef struct text_number_range {
  text_number low, high;
  bool vague; /* nothing stood between them */
} text_number_range;

typedef struct text_number_ranges {
  const text_number_range *at;
  size_t count;
} text_number_ranges;

/* All ranges of a text. MCRM_OK or MCRM_NO_MEMORY. */
int text_number_ranges_find(arena *a, const text_scan *s, text_number_ranges *out);

/* Shortest decimal form: -2525439.5 */
void text_number_print(buffer *out, const text_number *number);

/* A number in words: «دو میلیون و سیصد هزار», "two million three hundred thousand"; with nano «دو و پنج دهم»; ordinal:
 * «بیست و سوم», "twenty-third". nano has the sign of the value, or its own where the value is 0. */
void text_number_words(buffer *out, int64_t value, int32_t nano, bool ordinal, text_language language);

#endif
