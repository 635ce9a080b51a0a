/* Transactions and their savepoints. */
#include <stdio.h>
#include <store/journal.h>
#include <string.h>

#include "internal.h"

/* A database that guards its rows wants to know whom it shows them to. */
static void say_who_acts(const store_tx *tx, const store_origin *origin) {
  char actor[24] = "";
  if (!tx->store->driver->acting) return;
  if (origin && origin->user_id > 0)
    snprintf(actor, sizeof actor, "%lld", (long long)origin->user_id);
  else if (origin)
    strcpy(actor, "system");
  tx->store->driver->acting(tx->connection, actor);
}

int store_begin(store *s, arena *a, mcrm_error *error, bool write, int64_t deadline, const store_origin *origin,
                store_tx *tx) {
  *tx = (store_tx){.store = s, .arena = a, .error = error, .write = write, .deadline = deadline};
  if (origin) tx->origin = *origin;
  int code = store_same_process(s, error);
  if (code) return code;
  int64_t until = deadline ? deadline : clock_monotonic() + STORE_DEFAULT_WAIT;
  code = store_acquire(s, write, until, error, &tx->connection);
  if (code) return code;
  say_who_acts(tx, origin);
  code = s->driver->begin(tx->connection, deadline, error);
  if (!code) {
    code = store_schema_check(s, tx->connection, write, error);
    if (code) s->driver->rollback(tx->connection);
  }
  if (code) {
    store_release(s, write, tx->connection);
    tx->connection = NULL;
    return code;
  }
  tx->now = store_now(s);
  tx->open = true;
  return MCRM_OK;
}

static void leave(store_tx *tx) {
  store_release(tx->store, tx->write, tx->connection);
  tx->connection = NULL;
  tx->open = false;
}

/* Where the sealer's lock was taken, the entries are pending: they get their places when it is free. Where that fails,
 * the commit stands all the same, and the next commit or the sealing job sees to them. */
static void seal_later(store_tx *tx) {
  mcrm_error quiet = {0};
  unsigned sealed;
  if (!(tx->store->driver->capabilities & STORE_SERIAL_WRITERS) && tx->store->driver->try_lock && !tx->sealed)
    store_seal(tx->store, &quiet, &sealed);
}

int store_commit(store_tx *tx) {
  int code = store_same_process(tx->store, tx->error);
  if (code) return code;
  if (!tx->open) return error_set(tx->error, MCRM_INTERNAL, NULL, "store.closed", "commit of a transaction that ended");
  if (tx->failed)
    code = error_set(tx->error, tx->failed, NULL, "store.failed", "a statement of the transaction had failed");
  if (!code && tx->entry_count) code = store_seal_transaction(tx);
  if (!code && (code = tx->store->driver->commit(tx->connection, tx->error)) == MCRM_UNSUPPORTED)
    store_schema_doubt(tx->store);
  if (code) tx->store->driver->rollback(tx->connection);
  leave(tx);
  if (!code && tx->entry_count) {
    seal_later(tx);
    store_wake(tx->store);
  }
  return code;
}

void store_rollback(store_tx *tx) {
  if (!tx->open) return;
  mcrm_error quiet = {0};
  if (store_same_process(tx->store, &quiet)) return;
  tx->store->driver->rollback(tx->connection);
  leave(tx);
}

/* ---- savepoints: all have one name, for the newest of a name is meant ---- */

int store_savepoint(store_tx *tx) {
  if (!tx->write || tx->depth == STORE_SAVEPOINTS)
    return error_set(tx->error, MCRM_INTERNAL, NULL, "store.savepoint", "no savepoint %s",
                     tx->write ? "so deep" : "in a reader's transaction");
  int code = store_settle(tx); /* what was posted before a mark belongs before it, also where it fails */
  if (!code) code = store_post_with(tx, "SAVEPOINT part", NULL, 0);
  if (code) return code;
  tx->marks[tx->depth].last_entry = tx->last_entry;
  tx->marks[tx->depth].entry_count = tx->entry_count;
  tx->marks[tx->depth].failed = tx->failed;
  tx->depth++;
  return MCRM_OK;
}

int store_savepoint_release(store_tx *tx) {
  if (!tx->depth) return error_set(tx->error, MCRM_INTERNAL, NULL, "store.savepoint", "no savepoint to release");
  int code = store_settle(tx);
  if (code) return code;
  tx->depth--;
  return store_post_with(tx, "RELEASE SAVEPOINT part", NULL, 0);
}

void store_savepoint_rollback(store_tx *tx) {
  if (!tx->depth || !tx->open) return;
  tx->depth--;
  mcrm_error quiet = {0}, *error = tx->error;
  tx->error = &quiet; /* the one that led here stays */
  tx->failed = tx->marks[tx->depth].failed;
  store_settle(tx); /* what still fails goes with the part */
  tx->failed = tx->marks[tx->depth].failed;
  if (!store_post_with(tx, "ROLLBACK TO SAVEPOINT part", NULL, 0))
    store_post_with(tx, "RELEASE SAVEPOINT part", NULL, 0);
  tx->error = error;
  tx->last_entry = tx->marks[tx->depth].last_entry;
  tx->entry_count = tx->marks[tx->depth].entry_count;
  if (tx->last_entry)
    tx->last_entry->next = NULL;
  else
    tx->entries = NULL;
}

const store_refusal store_id_taken = {MCRM_BUSY, NULL, "id.taken",
                                      "another process made the same id in the same moment; nothing was changed"};

int store_mint(store_tx *tx, mcrm_id *out) {
  *out = id_mint(&tx->store->ids, tx->now);
  return *out ? MCRM_OK : error_set(tx->error, MCRM_INTERNAL, "id", "id.random", "no id could be minted");
}

int store_shared_now(store_tx *tx, mcrm_time *out) {
  *out = tx->now;
  const char *sql = tx->store->driver->now;
  if (!sql || tx->store->clock.now != clock_system) return MCRM_OK;
  return store_number_with(tx, out, tx->now, sql, NULL, 0);
}

int store_lock(store_tx *tx, const char *words, mcrm_id number) {
  enum { OWN_LOCKS = 16, NAMES = INT32_MAX - OWN_LOCKS }; /* the first few are the store's own */
  const store_driver *driver = tx->store->driver;
  if (!driver->lock) return MCRM_OK;
  uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ (uint64_t)number;
  for (; *words; words++) hash = (hash ^ (unsigned char)*words) * UINT64_C(0x100000001B3);
  return store_post(tx, driver->lock, store_int(OWN_LOCKS + (int64_t)(hash % NAMES)));
}
