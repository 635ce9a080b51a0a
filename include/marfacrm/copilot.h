/* marfacrm/copilot.h: what the intelligence makes of a conversation. It proposes; a person accepts, edits or
 * rejects. */
#ifndef MARFACRM_COPILOT_H
#define MARFACRM_COPILOT_H

#include <marfacrm/interaction.h>
#include <marfacrm/task.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Input of note.analyse. With an interaction the result is stored: proposals in its fields, suggestions for
 * tasks. */
typedef struct mcrm_note {
  MCRM_RECORD;
  const char *text;
  mcrm_id rep_id;
  mcrm_id interaction_id;
  mcrm_time now;        /* what "tomorrow" is relative to; default: now, or the interaction's start */
  const char *language; /* fa | en; default: told from the text */
} mcrm_note;

/* Input of text.when: words that name a time. */
typedef struct mcrm_words {
  MCRM_RECORD;
  const char *text;
  mcrm_time now;        /* what "tomorrow" is relative to; default: now */
  const char *language; /* fa | en; default: told from the text */
} mcrm_words;

/* A time that was named. Positions count code points, the end is exclusive. */
typedef struct mcrm_time_span {
  MCRM_RECORD;
  const char *text;
  int64_t start, end;
  mcrm_time due_at;      /* what it means as a due time; 0: it means none (past, a duration) */
  const char *due_grain; /* day | minute */
} mcrm_time_span;
MCRM_LIST(mcrm_time_span);

typedef struct mcrm_time_spans {
  MCRM_RECORD;
  mcrm_time_span_array spans;
} mcrm_time_spans;

typedef struct mcrm_action_item {
  MCRM_RECORD;
  const char *text;
  const char *who; /* user | rep | a name */
  mcrm_time due_at;
  const char *due_grain; /* day | minute */
  int64_t due_suggested; /* 1: nothing was said; a sensible time is proposed */
  const char *quote;     /* the words it stands on */
  double confidence;
} mcrm_action_item;
MCRM_LIST(mcrm_action_item);

typedef struct mcrm_promise {
  MCRM_RECORD;
  const char *by;
  const char *text;
  mcrm_time due_at;
} mcrm_promise;
MCRM_LIST(mcrm_promise);

/* A proposal that waits for a decision. For a field of an interaction: field and value. For a task: field
 * "task", value the task as JSON. */
typedef struct mcrm_suggestion {
  MCRM_STORED;
  mcrm_id interaction_id;
  mcrm_id rep_id;
  mcrm_id user_id; /* who is to decide */
  const char *field;
  const char *value; /* JSON */
  const char *quote;
  const char *provider;
  const char *model;
  const char *prompt;
  double confidence;
  const char *state; /* proposed | accepted | edited | rejected */
  mcrm_id decided_by;
  mcrm_time decided_at;
  mcrm_id made_id; /* the task that accepting made */
} mcrm_suggestion;
MCRM_LIST(mcrm_suggestion);

typedef struct mcrm_suggestion_page {
  MCRM_RECORD;
  mcrm_suggestion_array items;
  const char *next;
} mcrm_suggestion_page;

typedef struct mcrm_suggestion_filter {
  MCRM_RECORD;
  mcrm_id interaction_id;
  const char *state;
  const char *cursor;
  int64_t limit;
} mcrm_suggestion_filter;

typedef struct mcrm_analysis {
  MCRM_RECORD;
  const char *summary;
  const char *story;
  const char *outcome;
  const char *feedback;
  mcrm_next_step_array next_steps;
  mcrm_action_item_array action_items;
  mcrm_time follow_up_at;
  const mcrm_sentiment *sentiment;
  const char *urgency;
  mcrm_texts urgency_reasons;
  mcrm_texts topics;
  mcrm_mention_array entities;
  mcrm_promise_array promises;
  mcrm_texts open_questions;
  mcrm_check_mark_array checklist;
  const char *language;
  const char *provider;
  const char *model;
  double confidence;
  mcrm_suggestion_array suggestions;   /* what was stored, where an interaction was given */
  const mcrm_interaction *interaction; /* likewise */
  mcrm_texts flags; /* injection: the text speaks to a machine, look twice; and why no provider answered: timeout, … */
} mcrm_analysis;

typedef struct mcrm_decide {
  MCRM_RECORD;
  mcrm_id id;
  const char *decision; /* accept | edit | reject */
  const char *value;    /* edit: the value instead, as JSON */
} mcrm_decide;
MCRM_LIST(mcrm_decide);

typedef struct mcrm_decision {
  MCRM_RECORD;
  const mcrm_suggestion *suggestion;
  const mcrm_task *task;               /* made by accepting */
  const mcrm_interaction *interaction; /* as the decision left it */
} mcrm_decision;

#ifdef __cplusplus
}
#endif
#endif
