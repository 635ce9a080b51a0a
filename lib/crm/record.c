/* Archive and restore, of any kind of record. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <stdio.h>
#include <string.h>

#include "record_kind.h"

const record_kind *record_kind_find(const char *entity) {
  static const record_kind kinds[] = {
      {&model_interaction, "interaction.read"}, {&model_task, "task.read"}, {&model_rep, "rep.read"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (!strcmp(kinds[i].entity->name, entity)) return &kinds[i];
  return NULL;
}

int record_refuse_host(crm_call *call, const record_kind *kind, const void *record) {
  const mcrm_rep *rep = record;
  if (kind->entity != &model_rep || !rep->kind || strcmp(rep->kind, "rep")) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "id", "rep.of_host",
                   "rep %lld is the host's; only prospects can be "
                   "archived or undone",
                   (long long)rep->id);
}

int record_answer(const record_kind *kind, const void *record, mcrm_record_ref *out) {
  const model_field *version = &kind->entity->fields[3];
  MCRM_SET(out, entity, kind->entity->name);
  MCRM_SET(out, id, model_number(record, &kind->entity->fields[0]));
  MCRM_SET(out, version, model_number(record, version));
  return MCRM_OK;
}

/* Sets archived_at; `when` 0 brings it back. */
static int archive(crm_call *call, const mcrm_record_ref *in, mcrm_time when, mcrm_record_ref *out) {
  const record_kind *kind = record_kind_find(in->entity);
  const model_entity *e = kind->entity;
  void *before, *after;
  int code = access_load_for(call->tx, call->actor, e, in->id, kind->read, "record.archive", &before);
  if (!code) code = record_refuse_host(call, kind, before);
  if (code) return code;
  model_record *change = arena_alloc(call->tx->arena, e->size);
  if (!change) return error_no_memory(call->tx->error);
  change->size = e->size;
  model_set_number(change, model_field_find(e, "archived_at", 11), when);
  if (MCRM_HAS(in, version)) model_set_number(change, &e->fields[3], in->version);
  code = store_update(call->tx, e, before, change, &after);
  return code ? code : record_answer(kind, after, out);
}

int record_archive(crm_call *call, const void *input, void *output) {
  return archive(call, input, call->tx->now, output);
}

int record_restore(crm_call *call, const void *input, void *output) { return archive(call, input, 0, output); }
