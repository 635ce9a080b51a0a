#include <store/journal.h>

#include <base/error.h>
#include <string.h>

#include "internal.h"
#include "journal_chain.h"

enum { QUERY_LIMIT = 2048 };

/* ---- writing ---- */

static int write_entry(store_tx *tx, chain_entry *e, chain_digest *digest) {
  char hex[CHAIN_HEX + 1];
  int code = store_mint(tx, &e->id);
  if (code) return code;
  *digest = chain_of_entry(tx->store->key, e);
  chain_hex(digest, hex);
  return store_expect(tx, &store_id_taken,
                      "INSERT INTO journal (id, at, user_id, gate, operation, action, entity, entity_id, "
                      "entity_version, trace, change_digest, digest) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
                      store_int(e->id), store_int(e->at), store_int_or_null(e->user_id), e->gate, e->operation,
                      e->action, e->entity, store_int_or_null(e->entity_id), store_int(e->entity_version), e->trace,
                      e->change, store_text_of(hex, CHAIN_HEX));
}

/* The entry waits in its transaction, to get its place in the chain at the end. */
static int await_seal(store_tx *tx, mcrm_id id, const chain_digest *digest) {
  struct store_entry *entry = arena_alloc(tx->arena, sizeof *entry);
  if (!entry) return error_no_memory(tx->error);
  entry->id = id;
  memcpy(entry->digest, digest->bytes, CHAIN_DIGEST);
  if (tx->last_entry)
    tx->last_entry->next = entry;
  else
    tx->entries = entry;
  tx->last_entry = entry;
  return MCRM_OK;
}

int store_journal(store_tx *tx, const char *action, const char *entity, mcrm_id id, int64_t version, const char *before,
                  const char *after) {
  store_value old = store_text(before), new = store_text(after);
  chain_entry e = {.at = tx->now,
                   .user_id = tx->origin.user_id,
                   .entity_id = id,
                   .entity_version = version,
                   .gate = store_text(tx->origin.gate),
                   .operation = store_text(tx->origin.operation),
                   .action = store_text(action),
                   .entity = store_text(entity),
                   .trace = store_text(tx->origin.trace)};
  char hex[CHAIN_HEX + 1];
  chain_digest digest;
  if (before || after) {
    digest = chain_of_change(tx->store->key, old, new);
    chain_hex(&digest, hex);
    e.change = store_text_of(hex, CHAIN_HEX);
  }
  int code = write_entry(tx, &e, &digest);
  if (!code && (before || after))
    code = store_post(tx, "INSERT INTO change (journal_id, before_json, after_json) VALUES ($1, $2, $3)",
                      store_int(e.id), old, new);
  if (!code) code = await_seal(tx, e.id, &digest);
  if (!code) tx->entry_count++;
  return code;
}

int store_erase(store_tx *tx, const char *entity, mcrm_id id) {
  int code = store_post(tx,
                        "UPDATE change SET before_json = NULL, after_json = NULL WHERE journal_id IN "
                        "(SELECT id FROM journal WHERE entity_id = $1 AND entity = $2)",
                        store_int(id), store_text(entity));
  return code ? code : store_journal(tx, "erase", entity, id, 0, NULL, NULL);
}

/* ---- reading ---- */

typedef struct journal_query {
  buffer sql;
  store_value values[4];
  size_t count;
} journal_query;

static void query_add(journal_query *q, const char *condition, store_value value) {
  q->values[q->count++] = value;
  buffer_print(&q->sql, " %s $%zu", condition, q->count);
}

static void query_begin(journal_query *q, const char *columns, const char *seq, int64_t value, const char *entity,
                        mcrm_id id) {
  q->count = 0;
  buffer_init(&q->sql, QUERY_LIMIT);
  buffer_text(&q->sql, columns);
  query_add(q, seq, store_int(value));
  if (entity) query_add(q, "AND j.entity =", store_text(entity));
  if (id) query_add(q, "AND j.entity_id =", store_int(id));
}

static int query_run(store_tx *tx, journal_query *q, const char *order, int64_t limit, store_rows *rows) {
  buffer_print(&q->sql, " %s LIMIT %lld", order, (long long)limit);
  *rows = (store_rows){.tx = tx};
  int code = q->sql.failed ? (rows->code = error_no_memory(tx->error))
                           : store_query_with(tx, rows, q->sql.bytes, q->values, q->count);
  buffer_free(&q->sql);
  return code;
}

