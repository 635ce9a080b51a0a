/* One public reading: the scan, and what was read from it so far. */
#ifndef TEXT_READING_H
#define TEXT_READING_H

#include <text/action.h>
#include <text/lexicon.h>
#include <text/sentiment.h>
#include <text/when.h>

#include "engine.h"

struct mcrm_reading {
  const mcrm_text *engine;
  arena *arena;
  mcrm_time now;
  text_language language;
  text_scan scan;
  unsigned done; /* one bit for each finder that has run */
  /* what finders share */
  text_reading lexicon;
  text_when_list times;
  text_sentiment mood;
  text_actions drafts;
  /* what is given away */
  mcrm_folded folded;
  mcrm_token_array tokens;
  mcrm_sentence_array sentences;
  mcrm_number_array numbers;
  mcrm_number_range_array ranges;
  mcrm_when_array when;
  mcrm_entity_array entities;
  mcrm_mood sentiment;
  mcrm_urgency urgency;
  mcrm_action_array actions;
  mcrm_topic_array topics;
  mcrm_contact_outcome outcome;
};

typedef enum reading_part {
  READING_FOLDED,
  READING_TOKENS,
  READING_SENTENCES,
  READING_NUMBERS,
  READING_RANGES,
  READING_TIMES, /* and those below: for the other finders */
  READING_LEXICON,
  READING_MOOD,
  READING_DRAFTS,
  READING_WHEN,
  READING_ENTITIES,
  READING_MOOD_GIVEN,
  READING_URGENCY,
  READING_ACTIONS,
  READING_TOPICS,
  READING_OUTCOME
} reading_part;

/* Runs a finder unless it has run. MCRM_OK or MCRM_NO_MEMORY. */
int reading_once(mcrm_reading *r, reading_part part, int (*find)(mcrm_reading *r));
/* The same as an answer to a caller, with the error filled in. */
int reading_answer(mcrm_reading *r, reading_part part, int (*find)(mcrm_reading *r), mcrm_error *error);

int reading_times(mcrm_reading *r);
int reading_lexicon(mcrm_reading *r);
int reading_mood(mcrm_reading *r);
int reading_drafts(mcrm_reading *r);

/* `count` structs that begin with their size, and the list of pointers to them that an MCRM_LIST holds. NULL: no
 * memory. */
void *reading_list(arena *a, size_t count, size_t size, void **at);

mcrm_span reading_span(const text_scan *s, uint32_t first, uint32_t count);
mcrm_sentence reading_sentence(const text_scan *s, size_t index);

#endif
