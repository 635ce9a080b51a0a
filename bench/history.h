/* A history as it grows: 400 conversations a day of ten people with 250 reps, up to now, and 2,000 tasks around it. All of
 * it is written by the store itself: journalled, sealed, searchable. */
#ifndef BENCH_HISTORY_H
#define BENCH_HISTORY_H

#include <store/store.h>

enum { HISTORY_PEOPLE = 10, HISTORY_REPS = 250, HISTORY_TASKS = 2000 };

typedef struct history {
  mcrm_id people[HISTORY_PEOPLE], reps[HISTORY_REPS];
} history;

/* Makes the database with user0 … user9 (their password is "a long password") and the reps, and fills it. */
void history_make(history *h, const char *url, const char *key_file);
void history_fill(const history *h, const char *url, const char *key_file, long conversations);
/* The store itself, with the instance's key. */
store *history_open(const char *url, const char *key_file);

#endif
