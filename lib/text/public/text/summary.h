/* An extractive summary: the sentences that say most, in their order, none twice. */
#ifndef TEXT_SUMMARY_H
#define TEXT_SUMMARY_H

#include <text/action.h>
#include <text/sentiment.h>
#include <text/topic.h>

enum { TEXT_SUMMARY_MOST = 12 };

typedef struct text_summary {
  const uint32_t *sentences; /* indexes in the scan, ascending */
  size_t count;
  text_outcome outcome; /* its sentence is always among them */
  const char *text;     /* the sentences, one a line */
} text_summary;

/* At most `most` sentences (1 … TEXT_SUMMARY_MOST). actions and sentiment may be NULL. MCRM_OK, MCRM_INVALID (most) or
 * MCRM_NO_MEMORY. */
int text_summary_of(const text_reading *reading, const text_actions *actions, const text_sentiment *sentiment,
                    size_t most, arena *a, text_summary *out);

#endif
