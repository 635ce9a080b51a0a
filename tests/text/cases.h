/* The public cases: one JSON object a line. They live beside the project; where they are missing a test says so and
 * passes over them. */
#ifndef TESTS_TEXT_CASES_H
#define TESTS_TEXT_CASES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct cases {
  FILE *file;
  json_t *row; /* the current one; borrowed until the next */
} cases;

/* False (and a line on standard error) where there is no such file. */
bool cases_open(cases *c, const char *name);
/* The same for a file of the project itself. */
bool cases_open_file(cases *c, const char *path);
bool cases_next(cases *c);
void cases_close(cases *c);
const char *cases_text(const cases *c, const char *key);

/* How many were right; each wrong one is shown where MARFACRM_SHOW is set. */
typedef struct score {
  const char *name;
  int right, all;
} score;

void score_add(score *s, bool right, const char *id, const char *text, const char *got, const char *expected);
/* Prints the line, records the share and returns it in per cent. */
double score_print(const score *s);

/* What was reached, for a summary: in the order in which it was recorded. */
void score_record(const char *name, double share);
size_t score_count(void);
const char *score_recorded(size_t i, double *share);

#endif
