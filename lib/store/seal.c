/* Giving committed journal entries their place: a gapless seq and a link of the chain. */
#include <base/error.h>
#include <store/journal.h>
#include <string.h>

#include "internal.h"
#include "journal_chain.h"

enum { SEAL_BATCH = 500, SEAL_WAIT_NS = 2000000000 };

/* A serial writer's entries wait in its transaction. */
static int seal_own(store_tx *tx) {
  int64_t seq;
  chain_digest link;
  int code = chain_head(tx, &seq, &link);
  for (const struct store_entry *e = tx->entries; e && !code; e = e->next) {
    chain_digest digest;
    memcpy(digest.bytes, e->digest, CHAIN_DIGEST);
    code = chain_append(tx, e->id, &digest, &seq, &link);
  }
  return code;
}

typedef struct pending {
  mcrm_id id;
  chain_digest digest;
} pending;

/* Reads a batch first and then writes: no statement stays open over a write. */
static int read_pending(store_tx *tx, pending *batch, size_t *count) {
  store_rows rows;
  *count = 0;
  store_query(tx, &rows,
              "SELECT p.journal_id, j.digest FROM journal_pending p JOIN journal j ON j.id = p.journal_id "
              "ORDER BY p.journal_id LIMIT $1",
              store_int(SEAL_BATCH));
  while (store_next(&rows)) {
    pending *e = &batch[(*count)++];
    e->id = store_get_int(&rows, 0);
    if (!chain_parse(store_get(&rows, 1), &e->digest))
      rows.code = error_set(tx->error, MCRM_CONFLICT, NULL, "journal.tampered",
                            "journal entry %lld has no valid digest", (long long)e->id);
  }
  return store_end(&rows);
}

static int seal_batch(store_tx *tx, size_t *count) {
  pending *batch = arena_array(tx->arena, SEAL_BATCH, sizeof *batch);
  if (!batch) return error_no_memory(tx->error);
  int64_t seq;
  chain_digest link;
  int code = read_pending(tx, batch, count);
  if (!code && *count) code = chain_head(tx, &seq, &link);
  for (size_t i = 0; i < *count && !code; i++) {
    if ((code = chain_append(tx, batch[i].id, &batch[i].digest, &seq, &link))) break;
    code = store_post(tx, "DELETE FROM journal_pending WHERE journal_id = $1", store_int(batch[i].id));
  }
  return code;
}

/* Listeners in other processes hear of it when the transaction commits. */
static int announce(store_tx *tx) {
  const store_driver *driver = tx->store->driver;
  return driver->notify ? driver->notify(tx->connection, STORE_CHANNEL, "", tx->error) : MCRM_OK;
}

/* Parallel writers: whoever gets the sealer's lock seals what was committed before it and its own with the same COMMIT,
 * so that there is one fsync and the order holds: what is committed and not sealed yet goes first. Who does not get it
 * leaves its entries pending and seals after its commit. */
static int seal_all(store_tx *tx) {
  const store_driver *driver = tx->store->driver;
  if (!driver->lock) return MCRM_OK;
  bool got = false;
  int code = driver->lock(tx->connection, STORE_LOCK_SEAL, false, &got, tx->error);
  if (code || !got) return code;
  size_t count = SEAL_BATCH;
  while (!code && count == SEAL_BATCH) code = seal_batch(tx, &count);
  if (!code) code = announce(tx);
  tx->sealed = !code;
  return code;
}

int store_seal_transaction(store_tx *tx) {
  if (tx->entries) return seal_own(tx);
  return tx->store->driver->capabilities & STORE_SERIAL_WRITERS ? MCRM_OK : seal_all(tx);
}

static int seal_step(store_tx *tx, size_t *count) {
  const store_driver *driver = tx->store->driver;
  bool got;
  *count = 0;
  int code = driver->lock ? driver->lock(tx->connection, STORE_LOCK_SEAL, true, &got, tx->error) : MCRM_OK;
  if (!code) code = seal_batch(tx, count);
  if (!code && *count) code = announce(tx);
  return code ? code : store_commit(tx);
}

int store_seal(store *s, mcrm_error *error, unsigned *sealed) {
  *sealed = 0;
  const store_origin origin = {.gate = "local", .operation = "journal.seal"};
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code;
  size_t count = 0;
  do {
    store_tx tx;
    arena_reset(a);
    code = store_begin(s, a, error, true, clock_monotonic() + SEAL_WAIT_NS, &origin, &tx);
    if (code) break;
    code = seal_step(&tx, &count);
    if (!code) *sealed += (unsigned)count;
    store_rollback(&tx);
  } while (!code && count == SEAL_BATCH);
  arena_free(a);
  if (*sealed) store_wake(s); /* now there is something to see */
  return code;
}
