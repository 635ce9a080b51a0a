/* marfacrm/ai.h: who was asked, what left the house, and what it cost. */
#ifndef MARFACRM_AI_H
#define MARFACRM_AI_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One try at a provider. Nothing of what was said or answered is kept here. */
typedef struct mcrm_ai_call {
  MCRM_STORED;
  const char *task;     /* note.analyse | speech | … */
  const char *provider; /* the instance's name */
  const char *asked;    /* the model that was asked for; NULL = the provider's own */
  const char *model;    /* that answered */
  const char *prompt;   /* name, language and version: note.analyse/fa@1 */
  int64_t attempt;      /* from 1, within one call */
  const char *outcome;  /* ok | auth | region | billing | rate_limit | overload | timeout | network | … */
  const char *code;     /* of a failure: the service's word, or dns, tcp, tls, proxy, … */
  const char *detail;
  const char *request_id; /* the service's */
  mcrm_id user_id;        /* for whom; 0 = the system */
  const char *trace;      /* of the request that led to it */
  int64_t latency_ms;
  int64_t input_tokens;
  int64_t cached_tokens;
  int64_t output_tokens;
  int64_t reasoning_tokens;
  int64_t tokens; /* of all of them, as budgets count */
  int64_t audio_ms;
  int64_t cost; /* 10^-10 USD; 0 where it is unknown */
  int64_t bytes_sent;
  int64_t redactions;   /* identifiers that were left out of what was sent */
  int64_t cached;       /* 1: answered from memory, nothing left */
  const char *retained; /* yes | no: does the service keep it; NULL = it does not say */
} mcrm_ai_call;
MCRM_LIST(mcrm_ai_call);

typedef struct mcrm_ai_call_page {
  MCRM_RECORD;
  mcrm_ai_call_array items;
  const char *next;
} mcrm_ai_call_page;

typedef struct mcrm_ai_call_filter {
  MCRM_RECORD;
  const char *provider;
  const char *task;
  const char *outcome;
  const char *trace;
  const char *cursor;
  int64_t limit;
} mcrm_ai_call_filter;

#ifdef __cplusplus
}
#endif
#endif
