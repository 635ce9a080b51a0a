#include "text.h"

#include <errno.h>
#include <jansson.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

typedef struct command {
  const char *what, *language, *zone;
  mcrm_time now; /* 0: the clock's, anew for each line */
  mcrm_text *engine;
  int refused;
} command;

static const char USAGE[] =
    "usage: marfacrm text when|fold|normalise|numbers|entities|sentiment|actions|summary|jalali\n"
    "                     [--now TIME] [--lang fa|en] [--zone NAME]\n"
    "Reads lines (plain text, or JSON objects with text and optionally now and lang) and writes one JSON object a "
    "line.\n";

static mcrm_time clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (mcrm_time)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool read_time(const command *c, const char *text, mcrm_time *out) {
  mcrm_error error;
  return mcrm_time_parse(c->engine, text, strlen(text), out, &error) == MCRM_OK;
}

/* {"error":{code,field,message,detail}} */
static void refuse(command *c, const mcrm_error *error) {
  json_t *inner = json_pack("{s:s,s:s,s:s,s:s}", "code", mcrm_code_name(error->code), "field", error->field, "message",
                            error->message, "detail", error->detail);
  json_t *outer = inner ? json_pack("{s:o}", "error", inner) : NULL;
  char *line = outer ? json_dumps(outer, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
  puts(line ? line : "{\"error\":{\"code\":\"no_memory\"}}");
  free(line);
  json_decref(outer);
  c->refused++;
}

static void refuse_line(command *c, const char *field, const char *message, const char *detail) {
  mcrm_error error = {.code = MCRM_INVALID};
  snprintf(error.field, sizeof error.field, "%s", field);
  snprintf(error.message, sizeof error.message, "%s", message);
  snprintf(error.detail, sizeof error.detail, "%s", detail);
  refuse(c, &error);
}

static void read_text(command *c, const char *text, size_t length, mcrm_time now, const char *language) {
  mcrm_error error;
  char *json = NULL;
  if (mcrm_text_json(c->engine, c->what, text, length, now, language, &json, &error) == MCRM_OK)
    puts(json);
  else
    refuse(c, &error);
  mcrm_free(json);
}

static void read_object(command *c, json_t *row) {
  const json_t *text = json_object_get(row, "text"), *now = json_object_get(row, "now"),
               *lang = json_object_get(row, "lang");
  mcrm_time at = c->now ? c->now : clock_now();
  if (!json_is_string(text)) {
    refuse_line(c, "text", "text.required", "the object has no text");
  } else if (now && !json_is_null(now) && (!json_is_string(now) || !read_time(c, json_string_value(now), &at))) {
    refuse_line(c, "now", "time.invalid", "now is no ISO 8601 time");
  } else {
    read_text(c, json_string_value(text), json_string_length(text), at,
              json_is_string(lang) ? json_string_value(lang) : c->language);
  }
}

/* A line that begins like an object and is one is taken for one; any other is text. */
static void read_line(command *c, const char *line, size_t length) {
  json_t *row = NULL;
  if (length && line[0] == '{') row = json_loadb(line, length, JSON_ALLOW_NUL, NULL);
  if (json_is_object(row))
    read_object(c, row);
  else
    read_text(c, line, length, c->now ? c->now : clock_now(), c->language);
  json_decref(row);
  fflush(stdout);
}

static int read_lines(command *c) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  errno = 0;
  while ((length = getline(&line, &size, stdin)) >= 0) {
    if (length && line[length - 1] == '\n') length--;
    if (length && line[length - 1] == '\r') length--;
    read_line(c, line, (size_t)length);
  }
  bool failed = ferror(stdin) || ferror(stdout);
  free(line);
  return c->refused || failed ? 1 : 0;
}

static int usage(const char *problem) {
  fprintf(stderr, "marfacrm text: %s\n%s", problem, USAGE);
  return 2;
}

static bool known(const char *what) {
  static const char *const WHAT[] = {"when",      "fold",    "normalise", "numbers", "entities",
                                     "sentiment", "actions", "summary",   "jalali"};
  for (size_t i = 0; i < sizeof WHAT / sizeof *WHAT; i++)
    if (!strcmp(WHAT[i], what)) return true;
  return false;
}

int command_text(int argc, char **argv) {
  command c = {0};
  const char *now = NULL;
  for (int i = 1; i < argc; i++) {
    bool last = i + 1 == argc;
    if (!strcmp(argv[i], "--now") && !last)
      now = argv[++i];
    else if (!strcmp(argv[i], "--lang") && !last)
      c.language = argv[++i];
    else if (!strcmp(argv[i], "--zone") && !last)
      c.zone = argv[++i];
    else if (!strcmp(argv[i], "--help"))
      return fputs(USAGE, stdout), 0;
    else if (argv[i][0] != '-' && !c.what)
      c.what = argv[i];
    else
      return usage("wrong arguments");
  }
  if (!c.what || !known(c.what)) return usage("say what to read");
  if (c.language && strcmp(c.language, "fa") != 0 && strcmp(c.language, "en") != 0) return usage("--lang is fa or en");
  mcrm_text_options options = {.size = sizeof options, .time_zone = c.zone};
  mcrm_error error;
  if (mcrm_text_open(&options, &c.engine, &error) != MCRM_OK)
    return fprintf(stderr, "marfacrm text: %s\n", error.detail), 1;
  int code = now && !read_time(&c, now, &c.now) ? usage("--now is an ISO 8601 time") : read_lines(&c);
  mcrm_text_close(c.engine);
  return code;
}
