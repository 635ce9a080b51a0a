/* Archive and restore, of any kind of record. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

int record_refuse_host(crm_call *call, const model_entity *e, const void *record) {
  const mcrm_rep *rep = record;
  if (e != &model_rep || !rep->kind || strcmp(rep->kind, "rep")) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "id", "rep.of_host",
                   "rep %lld is the host's, and what it says is changed there", (long long)rep->id);
}

int record_answer(const model_entity *e, const void *record, mcrm_record_ref *out) {
  const model_field *version = &e->fields[3];
  MCRM_SET(out, entity, e->name);
  MCRM_SET(out, id, model_number(record, &e->fields[0]));
  MCRM_SET(out, version, model_number(record, version));
  return MCRM_OK;
}

/* Sets archived_at; `when` 0 brings it back. */
static int archive(crm_call *call, const mcrm_record_ref *in, mcrm_time when, mcrm_record_ref *out) {
  const model_entity *e = model_entity_find(in->entity);
  void *before, *after;
  int code = access_load_for(call->tx, call->actor, e, in->id, e->read, "record.archive", &before);
  if (!code) code = record_refuse_host(call, e, before);
  if (code) return code;
  model_record *change = arena_alloc(call->tx->arena, e->size);
  if (!change) return error_no_memory(call->tx->error);
  change->size = e->size;
  model_set_number(change, model_field_find(e, "archived_at", 11), when);
  if (MCRM_HAS(in, version)) model_set_number(change, &e->fields[3], in->version);
  code = store_update(call->tx, e, before, change, &after);
  return code ? code : record_answer(e, after, out);
}

int record_archive(crm_call *call, const void *input, void *output) {
  return archive(call, input, call->tx->now, output);
}

int record_restore(crm_call *call, const void *input, void *output) { return archive(call, input, 0, output); }
