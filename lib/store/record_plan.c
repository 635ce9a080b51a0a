#include "record_plan.h"

#include <base/error.h>
#include <string.h>

#include "internal.h"

enum { SQL_LIMIT = 16 * 1024 };

void store_columns(buffer *out, const model_entity *e, const char *alias) {
  bool first = true;
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!model_stored(f)) continue;
    if (!first) buffer_append(out, ", ", 2);
    first = false;
    if (alias) {
      buffer_text(out, alias);
      buffer_byte(out, '.');
    }
    buffer_text(out, f->name);
  }
}

static const char *keep(arena *a, buffer *sql) {
  const char *text = sql->failed ? NULL : arena_copy(a, sql->bytes, sql->length);
  buffer_clear(sql);
  return text;
}

static bool plan_sql(arena *a, record_plan *plan) {
  const char *table = plan->entity->table;
  buffer sql;
  buffer_init(&sql, SQL_LIMIT);

  buffer_text(&sql, "SELECT ");
  store_columns(&sql, plan->entity, NULL);
  buffer_text(&sql, " FROM ");
  buffer_text(&sql, table);
  plan->select = keep(a, &sql);

  buffer_text(&sql, plan->select ? plan->select : "");
  buffer_text(&sql, " WHERE id = $1");
  plan->load = keep(a, &sql);

  buffer_text(&sql, "INSERT INTO ");
  buffer_text(&sql, table);
  buffer_text(&sql, " (");
  store_columns(&sql, plan->entity, NULL);
  buffer_text(&sql, ") VALUES (");
  for (size_t i = 0; i < plan->count; i++) { /* no printing: a CGI program does this with each request */
    buffer_text(&sql, i ? ", $" : "$");
    buffer_number(&sql, (int64_t)i + 1);
  }
  buffer_text(&sql, ") ON CONFLICT (id) DO NOTHING");
  plan->insert = keep(a, &sql);

  buffer_text(&sql, "DELETE FROM ");
  buffer_text(&sql, table);
  buffer_text(&sql, " WHERE id = $1");
  plan->delete = keep(a, &sql);

  buffer_free(&sql);
  return plan->select && plan->load && plan->insert && plan->delete;
}

static bool plan_make(arena *a, const model_entity *e, record_plan *plan) {
  const model_field **columns = arena_array(a, e->count, sizeof(const model_field *));
  if (!columns) return false;
  *plan = (record_plan){.entity = e, .columns = columns};
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!model_stored(f)) continue;
    if (!strcmp(f->name, "id")) plan->id = plan->count;
    if (!strcmp(f->name, "version")) plan->version = plan->count;
    if (!strcmp(f->name, "rep_id") && f->kind == MODEL_ID) plan->rep = f;
    if (e->owner && !strcmp(f->name, e->owner)) plan->owner = f;
    if (f->flags & MODEL_SEARCHABLE) plan->searchable |= model_bit(f);
    plan->stored |= model_bit(f);
    columns[plan->count++] = f;
  }
  plan->indexed = plan->searchable;
  if (plan->rep && plan->searchable) plan->indexed |= model_bit(plan->rep);
  if (plan->owner && plan->searchable) plan->indexed |= model_bit(plan->owner);
  return plan_sql(a, plan);
}

int record_plans_make(record_plans *plans, mcrm_error *error) {
  size_t count = 0;
  for (const model_entity *const *e = model_entities; *e; e++) count += (*e)->table != NULL;
  arena *a = arena_new(0);
  record_plan *at = a ? arena_array(a, count + 1, sizeof *at) : NULL;
  size_t made = 0;
  for (const model_entity *const *e = model_entities; at && *e; e++)
    if ((*e)->table && !plan_make(a, *e, &at[made++])) at = NULL;
  if (!at) {
    arena_free(a);
    *plans = (record_plans){0};
    return error_no_memory(error);
  }
  *plans = (record_plans){.arena = a, .at = at, .count = count};
  return MCRM_OK;
}

void record_plans_free(record_plans *plans) {
  arena_free(plans->arena);
  *plans = (record_plans){0};
}

const record_plan *record_plan_of(store_tx *tx, const model_entity *e) {
  const record_plans *plans = &tx->store->plans;
  for (size_t i = 0; i < plans->count; i++)
    if (plans->at[i].entity == e) return &plans->at[i];
  record_plan *plan = arena_alloc(tx->arena, sizeof *plan);
  if (plan && plan_make(tx->arena, e, plan)) return plan;
  error_no_memory(tx->error);
  return NULL;
}
