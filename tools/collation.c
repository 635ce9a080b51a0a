/* text collation: a line in, the key by which it is sorted out. */
#include <base/json.h>
#include <marfacrm/text.h>
#include <stdio.h>

#include "cli.h"
#include "text_line.h"

static int put(void *context, const mcrm_text *engine, const text_line *line) {
  (void)context, (void)engine;
  char *key;
  mcrm_error error;
  if (mcrm_text_collation(line->text, line->length, &key, &error)) return cli_fail(&error);
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  buffer_text(&out, "{\"text\":");
  json_write_string(&out, line->text, line->length);
  cli_member(&out, "key", key);
  buffer_byte(&out, '}');
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  mcrm_free(key);
  return status;
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
