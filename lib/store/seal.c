/* Giving committed journal entries their place: a gapless seq and a link of the chain. */
#include <base/error.h>
#include <store/journal.h>
#include <string.h>

#include "internal.h"
#include "journal_chain.h"

enum { SEAL_BATCH = 500, SEAL_WAIT_NS = 2000000000 };

/* Where the chain ends. */
typedef struct chain_end {
  int64_t seq;
  chain_digest link;
} chain_end;

/* The transaction's own entries behind it. */
static int seal_own(store_tx *tx, chain_end *end) {
  int code = MCRM_OK;
  for (const struct store_entry *e = tx->entries; e && !code; e = e->next) {
    chain_digest digest;
    memcpy(digest.bytes, e->digest, CHAIN_DIGEST);
    code = chain_append(tx, e->id, &digest, &end->seq, &end->link);
  }
  return code;
}

/* For whoever seals next. */
static int leave_pending(store_tx *tx) {
  int code = MCRM_OK;
  for (const struct store_entry *e = tx->entries; e && !code; e = e->next)
    code = store_post(tx, "INSERT INTO journal_pending (journal_id) VALUES ($1)", store_int(e->id));
  return code;
}

typedef struct pending {
  mcrm_id id;
  chain_digest digest;
} pending;

static void ask_pending(store_tx *tx, store_rows *rows) {
  store_query(tx, rows,
              "SELECT p.journal_id, j.digest FROM journal_pending p JOIN journal j ON j.id = p.journal_id "
              "ORDER BY p.journal_id LIMIT $1",
              store_int(SEAL_BATCH));
}

/* Reads a batch first and then writes: no statement stays open over a write. */
static int read_pending(store_rows *rows, pending *batch, size_t *count) {
  *count = 0;
  while (store_next(rows)) {
    pending *e = &batch[(*count)++];
    e->id = store_get_int(rows, 0);
    if (!chain_parse(store_get(rows, 1), &e->digest))
      rows->code = error_set(rows->tx->error, MCRM_CONFLICT, NULL, "journal.tampered",
                             "journal entry %lld has no valid digest", (long long)e->id);
  }
  return store_end(rows);
}

static int seal_batch(store_tx *tx, store_rows *rows, chain_end *end, size_t *count) {
  pending *batch = arena_array(tx->arena, SEAL_BATCH, sizeof *batch);
  if (!batch) return error_no_memory(tx->error);
  int code = read_pending(rows, batch, count);
  for (size_t i = 0; i < *count && !code; i++) {
    if ((code = chain_append(tx, batch[i].id, &batch[i].digest, &end->seq, &end->link))) break;
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
 * leaves its entries pending and seals after its commit. Lock, end and batch are asked for at once; each sees what was
 * committed when it is its turn, so the last two hold if the first was granted. */
static int seal_all(store_tx *tx) {
  store_rows lock, head, rows;
  size_t count;
  chain_end end;
  if (!tx->store->driver->try_lock) return leave_pending(tx);
  store_query(tx, &lock, tx->store->driver->try_lock, store_int(STORE_LOCK_SEAL));
  chain_ask_head(tx, &head);
  ask_pending(tx, &rows);
  bool got = store_next(&lock) && store_get_int(&lock, 0);
  int code = store_end(&lock);
  if (code || !got) {
    store_end(&head);
    store_end(&rows);
    return code ? code : leave_pending(tx);
  }
  code = chain_head(&head, &end.seq, &end.link);
  if (code)
    store_end(&rows);
  else
    code = seal_batch(tx, &rows, &end, &count);
  while (!code && count == SEAL_BATCH) {
    ask_pending(tx, &rows);
    code = seal_batch(tx, &rows, &end, &count);
  }
  if (!code) code = seal_own(tx, &end);
  if (!code) code = announce(tx);
  tx->sealed = !code;
  return code;
}

int store_seal_transaction(store_tx *tx) {
  if (!(tx->store->driver->capabilities & STORE_SERIAL_WRITERS)) return seal_all(tx);
  store_rows head;
  chain_end end;
  chain_ask_head(tx, &head);
  int code = chain_head(&head, &end.seq, &end.link);
  return code ? code : seal_own(tx, &end);
}

static int seal_step(store_tx *tx, size_t *count) {
  store_rows head, rows;
  chain_end end;
  *count = 0;
  int code = tx->store->driver->lock ? store_post(tx, tx->store->driver->lock, store_int(STORE_LOCK_SEAL)) : MCRM_OK;
  chain_ask_head(tx, &head);
  ask_pending(tx, &rows);
  if (!code) code = chain_head(&head, &end.seq, &end.link);
  if (!code) code = seal_batch(tx, &rows, &end, count);
  store_end(&head);
  store_end(&rows);
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
