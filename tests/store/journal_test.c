/* The journal: order, content, sealing, and that whoever touches it is found out. */
#include <base/error.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "record_fixture.h"

static store_chain verified(const store_chain *expected) {
  store_chain chain;
  mcrm_error error = {0};
  ck_assert_msg(store_verify(f.store, f.arena, expected, &error, &chain) == MCRM_OK, "%s", error.detail);
  return chain;
}

static int verify_code(const store_chain *expected, mcrm_error *error) {
  store_chain chain;
  *error = (mcrm_error){0};
  return store_verify(f.store, f.arena, expected, error, &chain);
}

/* ---- order and content ---- */

START_TEST(every_change_has_one_entry_in_order_of_commit) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget a = stored_gadget(&tx, "a"), b = stored_gadget(&tx, "b");
  commit(&tx);
  tx = begin_write();
  mcrm_gadget lost = stored_gadget(&tx, "lost");
  (void)lost;
  store_rollback(&tx);
  f.now += 5;
  tx = begin_write();
  mcrm_gadget change = {.size = sizeof change};
  MCRM_SET(&change, title, "a2");
  ck_assert_int_eq(store_update(&tx, &model_gadget, loaded_gadget(&tx, a.id), &change, NULL), MCRM_OK);
  ck_assert_int_eq(store_delete(&tx, &model_gadget, &b), MCRM_OK);
  commit(&tx);

  tx = begin_read();
  mcrm_event_array events;
  int64_t head;
  ck_assert_int_eq(store_events(&tx, 0, NULL, 0, 100, &events), MCRM_OK);
  ck_assert_int_eq(store_head(&tx, &head), MCRM_OK);
  ck_assert_int_eq(head, 4);
  ck_assert_uint_eq(events.count, 4);
  static const char *const actions[] = {"create", "create", "update", "delete"};
  const mcrm_id ids[] = {a.id, b.id, a.id, b.id};
  for (size_t i = 0; i < 4; i++) {
    const mcrm_event *e = events.at[i];
    ck_assert_int_eq(e->seq, (int64_t)i + 1);
    ck_assert_str_eq(e->action, actions[i]);
    ck_assert_str_eq(e->entity, "gadget");
    ck_assert_int_eq(e->entity_id, ids[i]);
    ck_assert_int_eq(e->user_id, 5);
    ck_assert_str_eq(e->operation, "gadget.update");
    ck_assert_int_eq(e->at, i < 2 ? f.now - 5 : f.now);
    ck_assert_uint_eq(e->size, sizeof *e);
    ck_assert(MCRM_HAS(e, seq) && MCRM_HAS(e, entity_version));
  }
  ck_assert_int_eq(events.at[2]->entity_version, 2);

  ck_assert_int_eq(store_events(&tx, 2, NULL, 0, 1, &events), MCRM_OK);
  ck_assert_uint_eq(events.count, 1);
  ck_assert_int_eq(events.at[0]->seq, 3);
  ck_assert_int_eq(store_events(&tx, 0, "gadget", b.id, 100, &events), MCRM_OK);
  ck_assert_uint_eq(events.count, 2);
  ck_assert_int_eq(store_events(&tx, 0, "task", 0, 100, &events), MCRM_OK);
  ck_assert_uint_eq(events.count, 0);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(history_tells_what_changed_newest_first) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_int_eq(store_insert(&tx, &model_gadget, &g), MCRM_OK);
  const mcrm_gadget *now = loaded_gadget(&tx, g.id);
  for (int i = 0; i < 3; i++) {
    mcrm_gadget change = {.size = sizeof change};
    MCRM_SET(&change, count, i);
    void *after;
    ck_assert_int_eq(store_update(&tx, &model_gadget, now, &change, &after), MCRM_OK);
    now = after;
  }
  commit(&tx);
  tx = begin_read();
  mcrm_audit_entry_array history;
  ck_assert_int_eq(store_history(&tx, "gadget", g.id, 0, 2, &history), MCRM_OK);
  ck_assert_uint_eq(history.count, 2);
  ck_assert_str_eq(history.at[0]->before, "{\"count\":1}");
  ck_assert_str_eq(history.at[0]->after, "{\"count\":2}");
  ck_assert_str_eq(history.at[1]->after, "{\"count\":1}");
  ck_assert_str_eq(history.at[0]->gate, "crt");
  ck_assert_str_eq(history.at[0]->trace, "t-1");
  ck_assert_uint_eq(strlen(history.at[0]->digest), 64);
  ck_assert_int_eq(store_history(&tx, NULL, 0, history.at[1]->seq, 10, &history), MCRM_OK);
  ck_assert_uint_eq(history.count, 2);
  const mcrm_audit_entry *created = history.at[1];
  ck_assert_str_eq(created->action, "create");
  ck_assert_ptr_null(created->before);
  ck_assert_ptr_nonnull(strstr(created->after, "\"title\":\"پیگیری سرور\""));
  ck_assert_msg(!strstr(created->after, "hunter2"), "a secret field is in no journal");
  ck_assert_msg(!strstr(created->after, "created_at"), "%s", created->after);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(an_entry_without_a_record_is_kept_too) {
  fixture_open();
  store_tx tx = begin_write();
  ck_assert_int_eq(store_journal(&tx, "deny", "task", 0, 0, NULL, NULL), MCRM_OK);
  commit(&tx);
  tx = begin_read();
  mcrm_audit_entry_array history;
  ck_assert_int_eq(store_history(&tx, "task", 0, 0, 10, &history), MCRM_OK);
  ck_assert_uint_eq(history.count, 1);
  ck_assert_str_eq(history.at[0]->action, "deny");
  ck_assert_int_eq(history.at[0]->entity_id, 0);
  store_rollback(&tx);
  ck_assert_int_eq(verified(NULL).changes, 0);
  fixture_close();
}
END_TEST

