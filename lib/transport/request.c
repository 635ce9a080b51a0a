#include "internal.h"

#include <stdio.h>
#include <string.h>

static bool token(const char *name) {
  size_t n = 0;
  for (; name[n]; n++)
    if ((unsigned char)name[n] <= ' ' || (unsigned char)name[n] >= 0x7F || strchr("()<>@,;:\\\"/[]?={}", name[n]))
      return false;
  return n > 0 && n < 128;
}

static bool plain(const char *value) {
  for (; *value; value++)
    if (((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7F) return false;
  return true;
}

static mcrm_outcome malformed(mcrm_failure *failure, const char *what) {
  return outcome_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "request", "the request %s", what);
}

static mcrm_outcome no_memory(mcrm_failure *failure) {
  return outcome_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
}

static bool add(struct curl_slist **list, const char *line) {
  struct curl_slist *longer = curl_slist_append(*list, line);
  if (longer) *list = longer;
  return longer != NULL;
}

static mcrm_outcome add_headers(exchange *x, mcrm_failure *failure) {
  const mcrm_http_request *r = x->request;
  bool typed = r->part_count > 0, right = true;
  buffer line;
  buffer_init(&line, TRANSPORT_HEADER_BYTES);
  for (size_t i = 0; i < r->header_count; i++) {
    const char *name = r->headers[i].name, *value = r->headers[i].value;
    if (!token(name) || !plain(value)) {
      buffer_free(&line);
      return malformed(failure, "has a header that HTTP does not know");
    }
    if (!strcasecmp(name, "content-type")) typed = true;
    buffer_clear(&line);
    buffer_print(&line, *value ? "%s: %s" : "%s;", name, value);
    right = right && !line.failed && add(&x->headers, line.bytes);
  }
  buffer_free(&line);
  /* Without this libcurl waits a second for a 100 that most servers never send. */
  right = right && add(&x->headers, "Expect:");
  if (!typed) right = right && add(&x->headers, "Content-Type:"); /* none of libcurl's own */
  if (!right) return no_memory(failure);
  curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
  return MCRM_OUTCOME_OK;
}

/* Parts read from the plugin's memory as they are sent. */
typedef struct part_source {
  const char *bytes;
  size_t length, at;
} part_source;

static size_t read_part(char *to, size_t size, size_t count, void *context) {
  part_source *s = context;
  size_t rest = s->length - s->at, n = size * count < rest ? size * count : rest;
  if (n) memcpy(to, s->bytes + s->at, n);
  s->at += n;
  return n;
}

static int seek_part(void *context, curl_off_t offset, int origin) {
  part_source *s = context;
  if (origin != SEEK_SET || offset < 0 || (size_t)offset > s->length) return CURL_SEEKFUNC_FAIL;
  s->at = (size_t)offset;
  return CURL_SEEKFUNC_OK;
}

static mcrm_outcome add_parts(exchange *x, mcrm_failure *failure) {
  const mcrm_http_request *r = x->request;
  part_source *sources = x->how->alloc(x->how->context, r->part_count * sizeof *sources);
  x->mime = curl_mime_init(x->easy);
  if (!sources || !x->mime) return no_memory(failure);
  for (size_t i = 0; i < r->part_count; i++) {
    const mcrm_http_part *p = &r->parts[i];
    if (!plain(p->name) || (p->file_name && !plain(p->file_name)) || (p->media_type && !plain(p->media_type)))
      return malformed(failure, "has a part that HTTP does not know");
    sources[i] = (part_source){.bytes = p->bytes, .length = p->length};
    curl_mimepart *part = curl_mime_addpart(x->mime);
    if (!part || curl_mime_name(part, p->name) || (p->file_name && curl_mime_filename(part, p->file_name)) ||
        (p->media_type && curl_mime_type(part, p->media_type)) ||
        curl_mime_data_cb(part, (curl_off_t)p->length, read_part, seek_part, NULL, &sources[i]))
      return no_memory(failure);
  }
  curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, x->mime);
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome add_body(exchange *x, mcrm_failure *failure) {
  const mcrm_http_request *r = x->request;
  size_t length = strspn(r->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (!length || r->method[length] || length > 16) return malformed(failure, "has a method that HTTP does not know");
  if (!strcmp(r->method, "HEAD")) {
    curl_easy_setopt(x->easy, CURLOPT_NOBODY, 1L);
    return MCRM_OUTCOME_OK;
  }
  if (r->part_count) {
    mcrm_outcome outcome = add_parts(x, failure);
    if (outcome != MCRM_OUTCOME_OK) return outcome;
  } else if (r->body_length || !strcmp(r->method, "POST")) {
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_length);
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, r->body_length ? r->body : "");
  } else {
    curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, r->method);
  return MCRM_OUTCOME_OK;
}

