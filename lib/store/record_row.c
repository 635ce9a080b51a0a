/* Between a row's columns and a record's members. */
#include <base/error.h>
#include <model/json.h>
#include <string.h>

#include "internal.h"
#include "record_plan.h"

static bool in_json(model_kind kind) { return kind >= MODEL_TEXTS; }

/* ---- out of the database ---- */

/* What does not read back is our own defect (or somebody else's hand in the file), never the caller's input. */
static int read_json(store_tx *tx, const record_plan *plan, const model_field *f, const store_value *v, void *record) {
  mcrm_error error = {0};
  int code = model_decode_field(tx->arena, f, v->text, v->length, tx->store->zone, &error, record);
  if (!code) return MCRM_OK;
  if (code == MCRM_NO_MEMORY) return error_no_memory(tx->error);
  return error_set(tx->error, MCRM_INTERNAL, f->name, "store.column", "column %s.%s: %s", plan->entity->table, f->name,
                   error.detail);
}

/* The record and all its texts are one allocation; a column is read once. */
int record_read(store_rows *rows, const record_plan *plan, size_t first, void **out) {
  store_tx *tx = rows->tx;
  store_value (*column)(void *, size_t) = tx->store->driver->column;
  store_value values[MODEL_SLOTS];
  const size_t count = plan->count;
  size_t room = plan->entity->size;
  for (size_t i = 0; i < count; i++) {
    values[i] = column(rows->statement, first + i);
    if (values[i].kind != STORE_TEXT) continue;
    if (!values[i].text) return rows->code = error_no_memory(tx->error);
    if (!in_json(plan->columns[i]->kind)) room += values[i].length + 1;
  }
  char *record = arena_alloc(tx->arena, room);
  if (!record) return rows->code = error_no_memory(tx->error);
  char *text = record + plan->entity->size;
  for (size_t i = 0; i < count; i++) {
    const model_field *f = plan->columns[i];
    const store_value *v = &values[i];
    if (v->kind == STORE_NULL) continue;
    if (f->kind <= MODEL_BOOL) {
      memcpy(record + f->offset, &v->number, sizeof v->number);
    } else if (f->kind == MODEL_REAL) {
      double real = v->kind == STORE_REAL ? v->real : (double)v->number;
      memcpy(record + f->offset, &real, sizeof real);
    } else if (v->kind != STORE_TEXT) {
      return rows->code = error_set(tx->error, MCRM_INTERNAL, f->name, "store.column", "column %s.%s is not a text",
                                    plan->entity->table, f->name);
    } else if (in_json(f->kind)) {
      int code = read_json(tx, plan, f, v, record);
      if (code) return rows->code = code;
    } else {
      memcpy(text, v->text, v->length);
      memcpy(record + f->offset, &text, sizeof text);
      text += v->length + 1;
    }
  }
  model_record *head = (model_record *)(void *)record;
  head->size = plan->entity->size;
  head->present = plan->stored;
  *out = record;
  return MCRM_OK;
}

int store_row_record(store_rows *rows, const model_entity *e, size_t first, void **out) {
  const record_plan *plan = record_plan_of(rows->tx, e);
  return plan ? record_read(rows, plan, first, out) : (rows->code = MCRM_NO_MEMORY);
}

/* ---- into the database ---- */

void record_values_begin(record_values *v) {
  v->count = 0;
  v->made = 0;
  buffer_init(&v->json, (size_t)JSON_BYTES * 2);
}

void record_values_end(record_values *v) { buffer_free(&v->json); }

void record_values_add(record_values *v, const model_field *f, const void *record, const zone *z) {
  store_value *value = &v->at[v->count];
  if (model_null(record, f)) {
    *value = store_null();
  } else if (f->kind <= MODEL_BOOL) {
    *value = store_int(model_number(record, f));
  } else if (f->kind == MODEL_REAL) {
    *value = store_real(model_real(record, f));
  } else if (!in_json(f->kind)) {
    *value = store_text(model_text(record, f));
  } else {
    size_t start = v->json.length;
    model_encode_field(&v->json, f, record, z);
    *value = (store_value){.kind = STORE_TEXT, .number = (int64_t)start, .length = v->json.length - start};
    v->made |= UINT64_C(1) << v->count;
  }
  v->count++;
}

bool record_values_settle(record_values *v) {
  if (v->json.failed) return false;
  for (size_t i = 0; i < v->count && i < MODEL_SLOTS; i++)
    if (v->made >> i & 1) v->at[i].text = v->json.bytes + v->at[i].number;
  return true;
}

/* ---- differences ---- */

static bool same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

static bool same_texts(mcrm_texts a, mcrm_texts b) {
  if (a.count != b.count) return false;
  for (size_t i = 0; i < a.count; i++)
    if (!same_text(a.at[i], b.at[i])) return false;
  return true;
}

/* Nested records are the same where they are written the same. */
static bool same_json(buffer *json, const model_field *f, const void *a, const void *b, const zone *z) {
  buffer_clear(json);
  model_encode_field(json, f, a, z);
  size_t length = json->length;
  model_encode_field(json, f, b, z);
  return !json->failed && json->length == 2 * length && !memcmp(json->bytes, json->bytes + length, length);
}

int record_difference(store_tx *tx, const record_plan *plan, const void *a, const void *b, uint64_t mask,
                      uint64_t *out) {
  buffer json;
  buffer_init(&json, (size_t)JSON_BYTES * 2);
  *out = 0;
  bool failed = false; /* kept here: clearing the buffer for the next field forgets it */
  for (size_t i = 0; i < plan->count && !failed; i++) {
    const model_field *f = plan->columns[i];
    if (!(mask & model_bit(f))) continue;
    bool same;
    if (f->kind <= MODEL_BOOL)
      same = model_number(a, f) == model_number(b, f);
    else if (f->kind == MODEL_REAL)
      same = !memcmp((const char *)a + f->offset, (const char *)b + f->offset, sizeof(double));
    else if (f->kind == MODEL_TEXTS)
      same = same_texts(model_texts(a, f), model_texts(b, f));
    else if (in_json(f->kind))
      same = same_json(&json, f, a, b, tx->store->zone);
    else
      same = same_text(model_text(a, f), model_text(b, f));
    if (!same) *out |= model_bit(f);
    failed = json.failed;
  }
  buffer_free(&json);
  return failed ? error_no_memory(tx->error) : MCRM_OK;
}
