/* Which database a suite runs on. The build makes one test of each storage suite for each backend and names it in
 * MARFACRM_BACKEND (sqlite, postgresql, or pgbouncer: PostgreSQL behind it); without it, SQLite. On PostgreSQL the
 * suite has a server of its own, started when the first database is asked for and gone with the process that did. */
#ifndef HARNESS_BACKEND_H
#define HARNESS_BACKEND_H

#include <stdbool.h>

bool backend_is_sqlite(void);
/* The URL of a database of this name in this folder, each empty at first: a file, or a schema. Good for the next eight
 * calls. */
const char *backend_url(const char *folder, const char *name);

#endif
