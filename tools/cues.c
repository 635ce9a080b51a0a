/* text cues: a line in, the cues of a file that it gives out. All lines are one conversation. */
#include <base/json.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "text_line.h"

enum { FILE_BYTES = 4 << 20 };

typedef struct listening {
  mcrm_cues *cues;
  mcrm_conversation *conversation; /* NULL: every place is told */
} listening;

static void put_number(buffer *out, const char *name, int64_t value) {
  buffer_print(out, ",\"%s\":%lld", name, (long long)value);
}

static void put_cue(buffer *out, const text_line *line, const mcrm_cue *c) {
  buffer_print(out, "{\"start\":%u,\"end\":%u,\"text\":", c->at.start, c->at.end);
  json_write_string(out, line->text + c->at.byte_start, c->at.byte_end - c->at.byte_start);
  cli_member(out, "cue", c->cue);
  cli_member(out, "category", c->category);
  cli_member(out, "phrase", c->phrase);
  put_number(out, "weight", c->weight);
  if (c->negative) buffer_text(out, ",\"negative\":true");
  buffer_byte(out, '}');
}

static int put(const text_line *line, const mcrm_cue_array *found) {
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  buffer_text(&out, "{\"text\":");
  json_write_string(&out, line->text, line->length);
  buffer_text(&out, ",\"cues\":[");
  for (size_t i = 0; i < found->count; i++) {
    if (i) buffer_byte(&out, ',');
    put_cue(&out, line, found->at[i]);
  }
  buffer_text(&out, "]}");
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  return status;
}

static int hear(void *context, const mcrm_text *engine, const text_line *line) {
  const listening *l = context;
  mcrm_reading *reading;
  mcrm_cue_array found;
  mcrm_error error;
  if (mcrm_reading_open(engine, line->text, line->length, line->now, line->language, &reading, &error))
    return cli_fail(&error);
  int code = l->conversation ? mcrm_conversation_hear(l->conversation, reading, line->now, &found, &error)
                             : mcrm_cues_match(l->cues, reading, &found, &error);
  int status = code ? cli_fail(&error) : put(line, &found);
  mcrm_reading_close(reading);
  return status;
}

static int open_cues(const char *path, mcrm_cues **out) {
  buffer yaml;
  mcrm_error error;
  int status = cli_file(path, FILE_BYTES, &yaml);
  if (!status && mcrm_cues_open_yaml(yaml.bytes, yaml.length, out, &error)) status = cli_fail(&error);
  buffer_free(&yaml);
  return status;
}

int command_cues(int argc, char **argv) {
  const char *words[CLI_WORDS], *all = NULL;
  char name[] = "text cues"; /* as it is called in its help */
  argv[0] = name;
  listening l = {0};
  text_lines lines = {.take = hear, .context = &l};
  int status;
  const cli_option options[] = {{"all", NULL, "every place, not only what fires (language, not, once, cooldown)", &all},
                                {"now", "TIME", "when each line is said (ISO 8601; default: the clock)", &lines.now},
                                {NULL, NULL, NULL, NULL}};
  const cli_command command = {
      "FILE",
      "a line in (plain, or a JSON object with text and optionally now), an object out, by the "
      "cues of a\nYAML file; all lines are one conversation",
      options, 1, 1};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  if (!strcmp(words[0], "-")) return cli_usage(name, "the cues are a file, for the lines are standard input");
  mcrm_error error;
  status = open_cues(words[0], &l.cues);
  if (!status && !all && mcrm_conversation_open(l.cues, &l.conversation, &error)) status = cli_fail(&error);
  if (!status) status = text_lines_read(&lines, name);
  mcrm_conversation_close(l.conversation);
  mcrm_cues_close(l.cues);
  return status;
}