static const void **more(store_tx *tx, const void *const *at, size_t count) {
  if (count && (count & (count - 1))) return (const void **)(uintptr_t)at; /* full at powers of two only */
  const void **wider = arena_array(tx->arena, count ? count * 2 : 1, sizeof *wider);
  for (size_t i = 0; wider && i < count; i++) wider[i] = at[i];
  return wider;
}

#define EVENT_COLUMNS "s.seq, j.at, j.user_id, j.operation, j.action, j.entity, j.entity_id, j.entity_version"

static mcrm_event *event_of(store_rows *rows) {
  mcrm_event *e = arena_alloc(rows->tx->arena, sizeof *e);
  if (!e) return NULL;
  e->size = sizeof *e;
  MCRM_SET(e, seq, store_get_int(rows, 0));
  MCRM_SET(e, at, store_get_int(rows, 1));
  MCRM_SET(e, user_id, store_get_int(rows, 2));
  MCRM_SET(e, operation, store_get_text(rows, 3));
  MCRM_SET(e, action, store_get_text(rows, 4));
  MCRM_SET(e, entity, store_get_text(rows, 5));
  MCRM_SET(e, entity_id, store_get_int(rows, 6));
  MCRM_SET(e, entity_version, store_get_int(rows, 7));
  return e;
}

int store_events(store_tx *tx, int64_t after, const char *entity, mcrm_id id, int64_t limit, mcrm_event_array *out) {
  *out = (mcrm_event_array){0};
  journal_query q;
  store_rows rows;
  query_begin(&q, "SELECT " EVENT_COLUMNS " FROM seal s JOIN journal j ON j.id = s.journal_id WHERE", "s.seq >", after,
              entity, id);
  query_run(tx, &q, "ORDER BY s.seq", limit, &rows);
  const void **at = NULL;
  size_t count = 0;
  while (store_next(&rows)) {
    mcrm_event *e = event_of(&rows);
    if (!e || !(at = more(tx, at, count))) {
      rows.code = error_no_memory(tx->error);
      break;
    }
    at[count++] = e;
  }
  *out = (mcrm_event_array){(const mcrm_event *const *)at, count};
  return store_end(&rows);
}

static mcrm_audit_entry *audit_of(store_rows *rows) {
  mcrm_audit_entry *e = arena_alloc(rows->tx->arena, sizeof *e);
  if (!e) return NULL;
  e->size = sizeof *e;
  MCRM_SET(e, seq, store_get_int(rows, 0));
  MCRM_SET(e, at, store_get_int(rows, 1));
  MCRM_SET(e, user_id, store_get_int(rows, 2));
  MCRM_SET(e, operation, store_get_text(rows, 3));
  MCRM_SET(e, action, store_get_text(rows, 4));
  MCRM_SET(e, entity, store_get_text(rows, 5));
  MCRM_SET(e, entity_id, store_get_int(rows, 6));
  MCRM_SET(e, entity_version, store_get_int(rows, 7));
  MCRM_SET(e, gate, store_get_text(rows, 8));
  MCRM_SET(e, trace, store_get_text(rows, 9));
  MCRM_SET(e, before, store_get_text(rows, 10));
  MCRM_SET(e, after, store_get_text(rows, 11));
  MCRM_SET(e, digest, store_get_text(rows, 12));
  return e;
}

int store_history(store_tx *tx, const char *entity, mcrm_id id, int64_t before_seq, int64_t limit,
                  mcrm_audit_entry_array *out) {
  *out = (mcrm_audit_entry_array){0};
  journal_query q;
  store_rows rows;
  query_begin(&q,
              "SELECT " EVENT_COLUMNS
              ", j.gate, j.trace, c.before_json, c.after_json, s.hash FROM seal s "
              "JOIN journal j ON j.id = s.journal_id LEFT JOIN change c ON c.journal_id = j.id WHERE",
              "s.seq <", before_seq ? before_seq : INT64_MAX, entity, id);
  query_run(tx, &q, "ORDER BY s.seq DESC", limit, &rows);
  const void **at = NULL;
  size_t count = 0;
  while (store_next(&rows)) {
    mcrm_audit_entry *e = audit_of(&rows);
    if (!e || !(at = more(tx, at, count))) {
      rows.code = error_no_memory(tx->error);
      break;
    }
    at[count++] = e;
  }
  *out = (mcrm_audit_entry_array){(const mcrm_audit_entry *const *)at, count};
  return store_end(&rows);
}

int store_head(store_tx *tx, int64_t *seq) {
  return store_number_with(tx, seq, 0, "SELECT MAX(seq) FROM seal", NULL, 0);
}
