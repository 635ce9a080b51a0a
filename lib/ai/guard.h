/* What others have written is data, whatever it says. Here it is made harmless to carry: cleaned, capped, quoted line
 * by line between marks that nobody can guess. */
#ifndef AI_GUARD_H
#define AI_GUARD_H

#include <base/arena.h>
#include <base/buffer.h>
#include <marfacrm/types.h>
#include <stdbool.h>

enum { GUARD_NONCE = 33 };

/* Appends the text without control characters, bidi marks, zero-width characters (half-space and joiner excepted) and
 * tag characters. */
void guard_clean(buffer *out, const char *text, size_t length);
/* Does it speak to a machine rather than about a rep? A flag for the reader, never a reason to drop it. */
/* MCRM_OK or MCRM_NO_MEMORY: nobody is suspected for want of memory. */
int guard_suspicious(arena *a, const char *text, size_t length, bool *out);
/* Appends <data NONCE>, a JSON line {"i":1,"t":"…"} for each line of the text, </data NONCE>. */
void guard_quote(buffer *out, const char *nonce, const char *text, size_t length);

#endif
