/* text collation: a line in, the key by which it is sorted out. */
#include <marfacrm/text.h>

#include "cli.h"
#include "text_line.h"

static int put(void *context, const mcrm_text *engine, const text_line *line) {
  (void)context, (void)engine;
  char *key;
  mcrm_error error;
  if (mcrm_text_collation(line->text, line->length, &key, &error)) return cli_fail(&error);
  return text_line_put(line, "key", key);
}

int command_collation(int argc, char **argv) {
  const char *words[CLI_WORDS];
  char name[] = "text collation"; /* as it is called in its help */
  argv[0] = name;
  text_lines lines = {.take = put};
  int status;
  const cli_option options[] = {{0}};
  const cli_command command = {
      "",
      "a line in (plain, or a JSON object with text), an object out: a key that sorts by bytes as Persian "
      "readers\nexpect",
      options, 0, 0};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  return text_lines_read(&lines, name);
}
