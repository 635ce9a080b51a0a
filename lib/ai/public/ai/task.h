/* The third table: one row for each thing an intelligence is asked to do. A row names what it is given, the entity
 * it must fill in, and the built-in answer that needs no provider.
 *
 * This room never reads the database: whoever asks hands over the context, fetched with the user's own rights, so
 * that the intelligence can never see more than the user may. */
#ifndef AI_TASK_H
#define AI_TASK_H

#include <base/arena.h>
#include <base/zone.h>
#include <marfacrm/copilot.h>
#include <model/entity.h>
#include <text/sentiment.h>

typedef struct ai_call {
  arena *arena;
  mcrm_error *error;
  const zone *zone;
  mcrm_time now;        /* what the text's "tomorrow" is relative to */
  const char *language; /* fa | en; NULL = as the text says */
} ai_call;

/* Who answered. */
typedef struct ai_answer {
  const char *provider; /* "local": the built-in intelligence */
  const char *model;
  const char *prompt; /* name and version of the prompt; NULL for the built-in */
} ai_answer;

typedef int ai_local(ai_call *call, const void *input, void *output);

typedef struct ai_task {
  const char *name;
  const model_entity *output;
  ai_local *local;
} ai_task;

/* Input of "note.analyse". */
typedef struct ai_note {
  const char *text;
  text_baseline baseline; /* of the rep's earlier conversations, for the shift */
} ai_note;

extern const ai_task ai_tasks[]; /* ends with name NULL */

/* Runs a task; the output record comes zeroed with `size` set and is filled in by the rows of the task's entity. */
int ai_run(ai_call *call, const char *task, const void *input, void *output, ai_answer *answer);

#endif
