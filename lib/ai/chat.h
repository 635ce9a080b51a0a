/* A task as a conversation with a provider: prompt and data out, a record back. */
#ifndef AI_CHAT_H
#define AI_CHAT_H

#include "internal.h"

/* *reply: a record of the task's reply entity, decoded, valid, with what was left out put in again. On OK the answer
 * names provider, model and prompt. */
mcrm_outcome chat_ask(const ai_task *task, ai_call *call, const char *text, ai_answer *answer, void **reply);

#endif