START_TEST(what_a_savepoint_undoes_is_not_in_the_journal) {
  fixture_open();
  store_tx tx = begin_write();
  stored_gadget(&tx, "kept");
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  stored_gadget(&tx, "undone");
  store_savepoint_rollback(&tx);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  stored_gadget(&tx, "kept too");
  ck_assert_int_eq(store_savepoint_release(&tx), MCRM_OK);
  commit(&tx);
  ck_assert_int_eq(verified(NULL).entries, 2);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM gadget"), 2);
  fixture_close();
}
END_TEST

/* ---- sealing after the commit ---- */

/* The same database as if its writers were parallel. */
static store *parallel_store(store_driver *driver) {
  *driver = *f.driver;
  driver->capabilities &= ~(unsigned)STORE_SERIAL_WRITERS;
  driver->try_lock = NULL; /* and as if another one always had the sealer's lock */
  return fixture_store(driver);
}

static mcrm_gadget insert_in(store *s, const char *title) {
  store_tx tx;
  mcrm_gadget g = {.size = sizeof g, .title = title};
  ck_assert_int_eq(store_begin(s, f.arena, &f.error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  commit(&tx);
  return g;
}

START_TEST(parallel_writers_leave_their_entries_to_the_sealer) {
  fixture_open();
  store_driver driver;
  store *s = parallel_store(&driver);
  for (int i = 0; i < 1203; i++) insert_in(s, "x");
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM seal"), 0);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM journal_pending"), 1203);
  ck_assert_int_eq(verified(NULL).entries, 0);

  unsigned sealed;
  ck_assert_msg(store_seal(s, &f.error, &sealed) == MCRM_OK, "%s", f.error.detail);
  ck_assert_uint_eq(sealed, 1203);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM journal_pending"), 0);
  ck_assert_int_eq(store_seal(s, &f.error, &sealed), MCRM_OK);
  ck_assert_uint_eq(sealed, 0);
  ck_assert_int_eq(verified(NULL).entries, 1203);

  insert_in(s, "y");
  ck_assert_int_eq(store_seal(s, &f.error, &sealed), MCRM_OK);
  store_chain chain = verified(NULL);
  ck_assert_int_eq(chain.seq, 1204);
  store_close(s);
  fixture_close();
}
END_TEST

enum { WRITERS = 4, EACH = 60 };

static void *write_some(void *context) {
  store *s = context;
  arena *a = arena_new(0);
  for (int i = 0; i < EACH; i++) {
    mcrm_error error = {0};
    store_tx tx;
    arena_reset(a);
    mcrm_gadget g = {.size = sizeof g, .title = "x", .count = i};
    int code = store_begin(s, a, &error, true, 0, NULL, &tx);
    if (!code) code = store_insert(&tx, &model_gadget, &g);
    if (!code) code = store_commit(&tx);
    store_rollback(&tx);
    if (code) return (void *)1;
  }
  arena_free(a);
  return NULL;
}

