#include <ai/task.h>
#include <base/error.h>
#include <model/entities.h>
#include <string.h>

#include "chat.h"
#include "guard.h"
#include "note_local.h"
#include "note_reply.h"

static const char *note_source(const void *input) { return ((const ai_note *)input)->text; }

const ai_task ai_tasks[] = {
    {"note.analyse", &model_analysis, note_analyse_local, &model_note_reply, note_source, note_reply_take,
     note_reply_join, note_reply_gist, 4000},
    {0},
};

static int count_local(ai_call *call, bool after_failure) {
  if (!call->ai) return MCRM_OK;
  pthread_mutex_lock(&call->ai->lock);
  after_failure ? call->ai->fallbacks++ : call->ai->local++;
  pthread_mutex_unlock(&call->ai->lock);
  return MCRM_OK;
}

/* The built-in answer first: it takes a millisecond, is what stands where a provider fails, and fills in what a
 * provider leaves empty. */
static int run(const ai_task *task, ai_call *call, const void *input, void *output, ai_answer *answer) {
  *answer = (ai_answer){.provider = "local", .model = "rules"};
  int code = task->local(call, input, output);
  const char *text = !code && task->source ? task->source(input) : NULL;
  if (code || !text) return code;
  if (guard_suspicious(call->arena, text, strlen(text), &answer->suspicious)) return error_no_memory(call->error);
  if (!ai_chats(call->ai)) return count_local(call, false);
  void *reply = NULL;
  mcrm_outcome outcome = chat_ask(task, call, text, answer, &reply);
  if (outcome == MCRM_OUTCOME_CANCELLED)
    return error_set(call->error, MCRM_CANCELLED, NULL, "cancelled", "%s was cancelled", task->name);
  /* none of them may be asked, as turned out when they were started */
  if (outcome == MCRM_OUTCOME_UNSUPPORTED && !ai_chats(call->ai)) return count_local(call, false);
  if (outcome != MCRM_OUTCOME_OK) {
    answer->fallback = ai_outcome_name(outcome);
    return count_local(call, true);
  }
  return task->take(call, input, reply, output);
}

int ai_run(ai_call *call, const char *name, const void *input, void *output, ai_answer *answer) {
  for (const ai_task *task = ai_tasks; task->name; task++)
    if (!strcmp(task->name, name)) return run(task, call, input, output, answer);
  return error_set(call->error, MCRM_INTERNAL, NULL, "internal", "no AI task \"%.40s\"", name);
}

const char *ai_outcome_name(mcrm_outcome outcome) {
  static const char *const names[] = {"ok",          "auth",           "region",    "billing",
                                      "rate_limit",  "overload",       "timeout",   "network",
                                      "bad_request", "content_filter", "truncated", "invalid_output",
                                      "cancelled",   "budget",         "protocol",  "unsupported"};
  return (size_t)outcome < sizeof names / sizeof *names ? names[outcome] : "protocol";
}
