#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <model/validate.h>
#include <string.h>

#include "sheet.h"
#include "task.h"

enum { IMPORT_ROWS = 5000, IMPORT_FAULTS = 100 };

typedef struct import_kind {
  const char *name;
  const model_entity *input, *output;
  crm_operation *make;
  const char *permission;
} import_kind;

static const import_kind kinds[] = {
    {"prospect", &model_prospect, &model_rep, prospect_create, "prospect.write"},
    {"task", &model_task, &model_task, task_import, "task.write"},
    {"interaction", &model_interaction, &model_interaction, interaction_log, "interaction.write"},
};

typedef struct import {
  crm_call *call;
  const import_kind *kind;
  sheet_reader reader;
  sheet_row row;
  const model_field *columns[SHEET_COLUMNS]; /* NULL: a column without a heading, which must be empty */
  size_t column_count;
  mcrm_imported *out;
  const mcrm_import_fault **faults;
} import;

/* Wrong in this row, and no reason to stop reading the others? */
static bool fault_of_row(int code) {
  return code == MCRM_INVALID || code == MCRM_NOT_FOUND || code == MCRM_DENIED || code == MCRM_CONFLICT;
}

/* Moves the error into the report. */
static int report(import *m, int64_t row) {
  mcrm_error *error = m->call->tx->error;
  arena *a = m->call->tx->arena;
  if (!fault_of_row(error->code)) return error->code;
  mcrm_import_fault *fault = arena_alloc(a, sizeof *fault);
  if (!fault) {
    error_clear(error);
    return error_no_memory(error);
  }
  fault->size = sizeof *fault;
  MCRM_SET(fault, row, row);
  MCRM_SET(fault, field, error->field[0] ? arena_text(a, error->field) : NULL);
  MCRM_SET(fault, message, arena_text(a, error->message));
  MCRM_SET(fault, detail, arena_text(a, error->detail));
  m->faults[m->out->faults.count++] = fault;
  error_clear(error);
  return MCRM_OK;
}

/* ---- the heading ---- */

static int heading_fault(import *m, const char *text, const char *message, const char *what) {
  return error_set(m->call->tx->error, MCRM_INVALID, text, message, "the heading \"%.60s\" %s", text, what);
}

static int read_column(import *m, size_t i) {
  const char *text = m->row.cells[i].text;
  m->columns[i] = NULL;
  if (!m->row.cells[i].length) return MCRM_OK;
  const model_field *f = sheet_heading(m->kind->input, text, m->row.cells[i].length);
  if (!f) return heading_fault(m, text, "field.unknown", "names no field; marfacrm operations lists them");
  if (f->flags & (MODEL_READ_ONLY | MODEL_DERIVED | MODEL_FIXED) || !strcmp(f->name, "id") ||
      !strcmp(f->name, "version"))
    return heading_fault(m, text, "field.read_only", "is set by the library: leave the column out");
  for (size_t k = 0; k < i; k++)
    if (m->columns[k] == f) return heading_fault(m, text, "field.twice", "stands there twice");
  m->columns[i] = f;
  return MCRM_OK;
}

static int read_heading(import *m) {
  int got = sheet_read(&m->reader, m->call->tx->arena, m->call->tx->error, &m->row);
  if (got == 0) return error_set(m->call->tx->error, MCRM_INVALID, "csv", "sheet.empty", "the file has no heading");
  if (got < 0) return got;
  m->column_count = m->row.count;
  for (size_t i = 0; i < m->row.count; i++) {
    int code = read_column(m, i);
    if (code) return code;
  }
  return MCRM_OK;
}

/* ---- rows ---- */

static int read_row(import *m, model_record *record) {
  const model_field *grain = model_field_find(m->kind->input, "due_grain", 9);
  bool whole_day, due_day = false;
  for (size_t i = 0; i < m->row.count; i++) {
    const char *text = m->row.cells[i].text;
    if (!m->row.cells[i].length) continue;
    const model_field *f = i < m->column_count ? m->columns[i] : NULL;
    if (!f)
      return error_set(m->call->tx->error, MCRM_INVALID, NULL, "field.unknown",
                       "\"%.60s\" stands in column %zu, which has no heading", text, i + 1);
    int code = sheet_cell(m->call, f, text, m->row.cells[i].length, record, &whole_day);
    if (code) return code;
    due_day = due_day || (whole_day && !strcmp(f->name, "due_at"));
  }
  if (due_day && grain && !model_has(record, grain)) model_set_text(record, grain, "day");
  return model_validate(m->kind->input, record, MODEL_CREATE, m->call->tx->error);
}

/* A row by itself: what it wrote goes away again where it fails. */
static int take_row(import *m) {
  store_tx *tx = m->call->tx;
  model_record *record = arena_alloc(tx->arena, m->kind->input->size);
  model_record *made = arena_alloc(tx->arena, m->kind->output->size);
  if (!record || !made) return error_no_memory(tx->error);
  record->size = m->kind->input->size;
  made->size = m->kind->output->size;
  int code = read_row(m, record);
  if (code) return code;
  if ((code = store_savepoint(tx))) return code;
  code = m->kind->make(m->call, record, made);
  if (!code) code = store_savepoint_release(tx);
  if (code) store_savepoint_rollback(tx);
  return code;
}

static int take_rows(import *m) {
  store_tx *tx = m->call->tx;
  for (;;) {
    int got = sheet_read(&m->reader, tx->arena, tx->error, &m->row), code = MCRM_OK;
    if (got == 0) return MCRM_OK;
    m->out->rows++;
    if (m->out->rows > IMPORT_ROWS)
      return error_set(tx->error, MCRM_INVALID, "csv", "sheet.too_large", "more than %d rows: import them in parts",
                       IMPORT_ROWS);
    code = got < 0 ? got : take_row(m);
    if (!code)
      m->out->taken++;
    else if ((code = report(m, m->reader.row)))
      return code;
    /* after a quote gone wrong there is no telling where the next row begins */
    if (got < 0 || m->out->faults.count == IMPORT_FAULTS) return MCRM_OK;
  }
}

int record_import(crm_call *call, const void *input, void *output) {
  const mcrm_import *in = input;
  store_tx *tx = call->tx;
import m = {.call = call, .out = output };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (!strcmp(kinds[i].name, in->entity)) m.kind = &kinds[i];
  if (!m.kind) return error_set(tx->error, MCRM_INVALID, "entity", "field.choice", "entity: \"%.40s\"", in->entity);
  int code = access_require(tx, call->actor, m.kind->permission);
  if (code) return code;
  m.faults = arena_array(tx->arena, IMPORT_FAULTS, sizeof *m.faults);
  if (!m.faults) return error_no_memory(tx->error);
  MCRM_SET(m.out, rows, 0);
  MCRM_SET(m.out, taken, 0);
  MCRM_SET(m.out, faults, ((mcrm_import_fault_array){m.faults, 0}));
  MCRM_SET(m.out, dry_run, in->dry_run);
  sheet_reader_begin(&m.reader, in->csv);
  if ((code = store_savepoint(tx))) return code;
  code = read_heading(&m);
  code = code ? report(&m, 1) : take_rows(&m);
  bool keep = !code && !in->dry_run && !m.out->faults.count;
  if (!keep) store_savepoint_rollback(tx);
  if (!keep && !in->dry_run) m.out->taken = 0;
  if (keep) code = store_savepoint_release(tx);
  return code;
}
