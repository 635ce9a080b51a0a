/* marfacrm/interaction.h: conversations with representatives. */
#ifndef MARFACRM_INTERACTION_H
#define MARFACRM_INTERACTION_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who or what wrote a field, and what became of it. */
typedef struct mcrm_provenance {
  MCRM_RECORD;
  const char *field;
  const char *source;   /* user | ai | import */
  const char *provider; /* "local": the built-in intelligence */
  const char *model;
  const char *prompt; /* name and version of the prompt */
  double confidence;  /* 0 to 1 */
  const char *state;  /* proposed | accepted | edited | rejected */
  mcrm_id by;         /* who wrote, or decided */
  mcrm_time at;
} mcrm_provenance;
MCRM_LIST(mcrm_provenance);

/* How the rep felt. score is in [-1, 1]; shift is against what is usual for this rep. */
typedef struct mcrm_sentiment {
  MCRM_RECORD;
  const char *label; /* positive | neutral | negative | mixed */
  double score;
  mcrm_texts emotions; /* angry, worried, disappointed, confused, hurried, satisfied, grateful, interested */
  double shift;
  mcrm_texts cues; /* the words that show it */
} mcrm_sentiment;

typedef struct mcrm_next_step {
  MCRM_RECORD;
  const char *text;
  mcrm_time due_at;
} mcrm_next_step;
MCRM_LIST(mcrm_next_step);

/* Something named in the conversation. */
typedef struct mcrm_mention {
  MCRM_RECORD;
  const char *kind; /* phone | telegram | email | url | ip | money | card | sheba | national_id | product | person */
  const char *value;
  const char *text; /* as it was written */
} mcrm_mention;
MCRM_LIST(mcrm_mention);

/* A point of a compliance checklist and whether the conversation met it. */
typedef struct mcrm_check_mark {
  MCRM_RECORD;
  const char *item;
  const char *state; /* met | missed | unclear */
  const char *quote;
} mcrm_check_mark;
MCRM_LIST(mcrm_check_mark);

typedef struct mcrm_interaction {
  MCRM_STORED;
  const char *state; /* draft | final */
  mcrm_id rep_id;
  mcrm_id user_id;       /* whose conversation it was; default: the actor */
  const char *type;      /* call | telegram | email | meeting, or a type the admin has added */
  const char *direction; /* in | out */
  const char *purpose;   /* support | sales | follow_up | debt | onboarding, or free text */
  mcrm_time started_at;  /* default: now */
  int64_t duration_s;
  const char *subject;
  const char *notes; /* what was typed */
  const char *transcript;
  const char *summary;
  const char *outcome;
  const mcrm_sentiment *sentiment;
  const char *feedback;
  const char *urgency; /* low | normal | high | critical */
  mcrm_texts topics;
  mcrm_mention_array entities;
  mcrm_next_step_array next_steps;
  mcrm_time follow_up_at;
  mcrm_check_mark_array checklist;
  mcrm_time archived_at;
  mcrm_provenance_array provenance; /* of the fields an AI may write */
  const char *mood;                 /* the sentiment's score by itself, for orders and figures; never shown */
} mcrm_interaction;
MCRM_LIST(mcrm_interaction);

typedef struct mcrm_interaction_page {
  MCRM_RECORD;
  mcrm_interaction_array items;
  const char *next;
} mcrm_interaction_page;

typedef struct mcrm_interaction_filter {
  MCRM_RECORD;
  mcrm_id rep_id;
  mcrm_id user_id;
  const char *type;
  const char *direction;
  const char *state;
  const char *urgency;
  mcrm_time after;  /* started at or after */
  mcrm_time before; /* started before */
  int64_t archived;
  const char *sort; /* -started_at (default) | started_at */
  const char *cursor;
  int64_t limit;
} mcrm_interaction_filter;

/* One change of a record: the changed fields before and after. */
typedef struct mcrm_change {
  MCRM_RECORD;
  int64_t seq;
  mcrm_time at;
  mcrm_id user_id;
  const char *operation;
  const char *action;
  int64_t entity_version;
  const char *before; /* JSON object, NULL at creation or where erased */
  const char *after;
} mcrm_change;
MCRM_LIST(mcrm_change);

typedef struct mcrm_change_page {
  MCRM_RECORD;
  mcrm_change_array items; /* newest first */
  const char *next;
} mcrm_change_page;

/* Names one record. */
typedef struct mcrm_ref {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
} mcrm_ref;

/* Asks for the changes of one record. */
typedef struct mcrm_history {
  MCRM_RECORD;
  mcrm_id id;
  const char *cursor;
  int64_t limit; /* 1 to 200, default 50 */
} mcrm_history;

/* Names one record of any kind. */
typedef struct mcrm_record_ref {
  MCRM_RECORD;
  const char *entity; /* interaction | task | rep */
  mcrm_id id;
  int64_t version;
} mcrm_record_ref;

#ifdef __cplusplus
}
#endif
#endif
