#include <store/record.h>

#include <base/error.h>
#include <base/utf8.h>
#include <model/json.h>
#include <store/journal.h>
#include <store/search.h>
#include <string.h>

#include "internal.h"
#include "record_plan.h"

enum { CLIP = 40 };

static const uint64_t fixed_bits = UINT64_C(0xF); /* id, created_at, updated_at, version: the first four slots */

int store_absent(store_tx *tx, const model_entity *e, mcrm_id id) {
  return error_set(tx->error, MCRM_NOT_FOUND, "id", "record.not_found", "there is no %s %lld", e->name, (long long)id);
}

static void *copy_record(arena *a, const void *record, const record_plan *plan) {
  void *copy = arena_alloc(a, plan->entity->size);
  return copy ? memcpy(copy, record, plan->entity->size) : NULL;
}

/* ---- what the journal keeps of a record ---- */

/* The fields of `mask` as a JSON object; NULL (and the error) where there is no memory. */
static const char *written(store_tx *tx, const record_plan *plan, const void *record, uint64_t mask) {
  model_record *shown = copy_record(tx->arena, record, plan);
  if (!shown) {
    error_no_memory(tx->error);
    return NULL;
  }
  shown->present = mask;
  buffer json;
  buffer_init(&json, (size_t)JSON_BYTES * 4);
  model_encode(&json, plan->entity, shown, tx->store->zone);
  const char *text = json.failed ? NULL : arena_copy(tx->arena, json.bytes, json.length);
  buffer_free(&json);
  if (!text) error_no_memory(tx->error);
  return text;
}

/* The fields that are not null and not zero. */
static uint64_t filled(const record_plan *plan, const void *record) {
  uint64_t bits = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const model_field *f = plan->columns[i];
    bool empty = f->kind <= MODEL_BOOL   ? model_number(record, f) == 0
                 : f->kind == MODEL_REAL ? model_real(record, f) == 0
                                         : model_null(record, f);
    if (!empty) bits |= model_bit(f);
  }
  return bits & ~fixed_bits;
}

/* ---- insert, load, delete ---- */

static int insert_row(store_tx *tx, const record_plan *plan, stored_record *record, record_values *values) {
  bool given = record->id != 0;
  int code = given ? MCRM_OK : store_mint(tx, &record->id);
  if (code) return code;
  values->at[plan->id] = store_int(record->id);
  if (!given) return store_expect_with(tx, &store_id_taken, plan->insert, values->at, values->count);
  if ((code = store_run_with(tx, plan->insert, values->at, values->count)) || store_changed(tx)) return code;
  return error_set(tx->error, MCRM_CONFLICT, "id", "record.exists", "there already is a %s %lld", plan->entity->name,
                   (long long)record->id);
}

int store_insert(store_tx *tx, const model_entity *e, void *record) {
  const record_plan *plan = record_plan_of(tx, e);
  if (!plan) return MCRM_NO_MEMORY;
  stored_record *head = record;
  mcrm_id wanted = head->id;
  head->created_at = head->updated_at = tx->now;
  head->version = 1;
  record_values values;
  record_values_begin(&values);
  for (size_t i = 0; i < plan->count; i++) record_values_add(&values, plan->columns[i], record, tx->store->zone);
  int code = record_values_settle(&values) ? insert_row(tx, plan, head, &values) : error_no_memory(tx->error);
  record_values_end(&values);
  if (code) {
    head->id = wanted;
    return code;
  }
  head->present |= plan->stored;
  const char *after = written(tx, plan, record, filled(plan, record));
  if (!after) return MCRM_NO_MEMORY;
  if ((code = store_journal(tx, "create", e->name, head->id, 1, NULL, after))) return code;
  return plan->searchable ? store_index(tx, e, record) : MCRM_OK;
}

int store_load(store_tx *tx, const model_entity *e, mcrm_id id, void **out) {
  const record_plan *plan = record_plan_of(tx, e);
  if (!plan) return MCRM_NO_MEMORY;
  *out = NULL;
  store_rows rows;
  int code = store_query(tx, &rows, plan->load, store_int(id));
  if (!code && store_next(&rows)) record_read(&rows, plan, 0, out);
  code = store_end(&rows);
  return code || *out ? code : store_absent(tx, e, id);
}

