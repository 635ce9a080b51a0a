/* More of the same history by COPY and INSERT … SELECT, for 1 M conversations take an hour one by one. What comes out
 * is what the store would have written: each copy of a conversation stands where it would have stood earlier, its id
 * with its time, its journal entry with its own digest and its own place in the chain. */
#include <journal_chain.h>
#include <libpq-fe.h>
#include <marfacrm/marfacrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "measure.h"

/* How far back a copy goes, and what that is in ids (base/id.h: the milliseconds stand above 22 bits). */
static const int64_t step_ms = HISTORY_STEP_MS * (int64_t)HISTORY_SHORT,
                     id_step = (HISTORY_STEP_MS * (int64_t)HISTORY_SHORT) << 22;

typedef struct growth {
  PGconn *pq;
  PGresult *entries;
  unsigned char key[STORE_KEY_SIZE];
  int64_t seq;
  chain_digest link;
} growth;

static PGresult *ask(growth *g, const char *sql) {
  PGresult *result = PQexec(g->pq, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
    die(sql, PQerrorMessage(g->pq));
  return result;
}

static void run(growth *g, const char *sql) { PQclear(ask(g, sql)); }

static int64_t number_at(const PGresult *r, int row, int column) { return atoll(PQgetvalue(r, row, column)); }

static store_value text_at(const PGresult *r, int row, int column) {
  if (PQgetisnull(r, row, column)) return store_null();
  return (store_value){
      .kind = STORE_TEXT, .text = PQgetvalue(r, row, column), .length = (size_t)PQgetlength(r, row, column)};
}

static void put(growth *g, const char *line, int length) {
  if (PQputCopyData(g->pq, line, length) != 1) die("COPY", PQerrorMessage(g->pq));
}

static void end_copy(growth *g) {
  if (PQputCopyEnd(g->pq, NULL) != 1) die("COPY", PQerrorMessage(g->pq));
  PGresult *result = PQgetResult(g->pq);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) die("COPY", PQerrorMessage(g->pq));
  PQclear(result);
  PQclear(PQgetResult(g->pq));
}

/* id, at, operation, entity_id, version, change_digest of the conversations' own entries */
static chain_entry entry_of(const growth *g, int row, int copy) {
  const PGresult *r = g->entries;
  return (chain_entry){.id = number_at(r, row, 0) - copy * id_step,
                       .at = number_at(r, row, 1) - copy * step_ms,
                       .entity_id = number_at(r, row, 3) - copy * id_step,
                       .entity_version = number_at(r, row, 4),
                       .gate = store_text("local"),
                       .operation = text_at(r, row, 2),
                       .action = store_text("create"),
                       .entity = store_text("interaction"),
                       .trace = store_null(),
                       .change = text_at(r, row, 5)};
}

static void copy_journal(growth *g, int copy) {
  char line[600], hex[CHAIN_HEX + 1];
  PQclear(
      ask(g,
          "COPY journal (id, at, gate, operation, action, entity, entity_id, entity_version, change_digest, digest) "
          "FROM STDIN"));
  for (int i = 0; i < PQntuples(g->entries); i++) {
    chain_entry e = entry_of(g, i, copy);
    chain_digest digest = chain_of_entry(g->key, &e);
    chain_hex(&digest, hex);
    put(g, line,
        snprintf(line, sizeof line, "%lld\t%lld\tlocal\t%s\tcreate\tinteraction\t%lld\t%lld\t%s\t%s\n", (long long)e.id,
                 (long long)e.at, e.operation.text, (long long)e.entity_id, (long long)e.entity_version, e.change.text,
                 hex));
  }
  end_copy(g);
}

static void copy_seal(growth *g, int copy) {
  char line[200], hex[CHAIN_HEX + 1];
  PQclear(ask(g, "COPY seal (seq, journal_id, hash) FROM STDIN"));
  for (int i = 0; i < PQntuples(g->entries); i++) {
    chain_entry e = entry_of(g, i, copy);
    chain_digest digest = chain_of_entry(g->key, &e);
    g->link = chain_link(g->key, ++g->seq, &g->link, &digest);
    chain_hex(&g->link, hex);
    put(g, line, snprintf(line, sizeof line, "%lld\t%lld\t%s\n", (long long)g->seq, (long long)e.id, hex));
  }
  end_copy(g);
}

static void copy_rows(growth *g, int copy) {
  char sql[1200];
  snprintf(
      sql, sizeof sql,
      "INSERT INTO change SELECT journal_id - %1$lld, before_json, after_json FROM change WHERE journal_id IN (SELECT "
      "journal FROM short); "
      "INSERT INTO search_doc (id, entity, rep_id, owner_id, tokens) SELECT id - %1$lld, entity, rep_id, owner_id, "
      "tokens FROM search_doc WHERE id IN (SELECT id FROM short); "
      "INSERT INTO interaction (id, created_at, updated_at, version, state, rep_id, user_id, type, direction, "
      "started_at, duration_s, subject, notes, summary, outcome, urgency) SELECT id - %1$lld, created_at - %2$lld, "
      "updated_at - %2$lld, version, state, rep_id, user_id, type, direction, started_at - %2$lld, duration_s, "
      "subject, notes, summary, outcome, urgency FROM interaction WHERE id IN (SELECT id FROM short)",
      (long long)(copy * id_step), (long long)(copy * step_ms));
  run(g, sql);
}

static void begin(growth *g, const char *url, const char *key_file) {
  mcrm_error error = {0};
  arena *a = arena_new(0);
  store_tx tx;
  store *s = history_open(url, key_file, g->key);
  store_rows rows;
  if (!a || store_begin(s, a, &error, false, 0, NULL, &tx)) die("chain", error.detail);
  chain_ask_head(&tx, &rows);
  if (chain_head(&rows, &g->seq, &g->link)) die("chain", error.detail);
  store_rollback(&tx);
  store_close(s);
  arena_free(a);
  g->pq = PQconnectdb(url);
  if (PQstatus(g->pq) != CONNECTION_OK) die("libpq", PQerrorMessage(g->pq));
  run(g, "SET search_path = marfacrm; SET client_min_messages = warning");
  run(g,
      "CREATE TEMP TABLE short AS SELECT i.id, j.id AS journal FROM interaction i JOIN journal j ON j.entity_id = i.id "
      "AND j.operation = 'bench.fill'; ANALYZE short");
  g->entries =
      ask(g,
          "SELECT id, at, operation, entity_id, entity_version, change_digest FROM journal WHERE id IN (SELECT "
          "journal FROM short) ORDER BY id");
}

/* Every link of it, by the library's own word. */
static void verify(const char *url, const char *key_file) {
  mcrm *crm;
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .storage_url = url, .key_file = key_file};
  if (mcrm_open(&options, &crm, &error) || mcrm_audit_verify(crm, NULL, 0, NULL, NULL, &error))
    die("audit", error.detail);
  mcrm_close(crm);
}

void history_lengthen(const char *url, const char *key_file, int times) {
  growth g = {0};
  begin(&g, url, key_file);
  for (int copy = 1; copy < times; copy++) {
    run(&g, "BEGIN");
    copy_journal(&g, copy);
    copy_seal(&g, copy);
    copy_rows(&g, copy);
    run(&g, "COMMIT");
  }
  run(&g, "VACUUM ANALYZE");
  PQclear(g.entries);
  PQfinish(g.pq);
  verify(url, key_file);
}
