/* Moving everything from one database to another, of either kind: SQLite to PostgreSQL and back. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <store/store.h>

/* What a database holds: of each row a digest of its canonical form (table, column names in order, each value with its
 * kind), added up, so that the order of rows does not matter. Equal where the contents are. */
typedef struct store_sum {
  int64_t rows;
  uint64_t low, high;
} store_sum;

/* Tables and rows so far; called after each batch. */
typedef void store_copied(void *context, const char *table, int64_t rows);

/* Copies what the target does not have yet: one snapshot of the source, whoever writes there meanwhile; both must be
 * migrated, and nobody may write to the target. What was cut short goes on where it was when it is called again, and is
 * whole if nobody changed the source in between. MCRM_CONFLICT where the target holds something else. */
int store_copy(store *from, store *to, store_copied *progress, void *context, mcrm_error *error);
/* Puts a backup (a store that is open) in the place of a server's database: into a schema beside it first, so that it is
 * there whole or not at all. `replace`: what was there is kept as NAME_before; else, and where that is taken already,
 * MCRM_CONFLICT. MCRM_UNSUPPORTED for a file, which is simply put in place. Nobody may use the database meanwhile. */
int store_restore(store *backup, const char *url, bool replace, mcrm_error *error);
/* Is it one of the tables that are copied? */
bool store_copies(const char *table);
/* Reads all of a database. */
int store_sum_of(store *s, mcrm_error *error, store_sum *out);

#endif
