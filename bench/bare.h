/* A recording, sent by libpq alone: prepared statements, the same waits. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <libpq-fe.h>

#include "recorder.h"

typedef struct bare bare;

bare *bare_open(const char *conninfo);
void bare_close(bare *b);
/* pipelined: what was sent together goes together; else each statement is waited for, as by PQexecPrepared. */
void bare_play(bare *b, const recorded *from, size_t count, bool pipelined);
/* One command without parameters; its first value as a number. */
long bare_ask(bare *b, const char *sql);

#endif
