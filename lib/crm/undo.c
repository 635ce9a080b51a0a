/* Undo: what one operation did to a record, and to the others it touched in the same step, is taken back as a
 * change of its own, so that the journal stays whole. Everything an operation journals carries the transaction's one
 * instant, user and operation, and stands side by side in the chain: that is how its entries are found again. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <model/json.h>
#include <store/journal.h>
#include <string.h>

#include "record.h"

enum { AT_ONCE = 100 }; /* entries read together; a step may be of any length */

static bool same(const char *a, const char *b) { return (!a && !b) || (a && b && !strcmp(a, b)); }

static bool same_step(const mcrm_audit_entry *a, const mcrm_audit_entry *b) {
  return a->at == b->at && a->user_id == b->user_id && same(a->operation, b->operation);
}

static int newest(crm_call *call, const char *entity, mcrm_id id, const mcrm_audit_entry **out) {
  mcrm_audit_entry_array list;
  int code = store_history(call->tx, entity, id, 0, 1, &list);
  *out = code || !list.count ? NULL : list.at[0];
  return code;
}

static int changed_since(crm_call *call, const mcrm_audit_entry *e) {
  return error_set(call->tx->error, MCRM_CONFLICT, "id", "undo.changed_since",
                   "%s %lld has been changed since; undo that first", e->entity, (long long)e->entity_id);
}

/* Takes back one entry. What was made goes out of sight: archived where the kind can be, else deleted. */
static int take_back(crm_call *call, const mcrm_audit_entry *e) {
  const model_entity *entity = model_entity_find(e->entity);
  const mcrm_audit_entry *last;
  void *record, *change = NULL;
  if (!entity || !entity->table) return MCRM_OK;
  int code = newest(call, e->entity, e->entity_id, &last);
  if (!code && (!last || !same_step(last, e))) code = changed_since(call, e);
  if (!code) code = store_load(call->tx, entity, e->entity_id, &record);
  if (code) return code;
  bool made = same(e->action, "create");
  const model_field *archived = model_field_find(entity, "archived_at", 11);
  if (made && !archived) return store_delete(call->tx, entity, record);
  if (made) {
    if (!(change = arena_alloc(call->tx->arena, entity->size))) return error_no_memory(call->tx->error);
    ((model_record *)change)->size = entity->size;
    model_set_number(change, archived, call->tx->now);
  } else {
    if (!e->before)
      return error_set(call->tx->error, MCRM_CONFLICT, "id", "undo.erased", "what %s %lld was before has been erased",
                       e->entity, (long long)e->entity_id);
    code = model_decode(call->tx->arena, entity, e->before, strlen(e->before), store_zone(call->tx->store),
                        call->tx->error, &change);
  }
  return code ? code : store_update(call->tx, entity, record, change, NULL);
}

/* The newest entry of the step: those behind `last` that belong to it stand next to it. */
static int end_of_step(crm_call *call, const mcrm_audit_entry *last, int64_t *end) {
  size_t more;
  *end = last->seq;
  do {
    mcrm_audit_entry_array list;
    int code = store_history(call->tx, NULL, 0, *end + AT_ONCE + 1, AT_ONCE, &list);
    if (code) return code;
    more = 0;
    for (size_t i = list.count; i-- > 0;) {
      if (list.at[i]->seq <= *end) continue;
      if (list.at[i]->seq != *end + 1 || !same_step(list.at[i], last)) break;
      ++*end;
      more++;
    }
  } while (more == AT_ONCE);
  return MCRM_OK;
}

/* The entries of the step, newest first: later ones may rest on earlier ones. */
static int take_back_step(crm_call *call, const mcrm_audit_entry *last) {
  int64_t end;
  mcrm_audit_entry_array list;
  int code = end_of_step(call, last, &end);
  while (!code) {
    code = store_history(call->tx, NULL, 0, end + 1, AT_ONCE, &list);
    for (size_t i = 0; !code && i < list.count; i++) {
      if (!same_step(list.at[i], last)) return MCRM_OK;
      code = take_back(call, list.at[i]);
      end = list.at[i]->seq - 1;
    }
    if (!code && list.count < AT_ONCE) return MCRM_OK;
  }
  return code;
}

int record_undo(crm_call *call, const void *input, void *output) {
  const mcrm_record_ref *in = input;
  const model_entity *e = model_entity_find(in->entity);
  const mcrm_audit_entry *last;
  void *record;
  int code = access_load_for(call->tx, call->actor, e, in->id, e->read, "record.archive", &record);
  if (!code) code = newest(call, in->entity, in->id, &last);
  if (code) return code;
  if (!last || same(last->action, "delete"))
    return error_set(call->tx->error, MCRM_CONFLICT, "id", "undo.nothing", "nothing to undo");
  if (!last->user_id && (code = record_refuse_host(call, e, record))) return code;
  bool reached = last->user_id == call->actor->user_id || access_may(call->actor, "record.archive") != ACCESS_OWN;
  /* A rep is nobody's, so it matters whose change it was. */
  if (e == &model_rep) code = access_reaches(call->tx, call->actor, "record.archive", last->user_id, &reached);
  if (code) return code;
  if (!reached)
    return error_set(call->tx->error, MCRM_DENIED, "id", "undo.others", "the last change is somebody else's");
  code = take_back_step(call, last);
  if (!code) code = store_load(call->tx, e, in->id, &record);
  return code ? code : record_answer(e, record, output);
}
