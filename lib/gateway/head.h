/* The head of a request: the headers that mean something here. */
#ifndef GATEWAY_HEAD_H
#define GATEWAY_HEAD_H

#include <base/arena.h>
#include <marfacrm/gateway.h>
#include <stdbool.h>

typedef struct heading {
  mcrm_head all; /* a copy where the host's identify will want it, else headers NULL */
  const char *target, *peer;
  const char *content_type, *content_length, *transfer_encoding;
  const char *csrf, *fetch_site, *if_match, *if_none_match, *idempotency_key;
  const char *request_id, *traceparent, *last_event_id, *accept_encoding, *accept_language;
  const char *range, *if_range;
  const char *cookies[8];
  size_t cookie_count;
  bool twice; /* one of the above stands there twice: nobody knows which is meant */
} heading;

/* Copies what is needed. false: no memory. */
bool head_copy(arena *a, const mcrm_head *theirs, bool whole, heading *out);
/* The Cookie headers alone, borrowed: what is looked at before anything is kept. */
void head_cookies(const mcrm_head *theirs, heading *out);
/* ASCII without regard to case. */
bool head_same(const char *a, const char *b);
/* Does a media type (with parameters) have that name? */
bool head_media(const char *value, const char *name);

#endif
