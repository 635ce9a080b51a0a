/* Records to and from their tables, by the rows of their entity. Writing a record also journals it, keeps what
 * changed, and refreshes its search tokens: whoever calls these cannot forget to. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <store/store.h>

/* Stores a new record. An id of 0 is minted (again, where it is taken); created_at, updated_at (the
 * transaction's now) and version 1 are set in the record. */
int store_insert(store_tx *tx, const model_entity *e, void *record);
/* The error of a record that is not there: in the same words wherever it is raised, so that nobody can tell a record
 * that is out of reach from one that does not exist. */
int store_absent(store_tx *tx, const model_entity *e, mcrm_id id);
/* The whole record. MCRM_NOT_FOUND (field "id") where there is none. */
int store_load(store_tx *tx, const model_entity *e, mcrm_id id, void **out);
/* Writes the present stored fields of `change` (id, created_at, updated_at and version excepted) that differ from
 * `before`, raises the version, and leaves the new whole record in *after (may be NULL). Where `change` has a
 * version and it is not before's: MCRM_CONFLICT with the field diff as detail. Nothing differs: nothing is
 * written or journalled, *after = before. */
int store_update(store_tx *tx, const model_entity *e, const void *before, const void *change, void **after);
/* Deletes for good, with its search tokens; journalled without content. For drafts and undone records. */
int store_delete(store_tx *tx, const model_entity *e, const void *record);

/* ---- lists ----
 *   store_select s;
 *   store_select_begin(&s, tx, &model_task);                      // SELECT <columns> FROM task
 *   store_where(&s, "status = ? AND due_at < ?", store_text("open"), store_int(tx->now));
 *   store_order(&s, "due_at IS NULL, due_at, id");
 *   store_limit(&s, 50);
 *   code = store_select_end(&s, &records);                        // frees the builder
 * Every `?` takes the next value. Conditions are joined by AND. SQL texts are literals of ours, never a user's. */
typedef struct store_select {
  store_tx *tx;
  const model_entity *entity;
  buffer sql;
  store_value values[64];
  size_t count;
  bool where;
  int code;
} store_select;

void store_select_begin(store_select *s, store_tx *tx, const model_entity *e);
/* The same with a hand-written SELECT … FROM … whose first columns are the entity's, e.g. for joins:
 * store_columns(&sql, e, "t") appends "t.id, t.created_at, …". */
void store_select_text(store_select *s, store_tx *tx, const model_entity *e, const char *sql);
void store_columns(buffer *out, const model_entity *e, const char *alias);
#define store_where(s, sql, ...) store_where_with(s, sql, STORE_VALUES(__VA_ARGS__))
void store_where_with(store_select *s, const char *sql, const store_value *values, size_t count);
/* A condition without values. */
void store_where_plain(store_select *s, const char *sql);
/* column IN (values); an empty list matches nothing. All conditions together take at most 64 values (MCRM_INVALID). */
void store_where_in(store_select *s, const char *column, mcrm_texts texts);
void store_order(store_select *s, const char *sql);
/* Written out, not bound: a plan that is to be good for all values is made for so many rows. */
void store_limit(store_select *s, int64_t limit);
/* Behind the limit: holds the rows for the writing transaction, and leaves out those that another one holds. */
void store_hold(store_select *s);
int store_select_end(store_select *s, model_records *out);
/* Number of rows the conditions match; ask before the order and the limit are added. The builder lives on. */
int store_select_count(store_select *s, int64_t *out);
/* Frees a builder without running it; harmless after store_select_end. */
void store_select_drop(store_select *s);

/* The current row of a query whose columns, from `first` on, are the entity's. */
int store_row_record(store_rows *rows, const model_entity *e, size_t first, void **out);

#endif
