/* A text cut into tokens and sentences, once; every reader of text (numbers, dates, entities, cues, sentiment,
 * actions, summary) works on this one scan. */
#ifndef TEXT_TOKEN_H
#define TEXT_TOKEN_H

#include <base/arena.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <text/fold.h>

typedef enum text_token_kind {
  TEXT_WORD,   /* letters of one script, with half-spaces and inner apostrophes; V2Ray, 4G: mixed words stay whole */
  TEXT_NUMBER, /* digits of any script, folded to 0-9, with inner separators (1,200 and 3.5 and ۱٬۲۰۰) */
  TEXT_MARK,   /* one punctuation character */
  TEXT_EMOJI,  /* one pictograph with its modifiers */
  TEXT_LINK,   /* URL, e-mail address, @handle: whole */
  TEXT_BREAK   /* one or more line breaks */
} text_token_kind;

typedef struct text_token {
  text_token_kind kind;
  bool spaced;                     /* white space (or the text's start) stands before it */
  bool fraction;                   /* TEXT_NUMBER: digits follow a decimal point */
  uint32_t start, end;             /* bytes in the source, end exclusive */
  uint32_t point_start, point_end; /* code points in the source, end exclusive */
  const char *fold;                /* folded text of the token inside the scan's folded bytes; NOT terminated */
  uint32_t fold_length;
  uint32_t sentence; /* index of the sentence it belongs to */
  int64_t value;     /* TEXT_NUMBER: its value without the fraction (saturated) */
} text_token;

typedef struct text_sentence {
  uint32_t first, count; /* tokens */
  uint32_t start, end;   /* bytes in the source, without surrounding white space */
} text_sentence;

typedef struct text_scan {
  const char *text;
  size_t length;
  text_folded folded;
  const text_token *tokens;
  size_t token_count;
  const text_sentence *sentences;
  size_t sentence_count;
  bool persian;           /* most letters are Arabic script */
  const uint64_t *begins; /* a bit for each byte of the fold: a token begins there */
  const uint32_t *before; /* how many tokens begin before each 64 bytes */
} text_scan;

/* Scans valid UTF-8. The scan borrows `text` and lives as long as the arena. MCRM_INVALID or MCRM_NO_MEMORY. */
int text_scan_make(arena *a, const char *text, size_t length, text_scan *out);

/* The token that a byte of the fold belongs to or stands behind; the first one where none begins before it. */
uint32_t text_token_at(const text_scan *scan, const char *fold);

/* Those of the bytes from one to another, which may be the same. */
void text_tokens_of(const text_scan *scan, const char *from, const char *to, uint32_t *first, uint32_t *count);

/* word | number | mark | emoji | link | break */
const char *text_token_name(text_token_kind kind);

/* Is the token's fold equal to this (already folded) word? */
bool text_token_is(const text_token *t, const char *folded_word);

#endif
