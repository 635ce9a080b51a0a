/* The order of the day's work, and why it is that: points for what speaks for doing something now. The weights
 * stand in one table in score.c. */
#ifndef CRM_SCORE_H
#define CRM_SCORE_H

#include <crm/call.h>
#include <marfacrm/task.h>

#include "message.h"

/* What the order needs to know of a rep. */
typedef struct score_rep {
  mcrm_id id;
  int64_t debt; /* 0 where the actor may not know it */
  mcrm_time last_contact_at;
  unsigned conversations;   /* how many of the last few are known here */
  double mood, mood_before; /* of the latest, and the mean of those before it */
  bool angry;               /* in the latest */
  bool critical, urgent;    /* the latest was */
  mcrm_time at;             /* when the latest was */
  int64_t urgent_tasks;     /* that are not done; where they were asked for */
} score_rep;

typedef struct score_reps {
  score_rep *at; /* by id */
  size_t count;
} score_reps;

/* ids may repeat and be 0; they are sorted in place. tasks: the urgent ones are counted, too. */
int score_reps_load(crm_call *call, mcrm_id *ids, size_t count, bool tasks, score_reps *out);
/* The same, tasks too, of one that is loaded: two steps instead of one for each value, for it is shown often. */
int score_rep_load(crm_call *call, const mcrm_rep *rep, score_rep *out);
/* NULL where it is not among them. */
const score_rep *score_rep_find(const score_reps *reps, mcrm_id id);

/* What is to be put in order: a task, or a follow-up without one. */
typedef struct score_subject {
  mcrm_time due_at; /* 0: none */
  bool whole_day;
  bool promise; /* it was agreed in a conversation */
  const char *priority;
} score_subject;

typedef struct score_part {
  const char *code;
  double points;
  message_key key;
  message_values values;
  bool clock; /* {a} is the time of day of the due time */
} score_part;

enum { SCORE_PARTS = 12 };

typedef struct score {
  double points;
  score_part parts[SCORE_PARTS]; /* most points first */
  size_t count;
} score;

/* now: of the transaction. rep may be NULL. Allocates nothing. */
void score_of(const crm_call *call, const score_subject *subject, const score_rep *rep, score *out);
/* The parts as records, in the actor's language. */
int score_reasons(crm_call *call, const score_subject *subject, const score *score, mcrm_reason_array *out);

#endif
