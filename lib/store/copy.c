#include <store/copy.h>

#include <base/error.h>
#include <sodium.h>
#include <string.h>

#include "internal.h"

enum { COPY_PAGE = 500, COLUMNS_MOST = 64, SQL_LIMIT = 16 * 1024 };

/* Every table of the migrations but schema_version, which each database has of its own; what is referred to stands
 * before what refers to it. The key is unique, and pages go by it. */
typedef struct copy_table {
  const char *name, *key, *second; /* second: NULL, or the key's second column */
  bool numbers;                    /* the key's first column is a number that only grows as copying goes on */
} copy_table;

static const copy_table tables[] = {
    {"journal", "id", NULL, true},
    {"change", "journal_id", NULL, true},
    {"seal", "seq", NULL, true},
    {"journal_pending", "journal_id", NULL, true},
    {"idempotency", "user_id", "key", false},
    {"search_doc", "id", NULL, true},
    {"user_account", "id", NULL, true},
    {"rep", "id", NULL, true},
    {"interaction", "id", NULL, true},
    {"task", "id", NULL, true},
    {"suggestion", "id", NULL, true},
    {"notification", "id", NULL, true},
    {"saved_view", "id", NULL, true},
    {"job", "id", NULL, true},
    {"provenance", "entity_id", "field", false},
    {"rep_phone", "phone", "rep_id", false},
    {"gate", "id", NULL, true},
    {"login", "id", NULL, true},
    {"login_attempt", "subject", NULL, false},
    {"ai_call", "id", NULL, true},
    {"voice_note", "id", NULL, true},
    {"checklist", "id", NULL, true},
    {"host_nonce", "nonce", NULL, false},
};

bool store_copies(const char *table) {
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (!strcmp(tables[i].name, table)) return true;
  return false;
}

/* ---- a table's columns, in the order of their names: two databases may have them in two orders ---- */

typedef struct table_columns {
  const char *names[COLUMNS_MOST];
  size_t count;
  arena *arena;
  bool failed;
} table_columns;

static void note_column(void *context, const char *name, const char *type) {
  table_columns *c = context;
  if (!strcmp(type, "tsvector")) return; /* made by the database out of another column */
  const char *kept = arena_text(c->arena, name);
  if (!kept || c->count == COLUMNS_MOST) {
    c->failed = true;
    return;
  }
  size_t at = c->count++;
  for (; at && strcmp(c->names[at - 1], kept) > 0; at--) c->names[at] = c->names[at - 1];
  c->names[at] = kept;
}

static int read_columns(store_tx *tx, const copy_table *t, table_columns *out) {
  *out = (table_columns){.arena = tx->arena};
  int code = tx->store->driver->columns(tx->connection, t->name, note_column, out, tx->error);
  return code ? code : out->failed ? error_no_memory(tx->error) : MCRM_OK;
}

static void put_names(buffer *sql, const table_columns *c) {
  for (size_t i = 0; i < c->count; i++) buffer_print(sql, "%s%s", i ? ", " : "", c->names[i]);
}

/* ---- pages by key ---- */

typedef struct page {
  store_value first, second; /* the key behind which it begins; STORE_NULL: at the beginning */
  int64_t rows;
} page;

static store_value kept(arena *a, store_value v) {
  if (v.kind == STORE_TEXT) v.text = arena_copy(a, v.text, v.length);
  return v;
}

static int query_page(store_tx *tx, const copy_table *t, const table_columns *c, const page *p, store_rows *rows) {
  buffer sql;
  size_t count = 0;
  store_value values[2];
  buffer_init(&sql, SQL_LIMIT);
  buffer_text(&sql, "SELECT ");
  put_names(&sql, c);
  buffer_print(&sql, ", %s, %s FROM %s", t->key, t->second ? t->second : t->key, t->name);
  if (p->first.kind != STORE_NULL) {
    values[count++] = p->first;
    if (t->second) values[count++] = p->second;
    buffer_print(&sql, t->second ? " WHERE (%s, %s) > ($1, $2)" : " WHERE %s > $1", t->key, t->second);
  }
  buffer_print(&sql, " ORDER BY %s%s%s LIMIT %d", t->key, t->second ? ", " : "", t->second ? t->second : "", COPY_PAGE);
  *rows = (store_rows){.tx = tx};
  int code =
      sql.failed ? (rows->code = error_no_memory(tx->error)) : store_query_with(tx, rows, sql.bytes, values, count);
  buffer_free(&sql);
  return code;
}

