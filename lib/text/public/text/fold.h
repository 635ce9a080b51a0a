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

typedef struct text_folded {
  const char *bytes; /* folded UTF-8, NUL-terminated */
  size_t length;
  /* For each folded byte the byte offset in the source of the character it came from; [length] is the source's
   * length. Monotonic. */
  const uint32_t *source;
} text_folded;

/* Folds valid UTF-8 of at most 2^31 bytes. MCRM_INVALID (malformed or too long) or MCRM_NO_MEMORY otherwise.
 * Idempotent: folding the fold changes nothing. Linear time. */
int text_fold(arena *a, const char *text, size_t length, text_folded *out);

/* The same fold without the map of offsets, appended to a buffer. A buffer that is too small for it is
 * MCRM_INVALID. */
int text_fold_append(buffer *out, const char *text, size_t length);

#endif
