#include "line.h"

#include <base/utf8.h>
#include <marfacrm/types.h>
#include <model/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "cli.h"

/* Everything here walks over what json_check has found well-formed. */

static size_t blank_end(const char *json, size_t at) {
  while (json[at] == ' ' || json[at] == '\t' || json[at] == '\r' || json[at] == '\n') at++;
  return at;
}

static size_t string_end(const char *json, size_t at) {
  for (at++; json[at] != '"'; at++)
    if (json[at] == '\\') at++;
  return at + 1;
}

static size_t value_end(const char *json, size_t at) {
  if (json[at] == '"') return string_end(json, at);
  int depth = 0;
  for (;; at++) {
    char c = json[at];
    if (c == '"') {
      at = string_end(json, at) - 1;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (!depth) return at;
      if (!--depth) return at + 1;
    } else if (c == ',' && !depth) {
      return at;
    }
  }
}

static uint32_t hex(const char *four) {
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) {
    char c = four[i];
    value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  }
  return value;
}

/* \uXXXX at `at`, with its second half where it is a pair; moves `at` behind it. */
static uint32_t escaped_point(const char *json, size_t *at) {
  uint32_t point = hex(json + *at + 2);
  *at += 6;
  bool high = point >= 0xD800 && point < 0xDC00;
  if (high && json[*at] == '\\' && json[*at + 1] == 'u') {
    uint32_t low = hex(json + *at + 2);
    if (low >= 0xDC00 && low < 0xE000) {
      *at += 6;
      return 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return point >= 0xD800 && point < 0xE000 ? 0xFFFD : point;
}

static void unescape(const char *json, size_t at, size_t end, buffer *out) {
  while (at < end) {
    if (json[at] != '\\') {
      buffer_byte(out, json[at++]);
      continue;
    }
    char bytes[4];
    if (json[at + 1] == 'u') {
      uint32_t point = escaped_point(json, &at);
      buffer_append(out, bytes, utf8_encode(point, bytes));
      continue;
    }
    static const char FROM[] = "bfnrt", TO[] = "\b\f\n\r\t";
    const char *known = strchr(FROM, json[at + 1]);
    buffer_byte(out, known ? TO[known - FROM] : json[at + 1]);
    at += 2;
  }
}

static void take(line_member *m, const char *json, size_t at, size_t end) {
  m->given = true;
  m->text = json[at] == '"';
  buffer_clear(&m->value);
  if (m->text) unescape(json, at + 1, end - 1, &m->value);
}

bool line_read(const char *line, size_t length, line_member *members, size_t count) {
  mcrm_error error = {0};
  size_t at = blank_end(line, 0);
  if (line[at] != '{' || json_check(line, length, &error) != MCRM_OK) return false;
  at = blank_end(line, at + 1);
  while (line[at] == '"') {
    size_t name = at + 1, name_end = string_end(line, at) - 1;
    at = blank_end(line, blank_end(line, name_end + 1) + 1);
    size_t end = value_end(line, at);
    for (size_t i = 0; i < count; i++)
      if (strlen(members[i].name) == name_end - name && !memcmp(members[i].name, line + name, name_end - name))
        take(&members[i], line, at, end);
    at = blank_end(line, end);
    if (line[at] == ',') at = blank_end(line, at + 1);
  }
  return true;
}

int line_each(int (*one)(void *context, const char *line, size_t length), void *context) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  int status = CLI_DONE;
  while ((length = getline(&line, &size, stdin)) >= 0) {
    if (length && line[length - 1] == '\n') length--;
    if (length && line[length - 1] == '\r') length--;
    line[length] = 0;
    if (one(context, line, (size_t)length)) status = CLI_FAILED;
    fflush(stdout);
  }
  if (ferror(stdin) || ferror(stdout)) status = CLI_FAILED;
  free(line);
  return status;
}
