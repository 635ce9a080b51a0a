/* What a text is about, and how the contact it tells of ended. */
#ifndef TEXT_TOPIC_H
#define TEXT_TOPIC_H

#include <base/arena.h>
#include <stdbool.h>
#include <text/lexicon.h>

typedef struct text_topic {
  const char *name;      /* "disconnection", "renewal", "payment" … */
  uint32_t count;        /* mentions */
  uint32_t first, words; /* the first mention: tokens */
} text_topic;

typedef struct text_topics {
  const text_topic *items; /* the most mentioned first */
  size_t count;
} text_topics;

int text_topics_of(const text_reading *reading, arena *a, text_topics *out);

typedef struct text_outcome {
  const char *name;      /* "reached", "no_answer", "callback_promised", "sold", "refused", "resolved", "escalated",
                            "payment_promised", "undecided", "wrong_number"; NULL: none is told */
  uint32_t first, count; /* the words that tell it: tokens */
  bool denied;           /* inside the text it was denied ("حل نشد"), so it is no outcome; name is NULL then */
} text_outcome;

/* The outcome that decides: the strongest, of equals the last. */
text_outcome text_outcome_of(const text_reading *reading);

#endif
