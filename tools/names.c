/* text names: a line in, the names of a file that it may mean, in spite of typing errors. */
#include <base/json.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "text_line.h"

enum { FILE_BYTES = 64 << 20, MATCHES = 5, MATCHES_MOST = 64 };

typedef struct list {
  buffer file;     /* each line ends with NUL */
  mcrm_name *rows; /* the id is the number of the line */
  size_t count;
  mcrm_names *names;
  int64_t limit;
} list;

static const char *name_of(const list *l, mcrm_id line) {
  for (size_t i = 0; i < l->count; i++)
    if (l->rows[i].id == line) return l->rows[i].text;
  return "";
}

static int put(const list *l, const text_line *line, const mcrm_name_match *found, size_t count) {
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  buffer_text(&out, "{\"text\":");
  json_write_string(&out, line->text, line->length);
  buffer_text(&out, ",\"matches\":[");
  for (size_t i = 0; i < count; i++) {
    buffer_print(&out, "%s{\"line\":%lld", i ? "," : "", (long long)found[i].id);
    cli_member(&out, "name", name_of(l, found[i].id));
    buffer_print(&out, ",\"distance\":%d}", found[i].distance);
  }
  buffer_text(&out, "]}");
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  return status;
}

static int look_up(void *context, const mcrm_text *engine, const text_line *line) {
  (void)engine;
  const list *l = context;
  mcrm_name_match found[MATCHES_MOST];
  size_t count;
  mcrm_error error;
  if (mcrm_names_find(l->names, line->text, line->length, found, (size_t)l->limit, &count, &error))
    return cli_fail(&error);
  return put(l, line, found, count);
}

/* One row a line; empty lines are none. */
static bool split(list *l) {
  size_t lines = 1;
  for (size_t i = 0; i < l->file.length; i++) lines += l->file.bytes[i] == '\n';
  l->rows = calloc(lines, sizeof *l->rows);
  if (!l->rows) return false;
  char *at = l->file.bytes;
  for (mcrm_id line = 1; at && *at; line++) {
    char *end = strchr(at, '\n');
    if (end) *end = 0;
    at[strcspn(at, "\r")] = 0;
    if (*at) l->rows[l->count++] = (mcrm_name){line, at};
    at = end ? end + 1 : NULL;
  }
  return true;
}

static int open_list(const char *path, list *l) {
  mcrm_error error;
  int status = cli_file(path, FILE_BYTES, &l->file);
  if (status) return status;
  buffer_byte(&l->file, 0);
  if (l->file.failed || !split(l)) return cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  return mcrm_names_open(l->rows, l->count, &l->names, &error) ? cli_fail(&error) : CLI_DONE;
}

int command_names(int argc, char **argv) {
  const char *words[CLI_WORDS], *limit = NULL;
  char name[] = "text names"; /* as it is called in its help */
  argv[0] = name;
  list l = {.limit = MATCHES};
  text_lines lines = {.take = look_up, .context = &l};
  int status;
  const cli_option options[] = {{"limit", "COUNT", "matches, the nearest first (1 to 64; default: 5)", &limit},
                                {NULL, NULL, NULL, NULL}};
  const cli_command command = {
      "FILE",
      "a line in (plain, or a JSON object with text), an object out: the names of a file, one a line, that "
      "it\nmay mean, whatever the spelling and in spite of typing errors",
      options, 1, 1};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  if (!strcmp(words[0], "-")) return cli_usage(name, "the names are a file, for the lines are standard input");
  if (limit && (!cli_number(limit, &l.limit) || l.limit < 1 || l.limit > MATCHES_MOST))
    return cli_usage(name, "--limit is 1 to 64");
  status = open_list(words[0], &l);
  if (!status) status = text_lines_read(&lines, name);
  mcrm_names_close(l.names);
  free(l.rows);
  buffer_free(&l.file);
  return status;
}
