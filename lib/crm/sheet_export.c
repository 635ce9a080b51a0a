#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <model/json.h>
#include <model/validate.h>
#include <string.h>

#include "cursor.h"
#include "sheet.h"

enum { EXPORT_BYTES = 32 << 20, EXPORT_COLUMNS = 120 };

typedef struct export_kind {
  const model_entity *entity, *filter, *page;
  crm_operation *list;
  const char *permission;
} export_kind;

static const export_kind kinds[] = {
    {&model_rep, &model_rep_filter, &model_rep_page, rep_list, "rep.read"},
    {&model_interaction, &model_interaction_filter, &model_interaction_page, interaction_list, "interaction.read"},
    {&model_task, &model_task_filter, &model_task_page, task_list, "task.read"},
};

/* A column: a field, or a field of a nested record (balance.amount). */
typedef struct column {
  const model_field *outer, *inner;
} column;

typedef struct export {
  crm_call *call;
  const export_kind *kind;
  column columns[EXPORT_COLUMNS];
  size_t count;
  buffer csv, cell;
  int64_t rows;
}
export;

static bool shown(const export *e, const model_field *f) {
  if (f->flags & (MODEL_SECRET | MODEL_INPUT) || f->kind == MODEL_MAP) return false;
  return !(f->flags & MODEL_SENSITIVE) || access_may(e->call->actor, "rep.account") != ACCESS_NONE;
}

static void add_column(export *e, const model_field *outer, const model_field *inner) {
  if (e->count < EXPORT_COLUMNS) e->columns[e->count++] = (column){outer, inner};
}

static void choose_columns(export *e) {
  const model_entity *entity = e->kind->entity;
  for (const model_field *f = entity->fields, *end = f + entity->count; f < end; f++) {
    if (!shown(e, f)) continue;
    if (f->kind != MODEL_OBJECT) {
      add_column(e, f, NULL);
      continue;
    }
    for (const model_field *in = f->entity->fields, *last = in + f->entity->count; in < last; in++)
      if (shown(e, in)) add_column(e, f, in);
  }
}

static void write_heading(export *e) {
  buffer_text(&e->csv, "\xEF\xBB\xBF");
  for (size_t i = 0; i < e->count; i++) {
    const column *c = &e->columns[i];
    buffer_print(&e->csv, "%s%s%s%s", i ? "," : "", c->outer->name, c->inner ? "." : "",
                 c->inner ? c->inner->name : "");
  }
  buffer_text(&e->csv, "\r\n");
}

/* Whether the cell came out whole; else the sheet has failed too, for the cell is used again. */
static bool cell_written(export *e) {
  if (!e->cell.failed) return true;
  e->csv.failed = true;
  e->csv.too_long |= e->cell.too_long;
  return false;
}

static void write_texts(export *e, mcrm_texts texts) {
  buffer_clear(&e->cell);
  for (size_t i = 0; i < texts.count; i++) {
    if (i) buffer_text(&e->cell, "; ");
    buffer_text(&e->cell, texts.at[i]);
  }
  if (cell_written(e)) sheet_write_text(&e->csv, e->cell.bytes ? e->cell.bytes : "", e->cell.length);
}

static void write_value(export *e, const model_field *f, const void *record) {
  if (!model_has(record, f) || model_null(record, f)) return;
  if (f->kind == MODEL_TEXT) {
    const char *text = model_text(record, f);
    sheet_write_text(&e->csv, text, strlen(text));
    return;
  }
  if (f->kind == MODEL_TEXTS) {
    write_texts(e, model_texts(record, f));
    return;
  }
  buffer_clear(&e->cell);
  model_encode_field(&e->cell, f, record, store_zone(e->call->tx->store));
  if (!cell_written(e)) return;
  bool quoted = f->kind == MODEL_ID || f->kind == MODEL_TIME;
  if (quoted)
    buffer_append(&e->csv, e->cell.bytes + 1, e->cell.length - 2);
  else if (f->kind == MODEL_JSON || f->kind == MODEL_LIST || f->kind == MODEL_OBJECT)
    sheet_write_text(&e->csv, e->cell.bytes, e->cell.length);
  else
    buffer_append(&e->csv, e->cell.bytes, e->cell.length);
}

