/* What the files of this room share. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <base/error.h>
#include <pthread.h>
#include <store/listener.h>
#include <store/store.h>

#include "record_plan.h"

/* ---- pool: connections at home, and who waits for one ---- */

typedef struct store_waiter {
  struct store_waiter *next;
  pthread_cond_t wake;
  bool granted;
  void *connection; /* NULL when granted: the right to open one */
} store_waiter;

/* Connections of one role. Whoever came first is served first. */
typedef struct store_lane {
  store_role role;
  unsigned most, open;
  void **idle;
  unsigned idle_count;
  store_waiter *first, *last;
} store_lane;

/* ---- the store ---- */

struct store {
  const store_driver *driver;
  char *url, *listen_url;
  store_listener listener;
  mcrm_clock clock;
  const zone *zone;
  unsigned char key[STORE_KEY_SIZE];
  id_source ids;
  const volatile int *alive; /* a page that is wiped in a forked child; NULL where the kernel cannot */
  pid_t process;
  record_plans plans; /* made on opening, then only read */

  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t home;  /* a connection came home while closing */
  bool closing;
  store_lane writers, readers;
  unsigned schema; /* the version the database had when last looked */
  void (*wake)(void *context);
  void *wake_context;
};

enum { STORE_DEFAULT_READERS = 4 };
static const int64_t STORE_DEFAULT_WAIT = INT64_C(5000000000);

/* MCRM_UNSUPPORTED in a child of the process that opened the store. */
int store_same_process(const store *s, mcrm_error *error);

int store_lane_init(store_lane *lane, store_role role, unsigned most);
void store_lane_close(store *s, store_lane *lane);
int store_acquire(store *s, bool write, int64_t deadline, mcrm_error *error, void **connection);
void store_release(store *s, bool write, void *connection);

/* Waits for what the transaction has posted; its failure. */
int store_settle(store_tx *tx);

/* Calls the store_on_commit hook. */
void store_wake(store *s);

/* ---- backups ---- */

/* `fill` writes into an empty file (0600) of another name, which gets its own when it is whole. MCRM_CONFLICT where the
 * file exists. */
int store_backup_into(const char *file, int (*fill)(void *context, const char *partial, mcrm_error *error),
                      void *context, mcrm_error *error);

/* ---- migrations ---- */

/* All parts with the same version belong to one step and run in one transaction, in the order of the table. */
typedef struct store_migration {
  unsigned version;
  const char *name;
  const char *scheme; /* "": every database; else only the driver's of that name */
  const char *sql;
} store_migration;

extern const store_migration store_migrations[];
extern const size_t store_migration_count;

unsigned store_schema_wanted(void);
/* The version of the database behind a connection; 0 = empty. */
int store_schema_read(const store_driver *driver, void *connection, mcrm_error *error, unsigned *version);
/* MCRM_UNSUPPORTED unless it is the wanted one. */
int store_schema_accept(unsigned has, mcrm_error *error);

/* The same for a transaction that begins; a writer's looks again, for another process may have migrated. */
int store_schema_check(store *s, void *connection, bool write, mcrm_error *error);
/* A transaction was refused as unsupported: the next one reads the version anew, and says what is wrong with it. */
void store_schema_doubt(store *s);

/* ---- journal ---- */

/* An entry written by a transaction, to be sealed when it commits. Lives in the transaction's arena. */
struct store_entry {
  struct store_entry *next;
  mcrm_id id;
  unsigned char digest[32];
};

/* Called by store_commit before COMMIT where tx->entry_count > 0. Where writers are serial it gives the entries
 * their places in the chain, and where the sealer's lock is free (tx->sealed); elsewhere it writes them down as
 * pending, for store_seal. */
int store_seal_transaction(store_tx *tx);

#endif