START_TEST(entries_are_sealed_while_others_write) {
  fixture_open();
  store_driver driver;
  store *s = parallel_store(&driver);
  pthread_t threads[WRITERS];
  for (int i = 0; i < WRITERS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, write_some, s), 0);
  unsigned sealed = 0;
  for (int tries = 0; sealed < WRITERS * EACH && tries < 20000; tries++) {
    unsigned some;
    ck_assert_msg(store_seal(s, &f.error, &some) == MCRM_OK, "%s", f.error.detail);
    sealed += some;
    if (!some) usleep(1000);
  }
  for (int i = 0; i < WRITERS; i++) {
    void *failed;
    ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
    ck_assert_ptr_null(failed);
  }
  ck_assert_uint_eq(sealed, WRITERS * EACH);
  store_close(s);
  store_chain chain = verified(NULL);
  ck_assert_int_eq(chain.entries, WRITERS * EACH);
  ck_assert_int_eq(chain.seq, WRITERS * EACH);
  fixture_close();
}
END_TEST

START_TEST(serial_writers_make_one_chain) {
  fixture_open();
  pthread_t threads[WRITERS];
  for (int i = 0; i < WRITERS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, write_some, f.store), 0);
  for (int i = 0; i < WRITERS; i++) {
    void *failed;
    ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
    ck_assert_ptr_null(failed);
  }
  ck_assert_int_eq(verified(NULL).seq, WRITERS * EACH);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM journal_pending"), 0);
  fixture_close();
}
END_TEST

START_TEST(an_entry_that_is_tampered_with_before_it_is_sealed_is_found) {
  fixture_open();
  store_driver driver;
  store *s = parallel_store(&driver);
  insert_in(s, "x");
  store_close(s);
  run_sql("UPDATE journal SET user_id = 6");
  mcrm_error error;
  ck_assert_int_eq(verify_code(NULL, &error), MCRM_CONFLICT);
  run_sql("UPDATE journal SET user_id = NULL");
  ck_assert_int_eq(verify_code(NULL, &error), MCRM_OK);
  run_sql("DELETE FROM journal_pending");
  ck_assert_msg(verify_code(NULL, &error) == MCRM_CONFLICT, "an entry that will never be sealed");
  fixture_close();
}
END_TEST

/* ---- verification ---- */

static void write_history(int records) {
  store_tx tx = begin_write();
  for (int i = 0; i < records; i++) {
    mcrm_gadget g = full_gadget();
    g.count = i;
    ck_assert_int_eq(store_insert(&tx, &model_gadget, &g), MCRM_OK);
    const mcrm_gadget *now = loaded_gadget(&tx, g.id);
    mcrm_gadget change = {.size = sizeof change};
    MCRM_SET(&change, count, i + 1000);
    void *after;
    ck_assert_int_eq(store_update(&tx, &model_gadget, now, &change, &after), MCRM_OK);
    if (i % 3 == 0) ck_assert_int_eq(store_delete(&tx, &model_gadget, after), MCRM_OK);
    if (i % 5 == 0) ck_assert_int_eq(store_erase(&tx, "gadget", g.id), MCRM_OK);
  }
  commit(&tx);
}

START_TEST(an_empty_chain_is_valid) {
  fixture_open();
  store_chain chain = verified(NULL);
  ck_assert_int_eq(chain.entries, 0);
  ck_assert_int_eq(chain.seq, 0);
  ck_assert_uint_eq(strlen(chain.head), 64);
  ck_assert_int_eq(verified(&chain).seq, 0);
  fixture_close();
}
END_TEST

START_TEST(erasing_a_record_keeps_the_chain_valid) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_int_eq(store_insert(&tx, &model_gadget, &g), MCRM_OK);
  commit(&tx);
  store_chain before = verified(NULL);
  tx = begin_write();
  ck_assert_int_eq(store_erase(&tx, "gadget", g.id), MCRM_OK);
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM change WHERE after_json IS NOT NULL"), 0);
  store_chain after = verified(&before);
  ck_assert_int_eq(after.entries, 2);
  ck_assert_int_eq(after.changes, 1);
  ck_assert_int_eq(after.erased, 1);
  tx = begin_read();
  mcrm_audit_entry_array history;
  ck_assert_int_eq(store_history(&tx, "gadget", g.id, 0, 10, &history), MCRM_OK);
  ck_assert_str_eq(history.at[0]->action, "erase");
  ck_assert_ptr_null(history.at[1]->after);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_head_that_was_kept_is_still_there_later) {
  fixture_open();
  write_history(4);
  store_chain kept = verified(NULL);
  write_history(4);
  store_chain later = verified(&kept);
  ck_assert_int_gt(later.seq, kept.seq);
  ck_assert_str_ne(later.head, kept.head);
  kept.head[0] = kept.head[0] == 'a' ? 'b' : 'a';
  mcrm_error error;
  ck_assert_int_eq(verify_code(&kept, &error), MCRM_CONFLICT);
  fixture_close();
}
END_TEST

