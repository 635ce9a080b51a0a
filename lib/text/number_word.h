/* Words that numbers are made of. */
#ifndef TEXT_NUMBER_WORD_H
#define TEXT_NUMBER_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum number_kind {
  NUMBER_SMALL,   /* 0 … 19, tens, hundreds */
  NUMBER_SCALE,   /* thousand, million, … */
  NUMBER_DOZEN,   /* multiplies what stands before it */
  NUMBER_HALF,    /* «نیم» */
  NUMBER_QUARTER, /* «ربع» */
  NUMBER_AND,     /* «و»; value 1: the English one, which joins less */
  NUMBER_ARTICLE, /* "a" of "a hundred" */
  NUMBER_DIGITS   /* a token of digits (never in the table) */
} number_kind;

enum {
  NUMBER_ORDINAL = 1,
  NUMBER_DOUBTFUL = 2, /* alone it mostly means something else */
  NUMBER_WEAK = 4,     /* a number only beside a word that surely is one ("do hezar") */
  NUMBER_LONGEST_WORD = 28
};

typedef struct number_word {
  const char *text;
  uint8_t length, kind, flags;
  int64_t value;
} number_word;

/* Sorted by bytes. */
extern const number_word number_words_latin[], number_words_fa[];
extern const size_t number_words_latin_count, number_words_fa_count;

const number_word *number_word_find(const char *text, size_t length);
/* May the text begin with one of the longer Persian words? Quick, and wrong only by saying yes. */
bool number_word_begins(const char *text, size_t length);
/* The longest word that the text begins with. */
const number_word *number_word_prefix(const char *text, size_t length);

#endif
