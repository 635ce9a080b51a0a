/* Walking the whole chain. */
#include <base/error.h>
#include <store/journal.h>
#include <string.h>

#include "internal.h"
#include "journal_chain.h"

enum { WALK_PAGE = 1000 };

typedef struct walk {
  store_tx tx;
  const store_chain *expected;
  store_chain *out;
  chain_digest link;
} walk;

static int broken(walk *w, int64_t seq, const char *what) {
  return error_set(w->tx.error, MCRM_CONFLICT, "seq", "journal.tampered", "journal entry %lld: %s", (long long)seq,
                   what);
}

/* A change row that is empty although something was kept in it: right only where its record was erased later. */
static int check_erased(walk *w, int64_t seq, const chain_entry *e) {
  int64_t erased;
  int code = store_number(&w->tx, &erased, 0,
                          "SELECT s.seq FROM journal j JOIN seal s ON s.journal_id = j.id WHERE j.entity_id = $1 AND "
                          "j.entity = $2 AND j.action = 'erase' ORDER BY s.seq DESC LIMIT 1",
                          store_int(e->entity_id), e->entity);
  if (code) return code;
  if (erased <= seq) return broken(w, seq, "what changed is gone and was never erased");
  w->out->erased++;
  return MCRM_OK;
}

static int check_change(walk *w, int64_t seq, const chain_entry *e, bool stands, store_value before,
                        store_value after) {
  if (e->change.kind == STORE_NULL) return stands ? broken(w, seq, "has a change row that it never had") : MCRM_OK;
  w->out->changes++;
  if (!stands) return broken(w, seq, "its change row is missing");
  if (before.kind == STORE_NULL && after.kind == STORE_NULL) return check_erased(w, seq, e);
  chain_digest digest = chain_of_change(w->tx.store->key, before, after);
  return chain_is(e->change, &digest) ? MCRM_OK : broken(w, seq, "what changed does not fit its digest");
}

#define ENTRY_COLUMNS                                                                                        \
  "j.id, j.at, j.user_id, j.gate, j.operation, j.action, j.entity, j.entity_id, j.entity_version, j.trace, " \
  "j.change_digest, j.digest, c.journal_id, c.before_json, c.after_json"

/* An entry and its change against its digest; first: column of j.id. */
static int check_entry(walk *w, store_rows *rows, size_t first, int64_t seq, chain_digest *digest) {
  const chain_entry e = {.id = store_get_int(rows, first),
                         .at = store_get_int(rows, first + 1),
                         .user_id = store_get_int(rows, first + 2),
                         .gate = store_get(rows, first + 3),
                         .operation = store_get(rows, first + 4),
                         .action = store_get(rows, first + 5),
                         .entity = store_get(rows, first + 6),
                         .entity_id = store_get_int(rows, first + 7),
                         .entity_version = store_get_int(rows, first + 8),
                         .trace = store_get(rows, first + 9),
                         .change = store_get(rows, first + 10)};
  if (!e.id) return broken(w, seq, "is missing");
  *digest = chain_of_entry(w->tx.store->key, &e);
  if (!chain_is(store_get(rows, first + 11), digest)) return broken(w, seq, "does not fit its digest");
  return check_change(w, seq, &e, !store_get_null(rows, first + 12), store_get(rows, first + 13),
                      store_get(rows, first + 14));
}

static int check_link(walk *w, store_rows *rows) {
  int64_t seq = store_get_int(rows, 0);
  if (seq != w->out->seq + 1) return broken(w, w->out->seq + 1, "is missing");
  chain_digest digest;
  int code = check_entry(w, rows, 2, seq, &digest);
  if (code) return code;
  w->link = chain_link(w->tx.store->key, seq, &w->link, &digest);
  if (!chain_is(store_get(rows, 1), &w->link)) return broken(w, seq, "does not fit the chain");
  const store_chain *kept = w->expected;
  if (kept && seq == kept->seq && !chain_is(store_text(kept->head), &w->link))
    return broken(w, seq, "is not the one whose head was kept");
  w->out->seq = seq;
  w->out->entries++;
  return MCRM_OK;
}

