/* One call through whatever providers there are: the one owner of retries. */
#ifndef AI_ROUTER_H
#define AI_ROUTER_H

#include "internal.h"

enum { ROUTER_TRIES = 3 };

typedef struct router_request router_request;
struct router_request {
  ai_call *call;
  const char *task, *prompt, *asked;
  const route *route;
  unsigned need;                                 /* MCRM_CAN_… */
  int64_t input_tokens, output_tokens, audio_ms; /* what it may come to, for the budget */
  int64_t redactions;
  /* Can this provider take it at all? NULL: yes. */
  bool (*fits)(const router_request *r, const mcrm_capabilities *can);
  /* One try. Fills in the record's model, tokens, cost and request_id. */
  mcrm_outcome (*ask)(router_request *r, provider *p, provider_call *c, ai_record *record);
  void *context;
  /* ---- told afterwards ---- */
  const ai_record *last; /* of the try that answered, or of the last that did not; NULL: nobody was asked */
  const char *resting;   /* a provider that was not asked because of how it answered before */
};

/* OK, or why not: of what could be tried, the last outcome. UNSUPPORTED where nobody could be asked. */
mcrm_outcome router_run(ai *a, router_request *r);
/* A record in the call's list; never NULL (the list is full or there is no memory: one that is not kept). */
ai_record *router_record(ai *a, ai_call *call, const char *task, const char *who);

#endif
