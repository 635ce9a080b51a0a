/* A PostgreSQL server of the test's own: in a temporary folder, as the user postgres where the test runs as root (the
 * server refuses to), reached through a socket in that folder and, where asked for, through a port of 127.0.0.1 that
 * was free. Durable as it comes: fsync stays on. */
#ifndef HARNESS_POSTGRES_H
#define HARNESS_POSTGRES_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct postgres_server {
  char folder[64];
  int port; /* of 127.0.0.1; 0: none */
  pid_t pid;
  unsigned small_mb; /* set before the start: a disk of so many MB in folder/small, which only the server sees; where
                        this user may not mount one, or by_limit, no file of the server may be larger */
  bool by_limit;
  bool mounted;        /* which of the two it became */
  const char *on_disk; /* set before the start: the folder it is made in; NULL: in memory where there is room */
  bool own_clock;      /* set before the start: the server's clock is moved with postgres_clock (libfaketime) */
} postgres_server;

#ifndef POSTGRES_BIN
#define POSTGRES_BIN "" /* the build says where */
#endif

/* Is there a PostgreSQL on this machine? */
bool postgres_installed(void);
/* Makes and starts one; extra: lines for postgresql.conf, or NULL. Ends the test where it cannot. */
void postgres_start(postgres_server *s, bool tcp, const char *extra);
/* A physical copy of a running server that follows it; not started. */
void postgres_copy(const postgres_server *from, postgres_server *s, const char *extra);
void postgres_launch(postgres_server *s);
/* SIGTERM smart, SIGINT fast, SIGQUIT immediate; waits. The folder stays. */
void postgres_halt(postgres_server *s, int signal);
/* Stops it and removes the folder. */
void postgres_remove(postgres_server *s);
/* Runs psql on it; the output's first line, or "" (valid until the next call). Ends the test where psql fails. */
const char *postgres_ask(const postgres_server *s, const char *sql);
/* So many seconds from the real time on, at once. */
bool postgres_clock_installed(void);
void postgres_clock(const postgres_server *s, long seconds);
/* Runs a program in the server's user, with its standard output in `out`; the exit code. */
int postgres_run(const char *const *arguments, const char *out);

/* pgbouncer before it, which lends a server for one transaction, at a socket in the server's folder. Its process is to
 * be ended with SIGQUIT before the server is. */
enum { POSTGRES_POOLER_PORT = 6432 };
bool postgres_pooler_installed(void);
pid_t postgres_pooler(const postgres_server *s);

#endif
