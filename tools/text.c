#include <marfacrm/text.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "text_line.h"

static int answer(void *context, const mcrm_text *engine, const text_line *line) {
  mcrm_error error;
  char *json = NULL;
  if (mcrm_text_json(engine, context, line->text, line->length, line->now, line->language, &json, &error))
    return cli_fail(&error);
  puts(json);
  mcrm_free(json);
  return CLI_DONE;
}

static bool known(const char *what) {
  static const char *const WHAT[] = {"when",     "fold",      "normalise", "tokens",  "keys",  "numbers",
                                     "entities", "sentiment", "actions",   "summary", "jalali"};
  for (size_t i = 0; i < sizeof WHAT / sizeof *WHAT; i++)
    if (!strcmp(WHAT[i], what)) return true;
  return false;
}

int command_text(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
  } own[] = {{"cues", command_cues},        {"redact", command_redact},       {"names", command_names},
             {"words", command_words},      {"collation", command_collation}, {"train", command_train},
             {"classify", command_classify}};
  for (size_t i = 0; argc > 1 && i < sizeof own / sizeof *own; i++)
    if (!strcmp(argv[1], own[i].name)) return own[i].run(argc - 1, argv + 1);
  text_lines lines = {.take = answer};
  const char *words[CLI_WORDS];
  int status;
  const cli_option options[] = {
      {"now", "TIME", "what \"tomorrow\" is relative to (ISO 8601; default: the clock)", &lines.now},
      {"lang", "fa|en", "instead of what the letters say", &lines.language},
      {"zone", "NAME", "time zone (default: Asia/Tehran)", &lines.zone},
      {NULL, NULL, NULL, NULL}};
  const cli_command command = {
      "when|fold|normalise|tokens|keys|numbers|entities|sentiment|actions|summary|jalali|cues|redact|names|words|"
      "collation|train|classify",
      "a line in (plain, or a JSON object with text and optionally now and lang), an object out;\n"
      "cues, redact, names, words, collation, train and classify: see marfacrm text cues --help, and so on",
      options, 1, 1};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  if (!known(words[0])) return cli_usage("text", "there is no \"%s\"", words[0]);
  char what[16]; /* the context is not const */
  snprintf(what, sizeof what, "%s", words[0]);
  lines.context = what;
  return text_lines_read(&lines, "text");
}