static bool loopback(const char *url) {
  CURLU *parsed = curl_url();
  char *host = NULL;
  bool is = false;
  if (parsed && !curl_url_set(parsed, CURLUPART_URL, url, 0) && !curl_url_get(parsed, CURLUPART_HOST, &host, 0)) {
    is = !strcmp(host, "localhost") || !strncmp(host, "127.", 4) || !strcmp(host, "[::1]");
  }
  curl_free(host);
  curl_url_cleanup(parsed);
  return is;
}

static mcrm_outcome set_trust(exchange *x, mcrm_failure *failure) {
  const transport_settings *s = &x->transport->settings;
  curl_easy_setopt(x->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (s->ca_file) {
    curl_easy_setopt(x->easy, CURLOPT_CAINFO, s->ca_file);
    curl_easy_setopt(x->easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(x->easy, CURLOPT_PROXY_CAINFO, s->ca_file);
  }
  if (!s->insecure) return MCRM_OUTCOME_OK;
  if (!loopback(x->request->url))
    return malformed(failure, "goes to another machine, and insecure is for servers on this one");
  curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYHOST, 0L);
  return MCRM_OUTCOME_OK;
}

static void set_way(exchange *x) {
  const transport_settings *s = &x->transport->settings;
  CURL *easy = x->easy;
  /* Said even when there is none: the environment's https_proxy is not the admin's choice. */
  curl_easy_setopt(easy, CURLOPT_PROXY, s->proxy ? s->proxy : "");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, s->no_proxy && strcmp(s->no_proxy, "none") ? s->no_proxy : "");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_IPRESOLVE,
                   s->ip && *s->ip == '4'   ? (long)CURL_IPRESOLVE_V4
                   : s->ip && *s->ip == '6' ? (long)CURL_IPRESOLVE_V6
                                            : (long)CURL_IPRESOLVE_WHATEVER);
  if (x->transport->resolve) curl_easy_setopt(easy, CURLOPT_RESOLVE, x->transport->resolve);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, 600L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
}

/* Where a connection that was kept dies under a request, libcurl sends it once more by itself. Who asks owns the tries,
 * their number and their price: what may have been worked on is not sent again unasked. */
static int before_sending(void *context, char *there, char *here, int port_there, int port_here) {
  exchange *x = context;
  (void)there, (void)here, (void)port_there, (void)port_here;
  bool harmless = !strcmp(x->request->method, "GET") || !strcmp(x->request->method, "HEAD");
  x->sent_again = x->sent && !harmless;
  x->sent = true;
  return x->sent_again ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

mcrm_outcome request_prepare(exchange *x, mcrm_failure *failure) {
  CURL *easy = x->easy;
  curl_easy_reset(easy); /* connections stay */
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->error);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* else a dead name server holds up the end of a request */
  if (curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") ||
      curl_easy_setopt(easy, CURLOPT_URL, x->request->url))
    return no_memory(failure);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, x);
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 3600000L); /* ours are looked at by ourselves */
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "marfacrm");
  /* Whatever comes compressed is unpacked and counted unpacked. A stream is not asked for it: its pieces would wait. */
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, x->request->data ? "identity" : "gzip, deflate");
  set_way(x);
  mcrm_outcome outcome = set_trust(x, failure);
  if (outcome == MCRM_OUTCOME_OK) outcome = add_body(x, failure);
  if (outcome == MCRM_OUTCOME_OK) outcome = add_headers(x, failure);
  reply_listen(x);
  return outcome;
}

void request_free(exchange *x) {
  curl_slist_free_all(x->headers);
  curl_mime_free(x->mime);
  buffer_free(&x->body);
  buffer_free(&x->head);
}