START_TEST(another_key_does_not_verify) {
  fixture_open();
  write_history(2);
  f.key[0] ^= 1;
  store *s = fixture_store(NULL);
  store_chain chain;
  mcrm_error error = {0};
  ck_assert_int_eq(store_verify(s, f.arena, NULL, &error, &chain), MCRM_CONFLICT);
  store_close(s);
  fixture_close();
}
END_TEST

/* ---- a thousand forgeries ---- */

static int64_t any(int64_t count) { return 1 + (int64_t)(rand() % count); }

static void forge_edit(char *sql, size_t size, int64_t seq) {
  static const char *const edits[] = {
      "UPDATE journal SET at = at + 1",
      "UPDATE journal SET user_id = 999",
      "UPDATE journal SET gate = 'admin'",
      "UPDATE journal SET operation = 'other.thing'",
      "UPDATE journal SET action = action || 'd'",
      "UPDATE journal SET entity = 'task'",
      "UPDATE journal SET entity_id = entity_id + 1",
      "UPDATE journal SET entity_version = entity_version + 1",
      "UPDATE journal SET trace = ''",
      "UPDATE journal SET trace = NULL",
      "UPDATE journal SET digest = 'x' || substr(digest, 2)",
      "UPDATE journal SET digest = upper(digest) || ' '",
      "UPDATE journal SET change_digest = '0' || change_digest || '0'",
      "UPDATE journal SET change_digest = coalesce(NULL, 'made up')",
      "UPDATE seal SET hash = (SELECT digest FROM journal WHERE id = seal.journal_id)",
      "UPDATE seal SET hash = ''",
      "UPDATE seal SET seq = seq + 1000000",
      "UPDATE change SET after_json = coalesce(after_json, '') || ' '",
      "UPDATE change SET before_json = coalesce(before_json, '') || '{}'",
  };
  const char *edit = edits[(size_t)rand() % (sizeof edits / sizeof *edits)];
  const char *key = strstr(edit, "UPDATE journal") ? "id" : "journal_id";
  snprintf(sql, size, "%s WHERE %s = (SELECT journal_id FROM seal WHERE seq = %lld)", edit, key, (long long)seq);
}

static void forge_delete(char *sql, size_t size, int64_t seq) {
  static const char *const tables[] = {"journal", "change", "seal"};
  const char *table = tables[rand() % 3];
  snprintf(sql, size, "DELETE FROM %s WHERE %s = (SELECT journal_id FROM seal WHERE seq = %lld)", table,
           !strcmp(table, "journal") ? "id" : "journal_id", (long long)seq);
}

/* Two rows change places, or what two rows say does. */
static void forge_swap(char *sql, size_t size, int64_t seq, int64_t other) {
  static const char *const columns[] = {"at", "entity_id", "digest", "action"};
  switch (rand() % 3) {
    case 0:
      snprintf(sql, size,
               "UPDATE seal SET seq = CASE seq WHEN %lld THEN -%lld ELSE -%lld END WHERE seq IN (%lld, %lld)",
               (long long)seq, (long long)other, (long long)seq, (long long)seq, (long long)other);
      break;
    case 1: {
      const char *column = columns[rand() % 4];
      snprintf(sql, size,
               "UPDATE journal SET %s = (SELECT o.%s FROM journal o JOIN seal s ON s.journal_id = o.id AND s.seq = "
               "%lld) WHERE id = (SELECT journal_id FROM seal WHERE seq = %lld)",
               column, column, (long long)other, (long long)seq);
      break;
    }
    default:
      snprintf(sql, size,
               "UPDATE change SET after_json = (SELECT o.after_json FROM change o JOIN seal s ON s.journal_id = "
               "o.journal_id AND s.seq = %lld) WHERE journal_id = (SELECT journal_id FROM seal WHERE seq = %lld)",
               (long long)other, (long long)seq);
  }
}

