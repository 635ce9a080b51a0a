#include "endpoint.h"

#include <string.h>

#include "draft.h"

const char *const endpoint_auth_styles[] = {"bearer", "api-key", "none", NULL};

mcrm_outcome endpoint_check(const endpoint *e, mcrm_failure *failure) {
  if (!e->base_url || !*e->base_url)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "base_url",
                     "this server has no address of its own: say where it is");
  if (strcmp(e->auth_style, "none") && (!e->key || !*e->key))
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "key",
                     "missing: write env:NAME or file:PATH, or auth_style: none for a server without keys");
  for (const char *c = e->key; c && *c; c++) {
    if ((unsigned char)*c <= 32 || (unsigned char)*c > 126)
      return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "key",
                       "a key has no spaces, line ends or other letters than ASCII");
  }
  if (e->headers.count > ENDPOINT_HEADERS)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "headers", "at most %d", ENDPOINT_HEADERS);
  for (size_t i = 0; i < e->headers.count; i++) {
    const char *colon = strchr(e->headers.at[i], ':');
    if (!colon || colon == e->headers.at[i] || strpbrk(e->headers.at[i], "\r\n"))
      return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "headers", "each is \"Name: value\" on one line");
  }
  return MCRM_OUTCOME_OK;
}

bool endpoint_local(const char *url) {
  const char *host = url ? strstr(url, "://") : NULL;
  if (!host) return false;
  host += 3;
  size_t length = strcspn(host, "/?#");
  for (size_t i = 0; i < length; i++) {
    if (host[i] == '@') return false; /* whatever stands before it is not the host */
  }
  if (work_starts(host, "[::1]")) return length == 5 || host[5] == ':';
  size_t name = strcspn(host, ":/?#");
  if (name == 9 && !strncmp(host, "localhost", 9)) return true;
  if (!work_starts(host, "127.")) return false;
  size_t dots = 0;
  for (size_t i = 0; i < name; i++) {
    if (host[i] == '.')
      dots++;
    else if (host[i] < '0' || host[i] > '9')
      return false; /* 127.0.0.1.example.com */
  }
  return dots == 3;
}

void endpoint_header(endpoint_request *r, const char *name, const char *value) {
  if (r->http.header_count == sizeof r->headers / sizeof *r->headers) return;
  r->headers[r->http.header_count++] = (mcrm_http_field){name, value};
}

static bool add_configured(const work *w, const endpoint *e, endpoint_request *r) {
  for (size_t i = 0; i < e->headers.count; i++) {
    const char *line = e->headers.at[i];
    size_t name_length = strcspn(line, ":");
    const char *name = work_copy(w, line, name_length);
    if (!name) return false;
    const char *value = line + name_length + 1;
    while (*value == ' ') value++;
    endpoint_header(r, name, value);
  }
  return true;
}

bool endpoint_begin(const work *w, const endpoint *e, const char *method, const char *path, endpoint_request *out) {
  bool bearer = !strcmp(e->auth_style, "bearer");
  const char *authorization = bearer ? work_print(w, "Bearer %s", e->key) : "";
  const char *joint = !e->query || !*e->query ? "" : strchr(path, '?') ? "&" : "?";
  *out = (endpoint_request){.http = {.size = sizeof out->http, .method = method, .headers = out->headers}};
  out->http.url = work_print(w, "%s%s%s%s", e->base_url, path, joint, *joint ? e->query : "");
  if (!out->http.url || !authorization) return false;
  if (bearer)
    endpoint_header(out, "Authorization", authorization);
  else if (!strcmp(e->auth_style, "api-key"))
    endpoint_header(out, "api-key", e->key);
  return add_configured(w, e, out);
}