/* Of the row that was just read. Behind the last of a full page the next one begins. */
static void turn_page(page *p, store_rows *rows, const copy_table *t, const table_columns *c) {
  if (++p->rows < COPY_PAGE) return;
  p->first = kept(rows->tx->arena, store_get(rows, c->count));
  if (t->second) p->second = kept(rows->tx->arena, store_get(rows, c->count + 1));
}

/* ---- copying ---- */

static int put_row(store_tx *to, const char *insert, store_rows *rows, const table_columns *c) {
  store_value values[COLUMNS_MOST];
  for (size_t i = 0; i < c->count; i++) values[i] = store_get(rows, i);
  return rows->code ? rows->code : store_post_with(to, insert, values, c->count);
}

static const char *insert_for(arena *a, const copy_table *t, const table_columns *c) {
  buffer sql;
  buffer_init(&sql, SQL_LIMIT);
  buffer_print(&sql, "INSERT INTO %s (", t->name);
  put_names(&sql, c);
  buffer_text(&sql, ") VALUES (");
  for (size_t i = 0; i < c->count; i++) buffer_print(&sql, i ? ", $%zu" : "$%zu", i + 1);
  buffer_text(&sql, ") ON CONFLICT DO NOTHING");
  const char *text = sql.failed ? NULL : arena_copy(a, sql.bytes, sql.length);
  buffer_free(&sql);
  return text;
}

/* Keys of numbers are copied in their order: what the target has is a beginning. */
static int resume_at(store_tx *to, const copy_table *t, page *p) {
  *p = (page){.first = store_null(), .second = store_null()};
  if (!t->numbers) return MCRM_OK;
  const char *sql = arena_print(to->arena, "SELECT MAX(%s) FROM %s", t->key, t->name);
  int64_t most;
  if (!sql) return error_no_memory(to->error);
  int code = store_number_with(to, &most, INT64_MIN, sql, NULL, 0);
  if (!code && most != INT64_MIN) p->first = store_int(most);
  return code;
}

static int copy_page(store_tx *from, store_tx *to, const copy_table *t, page *p) {
  table_columns columns;
  store_rows rows;
  int code = read_columns(from, t, &columns);
  const char *insert = code ? NULL : insert_for(to->arena, t, &columns);
  if (!insert) return code ? code : error_no_memory(to->error);
  query_page(from, t, &columns, p, &rows);
  p->rows = 0;
  while (store_next(&rows)) {
    code = put_row(to, insert, &rows, &columns);
    if (code) rows.code = code;
    turn_page(p, &rows, t, &columns);
  }
  return store_end(&rows);
}

static const store_origin copy_origin = {.gate = "local", .operation = "database.copy"};

/* All pages are read in one transaction, written in one each. *p's key must outlive the page's arena: pages take turns
 * with two. */
static int copy_table_whole(store_tx *from, store *to, const copy_table *t, arena *a[2], store_copied *progress,
                            void *context) {
  page p = {0};
  int64_t done = 0;
  int code = MCRM_OK;
  for (unsigned turn = 0; !code; turn ^= 1) {
    store_tx writer;
    arena_reset(a[turn]);
    from->arena = a[turn];
    if ((code = store_begin(to, a[turn], from->error, true, 0, &copy_origin, &writer))) break;
    if (!done) code = resume_at(&writer, t, &p);
    if (!code) code = copy_page(from, &writer, t, &p);
    if (!code) code = store_commit(&writer);
    store_rollback(&writer);
    done += p.rows;
    if (!code && progress) progress(context, t->name, done);
    if (p.rows < COPY_PAGE) break;
  }
  return code;
}

static int sum_all(store_tx *tx, arena *a, store_sum *out);

