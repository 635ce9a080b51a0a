/* Sentiment, emotions and urgency of a text, from the built-in lexicons, with the words that show them. */
#ifndef TEXT_SENTIMENT_H
#define TEXT_SENTIMENT_H

#include <base/arena.h>
#include <stdbool.h>
#include <text/lexicon.h>

typedef enum text_mood { TEXT_NEUTRAL, TEXT_POSITIVE, TEXT_NEGATIVE, TEXT_MIXED } text_mood;

typedef enum text_emotion {
  TEXT_ANGRY,
  TEXT_WORRIED,
  TEXT_DISAPPOINTED,
  TEXT_CONFUSED,
  TEXT_HURRIED,
  TEXT_SATISFIED,
  TEXT_GRATEFUL,
  TEXT_INTERESTED,
  TEXT_EMOTION_COUNT
} text_emotion;

const char *text_mood_name(text_mood m);       /* "neutral" … */
const char *text_emotion_name(text_emotion e); /* "angry" … */

/* A word or phrase that counted. */
typedef struct text_sentiment_cue {
  uint32_t first, count; /* tokens */
  double weight;         /* with negation, intensifiers and contrast; negative = against */
  bool negated;
} text_sentiment_cue;

typedef struct text_sentiment {
  double score; /* -1 … 1 */
  text_mood mood;
  double positive, negative;           /* sums of the cues' weights, both ≥ 0 */
  double emotions[TEXT_EMOTION_COUNT]; /* 0 … 1 */
  bool courtesy;                       /* taarof: thanks and greetings by form, not agreement */
  const text_sentiment_cue *cues;      /* in text order */
  size_t cue_count;
} text_sentiment;

/* MCRM_OK or MCRM_NO_MEMORY. */
int text_sentiment_of(const text_reading *reading, arena *a, text_sentiment *out);

/* What is usual for somebody: a running mean and spread of scores in which older ones fade. Zero it to begin. */
typedef struct text_baseline {
  double mean, variance;
  uint32_t count;
} text_baseline;

void text_baseline_add(text_baseline *b, double score);
/* How far a score lies from the usual, -1 … 1: below -0.5 notably worse, above 0.5 notably better. 0 until there are
 * three earlier scores. */
double text_baseline_shift(const text_baseline *b, double score);

typedef enum text_urgency_level {
  TEXT_URGENCY_LOW,
  TEXT_URGENCY_NORMAL,
  TEXT_URGENCY_HIGH,
  TEXT_URGENCY_CRITICAL
} text_urgency_level;

const char *text_urgency_name(text_urgency_level level); /* "low" … */

typedef struct text_urgency_reason {
  const char *name;      /* "outage", "deadline", "customer-waiting", "complaint" … */
  uint32_t first, count; /* tokens */
} text_urgency_reason;

typedef struct text_urgency {
  text_urgency_level level;
  const text_urgency_reason *reasons;
  size_t reason_count;
} text_urgency;

/* `sentiment` may be NULL; with it anger and several exclamation marks count too. */
int text_urgency_of(const text_reading *reading, const text_sentiment *sentiment, arena *a, text_urgency *out);

#endif
