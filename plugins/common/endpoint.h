/* Where a service is and how it wants to be told who calls: what an admin may set of it, and requests made of that. */
#ifndef COMMON_ENDPOINT_H
#define COMMON_ENDPOINT_H

#include "work.h"

typedef struct endpoint {
  const char *base_url;   /* with its prefix: "https://api.x.ai/v1" */
  const char *query;      /* without the question mark; goes behind every path */
  const char *auth_style; /* bearer | api-key | none */
  const char *key;
  mcrm_plugin_texts headers; /* "Name: value" */
} endpoint;

/* The rows of these options, for a state of type `s` whose member `m` is the endpoint. */
#define ENDPOINT_OPTIONS(s, m)                                                                              \
  {.size = sizeof(mcrm_plugin_option),                                                                      \
   .name = "base_url",                                                                                      \
   .kind = MCRM_OPTION_URL,                                                                                 \
   .offset = offsetof(s, m.base_url),                                                                       \
   .help = "where the service is, with its prefix; by default the server's own"},                           \
      {.size = sizeof(mcrm_plugin_option),                                                                  \
       .name = "query",                                                                                     \
       .kind = MCRM_OPTION_TEXT,                                                                            \
       .offset = offsetof(s, m.query),                                                                      \
       .help = "what stands behind the question mark of each address (Azure: api-version=...)"},            \
      {.size = sizeof(mcrm_plugin_option),                                                                  \
       .name = "auth_style",                                                                                \
       .kind = MCRM_OPTION_TEXT,                                                                            \
       .offset = offsetof(s, m.auth_style),                                                                 \
       .choices = endpoint_auth_styles,                                                                     \
       .help = "how the key is sent: bearer (Authorization), api-key (that header), none; by the server"},  \
      {.size = sizeof(mcrm_plugin_option),                                                                  \
       .name = "key",                                                                                       \
       .kind = MCRM_OPTION_SECRET,                                                                          \
       .offset = offsetof(s, m.key),                                                                        \
       .help = "the service's key"},                                                                        \
  {                                                                                                         \
    .size = sizeof(mcrm_plugin_option), .name = "headers", .kind = MCRM_OPTION_TEXTS,                       \
    .offset = offsetof(s, m.headers), .help = "further headers, each \"Name: value\"; no place for secrets" \
  }

extern const char *const endpoint_auth_styles[];

/* Checks the options together. */
mcrm_outcome endpoint_check(const endpoint *e, mcrm_failure *failure);
/* Whether what is sent there stays on this machine. */
bool endpoint_local(const char *url);

enum { ENDPOINT_HEADERS = 16, ENDPOINT_OWN_HEADERS = 8 };

typedef struct endpoint_request {
  mcrm_http_request http;
  mcrm_http_field headers[ENDPOINT_HEADERS + ENDPOINT_OWN_HEADERS];
} endpoint_request;

/* Method, address and headers; false: no memory. */
bool endpoint_begin(const work *w, const endpoint *e, const char *method, const char *path, endpoint_request *out);
void endpoint_header(endpoint_request *r, const char *name, const char *value);

#endif