/* One snapshot of the source for all: whatever is written meanwhile is not in it, not even in part. */
static int copy_all(store *from, store *to, arena *a[2], store_copied *progress, void *context, mcrm_error *error,
                    store_sum *sum) {
  store_tx source;
  int code = store_begin(from, a[0], error, false, 0, &copy_origin, &source);
  if (code) return code;
  for (size_t i = 0; i < sizeof tables / sizeof *tables && !code; i++)
    code = copy_table_whole(&source, to, &tables[i], a, progress, context);
  if (!code) code = sum_all(&source, a[0], sum);
  store_rollback(&source);
  return code;
}

int store_copy(store *from, store *to, store_copied *progress, void *context, mcrm_error *error) {
  arena *a[2] = {arena_new(0), arena_new(0)};
  store_sum source = {0}, target;
  int code = a[0] && a[1] ? copy_all(from, to, a, progress, context, error, &source) : error_no_memory(error);
  arena_free(a[0]);
  arena_free(a[1]);
  if (!code) code = store_sum_of(to, error, &target);
  if (!code && (source.rows != target.rows || source.low != target.low || source.high != target.high))
    code =
        error_set(error, MCRM_CONFLICT, NULL, "store.copy",
                  "the two databases differ (%lld rows, %lld rows): the target held something else, or somebody wrote",
                  (long long)source.rows, (long long)target.rows);
  return code;
}

/* ---- what is in it ---- */

static void put_number(crypto_generichash_state *state, uint64_t number) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(number >> (56 - 8 * i));
  crypto_generichash_update(state, bytes, sizeof bytes);
}

static void put_text(crypto_generichash_state *state, const char *text, size_t length) {
  put_number(state, length);
  crypto_generichash_update(state, (const unsigned char *)text, length);
}

static void add_row(store_sum *sum, const copy_table *t, const table_columns *c, store_rows *rows) {
  crypto_generichash_state state;
  unsigned char digest[16];
  crypto_generichash_init(&state, NULL, 0, sizeof digest);
  put_text(&state, t->name, strlen(t->name));
  for (size_t i = 0; i < c->count; i++) {
    store_value v = store_get(rows, i);
    put_text(&state, c->names[i], strlen(c->names[i]));
    put_number(&state, v.kind);
    if (v.kind == STORE_TEXT) put_text(&state, v.text, v.length);
    if (v.kind == STORE_INT) put_number(&state, (uint64_t)v.number);
    if (v.kind == STORE_REAL) {
      uint64_t bits;
      memcpy(&bits, &v.real, sizeof bits);
      put_number(&state, bits);
    }
  }
  crypto_generichash_final(&state, digest, sizeof digest);
  uint64_t halves[2];
  memcpy(halves, digest, sizeof halves);
  sum->low += halves[0];
  sum->high += halves[1];
  sum->rows++;
}

static int sum_table(store_tx *tx, const copy_table *t, store_sum *sum) {
  table_columns columns;
  page p = {.first = store_null(), .second = store_null()};
  int code = read_columns(tx, t, &columns);
  do {
    store_rows rows;
    p.rows = 0;
    if (code || (code = query_page(tx, t, &columns, &p, &rows))) break;
    while (store_next(&rows)) {
      add_row(sum, t, &columns, &rows);
      turn_page(&p, &rows, t, &columns);
    }
    code = store_end(&rows);
  } while (!code && p.rows == COPY_PAGE);
  return code;
}

static int sum_all(store_tx *tx, arena *a, store_sum *out) {
  int code = MCRM_OK;
  *out = (store_sum){0};
  for (size_t i = 0; i < sizeof tables / sizeof *tables && !code; i++) {
    arena_reset(a);
    tx->arena = a;
    code = sum_table(tx, &tables[i], out);
  }
  return code;
}

int store_sum_of(store *s, mcrm_error *error, store_sum *out) {
  store_tx tx;
  *out = (store_sum){0};
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = store_begin(s, a, error, false, 0, &copy_origin, &tx);
  if (!code) {
    code = sum_all(&tx, a, out);
    store_rollback(&tx);
  }
  arena_free(a);
  return code;
}
