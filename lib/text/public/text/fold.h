/* Folding: one derived form of a text in which what people type differently but mean alike is equal.
 * Matching is done on it; what the user typed is what is shown. The rules stand in fold.c beside their tables. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <base/arena.h>
#include <base/buffer.h>
#include <stddef.h>
#include <stdint.h>

/* U+200C, the half-space; folding keeps it as a single mark inside a word. */
#define TEXT_HALF_SPACE "\xE2\x80\x8C"

/* From this byte of the fold on, characters stand so far behind their place in the source (modulo 2^32). */
typedef struct text_fold_run {
  uint32_t fold, shift;
} text_fold_run;

enum { TEXT_FOLD_BEHIND = 80 /* NULs behind a fold, so that whole vectors can be read up to its end */ };

typedef struct text_folded {
  const char *bytes; /* folded UTF-8, and TEXT_FOLD_BEHIND NULs */
  size_t length;
  const text_fold_run *runs; /* the first begins at 0 */
  size_t run_count;
} text_folded;

/* The byte of the source at which the character begins that a byte of the fold came from; of `length` the source's
 * length. Monotonic. */
uint32_t text_fold_source(const text_folded *f, size_t at);

/* The same for questions that follow each other closely, mostly forward. */
typedef struct text_fold_place {
  const text_folded *folded;
  size_t run; /* 0 to begin */
} text_fold_place;
uint32_t text_fold_walk(text_fold_place *place, size_t at);

/* Folds valid UTF-8 of at most 2^31 bytes. MCRM_INVALID (malformed or too long) or MCRM_NO_MEMORY otherwise.
 * Idempotent: folding the fold changes nothing. Linear time. */
int text_fold(arena *a, const char *text, size_t length, text_folded *out);

/* The same fold without the way back, appended to a buffer. A buffer that is too small for it is
 * MCRM_INVALID. */
int text_fold_append(buffer *out, const char *text, size_t length);

#endif
