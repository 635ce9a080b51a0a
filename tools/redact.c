/* text redact: what names a person out of the lines, and back into those that come of them. */
#include <base/json.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "line.h"

static int put(const char *name, char *text) {
  buffer out;
  buffer_init(&out, 6 * strlen(text) + 64);
  buffer_byte(&out, '{');
  cli_member(&out, name, text);
  buffer_byte(&out, '}');
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  mcrm_free(text);
  return status;
}

static int redact(mcrm_redaction *kept, const char *text, size_t length) {
  char *redacted;
  mcrm_error error;
  return mcrm_redact(kept, text, length, &redacted, &error) ? cli_fail(&error) : put("redacted", redacted);
}

static int restore(mcrm_redaction *kept, const char *text, size_t length) {
  char *restored;
  mcrm_error error;
  return mcrm_restore(kept, text, length, &restored, &error) ? cli_fail(&error) : put("restored", restored);
}

static int take_line(void *context, const char *line, size_t length) {
  line_member members[] = {{.name = "text"}, {.name = "restore"}}, *text = &members[0], *back = &members[1];
  int status;
  for (size_t i = 0; i < 2; i++) buffer_init(&members[i].value, (size_t)MCRM_TEXT_MOST + 1);
  if (!line_read(line, length, members, 2))
    status = redact(context, line, length);
  else if (text->text == back->text)
    status = cli_fail_with(MCRM_INVALID, "text", "text.required", "the object has no text, or two");
  else if (text->text)
    status = redact(context, text->value.bytes ? text->value.bytes : "", text->value.length);
  else
    status = restore(context, back->value.bytes ? back->value.bytes : "", back->value.length);
  for (size_t i = 0; i < 2; i++) buffer_free(&members[i].value);
  return status;
}

int command_redact(int argc, char **argv) {
  const char *words[CLI_WORDS];
  char name[] = "text redact"; /* as it is called in its help */
  argv[0] = name;
  int status;
  const cli_option options[] = {{0}};
  const cli_command command = {
      "",
      "a line in (plain, or a JSON object with text, or with restore), an object out; the same "
      "identifier is\nthe same token in all lines, and restore puts back what stood there",
      options, 0, 0};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  mcrm_redaction *kept;
  mcrm_error error;
  if (mcrm_redaction_open(&kept, &error)) return cli_fail(&error);
  status = line_each(take_line, kept);
  mcrm_redaction_close(kept);
  return status;
}