/* A hash of all that the journal says, by plain SQL: did the forgery change anything at all? */
static void fingerprint(store_tx *tx, buffer *out) {
  static const char *const texts[] = {
      "SELECT id || '|' || at || '|' || coalesce(CAST(user_id AS TEXT), '-') || '|' || coalesce(gate, '-') || '|' || "
      "operation || "
      "'|' "
      "|| action || '|' || entity || '|' || entity_id || '|' || entity_version || '|' || coalesce(trace, '-') || '|' "
      "|| "
      "coalesce(change_digest, '-') || '|' || digest FROM journal ORDER BY id",
      "SELECT journal_id || '|' || coalesce(before_json, '-') || '|' || coalesce(after_json, '-') FROM change ORDER BY "
      "journal_id",
      "SELECT seq || '|' || journal_id || '|' || hash FROM seal ORDER BY seq",
  };
  buffer_clear(out);
  for (int i = 0; i < 3; i++) {
    store_rows rows;
    store_query_with(tx, &rows, texts[i], NULL, 0);
    while (store_next(&rows)) {
      store_value row = store_get(&rows, 0);
      buffer_append(out, row.text, row.length);
      buffer_byte(out, '\n');
    }
    ck_assert_msg(store_end(&rows) == MCRM_OK, "%s", tx->error->detail);
  }
}

