/* Typographic clean-up of text that we generate ourselves. Never applied to what a user typed. */
#ifndef TEXT_NORMALISE_H
#define TEXT_NORMALISE_H

#include <base/buffer.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends the clean text: Persian letters and digits, half-spaces (می‌شود، کتاب‌ها، بزرگ‌تر),
 * «quotes», Persian punctuation where the text around is Persian, one space between words and none before a full stop.
 * Links, code and tags stay untouched, and so does text that is clean already. MCRM_OK, MCRM_INVALID or MCRM_NO_MEMORY.
 */
int text_normalise(const char *text, size_t length, buffer *out);

#endif
