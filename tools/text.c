#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "cli.h"
#include "line.h"

typedef struct reading {
  const char *what, *language;
  mcrm_time now; /* 0: the clock's, anew for each line */
  mcrm_text *engine;
  int status;
} reading;

static mcrm_time clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (mcrm_time)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool read_time(const reading *r, const char *text, mcrm_time *out) {
  mcrm_error error;
  return mcrm_time_parse(r->engine, text, strlen(text), out, &error) == MCRM_OK;
}

static void read_text(reading *r, const char *text, size_t length, mcrm_time now, const char *language) {
  mcrm_error error;
  char *json = NULL;
  if (mcrm_text_json(r->engine, r->what, text, length, now, language, &json, &error) == MCRM_OK)
    puts(json);
  else
    r->status = cli_fail(&error);
  mcrm_free(json);
}

static const char *value(const line_member *m) { return m->value.bytes ? m->value.bytes : ""; }

static void read_object(reading *r, const line_member *text, const line_member *now, const line_member *lang) {
  mcrm_time at = r->now ? r->now : clock_now();
  if (!text->text)
    r->status = cli_fail_with(MCRM_INVALID, "text", "text.required", "the object has no text");
  else if (now->given && (!now->text || !read_time(r, value(now), &at)))
    r->status = cli_fail_with(MCRM_INVALID, "now", "time.invalid", "now is no ISO 8601 time");
  else
    read_text(r, value(text), text->value.length, at, lang->text ? value(lang) : r->language);
}

/* A line that is a JSON object is taken for one; any other is text. */
static void read_line(reading *r, const char *line, size_t length) {
  line_member members[] = {{.name = "text"}, {.name = "now"}, {.name = "lang"}};
  for (size_t i = 0; i < 3; i++) buffer_init(&members[i].value, (size_t)MCRM_TEXT_MOST + 1);
  if (line_read(line, length, members, 3))
    read_object(r, &members[0], &members[1], &members[2]);
  else
    read_text(r, line, length, r->now ? r->now : clock_now(), r->language);
  for (size_t i = 0; i < 3; i++) buffer_free(&members[i].value);
  fflush(stdout);
}

static void read_lines(reading *r) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  while ((length = getline(&line, &size, stdin)) >= 0) {
    if (length && line[length - 1] == '\n') length--;
    if (length && line[length - 1] == '\r') length--;
    line[length] = 0;
    read_line(r, line, (size_t)length);
  }
  if (ferror(stdin) || ferror(stdout)) r->status = CLI_FAILED;
  free(line);
}

static bool known(const char *what) {
  static const char *const WHAT[] = {"when",      "fold",    "normalise", "numbers", "entities",
                                     "sentiment", "actions", "summary",   "jalali"};
  for (size_t i = 0; i < sizeof WHAT / sizeof *WHAT; i++)
    if (!strcmp(WHAT[i], what)) return true;
  return false;
}

int command_text(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "train")) return command_train(argc - 1, argv + 1);
  if (argc > 1 && !strcmp(argv[1], "classify")) return command_classify(argc - 1, argv + 1);
  const char *now = NULL, *language = NULL, *zone = NULL, *words[CLI_WORDS];
  int status;
  const cli_option options[] = {
      {"now", "TIME", "what \"tomorrow\" is relative to (ISO 8601; default: the clock)", &now},
      {"lang", "fa|en", "instead of what the letters say", &language},
      {"zone", "NAME", "time zone (default: Asia/Tehran)", &zone},
      {NULL, NULL, NULL, NULL}};
  const cli_command command = {"when|fold|normalise|numbers|entities|sentiment|actions|summary|jalali|train|classify",
                               "a line in (plain, or a JSON object with text and optionally now and lang), an object "
                               "out;\ntrain and classify: see marfacrm text train --help",
                               options, 1, 1};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  if (!known(words[0])) return cli_usage("text", "there is no \"%s\"", words[0]);
  if (language && strcmp(language, "fa") != 0 && strcmp(language, "en") != 0)
    return cli_usage("text", "--lang is fa or en");
  reading r = {.what = words[0], .language = language};
  mcrm_text_options engine = {.size = sizeof engine, .time_zone = zone};
  mcrm_error error;
  if (mcrm_text_open(&engine, &r.engine, &error) != MCRM_OK) return cli_fail(&error);
  if (now && !read_time(&r, now, &r.now))
    r.status = cli_usage("text", "--now is an ISO 8601 time");
  else
    read_lines(&r);
  mcrm_text_close(r.engine);
  return r.status;
}
