#include "cases.h"

#include <stdlib.h>
#include <string.h>

bool cases_open(cases *c, const char *name) {
  char path[512];
  const char *folder = getenv("MARFACRM_CASES");
  snprintf(path, sizeof path, "%s/%s", folder ? folder : MARFACRM_CASES_DEFAULT, name);
  return cases_open_file(c, path);
}

bool cases_open_file(cases *c, const char *path) {
  *c = (cases){.file = fopen(path, "r")};
  if (!c->file) fprintf(stderr, "SKIPPED: there is no %s (set MARFACRM_CASES)\n", path);
  return c->file != NULL;
}

bool cases_next(cases *c) {
  char *line = NULL;
  size_t size = 0;
  json_decref(c->row);
  c->row = NULL;
  ssize_t length = getline(&line, &size, c->file);
  if (length > 0) c->row = json_loads(line, 0, NULL);
  free(line);
  return c->row != NULL;
}

void cases_close(cases *c) {
  json_decref(c->row);
  fclose(c->file);
}

const char *cases_text(const cases *c, const char *key) {
  const char *text = json_string_value(json_object_get(c->row, key));
  return text ? text : "";
}

void score_add(score *s, bool right, const char *id, const char *text, const char *got, const char *expected) {
  s->all++;
  s->right += right;
  if (!right && getenv("MARFACRM_SHOW"))
    fprintf(stderr, "%s %s: [%s]\n  got      [%s]\n  expected [%s]\n", s->name, id, text, got, expected);
}

double score_print(const score *s) {
  double share = s->all ? 100.0 * s->right / s->all : 100.0;
  printf("%-42s %4d of %4d  %5.1f %%\n", s->name, s->right, s->all, share);
  if (s->all) score_record(s->name, share);
  return share;
}

static struct {
  char name[64];
  double share;
} records[100];
static size_t record_count;

void score_record(const char *name, double share) {
  if (record_count == sizeof records / sizeof *records) abort();
  snprintf(records[record_count].name, sizeof records->name, "%s", name);
  records[record_count++].share = share;
}

size_t score_count(void) { return record_count; }

const char *score_recorded(size_t i, double *share) {
  *share = records[i].share;
  return records[i].name;
}
