/* The parts of text_score: the public suites and the gold sentences, read through <marfacrm/text.h>. */
#ifndef TESTS_TEXT_SCORE_H
#define TESTS_TEXT_SCORE_H

#include <marfacrm/text.h>
#include <stddef.h>

#include "cases.h"

/* What the engine answers about a text; ends the program where it refuses, for the suites hold no such text. */
json_t *score_ask(const mcrm_text *engine, const char *what, const char *text, mcrm_time now, const char *language);

/* Classes counted against each other: rows are what is right, columns what was said. */
enum { SCORE_CLASSES = 4 };
typedef struct confusion {
  const char *names[SCORE_CLASSES];
  int count[SCORE_CLASSES][SCORE_CLASSES];
} confusion;

void confusion_add(confusion *c, const char *right, const char *said);
/* The mean of the F1 of the classes that occur, in per cent, recorded under `name`. */
double confusion_macro_f1(const confusion *c, const char *name);
double confusion_f1(const confusion *c, int class);

/* The public suites, other than those of dates. */
void score_suites(const mcrm_text *engine);
/* The sentences in tests/text/gold. */
void score_gold(const mcrm_text *engine);
/* The suites of dates (when_score.c), all or the one named. */
void when_score(const char *only);

#endif
