/* What a provider is asked to fill in for "note.analyse". It quotes; dates it never computes: the words are read by
 * lib/text, as the user's own are. */
#ifndef AI_NOTE_REPLY_H
#define AI_NOTE_REPLY_H

#include <ai/task.h>

typedef struct mcrm_note_reply_item {
  MCRM_RECORD;
  const char *quote, *text, *who, *when;
} mcrm_note_reply_item;
MCRM_LIST(mcrm_note_reply_item);

typedef struct mcrm_note_reply {
  MCRM_RECORD;
  const char *sentiment_quote, *sentiment;
  double sentiment_score;
  mcrm_texts emotions;
  const char *urgency_quote, *urgency;
  mcrm_note_reply_item_array action_items, promises;
  mcrm_texts open_questions, topics;
  const char *follow_up_when;
  const char *outcome, *feedback, *summary, *story;
  double confidence;
} mcrm_note_reply;

extern const model_entity model_note_reply;

ai_take note_reply_take;
ai_join note_reply_join;
ai_gist note_reply_gist;

#endif
