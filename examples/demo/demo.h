/* Writes a believable host database: representatives with their shops, phones and Telegram names in all the forms
 * people write them, weekly invoices over half a year, payments in full and in part. The same seed and time give the
 * same database. */
#ifndef DEMO_H
#define DEMO_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct demo_options {
  unsigned reps; /* 0: 250 */
  uint64_t seed;
  int generation; /* of the host's tables: 1 or 2 */
  int64_t now;    /* seconds since 1970: the invoices end here */
} demo_options;

enum { DEMO_REPS = 250, DEMO_REPS_MOST = 100000, DEMO_WEEKS = 26 };

/* The file must not exist yet. 0, or a negative number and why in `error`. */
int demo_write(const char *file, const demo_options *options, char *error, size_t size);
/* The same as SQL for psql, with the tables as a PostgreSQL host has them. */
int demo_print_postgresql(const demo_options *options, FILE *out, char *error, size_t size);

#endif