/* Nothing stands before the first place. */
static int check_start(walk *w) {
  int64_t seq;
  int code = store_number_with(&w->tx, &seq, 1, "SELECT MIN(seq) FROM seal", NULL, 0);
  return code || seq > 0 ? code : broken(w, seq, "stands before the first");
}

_Static_assert(WALK_PAGE == 1000, "the statement says so");

/* A page at a time: a driver may hold all of an answer in memory. */
static int walk_page(walk *w, bool *more) {
  store_rows rows;
  int64_t links = 0;
  store_query(&w->tx, &rows,
              "SELECT s.seq, s.hash, " ENTRY_COLUMNS
              " FROM seal s LEFT JOIN journal j ON j.id = s.journal_id "
              "LEFT JOIN change c ON c.journal_id = j.id WHERE s.seq > $1 ORDER BY s.seq LIMIT 1000",
              store_int(w->out->seq));
  for (; store_next(&rows); links++) {
    int code = check_link(w, &rows);
    if (code) rows.code = code;
  }
  *more = links == WALK_PAGE;
  return store_end(&rows);
}

static int walk_chain(walk *w) {
  bool more;
  int code = check_start(w);
  if (!code) do
      code = walk_page(w, &more);
    while (!code && more);
  if (code) return code;
  if (w->expected && w->expected->seq > w->out->seq)
    return broken(w, w->expected->seq, "was there when the head was kept, and is gone");
  chain_hex(&w->link, w->out->head);
  return MCRM_OK;
}

/* Entries that are committed and wait for their seal; any other entry outside the chain does not belong there. */
static int walk_pending(walk *w) {
  store_rows rows;
  store_query_with(&w->tx, &rows,
                   "SELECT p.journal_id, " ENTRY_COLUMNS
                   " FROM journal_pending p LEFT JOIN journal j ON j.id = p.journal_id "
                   "LEFT JOIN change c ON c.journal_id = j.id ORDER BY p.journal_id",
                   NULL, 0);
  while (store_next(&rows)) {
    chain_digest digest;
    int code = check_entry(w, &rows, 1, w->out->seq + 1, &digest);
    if (code) rows.code = code;
  }
  return store_end(&rows);
}

static int check_strays(walk *w, const char *sql, const char *what) {
  int64_t id;
  int code = store_number_with(&w->tx, &id, INT64_MIN, sql, NULL, 0);
  if (code || id == INT64_MIN) return code;
  return error_set(w->tx.error, MCRM_CONFLICT, "journal_id", "journal.tampered", "journal row %lld: %s", (long long)id,
                   what);
}

static int walk_all(walk *w) {
  int code = walk_chain(w);
  if (!code) code = walk_pending(w);
  if (!code)
    code = check_strays(w,
                        "SELECT j.id FROM journal j LEFT JOIN seal s ON s.journal_id = j.id LEFT JOIN "
                        "journal_pending p ON p.journal_id = j.id WHERE s.seq IS NULL AND p.journal_id IS NULL LIMIT 1",
                        "stands outside the chain");
  if (!code)
    code =
        check_strays(w, "SELECT p.journal_id FROM journal_pending p JOIN seal s ON s.journal_id = p.journal_id LIMIT 1",
                     "is sealed and still pending");
  if (!code)
    code = check_strays(w,
                        "SELECT c.journal_id FROM change c LEFT JOIN journal j ON j.id = c.journal_id "
                        "WHERE j.id IS NULL LIMIT 1",
                        "a change without an entry");
  return code;
}

int store_verify(store *s, arena *a, const store_chain *expected, mcrm_error *error, store_chain *out) {
  *out = (store_chain){0};
  const store_origin origin = {.gate = "local", .operation = "audit.verify"};
  walk w = {.expected = expected, .out = out};
  int code = store_begin(s, a, error, false, 0, &origin, &w.tx);
  if (code) return code;
  code = walk_all(&w);
  store_rollback(&w.tx);
  return code;
}
