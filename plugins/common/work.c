#include "work.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *work_alloc(const work *w, size_t bytes) { return w->host->alloc(w->call, bytes); }

char *work_copy(const work *w, const char *bytes, size_t length) {
  char *copy = work_alloc(w, length + 1);
  if (!copy) return NULL;
  if (length) memcpy(copy, bytes, length);
  copy[length] = 0;
  return copy;
}

/* A text that was cut in the middle of a letter loses the letter. */
static void whole_letters(char *text, size_t length) {
  size_t start = length;
  while (start && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
  if (!start) return;
  unsigned char lead = (unsigned char)text[start - 1];
  size_t wants = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length - (start - 1) < wants) text[start - 1] = 0;
}

static void print_within(char *out, size_t size, const char *format, va_list arguments) {
  int length = vsnprintf(out, size, format, arguments);
  if (length >= (int)size) whole_letters(out, size - 1);
  for (char *c = out; *c; c++) {
    if ((unsigned char)*c < 32 || *c == 127) *c = ' ';
  }
}

char *work_print(const work *w, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = length < 0 ? NULL : work_alloc(w, (size_t)length + 1);
  if (!text) return NULL;
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}

void work_log(const work *w, mcrm_log_level level, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  print_within(line, sizeof line, format, arguments);
  va_end(arguments);
  w->host->log(w->call, level, line);
}

mcrm_outcome work_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...) {
  va_list arguments;
  snprintf(failure->code, sizeof failure->code, "%s", code ? code : "");
  va_start(arguments, format);
  print_within(failure->detail, sizeof failure->detail, format, arguments);
  va_end(arguments);
  return outcome;
}

mcrm_outcome work_no_memory(mcrm_failure *failure) {
  return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "the reply needs more memory than a call may have");
}

const char *work_header(const mcrm_http_reply *reply, const char *name) {
  for (size_t i = 0; i < reply->header_count; i++) {
    if (!strcmp(reply->headers[i].name, name)) return reply->headers[i].value;
  }
  return NULL;
}

bool work_starts(const char *text, const char *beginning) {
  return text && !strncmp(text, beginning, strlen(beginning));
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool work_has(const char *text, const char *word) {
  for (; text && *text; text++) {
    size_t i = 0;
    while (word[i] && lower(text[i]) == word[i]) i++;
    if (!word[i]) return true;
  }
  return false;
}
