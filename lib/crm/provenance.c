#include "provenance.h"

#include <base/error.h>
#include <model/entities.h>
#include <string.h>

#include "ids.h"

int provenance_write(crm_call *call, mcrm_id record, const mcrm_provenance *p) {
  return store_post(
      call->tx,
      "INSERT INTO provenance (entity_id, field, source, provider, model, prompt, confidence, state, by_user, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (entity_id, field) DO UPDATE SET "
      "source = excluded.source, provider = excluded.provider, model = excluded.model, prompt = excluded.prompt, "
      "confidence = excluded.confidence, state = excluded.state, by_user = excluded.by_user, at = excluded.at",
      store_int(record), store_text(p->field), store_text(p->source), store_text(p->provider), store_text(p->model),
      store_text(p->prompt), store_real(p->confidence), store_text(p->state),
      store_int_or_null(p->by ? p->by : call->actor->user_id), store_int(p->at ? p->at : call->tx->now));
}

static const mcrm_provenance *read_row(store_rows *rows) {
  mcrm_provenance *p = arena_alloc(rows->tx->arena, sizeof *p);
  if (!p) return NULL;
  p->size = sizeof *p;
  MCRM_SET(p, field, store_get_text(rows, 1));
  MCRM_SET(p, source, store_get_text(rows, 2));
  MCRM_SET(p, provider, store_get_text(rows, 3));
  MCRM_SET(p, model, store_get_text(rows, 4));
  MCRM_SET(p, prompt, store_get_text(rows, 5));
  MCRM_SET(p, confidence, store_get_real(rows, 6));
  MCRM_SET(p, state, store_get_text(rows, 7));
  MCRM_SET(p, by, store_get_int(rows, 8));
  MCRM_SET(p, at, store_get_int(rows, 9));
  return p;
}

/* The rows come record by record. */
static int take_rows(store_rows *rows, const mcrm_id *ids, size_t count, mcrm_provenance_array *out) {
  const mcrm_provenance **at = NULL;
  size_t record = count;
  while (store_next(rows)) {
    if (record == count || ids[record] != store_get_int(rows, 0)) {
      for (record = 0; record < count && ids[record] != store_get_int(rows, 0);) record++;
      if (record == count) continue;
      at = arena_array(rows->tx->arena, MODEL_SLOTS, sizeof *at);
      if (!at) return error_no_memory(rows->tx->error);
      out[record].at = at;
    }
    if (out[record].count == MODEL_SLOTS) continue;
    at[out[record].count] = read_row(rows);
    if (!at[out[record].count++]) return error_no_memory(rows->tx->error);
  }
  return MCRM_OK;
}

int provenance_load_all(crm_call *call, const mcrm_id *ids, size_t count, mcrm_provenance_array *out) {
  int code = MCRM_OK;
  for (size_t i = 0; i < count; i++) out[i] = (mcrm_provenance_array){0};
  for (size_t i = 0; i < count && !code; i += IDS_BATCH) {
    size_t some = count - i < IDS_BATCH ? count - i : IDS_BATCH;
    store_rows rows;
    ids_query(
        call->tx, &rows,
        "SELECT entity_id, field, source, provider, model, prompt, confidence, state, by_user, at FROM provenance "
        "WHERE entity_id IN",
        "ORDER BY entity_id, field", ids + i, some);
    code = take_rows(&rows, ids + i, some, out + i);
    int ended = store_end(&rows);
    if (!code) code = ended;
  }
  return code;
}

int provenance_load(crm_call *call, mcrm_id record, mcrm_provenance_array *out) {
  return provenance_load_all(call, &record, 1, out);
}

const mcrm_provenance *provenance_find(const mcrm_provenance_array *list, const char *field) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i]->field && !strcmp(list->at[i]->field, field)) return list->at[i];
  return NULL;
}

bool provenance_touched(const model_entity *e, const void *change) {
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++)
    if ((f->flags & MODEL_AI) && model_has(change, f)) return true;
  return false;
}

int provenance_by_user(crm_call *call, const model_entity *e, mcrm_id record, const void *change) {
  mcrm_provenance_array before = {0};
  bool loaded = false;
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!(f->flags & MODEL_AI) || !model_has(change, f)) continue;
    int code = loaded ? MCRM_OK : provenance_load(call, record, &before);
    if (code) return code;
    loaded = true;
    const mcrm_provenance *old = provenance_find(&before, f->name);
    mcrm_provenance p = {.size = sizeof p, .field = f->name, .source = "user", .state = "accepted", .confidence = 1};
    if (old && old->source && !strcmp(old->source, "ai")) {
      p = *old;
      p.state = "edited";
      p.by = 0;
      p.at = 0;
    }
    if ((code = provenance_write(call, record, &p))) return code;
  }
  return MCRM_OK;
}