int store_delete(store_tx *tx, const model_entity *e, const void *record) {
  const record_plan *plan = record_plan_of(tx, e);
  if (!plan) return MCRM_NO_MEMORY;
  const stored_record *head = record;
  int code = store_run(tx, plan->delete, store_int(head->id));
  if (code) return code;
  if (!store_changed(tx)) return store_absent(tx, e, head->id);
  if (plan->searchable && (code = store_unindex(tx, head->id))) return code;
  return store_journal(tx, "delete", e->name, head->id, head->version, NULL, NULL);
}

/* ---- update ---- */

/* One field's value for people: JSON, or its start as a JSON string where it is long. */
static void clipped(buffer *out, const model_field *f, const void *record, const zone *z) {
  buffer whole;
  buffer_init(&whole, (size_t)JSON_BYTES * 2);
  if (f->kind == MODEL_TEXT && model_text(record, f)) {
    const char *text = model_text(record, f);
    size_t length = strlen(text);
    if (length > CLIP) {
      size_t start = utf8_whole(text, CLIP);
      buffer_append(&whole, text, start);
      buffer_text(&whole, "…");
      json_write_string(out, whole.failed ? "" : whole.bytes, whole.length);
      buffer_free(&whole);
      return;
    }
  }
  model_encode_field(&whole, f, record, z);
  if (!whole.failed && whole.length <= CLIP * 2)
    buffer_append(out, whole.bytes, whole.length);
  else
    buffer_text(out, "\"…\"");
  buffer_free(&whole);
}

/* The detail is JSON and stays whole: {"version":7,"title":{"theirs":"…","yours":"…"}}, as many fields as fit.
 * Values that not everybody may see stand in nobody's error. */
static int conflict(store_tx *tx, const record_plan *plan, const void *change, mcrm_id id) {
  void *current;
  int code = store_load(tx, plan->entity, id, &current);
  if (code) return code;
  uint64_t bits;
  uint64_t mask = ((const model_record *)change)->present & plan->stored & ~fixed_bits;
  if ((code = record_difference(tx, plan, current, change, mask, &bits))) return code;
  buffer detail, one;
  buffer_init(&detail, sizeof tx->error->detail - 1);
  buffer_init(&one, (size_t)JSON_BYTES * 4);
  buffer_print(&detail, "{\"version\":%lld", (long long)((const stored_record *)current)->version);
  for (size_t i = 0; i < plan->count; i++) {
    const model_field *f = plan->columns[i];
    if (!(bits & model_bit(f)) || (f->flags & (MODEL_SECRET | MODEL_SENSITIVE))) continue;
    buffer_clear(&one);
    buffer_append(&one, f->key, f->key_length);
    buffer_text(&one, "{\"theirs\":");
    clipped(&one, f, current, tx->store->zone);
    buffer_text(&one, ",\"yours\":");
    clipped(&one, f, change, tx->store->zone);
    buffer_byte(&one, '}');
    if (!one.failed && one.length + detail.length + 2 < sizeof tx->error->detail)
      buffer_append(&detail, one.bytes, one.length);
  }
  buffer_byte(&detail, '}');
  code = detail.failed ? error_no_memory(tx->error)
                       : error_set(tx->error, MCRM_CONFLICT, "version", "record.changed", "%s", detail.bytes);
  buffer_free(&one);
  buffer_free(&detail);
  return code;
}

