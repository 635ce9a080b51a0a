#include "text_line.h"

#include <base/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "line.h"

enum { TEXT, NOW, LANGUAGE, MEMBERS };

static mcrm_time clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (mcrm_time)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool read_time(const text_lines *lines, const char *text, mcrm_time *out) {
  mcrm_error error;
  return mcrm_time_parse(lines->engine, text, strlen(text), out, &error) == MCRM_OK;
}

static const char *value(const line_member *m) { return m->value.bytes ? m->value.bytes : ""; }

static int take_object(const text_lines *lines, const line_member *m, text_line *line) {
  if (!m[TEXT].text) return cli_fail_with(MCRM_INVALID, "text", "text.required", "the object has no text");
  if (m[NOW].given && (!m[NOW].text || !read_time(lines, value(&m[NOW]), &line->now)))
    return cli_fail_with(MCRM_INVALID, "now", "time.invalid", "now is no ISO 8601 time");
  line->text = value(&m[TEXT]);
  line->length = m[TEXT].value.length;
  if (m[LANGUAGE].text) line->language = value(&m[LANGUAGE]);
  return lines->take(lines->context, lines->engine, line);
}

/* A line that is a JSON object is taken for one; any other is text. */
static int take_line(void *context, const char *text, size_t length) {
  const text_lines *lines = context;
  text_line line = {text, length, lines->at ? lines->at : clock_now(), lines->language};
  line_member members[MEMBERS] = {[TEXT] = {.name = "text"}, [NOW] = {.name = "now"}, [LANGUAGE] = {.name = "lang"}};
  for (size_t i = 0; i < MEMBERS; i++) buffer_init(&members[i].value, (size_t)MCRM_TEXT_MOST + 1);
  int status = line_read(text, length, members, MEMBERS) ? take_object(lines, members, &line)
                                                         : lines->take(lines->context, lines->engine, &line);
  for (size_t i = 0; i < MEMBERS; i++) buffer_free(&members[i].value);
  return status;
}

int text_lines_read(text_lines *lines, const char *command) {
  if (lines->language && strcmp(lines->language, "fa") != 0 && strcmp(lines->language, "en") != 0)
    return cli_usage(command, "--lang is fa or en");
  mcrm_text_options options = {.size = sizeof options, .time_zone = lines->zone};
  mcrm_error error;
  if (mcrm_text_open(&options, &lines->engine, &error) != MCRM_OK) return cli_fail(&error);
  int status = lines->now && !read_time(lines, lines->now, &lines->at) ? cli_usage(command, "--now is an ISO 8601 time")
                                                                       : line_each(take_line, lines);
  mcrm_text_close(lines->engine);
  return status;
}

int text_line_put(const text_line *line, const char *name, char *answer) {
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  buffer_text(&out, "{\"text\":");
  json_write_string(&out, line->text, line->length);
  cli_member(&out, name, answer);
  buffer_byte(&out, '}');
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  mcrm_free(answer);
  return status;
}
