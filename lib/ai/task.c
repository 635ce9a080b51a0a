#include <ai/task.h>
#include <base/error.h>
#include <model/entities.h>
#include <string.h>

#include "note_local.h"

const ai_task ai_tasks[] = {
    {"note.analyse", &model_analysis, note_analyse_local},
    {0},
};

int ai_run(ai_call *call, const char *name, const void *input, void *output, ai_answer *answer) {
  for (const ai_task *task = ai_tasks; task->name; task++) {
    if (strcmp(task->name, name)) continue;
    *answer = (ai_answer){.provider = "local", .model = "rules"};
    return task->local(call, input, output);
  }
  return error_set(call->error, MCRM_INTERNAL, NULL, "internal", "no AI task \"%.40s\"", name);
}

const char *ai_outcome_name(mcrm_outcome outcome) {
  static const char *const names[] = {"ok",          "auth",           "region",    "billing",
                                      "rate_limit",  "overload",       "timeout",   "network",
                                      "bad_request", "content_filter", "truncated", "invalid_output",
                                      "cancelled",   "budget",         "protocol",  "unsupported"};
  return (size_t)outcome < sizeof names / sizeof *names ? names[outcome] : "protocol";
}
