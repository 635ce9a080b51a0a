#include <base/error.h>

#include <base/utf8.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {"ok",   "invalid", "unauthenticated", "denied",      "not_found",   "conflict",
                                    "busy", "timeout", "cancelled",       "unavailable", "unsupported", "no_memory",
                                    "io",   "internal"};

const char *mcrm_code_name(int code) { return code <= 0 && code >= MCRM_INTERNAL ? names[-code] : "internal"; }

/* One printable line: snprintf may have cut a character in the middle, and what is quoted came from a user. */
static void finish(char *text) {
  for (size_t length = strlen(text), i = 0; i < length;) {
    uint32_t point;
    size_t size = utf8_decode(text + i, length - i, &point);
    if (!size && length - i < 4) {
      text[i] = 0;
      return;
    }
    if (!size || point < ' ' || point == 0x7F) text[i] = size ? ' ' : '?';
    i += size ? size : 1;
  }
}

int error_set(mcrm_error *error, int code, const char *field, const char *message, const char *format, ...) {
  if (error->code) return error->code;
  error->code = code;
  snprintf(error->field, sizeof error->field, "%s", field ? field : "");
  snprintf(error->message, sizeof error->message, "%s", message);
  error->detail[0] = 0;
  if (format) {
    va_list args;
    va_start(args, format);
    vsnprintf(error->detail, sizeof error->detail, format, args);
    va_end(args);
  }
  finish(error->field);
  finish(error->detail);
  return code;
}

int error_no_memory(mcrm_error *error) { return error_set(error, MCRM_NO_MEMORY, NULL, "no_memory", "out of memory"); }

void error_clear(mcrm_error *error) { *error = (mcrm_error){0}; }

void error_within(mcrm_error *error, const char *prefix) {
  char whole[sizeof error->field * 2];
  if (error->field[0] && error->field[0] != '[')
    snprintf(whole, sizeof whole, "%s.%s", prefix, error->field);
  else
    snprintf(whole, sizeof whole, "%s%s", prefix, error->field);
  memcpy(error->field, whole, sizeof error->field - 1);
  error->field[sizeof error->field - 1] = 0;
  finish(error->field);
}
