/* A text or a body that is being written. Appending never reports: the draft turns `failed`, and whoever uses the bytes
 * asks once. */
#ifndef COMMON_DRAFT_H
#define COMMON_DRAFT_H

#include <stdint.h>

#include "work.h"

typedef struct draft {
  const work *w;
  char *bytes; /* NUL-terminated; NULL until something is appended */
  size_t length, capacity, limit;
  bool failed;
} draft;

/* limit: most bytes; 0 = 64 MiB. */
void draft_init(draft *d, const work *w, size_t limit);
/* Makes room at once for what is known to come. */
void draft_expect(draft *d, size_t bytes);
void draft_append(draft *d, const char *bytes, size_t length);
void draft_text(draft *d, const char *text);
void draft_byte(draft *d, char byte);
void draft_integer(draft *d, int64_t value);
/* At most six decimals, without exponent and locale. */
void draft_real(draft *d, double value);
/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void draft_json(draft *d, const char *text);
/* `,"name":` or, as an object's first, `"name":`. */
void draft_name(draft *d, const char *name);
/* RFC 4648: with padding, or for URLs without. */
void draft_base64(draft *d, const void *bytes, size_t length);
void draft_base64url(draft *d, const void *bytes, size_t length);
/* Percent-encoded, as a form's field or a part of a path. */
void draft_escaped(draft *d, const char *text);
void draft_clear(draft *d);

/* Length of the UTF-8 sequence at `at`, 0 where it is none. */
size_t draft_letter(const char *at, size_t left);

#endif