static bool same_bytes(const buffer *a, const buffer *b) {
  return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

static void try_sql(store_tx *tx, const char *sql) {
  error_clear(tx->error);
  ck_assert_int_eq(store_savepoint(tx), MCRM_OK);
  if (!store_run_with(tx, sql, NULL, 0)) {
    ck_assert_int_eq(store_savepoint_release(tx), MCRM_OK);
    return;
  }
  store_savepoint_rollback(tx); /* a constraint may have refused the forgery */
  error_clear(tx->error);
}

/* Carries out a forgery. Foreign keys would stop some; somebody with the file in hand has no such scruples. */
static void forge(int64_t seq, int64_t last) {
  char sql[1000];
  store_tx tx = begin_write();
  switch (rand() % 4) {
    case 0:
    case 1:
      forge_edit(sql, sizeof sql, seq);
      break;
    case 2:
      forge_delete(sql, sizeof sql, seq);
      break;
    default:
      forge_swap(sql, sizeof sql, seq, any(last));
  }
  try_sql(&tx, sql);
  try_sql(&tx, "UPDATE seal SET seq = -seq WHERE seq < 0");
  commit(&tx);
}

/* Takes out the entries from `first` to `last` whole, and closes the gap. */
static void cut_out(int64_t first, int64_t last) {
  char sql[300];
  store_tx tx = begin_write();
  try_sql(&tx, "CREATE TABLE IF NOT EXISTS cut (id BIGINT)");
  snprintf(sql, sizeof sql, "INSERT INTO cut SELECT journal_id FROM seal WHERE seq BETWEEN %lld AND %lld",
           (long long)first, (long long)last);
  try_sql(&tx, sql);
  try_sql(&tx, "DELETE FROM change WHERE journal_id IN (SELECT id FROM cut)");
  try_sql(&tx, "DELETE FROM seal WHERE journal_id IN (SELECT id FROM cut)");
  try_sql(&tx, "DELETE FROM journal WHERE id IN (SELECT id FROM cut)");
  try_sql(&tx, "DELETE FROM cut");
  snprintf(sql, sizeof sql, "UPDATE seal SET seq = %lld - seq WHERE seq > %lld", (long long)(last - first + 1),
           (long long)last);
  try_sql(&tx, sql);
  try_sql(&tx, "UPDATE seal SET seq = -seq WHERE seq < 0");
  commit(&tx);
}

static const char *const journal_tables[] = {"change", "seal", "journal"};

static void save_journal(void) {
  char sql[200];
  for (int i = 0; i < 3; i++) {
    snprintf(sql, sizeof sql, "CREATE TABLE kept_%s AS SELECT * FROM %s", journal_tables[i], journal_tables[i]);
    run_sql(sql);
  }
}

static void restore_journal(void) {
  char sql[200];
  store_tx tx = begin_write();
  for (int i = 0; i < 3; i++) {
    snprintf(sql, sizeof sql, "DELETE FROM %s", journal_tables[i]);
    ck_assert_msg(store_run_with(&tx, sql, NULL, 0) == MCRM_OK, "%s", f.error.detail);
  }
  for (int i = 2; i >= 0; i--) {
    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM kept_%s", journal_tables[i], journal_tables[i]);
    ck_assert_msg(store_run_with(&tx, sql, NULL, 0) == MCRM_OK, "%s", f.error.detail);
  }
  commit(&tx);
}

static void read_fingerprint(buffer *out) {
  store_tx tx = begin_read();
  fingerprint(&tx, out);
  store_rollback(&tx);
}

START_TEST(a_thousand_forgeries_are_all_found) {
  fixture_open();
  write_history(12);
  store_chain kept = verified(NULL);
  save_journal();
  buffer truth, forged;
  buffer_init(&truth, 1 << 20);
  buffer_init(&forged, 1 << 20);
  read_fingerprint(&truth);
  srand(20261123);
  int found = 0, tries = 0;
  while (found < 1000 && ++tries < 5000) {
    int64_t seq = any(kept.seq);
    switch (tries % 10) {
      case 0:
        cut_out(seq, kept.seq);
        break;
      case 1:
        cut_out(seq, seq);
        break;
      default:
        forge(seq, kept.seq);
    }
    read_fingerprint(&forged);
    if (same_bytes(&truth, &forged)) continue; /* the forgery came to nothing */
    mcrm_error error;
    ck_assert_msg(verify_code(&kept, &error) == MCRM_CONFLICT, "forgery %d at seq %lld was not found", tries,
                  (long long)seq);
    ck_assert_str_eq(error.message, "journal.tampered");
    found++;
    restore_journal();
    if (found % 100 == 0) verified(&kept);
    arena_reset(f.arena);
  }
  ck_assert_int_eq(found, 1000);
  read_fingerprint(&forged);
  ck_assert(same_bytes(&truth, &forged));
  verified(&kept);
  buffer_free(&truth);
  buffer_free(&forged);
  fixture_close();
}
END_TEST

START_TEST(only_a_kept_head_shows_that_the_end_was_cut_off) {
  fixture_open();
  write_history(4);
  store_chain kept = verified(NULL);
  cut_out(kept.seq, kept.seq);
  ck_assert_int_eq(verified(NULL).seq, kept.seq - 1);
  mcrm_error error;
  ck_assert_int_eq(verify_code(&kept, &error), MCRM_CONFLICT);
  ck_assert_ptr_nonnull(strstr(error.detail, "is gone"));
  fixture_close();
}
END_TEST

START_TEST(an_emptied_change_without_an_erasure_is_found) {
  fixture_open();
  store_tx tx = begin_write();
  stored_gadget(&tx, "x");
  commit(&tx);
  run_sql("UPDATE change SET before_json = NULL, after_json = NULL");
  mcrm_error error;
  ck_assert_int_eq(verify_code(NULL, &error), MCRM_CONFLICT);
  ck_assert_ptr_nonnull(strstr(error.detail, "never erased"));
  fixture_close();
}
END_TEST

START_TEST(an_entry_slipped_in_beside_the_chain_is_found) {
  fixture_open();
  write_history(1);
  run_sql("INSERT INTO journal (id, at, action, entity_version, digest) VALUES (1, 1, 'create', 1, 'x')");
  mcrm_error error;
  ck_assert_int_eq(verify_code(NULL, &error), MCRM_CONFLICT);
  fixture_close();
}
END_TEST

int main(void) {
  Suite *suite = suite_create("journal");
  TCase *entries = tcase_create("entries");
  tcase_add_test(entries, every_change_has_one_entry_in_order_of_commit);
  tcase_add_test(entries, history_tells_what_changed_newest_first);
  tcase_add_test(entries, an_entry_without_a_record_is_kept_too);
  tcase_add_test(entries, what_a_savepoint_undoes_is_not_in_the_journal);
  tcase_add_test(entries, parallel_writers_leave_their_entries_to_the_sealer);
  tcase_add_test(entries, entries_are_sealed_while_others_write);
  tcase_add_test(entries, serial_writers_make_one_chain);
  tcase_add_test(entries, an_entry_that_is_tampered_with_before_it_is_sealed_is_found);
  suite_add_tcase(suite, entries);
  TCase *chain = tcase_create("chain");
  tcase_set_timeout(chain, 120);
  tcase_add_test(chain, an_empty_chain_is_valid);
  tcase_add_test(chain, erasing_a_record_keeps_the_chain_valid);
  tcase_add_test(chain, a_head_that_was_kept_is_still_there_later);
  tcase_add_test(chain, another_key_does_not_verify);
  tcase_add_test(chain, a_thousand_forgeries_are_all_found);
  tcase_add_test(chain, only_a_kept_head_shows_that_the_end_was_cut_off);
  tcase_add_test(chain, an_emptied_change_without_an_erasure_is_found);
  tcase_add_test(chain, an_entry_slipped_in_beside_the_chain_is_found);
  suite_add_tcase(suite, chain);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
