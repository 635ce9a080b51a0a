/* text classify: a line in, what a trained model takes it for out. */
#include <base/json.h>
#include <errno.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/linear.h>

#include "cli.h"
#include "line.h"

enum { MODEL_BYTES = 4 << 20 };

static int read_model(const char *path, buffer *out) {
  buffer_init(out, MODEL_BYTES);
  FILE *file = fopen(path, "rbe");
  if (!file) return cli_fail_with(MCRM_IO, "model", "io", "cannot open %s: %s", path, strerrordesc_np(errno));
  char *room;
  while (!feof(file) && !ferror(file) && (room = buffer_room(out, 65536)))
    buffer_used(out, fread(room, 1, 65536, file));
  bool bad = ferror(file);
  fclose(file);
  if (bad) return cli_fail_with(MCRM_IO, "model", "io", "cannot read %s", path);
  return CLI_DONE;
}

static void put_probability(buffer *out, double p) {
  unsigned n = (unsigned)(p * 1000 + 0.5);
  buffer_print(out, "%u.%03u", n / 1000, n % 1000);
}

static int answer(const text_linear *m, arena *memory, const char *text, size_t length) {
  text_scan scan;
  text_reading reading;
  text_linear_result r;
  buffer out;
  arena_reset(memory);
  int code = text_scan_make(memory, text, length, &scan);
  if (code == MCRM_INVALID) return cli_fail_with(MCRM_INVALID, "text", "text.not_utf8", "the line is not UTF-8");
  if (!code) code = text_read(&scan, memory, &reading);
  if (!code) code = text_linear_predict(m, &reading, memory, &r);
  if (code) return cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  buffer_init(&out, 6 * length + 4096);
  buffer_text(&out, "{\"text\":");
  json_write_string(&out, text, length);
  cli_member(&out, "label", text_linear_label(m, r.label));
  buffer_text(&out, ",\"probabilities\":{");
  for (size_t i = 0; i < text_linear_label_count(m); i++) {
    if (i) buffer_byte(&out, ',');
    json_write_string(&out, text_linear_label(m, i), strlen(text_linear_label(m, i)));
    buffer_byte(&out, ':');
    put_probability(&out, r.probabilities[i]);
  }
  buffer_text(&out, "}}");
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  return status;
}

typedef struct classifying {
  const text_linear *model;
  arena *memory;
} classifying;

static int answer_line(void *context, const char *line, size_t length) {
  const classifying *c = context;
  line_member text = {.name = "text"};
  int status;
  buffer_init(&text.value, MCRM_TEXT_MOST);
  if (!line_read(line, length, &text, 1))
    status = answer(c->model, c->memory, line, length);
  else if (text.text)
    status = answer(c->model, c->memory, text.value.bytes ? text.value.bytes : "", text.value.length);
  else
    status = cli_fail_with(MCRM_INVALID, "text", "text.required", "the object has no text");
  buffer_free(&text.value);
  return status;
}

int command_classify(int argc, char **argv) {
  const char *words[CLI_WORDS];
  char name[] = "text classify"; /* as it is called in its help */
  argv[0] = name;
  int status;
  const cli_option options[] = {{0}};
  const cli_command command = {"MODEL", "a line in (plain, or a JSON object with text), an object out", options, 1, 1};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  buffer bytes;
  arena *kept = arena_new(0), *scratch = arena_new(0);
  const text_linear *model = NULL;
  status = read_model(words[0], &bytes);
  int code = status || !kept || !scratch ? MCRM_NO_MEMORY : text_linear_open(bytes.bytes, bytes.length, kept, &model);
  if (!status && code == MCRM_INVALID)
    status = cli_fail_with(MCRM_INVALID, "model", "invalid", "%s is no model, or damaged", words[0]);
  else if (!status && code)
    status = cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  if (!status) status = line_each(answer_line, &(classifying){model, scratch});
  buffer_free(&bytes);
  arena_free(scratch);
  arena_free(kept);
  return status;
}
