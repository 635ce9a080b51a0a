/* The body, as it comes: JSON in memory, uploads beyond 64 KiB in a file without a name. */
#include <base/error.h>
#include <base/spool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

/* HTTP/2 may announce nothing: whoever may send a body is waited for. */
static bool has_body(const mcrm_exchange *x, bool takes) {
  const char *length = x->head.content_length;
  return length ? strcmp(length, "0") != 0 : takes || x->head.transfer_encoding;
}

static int too_large(mcrm_exchange *x) {
  x->task = TASK_REFUSE;
  return answer_refuse(x, 413, MCRM_INVALID, NULL, "request.too_large", "the body has more than %zu bytes",
                       x->body.limit);
}

/* Is there anything by which somebody could be signed in? */
static bool may_act(const mcrm_exchange *x) {
  const char *value;
  size_t length;
  return x->gateway->options.identify || cookie_find(&x->head, x->gateway->login_cookie, 0, &value, &length);
}

mcrm_step body_begin(mcrm_exchange *x) {
  body *b = &x->body;
  bool takes =
      (x->task == TASK_API && (!strcmp(x->method, "POST") || !strcmp(x->method, "PATCH"))) || x->task == TASK_LOGIN;
  b->expected = -1;
  if (x->task == TASK_REFUSE) return MCRM_READY;
  if (x->head.content_length && !input_number(x->head.content_length, &b->expected)) {
    x->task = TASK_REFUSE;
    answer_refuse(x, 400, MCRM_INVALID, "Content-Length", "request.malformed", "Content-Length is not a number");
    return MCRM_READY;
  }
  if (!has_body(x, takes)) return MCRM_READY;
  if (x->task == TASK_API && !may_act(x)) return MCRM_READY; /* they are told so; their body is not taken in */
  if (!takes && x->task != TASK_API) {
    x->task = TASK_REFUSE;
    answer_refuse(x, 400, MCRM_INVALID, NULL, "request.malformed", "%s takes no body", x->method);
    return MCRM_READY;
  }
  b->upload = x->task == TASK_API && !head_media(x->head.content_type, "application/json");
  b->limit = x->task == TASK_LOGIN ? 4096
             : b->upload           ? x->gateway->options.upload_limit
                                   : x->gateway->options.json_limit;
  buffer_init(&b->bytes, b->upload ? SPOOL_FROM * 2 : b->limit + 1);
  if (b->expected >= 0 && (uint64_t)b->expected > b->limit) {
    too_large(x);
    return MCRM_READY;
  }
  return MCRM_NEED_BODY;
}

static bool spool(mcrm_exchange *x, const char *bytes, size_t length) {
  body *b = &x->body;
  if (b->spool < 0) {
    b->spool = spool_open(x->gateway->options.upload_folder);
    if (b->spool < 0 || !spool_write(b->spool, b->bytes.bytes ? b->bytes.bytes : "", b->bytes.length)) return false;
    buffer_free(&b->bytes);
  }
  return spool_write(b->spool, bytes, length);
}

int mcrm_exchange_body(mcrm_exchange *x, const void *bytes, size_t length) {
  body *b = &x->body;
  if (x->task == TASK_REFUSE) return 1;
  if (length > b->limit - b->length) return too_large(x);
  b->length += length;
  x->whole_at = clock_monotonic();
  if (b->upload && (b->spool >= 0 || b->length > SPOOL_FROM)) {
    if (spool(x, bytes, length)) return 0;
    x->task = TASK_REFUSE;
    return answer_refuse(x, 500, MCRM_IO, NULL, "io", "the upload could not be kept: the disk refused");
  }
  buffer_append(&b->bytes, bytes, length);
  if (!b->bytes.failed) return 0;
  x->task = TASK_REFUSE;
  return answer_refuse(x, 503, MCRM_NO_MEMORY, NULL, "no_memory", "no memory for the body");
}

int body_whole(mcrm_exchange *x, const char **bytes, size_t *length, mcrm_error *error) {
  body *b = &x->body;
  if (b->expected >= 0 && (uint64_t)b->expected != b->length)
    return error_set(error, MCRM_INVALID, NULL, "request.malformed", "the body has %zu bytes, not the %lld announced",
                     b->length, (long long)b->expected);
  *length = b->length;
  *bytes = b->bytes.bytes ? b->bytes.bytes : "";
  if (b->spool < 0) return MCRM_OK;
  void *map = mmap(NULL, b->length, PROT_READ, MAP_PRIVATE, b->spool, 0);
  if (map == MAP_FAILED) return error_no_memory(error);
  b->map = map;
  *bytes = map;
  return MCRM_OK;
}

/* A stretch of the body as a file of its own; all of a spooled one is there already. */
int body_file(mcrm_exchange *x, const char *bytes, size_t length, mcrm_error *error) {
  body *b = &x->body;
  bool all = b->spool >= 0 && length == b->length, kept = all;
  if (!all) {
    b->file = spool_open(x->gateway->options.upload_folder);
    if (b->file >= 0 && b->spool >= 0)
      kept = spool_append(b->file, b->spool, bytes - (const char *)b->map, (int64_t)length);
    else if (b->file >= 0)
      kept = spool_write(b->file, bytes, length);
  }
  if (kept) return MCRM_OK;
  return error_set(error, MCRM_IO, NULL, "io", "the upload could not be kept: the disk refused");
}

void body_free(body *b) {
  if (b->file >= 0) close(b->file);
  if (b->map) munmap(b->map, b->length);
  if (b->spool >= 0) close(b->spool);
  if (b->bytes.bytes) explicit_bzero(b->bytes.bytes, b->bytes.length); /* a password may have been in it */
  buffer_free(&b->bytes);
}
