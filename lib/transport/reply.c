#include "internal.h"

#include <base/clock.h>
#include <string.h>

static void touch(exchange *x) {
  x->active = clock_monotonic();
  if (!x->first_byte) x->first_byte = x->active;
}

/* ---- the head ---- */

/* Seconds, also 1.5. */
static bool read_seconds(const char *text, int64_t unit_ms, int64_t *ms) {
  int64_t whole = 0, fraction = 0, scale = 1;
  const char *p = text;
  for (; *p >= '0' && *p <= '9' && whole < 1000000000; p++) whole = whole * 10 + (*p - '0');
  if (p == text) return false;
  if (*p == '.')
    for (p++; *p >= '0' && *p <= '9'; p++)
      if (scale < 1000) fraction = fraction * 10 + (*p - '0'), scale *= 10;
  *ms = whole * unit_ms + fraction * unit_ms / scale;
  return !*p;
}

static const char *header(const exchange *x, const char *name) {
  for (size_t i = 0; i < x->header_count; i++)
    if (!strcmp(x->head.bytes + x->at[i][0], name)) return x->head.bytes + x->at[i][1];
  return NULL;
}

/* The service's own clock decides how far away a date is. */
static void read_times(exchange *x) {
  const char *date = header(x, "date"), *after = header(x, "retry-after"), *after_ms = header(x, "retry-after-ms");
  time_t then = date ? curl_getdate(date, NULL) : -1;
  x->server_time = then > 0 ? (int64_t)then * 1000 : 0;
  x->retry_after_ms = -1;
  if (after_ms && read_seconds(after_ms, 1, &x->retry_after_ms)) return;
  if (!after || read_seconds(after, 1000, &x->retry_after_ms)) return;
  then = curl_getdate(after, NULL);
  int64_t now = x->server_time ? x->server_time : clock_system(NULL);
  x->retry_after_ms = then < 0 ? -1 : (int64_t)then * 1000 > now ? (int64_t)then * 1000 - now : 0;
}

static void keep_header(exchange *x, const char *line, size_t length) {
  const char *colon = memchr(line, ':', length);
  if (!colon || x->header_count == TRANSPORT_HEADERS || x->head.length + length + 2 > TRANSPORT_HEADER_BYTES) return;
  size_t name = (size_t)(colon - line), value = name + 1;
  while (value < length && (line[value] == ' ' || line[value] == '\t')) value++;
  while (length > value && (unsigned char)line[length - 1] <= ' ') length--;
  if (memchr(line, 0, length)) return;
  size_t *at = x->at[x->header_count];
  at[0] = x->head.length;
  buffer_append(&x->head, line, name);
  buffer_byte(&x->head, 0);
  at[1] = x->head.length;
  buffer_append(&x->head, line + value, length - value);
  buffer_byte(&x->head, 0);
  if (x->head.failed) {
    x->no_memory = true;
    return;
  }
  for (char *p = x->head.bytes + at[0]; *p; p++)
    if (*p >= 'A' && *p <= 'Z') *p = (char)(*p + 32);
  x->header_count++;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
  exchange *x = context;
  size_t length = size * count;
  touch(x);
  if (length > 5 && !memcmp(bytes, "HTTP/", 5)) { /* a new answer: 100 was before */
    buffer_clear(&x->head);
    x->header_count = 0;
    return length;
  }
  keep_header(x, bytes, length);
  return x->no_memory ? 0 : length;
}

/* ---- the body ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
  exchange *x = context;
  size_t length = size * count;
  touch(x);
  if (!length) return 0;
  if (length > x->limit - x->taken) {
    x->too_large = true;
    return 0;
  }
  x->taken += length;
  long status = 0;
  if (x->request->data) curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 == 2) {
    x->streams = true;
    x->stopped = x->request->data(x->request->context, bytes, length) != 0;
    return x->stopped ? 0 : length;
  }
  buffer_append(&x->body, bytes, length);
  x->no_memory |= x->body.failed;
  return x->body.failed ? 0 : length;
}

/* Called often; only to see that the request is still moving. */
static int progress(void *context, curl_off_t down, curl_off_t got, curl_off_t up, curl_off_t sent) {
  exchange *x = context;
  (void)down, (void)got, (void)up;
  if (sent != x->uploaded) {
    x->uploaded = sent;
    x->active = clock_monotonic();
  }
  return 0;
}

void reply_listen(exchange *x) {
  size_t limit = x->request->reply_limit ? x->request->reply_limit : TRANSPORT_REPLY_BYTES;
  x->limit = limit < TRANSPORT_REPLY_MOST ? limit : TRANSPORT_REPLY_MOST;
  buffer_init(&x->body, x->limit);
  buffer_init(&x->head, TRANSPORT_HEADER_BYTES);
  curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
  curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
  curl_easy_setopt(x->easy, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(x->easy, CURLOPT_XFERINFODATA, x);
  curl_easy_setopt(x->easy, CURLOPT_NOPROGRESS, 0L);
}

static void *copy(exchange *x, const void *bytes, size_t length) {
  char *to = x->how->alloc(x->how->context, length + 1);
  if (!to) return NULL;
  if (length) memcpy(to, bytes, length);
  to[length] = 0;
  return to;
}

mcrm_outcome reply_give(exchange *x, mcrm_http_reply *reply, mcrm_failure *failure) {
  long status = 0;
  curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  read_times(x);
  char *body = copy(x, x->body.bytes, x->body.length), *head = copy(x, x->head.bytes, x->head.length);
  mcrm_http_field *fields = x->how->alloc(x->how->context, (x->header_count + 1) * sizeof *fields);
  if (!body || !head || !fields) return outcome_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
  for (size_t i = 0; i < x->header_count; i++)
    fields[i] = (mcrm_http_field){.name = head + x->at[i][0], .value = head + x->at[i][1]};
  *reply = (mcrm_http_reply){.size = sizeof *reply,
                             .status = (int)status,
                             .headers = fields,
                             .header_count = x->header_count,
                             .body = body,
                             .length = x->body.length,
                             .retry_after_ms = x->retry_after_ms,
                             .server_time = x->server_time};
  return MCRM_OUTCOME_OK;
}
