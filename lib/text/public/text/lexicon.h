/* One pass of the built-in lexicons over a scan; sentiment, urgency, topics, actions and summary are read from it. */
#ifndef TEXT_LEXICON_PUBLIC_H
#define TEXT_LEXICON_PUBLIC_H

#include <base/arena.h>
#include <text/token.h>

typedef struct text_lexicon_hit text_lexicon_hit;

typedef struct text_reading {
  const text_scan *scan;
  const text_lexicon_hit *hits; /* by first token, longer ones first */
  size_t count;
} text_reading;

/* The reading borrows the scan. MCRM_OK or MCRM_NO_MEMORY. */
int text_read(const text_scan *scan, arena *a, text_reading *out);

#endif
