#include "head.h"

#include <stddef.h>
#include <string.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool head_same(const char *a, const char *b) {
  while (*a && lower(*a) == lower(*b)) a++, b++;
  return !*a && !*b;
}

bool head_media(const char *value, const char *name) {
  if (!value) return false;
  while (*value == ' ') value++;
  while (*name && lower(*value) == *name) value++, name++;
  return !*name && (!*value || *value == ';' || *value == ' ');
}

static const struct {
  const char *name;
  size_t offset;
} known[] = {{"content-type", offsetof(heading, content_type)},
             {"content-length", offsetof(heading, content_length)},
             {"transfer-encoding", offsetof(heading, transfer_encoding)},
             {"x-csrf-token", offsetof(heading, csrf)},
             {"sec-fetch-site", offsetof(heading, fetch_site)},
             {"if-match", offsetof(heading, if_match)},
             {"if-none-match", offsetof(heading, if_none_match)},
             {"idempotency-key", offsetof(heading, idempotency_key)},
             {"x-request-id", offsetof(heading, request_id)},
             {"traceparent", offsetof(heading, traceparent)},
             {"last-event-id", offsetof(heading, last_event_id)},
             {"range", offsetof(heading, range)},
             {"if-range", offsetof(heading, if_range)},
             {"accept-encoding", offsetof(heading, accept_encoding)},
             {"accept-language", offsetof(heading, accept_language)}};
enum { KNOWN = sizeof known / sizeof *known };

static void take(heading *h, const char *name, const char *value, arena *a) {
  for (size_t i = 0; i < KNOWN; i++) {
    if (!head_same(name, known[i].name)) continue;
    const char **slot = (const char **)(void *)((char *)h + known[i].offset);
    if (*slot) h->twice = true;
    *slot = arena_text(a, value);
    return;
  }
  if (head_same(name, "cookie") && h->cookie_count < sizeof h->cookies / sizeof *h->cookies)
    h->cookies[h->cookie_count++] = arena_text(a, value);
}

static bool copy_all(arena *a, const mcrm_head *theirs, heading *out) {
  mcrm_header *headers = arena_array(a, theirs->header_count + 1, sizeof *headers);
  if (!headers) return false;
  for (size_t i = 0; i < theirs->header_count; i++)
    headers[i] = (mcrm_header){arena_text(a, theirs->headers[i].name), arena_text(a, theirs->headers[i].value)};
  out->all = (mcrm_head){.size = sizeof out->all,
                         .method = arena_text(a, theirs->method),
                         .target = out->target,
                         .headers = headers,
                         .header_count = theirs->header_count,
                         .peer = out->peer};
  return true;
}

bool head_copy(arena *a, const mcrm_head *theirs, bool whole, heading *out) {
  *out = (heading){.target = arena_text(a, theirs->target), .peer = arena_text(a, theirs->peer ? theirs->peer : "")};
  for (size_t i = 0; i < theirs->header_count; i++)
    if (theirs->headers[i].name && theirs->headers[i].value)
      take(out, theirs->headers[i].name, theirs->headers[i].value, a);
  if (whole && !copy_all(a, theirs, out)) return false;
  return !arena_failed(a);
}

void head_cookies(const mcrm_head *theirs, heading *out) {
  *out = (heading){0};
  for (size_t i = 0; i < theirs->header_count; i++)
    if (theirs->headers[i].name && theirs->headers[i].value && head_same(theirs->headers[i].name, "cookie") &&
        out->cookie_count < sizeof out->cookies / sizeof *out->cookies)
      out->cookies[out->cookie_count++] = theirs->headers[i].value;
}
