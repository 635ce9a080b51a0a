/* A history as it grows: 480 conversations a day of ten people with 100 reps, up to now, and 2,000 tasks around it:
 * journalled, sealed, searchable. */
#ifndef BENCH_HISTORY_H
#define BENCH_HISTORY_H

#include <store/store.h>

enum { HISTORY_PEOPLE = 10, HISTORY_REPS = 100, HISTORY_TASKS = 2000, HISTORY_SHORT = 10000, HISTORY_STEP_MS = 180000 };

typedef struct history {
  mcrm_id people[HISTORY_PEOPLE], reps[HISTORY_REPS];
} history;

/* Makes the database with user0 … user9 (their password is "a long password") and the reps, and fills it. */
void history_make(history *h, const char *url, const char *key_file);
/* HISTORY_SHORT conversations, one by one through the store. */
void history_fill(const history *h, const char *url, const char *key_file);
/* Makes it so many times as long, on PostgreSQL. */
void history_lengthen(const char *url, const char *key_file, int times);
/* The store itself, with the instance's key, which is handed over, too. */
store *history_open(const char *url, const char *key_file, unsigned char key[STORE_KEY_SIZE]);

#endif
