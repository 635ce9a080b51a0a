/* Sorting by the Persian alphabet. */
#ifndef TEXT_COLLATION_H
#define TEXT_COLLATION_H

#include <base/buffer.h>
#include <stddef.h>

/* Appends a key that sorts by bytes (memcmp, or ORDER BY under a binary collation) as Persian readers expect: digits by
 * value, then Persian letters from آ to ی, then Latin; spaces and punctuation separate but weigh nothing of their own;
 * letter case and half-spaces decide only between equals. The key is ASCII text. MCRM_OK, MCRM_INVALID or
 * MCRM_NO_MEMORY. */
int text_collation_key(const char *text, size_t length, buffer *out);

#endif