static void write_row(export *e, const void *record) {
  for (size_t i = 0; i < e->count; i++) {
    const column *c = &e->columns[i];
    if (i) buffer_byte(&e->csv, ',');
    if (!c->inner)
      write_value(e, c->outer, record);
    else if (model_has(record, c->outer) && !model_null(record, c->outer))
      write_value(e, c->inner, model_object(record, c->outer));
  }
  buffer_text(&e->csv, "\r\n");
  e->rows++;
}

/* ---- pages ---- */

static int read_filter(export *e, const char *json, void **out) {
  store_tx *tx = e->call->tx;
  const model_entity *filter = e->kind->filter;
  int code = model_decode(tx->arena, filter, json ? json : "{}", json ? strlen(json) : 2, store_zone(tx->store),
                          tx->error, out);
  if (!code) code = model_validate(filter, *out, MODEL_CREATE, tx->error);
  if (!code &&
      (model_has(*out, model_field_find(filter, "cursor", 6)) || model_has(*out, model_field_find(filter, "limit", 5))))
    code = error_set(tx->error, MCRM_INVALID, "cursor", "field.not_allowed", "an export is the whole list");
  if (code) error_within(tx->error, "filter");
  return code;
}

/* One page, in an arena of its own that is forgotten afterwards; *next is kept in the call's. */
static int write_page(export *e, void *filter, arena *page_arena, const char **next) {
  store_tx *tx = e->call->tx;
  arena *kept = tx->arena;
  const model_entity *entity = e->kind->page;
  const model_field *items = model_field_find(entity, "items", 5), *field = model_field_find(entity, "next", 4);
  arena_reset(page_arena);
  model_record *page = arena_alloc(page_arena, entity->size);
  *next = NULL;
  if (!page) return error_no_memory(tx->error);
  page->size = entity->size;
  tx->arena = page_arena;
  int code = e->kind->list(e->call, filter, page);
  tx->arena = kept;
  if (code) return code;
  access_hide(e->call->actor, entity, page);
  model_records list = model_list(page, items);
  for (size_t i = 0; i < list.count; i++) write_row(e, list.at[i]);
  if (arena_failed(page_arena)) return error_no_memory(tx->error);
  if (!model_text(page, field)) return MCRM_OK;
  *next = arena_text(kept, model_text(page, field));
  return *next ? MCRM_OK : error_no_memory(tx->error);
}

static int write_pages(export *e, void *filter) {
  const model_entity *entity = e->kind->filter;
  const model_field *cursor = model_field_find(entity, "cursor", 6), *limit = model_field_find(entity, "limit", 5);
  mcrm_error *error = e->call->tx->error;
  arena *page = arena_new(0);
  if (!page) return error_no_memory(error);
  const char *next = NULL;
  int code;
  do {
    model_set_number(filter, limit, PAGE_MOST);
    if (next) model_set_text(filter, cursor, next);
    code = write_page(e, filter, page, &next);
    if (!code && (e->csv.too_long || e->cell.too_long))
      code = error_set(error, MCRM_INVALID, "filter", "sheet.too_large", "more than %d MiB: narrow the filter",
                       EXPORT_BYTES >> 20);
    if (!code && (e->csv.failed || e->cell.failed)) code = error_no_memory(error);
  } while (!code && next);
  arena_free(page);
  return code;
}

int record_export(crm_call *call, const void *input, void *output) {
  const mcrm_export *in = input;
  mcrm_exported *out = output;
  export e = {.call = call};
  void *filter;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (!strcmp(kinds[i].entity->name, in->entity)) e.kind = &kinds[i];
  if (!e.kind)
    return error_set(call->tx->error, MCRM_INVALID, "entity", "field.choice", "entity: \"%.40s\"", in->entity);
  int code = access_require(call->tx, call->actor, e.kind->permission);
  if (!code) code = read_filter(&e, in->filter, &filter);
  if (code) return code;
  buffer_init(&e.csv, EXPORT_BYTES);
  buffer_init(&e.cell, EXPORT_BYTES);
  choose_columns(&e);
  write_heading(&e);
  code = write_pages(&e, filter);
  if (!code) {
    MCRM_SET(out, csv, arena_copy(call->tx->arena, e.csv.bytes, e.csv.length));
    MCRM_SET(out, rows, e.rows);
    if (!out->csv) code = error_no_memory(call->tx->error);
  }
  buffer_free(&e.csv);
  buffer_free(&e.cell);
  return code;
}
