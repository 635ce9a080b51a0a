/* What a service says when it does not do what it was asked, in the shapes that are about:
 *   {"error": {"message", "type", "param", "code", "status", "details": [{"reason"}, {"retryDelay"}]}}  OpenAI, Google
 *   {"code": "…", "error": "…"}   {"error": "…", "error_description": "…"}                               xAI, OAuth
 *   {"detail": "…"}   {"detail": [{"loc", "msg"}]}   {"message": "…"}   [{"error": …}]                   FastAPI,
 * Gemini plain text, or a page of HTML from what stands before the service. */
#ifndef COMMON_COMPLAINT_H
#define COMMON_COMPLAINT_H

#include "json.h"

typedef struct complaint {
  const char *message, *code, *type, *reason; /* "" where it is not said; reason is of Google's ErrorInfo */
  int64_t retry_ms;                           /* of Google's RetryInfo; -1 = none */
  int number;                                 /* a status within the body; 0 = none */
  bool html;
} complaint;

/* Of a body of JSON that was read already; false: it does not complain. */
bool complaint_in(const work *w, const json *body, complaint *out);
void complaint_read(const work *w, const mcrm_http_reply *reply, complaint *out);
/* By the words first, for services differ in their statuses; then by the status. */
mcrm_outcome complaint_class(int status, const complaint *c);
/* Fills in the failure and returns its class. Secrets and what looks like one are left out of the words. */
mcrm_outcome complaint_fail(const work *w, const mcrm_http_reply *reply, const complaint *c, const char *secret,
                            mcrm_failure *failure);
/* The three in one, for a reply that is not 2xx. */
mcrm_outcome complaint_of(const work *w, const mcrm_http_reply *reply, const char *secret, mcrm_failure *failure);

#endif
