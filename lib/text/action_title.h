/* What the titles of both languages are made with. */
#ifndef TEXT_ACTION_TITLE_H
#define TEXT_ACTION_TITLE_H

#include <base/buffer.h>

#include "action_find.h"

enum { TITLE_BYTES = 200, TITLE_WORDS = 18 };

/* Appends the token's own text; *words counts them and reaches TITLE_WORDS where the title is full. */
void title_put(const action_find *f, buffer *b, uint32_t token, unsigned *words);
/* The text in the finder's memory; the buffer is freed. NULL: no memory. */
const char *title_finish(const action_find *f, buffer *b);

#endif
