/* text train: a classifier of texts from a file of reviewed ones. Each fifth row is kept out, to say how good a model
 * of the others is; what is written has learned from all. */
#include <base/json.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/linear.h>
#include <unistd.h>

#include "cli.h"
#include "line.h"

enum { FILE_BYTES = 256 << 20, MODEL_BYTES = 4 << 20, FOLD = 5, LEAST_ROWS = 10 };

typedef struct training {
  arena *memory;
  const char *file;
  char *labels[TEXT_LINEAR_LABELS];
  size_t label_count;
  bool closed; /* the labels were given: no other is taken */
  text_example *rows;
  size_t count, room;
} training;

typedef struct figures {
  size_t held, right;
  size_t seen[TEXT_LINEAR_LABELS], said[TEXT_LINEAR_LABELS], hit[TEXT_LINEAR_LABELS];
} figures;

static int no_memory(void) { return cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory"); }

/* Its number; TEXT_LINEAR_LABELS where it is none, or one too many. */
static size_t label_number(training *t, const char *label, size_t length, bool add) {
  size_t i = 0;
  while (i < t->label_count && (strlen(t->labels[i]) != length || memcmp(t->labels[i], label, length) != 0)) i++;
  if (i < t->label_count) return i;
  if (!add || i == TEXT_LINEAR_LABELS || !length || length >= TEXT_LINEAR_LABEL_SIZE) return TEXT_LINEAR_LABELS;
  t->labels[i] = arena_copy(t->memory, label, length);
  if (!t->labels[i]) return TEXT_LINEAR_LABELS;
  t->label_count++;
  return i;
}

static int take_labels(training *t, const char *list) {
  while (list && *list) {
    size_t length = strcspn(list, ",");
    if (label_number(t, list, length, true) == TEXT_LINEAR_LABELS)
      return cli_usage("text train", "--labels: up to %d names of 1 to %d bytes, separated by commas",
                       TEXT_LINEAR_LABELS, TEXT_LINEAR_LABEL_SIZE - 1);
    list += length;
    if (*list) list++;
  }
  t->closed = t->label_count > 0;
  return CLI_DONE;
}

static bool row_room(training *t) {
  if (t->count < t->room) return true;
  size_t room = t->room ? t->room * 2 : 1024;
  text_example *larger = realloc(t->rows, room * sizeof *larger);
  if (!larger) return false;
  t->rows = larger;
  t->room = room;
  return true;
}

static int wrong_line(const training *t, size_t number, const char *field, const char *what) {
  return cli_fail_with(MCRM_INVALID, field, "invalid", "%s, line %zu: %s", t->file, number, what);
}

static int take_row(training *t, size_t number, const line_member *text, const line_member *label) {
  if (!text->text || !text->value.length) return wrong_line(t, number, "text", "\"text\" is missing, or no text");
  if (!label->text || !label->value.length) return wrong_line(t, number, "label", "\"label\" is missing, or no text");
  if (text->value.failed || label->value.failed || !row_room(t)) return no_memory();
  size_t which = label_number(t, label->value.bytes, label->value.length, !t->closed);
  if (which == TEXT_LINEAR_LABELS && t->closed)
    return wrong_line(t, number, "label", "this label is not among those of --labels");
  if (which == TEXT_LINEAR_LABELS) return wrong_line(t, number, "label", "too long a label, or one too many (16)");
  char *copy = arena_copy(t->memory, text->value.bytes, text->value.length);
  if (!copy) return no_memory();
  t->rows[t->count++] = (text_example){copy, text->value.length, (uint32_t)which};
  return CLI_DONE;
}

static int read_line(training *t, size_t number, const char *line, size_t length) {
  line_member members[] = {{.name = "text"}, {.name = "label"}};
  if (strspn(line, " \t\r") == length) return CLI_DONE;
  for (size_t i = 0; i < 2; i++) buffer_init(&members[i].value, FILE_BYTES);
  int status = line_read(line, length, members, 2) ? take_row(t, number, &members[0], &members[1])
                                                   : wrong_line(t, number, "file", "no JSON object");
  for (size_t i = 0; i < 2; i++) buffer_free(&members[i].value);
  return status;
}

static int read_rows(training *t) {
  buffer file;
  int status = cli_file(t->file, FILE_BYTES, &file);
  char *line = status ? NULL : file.bytes;
  for (size_t number = 1; !status && line && *line; number++) {
    char *end = strchr(line, '\n');
    if (end) *end = 0;
    status = read_line(t, number, line, strlen(line));
    line = end ? end + 1 : NULL;
  }
  buffer_free(&file);
  if (!status && t->count < LEAST_ROWS)
    status = cli_fail_with(MCRM_INVALID, "file", "invalid", "%s has %zu rows; at least %d are needed", t->file,
                           t->count, LEAST_ROWS);
  if (!status && t->label_count < 2)
    status = cli_fail_with(MCRM_INVALID, "label", "invalid", "%s has one label only", t->file);
  return status;
}

static bool held_out(size_t row) { return row % FOLD == FOLD - 1; }

static int learn(const training *t, const text_example *rows, size_t count, buffer *model) {
  text_training how = {.labels = (const char *const *)t->labels,
                       .label_count = t->label_count,
                       .examples = rows,
                       .example_count = count,
                       .seed = 1};
  buffer_init(model, MODEL_BYTES);
  int code = text_linear_train(&how, model, NULL);
  if (code == MCRM_NO_MEMORY) return no_memory();
  return code ? cli_fail_with(MCRM_INVALID, "file", "invalid", "these rows cannot be learned from") : CLI_DONE;
}

static int predict(const text_linear *model, arena *memory, const text_example *row, size_t *label) {
  text_scan scan;
  text_reading reading;
  text_linear_result result;
  arena_reset(memory);
  int code = text_scan_make(memory, row->text, row->length, &scan);
  if (!code) code = text_read(&scan, memory, &reading);
  if (!code) code = text_linear_predict(model, &reading, memory, &result);
  *label = code ? 0 : result.label;
  return code ? no_memory() : CLI_DONE;
}

static int judge(const training *t, const buffer *bytes, figures *f) {
  const text_linear *model = NULL;
  arena *scratch = arena_new(0);
  int status = scratch && !text_linear_open(bytes->bytes, bytes->length, t->memory, &model) ? CLI_DONE : no_memory();
  for (size_t i = 0; i < t->count && !status; i++) {
    size_t said;
    if (!held_out(i)) continue;
    status = predict(model, scratch, &t->rows[i], &said);
    f->held++;
    f->seen[t->rows[i].label]++;
    f->said[said]++;
    f->hit[said] += said == t->rows[i].label;
    f->right += said == t->rows[i].label;
  }
  arena_free(scratch);
  return status;
}

/* Learns from all but each fifth row and looks how those are taken. */
static int measure(const training *t, figures *f) {
  text_example *rows = malloc(t->count * sizeof *rows);
  buffer model = {0};
  size_t count = 0;
  if (!rows) return no_memory();
  for (size_t i = 0; i < t->count; i++) {
    if (!held_out(i)) rows[count++] = t->rows[i];
  }
  fprintf(stderr, "learning from %zu rows, %zu held out …\n", count, t->count - count);
  int status = learn(t, rows, count, &model);
  if (!status) status = judge(t, &model, f);
  buffer_free(&model);
  free(rows);
  return status;
}

/* In thousandths. */
static unsigned f1(const figures *f, size_t label) {
  size_t all = f->seen[label] + f->said[label];
  return all ? (unsigned)((2000 * f->hit[label] + all / 2) / all) : 0;
}

/* Of the labels that occur among the rows held out. */
static unsigned macro_f1(const training *t, const figures *f) {
  unsigned sum = 0, labels = 0;
  for (size_t i = 0; i < t->label_count; i++) {
    if (f->seen[i] + f->said[i] == 0) continue;
    sum += f1(f, i);
    labels++;
  }
  return labels ? (sum + labels / 2) / labels : 0;
}

/* A file of this name is the old model or the whole new one. */
static int write_model(const char *path, const buffer *model) {
  buffer part;
  buffer_init(&part, 4096);
  buffer_print(&part, "%s.%ld.part", path, (long)getpid());
  if (part.failed) return buffer_free(&part), no_memory();
  int fd = open(part.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  size_t at = 0;
  bool good = fd >= 0;
  while (good && at < model->length) {
    ssize_t wrote = write(fd, model->bytes + at, model->length - at);
    if (wrote > 0) at += (size_t)wrote;
    good = wrote > 0 || (wrote < 0 && errno == EINTR);
  }
  good = good && !fsync(fd);
  int why = errno;
  if (fd >= 0 && close(fd) && good) good = false, why = errno;
  if (good && rename(part.bytes, path)) good = false, why = errno;
  if (!good && fd >= 0) unlink(part.bytes);
  buffer_free(&part);
  return good ? CLI_DONE : cli_fail_with(MCRM_IO, "model", "io", "cannot write %s: %s", path, strerrordesc_np(why));
}

static void put_thousandths(buffer *out, unsigned n) { buffer_print(out, "%u.%03u", n / 1000, n % 1000); }

static int report(const training *t, const figures *f, bool as_json, const char *path) {
  buffer out;
  unsigned accuracy = f->held ? (unsigned)((1000 * f->right + f->held / 2) / f->held) : 0;
  buffer_init(&out, 1 << 20);
  buffer_print(&out, as_json ? "{\"rows\":%zu,\"held_out\":%zu,\"accuracy\":" : "rows %zu, held out %zu\naccuracy ",
               t->count, f->held);
  put_thousandths(&out, accuracy);
  buffer_text(&out, as_json ? ",\"macro_f1\":" : "\nmacro-F1 ");
  put_thousandths(&out, macro_f1(t, f));
  buffer_text(&out, as_json ? ",\"labels\":{" : "\n");
  for (size_t i = 0; i < t->label_count; i++) {
    if (as_json && i) buffer_byte(&out, ',');
    if (as_json)
      json_write_string(&out, t->labels[i], strlen(t->labels[i]));
    else
      buffer_print(&out, "  %s", t->labels[i]);
    buffer_text(&out, as_json ? ":{\"f1\":" : ": F1 ");
    put_thousandths(&out, f1(f, i));
    buffer_print(&out, as_json ? ",\"rows\":%zu}" : " of %zu rows\n", f->seen[i]);
  }
  if (as_json) {
    buffer_byte(&out, '}');
    cli_member(&out, "model", path);
    buffer_byte(&out, '}');
  } else {
    buffer_print(&out, "written to %s", path);
  }
  int status = out.failed ? no_memory() : CLI_DONE;
  if (!status) puts(out.bytes);
  buffer_free(&out);
  return status;
}

static int train(training *t, const char *path, bool as_json) {
  figures f = {0};
  buffer model = {0};
  int status = read_rows(t);
  if (!status) status = measure(t, &f);
  if (!status) fprintf(stderr, "learning from all %zu rows …\n", t->count);
  if (!status) status = learn(t, t->rows, t->count, &model);
  if (!status) status = write_model(path, &model);
  if (!status) status = report(t, &f, as_json, path);
  buffer_free(&model);
  return status;
}

int command_train(int argc, char **argv) {
  const char *words[CLI_WORDS], *labels = NULL, *as_json = NULL;
  char name[] = "text train"; /* as it is called in its help */
  argv[0] = name;
  int status;
  const cli_option options[] = {{"labels", "A,B,…", "the only labels taken (default: those of the file)", &labels},
                                {"json", NULL, "the figures as a JSON object", &as_json},
                                {0}};
  const cli_command command = {"FILE.jsonl|- OUT.model",
                               "Learns to tell texts apart from lines {\"text\":…,\"label\":…}. Prints how well each "
                               "fifth row is told by a model "
                               "of the others,\nthen learns from all and writes the model, for marfacrm text classify.",
                               options, 2, 2};
  if (!cli_read(&command, argc, argv, words, &status)) return status;
  training t = {.file = words[0], .memory = arena_new((size_t)1 << 30)};
  status = t.memory ? take_labels(&t, labels) : no_memory();
  if (!status) status = train(&t, words[1], as_json != NULL);
  free(t.rows);
  arena_free(t.memory);
  return status;
}
