/* The records that a work log shows, some statements for all of them. */
#include <base/error.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "ids.h"
#include "worklog.h"

const void *worklog_row(const worklog_rows *rows, mcrm_id id) {
  size_t low = 0, high = rows->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (rows->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < rows->count && rows->ids[low] == id ? rows->at[low] : NULL;
}

static void put(const worklog_rows *rows, mcrm_id id, const void *record) {
  size_t low = 0, high = rows->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (rows->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < rows->count && rows->ids[low] == id) rows->at[low] = record;
}

/* Reads the rows of all ids; `read` makes a record of one, whose first column is the id. */
static int load(crm_call *call, const char *head, mcrm_id *ids, size_t count,
                int (*read)(crm_call *call, store_rows *rows, void **out), worklog_rows *out) {
  count = ids_sort(ids, count);
  *out = (worklog_rows){ids, arena_array(call->tx->arena, count, sizeof *out->at), count};
  if (!out->at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i += IDS_BATCH) {
    store_rows rows;
    ids_query(call->tx, &rows, head, "", ids + i, count - i < IDS_BATCH ? count - i : IDS_BATCH);
    while (store_next(&rows)) {
      void *record = NULL;
      if ((rows.code = read(call, &rows, &record))) break;
      put(out, store_get_int(&rows, 0), record);
    }
    int code = store_end(&rows);
    if (code) return code;
  }
  return MCRM_OK;
}

static int read_task(crm_call *call, store_rows *rows, void **out) {
  (void)call;
  return store_row_record(rows, &model_task, 0, out);
}

int worklog_tasks(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out) {
  buffer head;
  buffer_init(&head, 4096);
  buffer_text(&head, "SELECT ");
  store_columns(&head, &model_task, "t");
  buffer_text(&head, " FROM task t WHERE t.id IN");
  int code = head.failed ? error_no_memory(call->tx->error) : load(call, head.bytes, ids, count, read_task, out);
  buffer_free(&head);
  return code;
}

static int read_conversation(crm_call *call, store_rows *rows, void **out) {
  mcrm_interaction *i = arena_alloc(call->tx->arena, sizeof *i);
  if (!i) return error_no_memory(call->tx->error);
  i->size = sizeof *i;
  MCRM_SET(i, id, store_get_int(rows, 0));
  MCRM_SET(i, rep_id, store_get_int(rows, 1));
  MCRM_SET(i, type, store_get_text(rows, 2));
  MCRM_SET(i, started_at, store_get_int(rows, 3));
  MCRM_SET(i, subject, store_get_text(rows, 4));
  MCRM_SET(i, summary, store_get_text(rows, 5));
  MCRM_SET(i, follow_up_at, store_get_int(rows, 6));
  *out = i;
  return MCRM_OK;
}

int worklog_conversations(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out) {
  return load(call, "SELECT id, rep_id, type, started_at, subject, summary, follow_up_at FROM interaction WHERE id IN",
              ids, count, read_conversation, out);
}

static int read_json(crm_call *call, store_rows *rows, size_t column, const char *field, mcrm_rep *rep) {
  store_value json = store_get(rows, column);
  const model_field *f = model_field_find(&model_rep, field, strlen(field));
  rep->present |= model_bit(f);
  if (json.kind != STORE_TEXT) return MCRM_OK;
  return model_decode_field(call->tx->arena, f, json.text, json.length, store_zone(call->tx->store), call->tx->error,
                            rep);
}

static int read_rep(crm_call *call, store_rows *rows, void **out) {
  mcrm_rep *rep = arena_alloc(call->tx->arena, sizeof *rep);
  if (!rep) return error_no_memory(call->tx->error);
  rep->size = sizeof *rep;
  MCRM_SET(rep, id, store_get_int(rows, 0));
  MCRM_SET(rep, kind, store_get_text(rows, 1));
  MCRM_SET(rep, name, store_get_text(rows, 2));
  MCRM_SET(rep, shop, store_get_text(rows, 3));
  MCRM_SET(rep, telegram, store_get_text(rows, 4));
  MCRM_SET(rep, status, store_get_text(rows, 5));
  MCRM_SET(rep, last_contact_at, store_get_int(rows, 6));
  MCRM_SET(rep, as_of, store_get_int(rows, 7));
  int code = read_json(call, rows, 8, "phones", rep);
  if (!code) code = read_json(call, rows, 9, "balance", rep);
  if (!code) code = read_json(call, rows, 10, "profile", rep);
  if (!code) access_hide(call->actor, &model_rep, rep);
  *out = rep;
  return code;
}

int worklog_reps(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out) {
  return load(
      call,
      "SELECT id, kind, name, shop, telegram, status, last_contact_at, as_of, phones, balance, profile FROM rep "
      "WHERE id IN",
      ids, count, read_rep, out);
}
