/* text words: a number in, the words for it out. */
#include <marfacrm/text.h>

#include "cli.h"
#include "text_line.h"

static bool blank(const char *text, size_t from, size_t to) {
  while (from < to && (text[from] == ' ' || text[from] == '\t' || text[from] == '\r')) from++;
  return from >= to;
}

/* The number that the line is, with nothing beside it; NULL: it is none. */
static const mcrm_number *number_of(const mcrm_number_array *found, const text_line *line) {
  const mcrm_number *n = found->count == 1 ? found->at[0] : NULL;
  bool alone = n && blank(line->text, 0, n->at.byte_start) && blank(line->text, n->at.byte_end, line->length);
  return alone && !n->percent && !n->saturated ? n : NULL;
}

static int spell(void *context, const mcrm_text *engine, const text_line *line) {
  const char *const *ordinal = context;
  mcrm_reading *reading;
  mcrm_number_array found;
  char *words;
  mcrm_error error;
  if (mcrm_reading_open(engine, line->text, line->length, line->now, line->language, &reading, &error))
    return cli_fail(&error);
  int status = mcrm_reading_numbers(reading, &found, &error) ? cli_fail(&error) : CLI_DONE;
  const mcrm_number *n = status ? NULL : number_of(&found, line);
  if (n) {
    const char *language = line->language ? line->language : "fa";
    int code = mcrm_number_words(n->value, n->nano, *ordinal || n->ordinal, language, &words, &error);
    status = code ? cli_fail(&error) : text_line_put(line, "words", words);
  } else if (!status) {
    status = cli_fail_with(MCRM_INVALID, "text", "number.required", "the line is no number, or one too large");
  }
  mcrm_reading_close(reading);
  return status;
}

int command_words(int argc, char **argv) {
  const char *words[CLI_WORDS], *ordinal = NULL;
  char name[] = "text words"; /* as it is called in its help */
  argv[0] = name;
  text_lines lines = {.take = spell, .context = &ordinal};
  int status;
  const cli_option options[] = {{"lang", "fa|en", "the language of the words (default: fa)", &lines.language},
                                {"ordinal", NULL, "the third instead of three", &ordinal},
                                {NULL, NULL, NULL, NULL}};
  const cli_command command = {
      "",
      "a number in (digits of any script, or words; plain, or a JSON object with text and optionally "
      "lang), an\nobject out: the number in words",
      options, 0, 0};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  return text_lines_read(&lines, name);
}
