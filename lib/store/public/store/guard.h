/* Row-level security as a second line, where the database has it (PostgreSQL). */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

#include <store/store.h>

typedef struct store_guard {
  bool possible;  /* false: this database has no such thing */
  bool owner;     /* this role owns the schema (or is a superuser): policies do not hold it */
  int64_t tables; /* with policies */
  int64_t open;   /* that should be and are not held to this role: 0 where all is well */
  char role[64];
} store_guard;

int store_guard_look(store *s, mcrm_error *error, store_guard *out);

#endif
