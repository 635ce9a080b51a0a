/* What goes back: status, headers, content. Every answer of ours carries the security headers. */
#include <base/error.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

void answer_header(mcrm_exchange *x, const char *name, const char *value) {
  if (value && x->header_count < HEADERS_MOST) x->headers[x->header_count++] = (mcrm_header){name, value};
}

static const mcrm_header always[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

/* What is heeded where somebody looks at the answer itself: all but an operation's data have these, too. */
static const mcrm_header of_pages[] = {
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"},
    {"X-Robots-Tag", "noindex, nofollow"},
};

static const char api_policy[] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
static const char ui_policy[] =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/* Cookies that an earlier step has set stay. */
static void start_over(mcrm_exchange *x) {
  size_t kept = 0;
  for (size_t i = 0; i < x->header_count; i++)
    if (!strcmp(x->headers[i].name, "Set-Cookie")) x->headers[kept++] = x->headers[i];
  x->header_count = kept;
  x->content = NULL;
  x->content_length = 0;
  if (x->file >= 0) close(x->file);
  x->file = -1;
}

void answer_begin(mcrm_exchange *x, int status) {
  start_over(x);
  x->status = status;
  bool page = x->task == TASK_FILE && status < 400;
  for (size_t i = 0; i < sizeof always / sizeof *always; i++) answer_header(x, always[i].name, always[i].value);
  for (size_t i = 0; x->task != TASK_API && i < sizeof of_pages / sizeof *of_pages; i++)
    answer_header(x, of_pages[i].name, of_pages[i].value);
  if (!page) answer_header(x, "Cache-Control", "no-store"); /* files say themselves how long they may be kept */
  answer_header(x, "Content-Security-Policy", page ? ui_policy : api_policy);
  if (x->gateway->secure) answer_header(x, "Strict-Transport-Security", "max-age=31536000");
  if (x->trace[0]) answer_header(x, "X-Request-Id", x->trace);
}

void answer_content(mcrm_exchange *x, const char *type, const char *bytes, size_t length) {
  answer_header(x, "Content-Type", type);
  x->content = bytes;
  x->content_length = length;
}

void answer_json(mcrm_exchange *x, int status, char *owned) {
  answer_begin(x, status);
  x->owned = owned;
  answer_content(x, "application/json", owned, strlen(owned));
}

int answer_status(const mcrm_error *error) {
  switch (error->code) {
    case MCRM_INVALID:
      if (!strcmp(error->message, "file.media_type")) return 415;
      return strstr(error->message, "too_large") || !strcmp(error->message, "json.too_long") ? 413 : 400;
    case MCRM_UNAUTHENTICATED:
      return 401;
    case MCRM_DENIED:
      return 403;
    case MCRM_NOT_FOUND:
      return 404;
    case MCRM_CONFLICT:
      return 409;
    case MCRM_BUSY:
      return !strcmp(error->message, "login.too_often") ? 429 : 503;
    case MCRM_TIMEOUT:
      return 504;
    case MCRM_CANCELLED:
      return 499;
    case MCRM_UNAVAILABLE:
    case MCRM_NO_MEMORY:
      return 503;
    case MCRM_UNSUPPORTED:
      return 501;
    default:
      return 500;
  }
}

static void error_headers(mcrm_exchange *x, const mcrm_error *error) {
  if (x->status == 401) answer_header(x, "WWW-Authenticate", "Session realm=\"crm\"");
  if (x->status == 405 && x->allow[0]) answer_header(x, "Allow", x->allow);
  if ((x->status == 503 || x->status == 429) && error->code == MCRM_BUSY) answer_header(x, "Retry-After", "1");
}

void answer_retry(mcrm_exchange *x, int64_t ms) {
  for (size_t i = 0; i < x->header_count; i++)
    if (!strcmp(x->headers[i].name, "Retry-After"))
      x->headers[i].value = arena_print(x->memory, "%lld", (long long)((ms + 999) / 1000));
}

static int refuse(mcrm_exchange *x, int status, const mcrm_error *given) {
  buffer json;
  mcrm_error copy = *given, *error = &copy; /* it may be the session's, which asking for the language clears */
  buffer_init(&json, 8192);
  api_error_json(&json, error, caller_language(x));
  mcrm_free(x->owned);
  x->owned = buffer_take(&json);
  answer_begin(x, status);
  error_headers(x, error);
  if (x->owned) answer_content(x, "application/json", x->owned, strlen(x->owned));
  return error->code;
}

int answer_error(mcrm_exchange *x, const mcrm_error *error) { return refuse(x, answer_status(error), error); }

int answer_refuse(mcrm_exchange *x, int status, int code, const char *field, const char *message, const char *format,
                  ...) {
  mcrm_error error = {0};
  char detail[200];
  va_list args;
  va_start(args, format);
  vsnprintf(detail, sizeof detail, format, args);
  va_end(args);
  error_set(&error, code, field, message, "%s", detail);
  return refuse(x, status, &error);
}
