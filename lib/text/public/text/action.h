/* Action items, promises, requests and open questions, topics and the outcome of a contact. What rules find is a draft
 * for a person to accept: the confidence says how plain the words were. */
#ifndef TEXT_ACTION_H
#define TEXT_ACTION_H

#include <base/arena.h>
#include <base/zone.h>
#include <stdbool.h>
#include <text/lexicon.h>
#include <text/when.h>

typedef enum text_action_kind {
  TEXT_ACTION_TASK,     /* something to be done: "باید شنبه زنگ بزنم" */
  TEXT_ACTION_PROMISE,  /* somebody commits to it: "فردا واریز میکنم" */
  TEXT_ACTION_REQUEST,  /* the reader is asked to: "لطفا فاکتور را بفرستید" */
  TEXT_ACTION_PROPOSAL, /* together: "let's meet" */
  TEXT_ACTION_QUESTION  /* asks for an answer only */
} text_action_kind;

typedef enum text_who {
  TEXT_WHO_ME,   /* whoever wrote the text */
  TEXT_WHO_YOU,  /* whoever reads it */
  TEXT_WHO_THEY, /* somebody else, of whom it speaks */
  TEXT_WHO_NAMED /* somebody named */
} text_who;

const char *text_action_kind_name(text_action_kind k); /* "task" … */
const char *text_who_name(text_who w);                 /* "me", "you", "they", "named" */

typedef struct text_action {
  text_action_kind kind;
  text_who who;
  uint32_t name_first, name_count; /* tokens of the name; count 0 = none */
  uint32_t first, count;           /* the tokens it stands on: a clause or a sentence */
  bool has_due;
  text_due due;
  double confidence; /* 0 … 1 */
  const char *title; /* short, as a task's title: without the time and the words that ask */
} text_action;

typedef struct text_actions {
  const text_action *items; /* in text order */
  size_t count;
  bool asks; /* the reader is plainly asked for something, or something is proposed to him */
} text_actions;

/* whens may be NULL (then nothing has a due time). MCRM_OK or MCRM_NO_MEMORY. */
int text_actions_of(const text_reading *reading, const text_when_list *whens, const zone *z, arena *a,
                    text_actions *out);

#endif