/* `before` with the changed fields of `change`, which afterwards may go: texts and nested records are copied. */
static int apply(store_tx *tx, const record_plan *plan, const void *change, uint64_t bits, const record_values *values,
                 void *after) {
  size_t at = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const model_field *f = plan->columns[i];
    if (!(bits & model_bit(f))) continue;
    const store_value *v = &values->at[at++];
    if (f->kind <= MODEL_BOOL) {
      model_set_number(after, f, model_number(change, f));
    } else if (f->kind == MODEL_REAL) {
      model_set_real(after, f, model_real(change, f));
    } else if (v->kind == STORE_NULL) {
      memset((char *)after + f->offset, 0, f->kind == MODEL_OBJECT || f->kind < MODEL_TEXTS ? 8 : 16);
    } else if (f->kind < MODEL_TEXTS) {
      char *text = arena_copy(tx->arena, v->text, v->length);
      if (!text) return error_no_memory(tx->error);
      model_set_text(after, f, text);
    } else {
      int code = model_decode_field(tx->arena, f, v->text, v->length, tx->store->zone, tx->error, after);
      if (code) return code;
    }
  }
  ((model_record *)after)->present |= plan->stored;
  return MCRM_OK;
}

/* UPDATE t SET a = $1, …, updated_at = $n, version = $n+1 WHERE id = $n+2 AND version = $n+3 */
static int update_row(store_tx *tx, const record_plan *plan, uint64_t bits, const stored_record *before,
                      record_values *values) {
  buffer sql;
  buffer_init(&sql, 16 * 1024);
  buffer_print(&sql, "UPDATE %s SET ", plan->entity->table);
  size_t n = 0;
  for (size_t i = 0; i < plan->count; i++)
    if (bits & model_bit(plan->columns[i])) buffer_print(&sql, "%s = $%zu, ", plan->columns[i]->name, ++n);
  buffer_print(&sql, "updated_at = $%zu, version = $%zu WHERE id = $%zu AND version = $%zu", n + 1, n + 2, n + 3,
               n + 4);
  values->at[values->count++] = store_int(tx->now);
  values->at[values->count++] = store_int(before->version + 1);
  values->at[values->count++] = store_int(before->id);
  values->at[values->count++] = store_int(before->version);
  int code = sql.failed ? error_no_memory(tx->error) : store_run_with(tx, sql.bytes, values->at, values->count);
  buffer_free(&sql);
  return code;
}

static int journal_update(store_tx *tx, const record_plan *plan, const void *before, const void *after, uint64_t bits) {
  const stored_record *head = after;
  const char *old = written(tx, plan, before, bits);
  const char *new = old ? written(tx, plan, after, bits) : NULL;
  if (!new) return MCRM_NO_MEMORY;
  int code = store_journal(tx, "update", plan->entity->name, head->id, head->version, old, new);
  if (code || !(bits & plan->indexed)) return code;
  return store_index(tx, plan->entity, after);
}

static int update(store_tx *tx, const record_plan *plan, const stored_record *before, const void *change, uint64_t bits,
                  record_values *values, void **out) {
  for (size_t i = 0; i < plan->count; i++)
    if (bits & model_bit(plan->columns[i])) record_values_add(values, plan->columns[i], change, tx->store->zone);
  stored_record *after = copy_record(tx->arena, before, plan);
  if (!after || !record_values_settle(values)) return error_no_memory(tx->error);
  int code = apply(tx, plan, change, bits, values, after);
  if (code || (code = update_row(tx, plan, bits, before, values))) return code;
  if (!store_changed(tx)) return conflict(tx, plan, change, before->id);
  after->updated_at = tx->now;
  after->version = before->version + 1;
  if (out) *out = after;
  return journal_update(tx, plan, before, after, bits);
}

int store_update(store_tx *tx, const model_entity *e, const void *before, const void *change, void **after) {
  const record_plan *plan = record_plan_of(tx, e);
  if (!plan) return MCRM_NO_MEMORY;
  const stored_record *old = before, *new = change;
  if (MCRM_HAS(new, version) && new->version != old->version) return conflict(tx, plan, change, old->id);
  uint64_t bits;
  int code = record_difference(tx, plan, before, change, new->present & plan->stored & ~fixed_bits, &bits);
  if (code) return code;
  if (!bits) {
    if (after) *after = (void *)(uintptr_t)before;
    return MCRM_OK;
  }
  record_values values;
  record_values_begin(&values);
  code = update(tx, plan, old, change, bits, &values, after);
  record_values_end(&values);
  return code;
}
