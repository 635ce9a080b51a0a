/* The journal as events and as audit. */
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/event.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <store/journal.h>
#include <string.h>

#include "cursor.h"

/* May the actor hear that this record changed? Whoever may read it may. */
static int may_hear(crm_call *call, const mcrm_event *e, bool *yes) {
  const model_entity *entity = e->entity ? model_entity_find(e->entity) : NULL;
  *yes = access_may(call->actor, "audit") != ACCESS_NONE;
  if (*yes || !entity || !entity->table) return MCRM_OK;
  if (!entity->owner) {
    *yes = access_may(call->actor, entity->read) != ACCESS_NONE;
    return MCRM_OK;
  }
  void *record;
  int code = store_load(call->tx, entity, e->entity_id, &record);
  if (code == MCRM_NOT_FOUND) { /* deleted since: nobody needs to hear of it any more */
    error_clear(call->tx->error);
    return MCRM_OK;
  }
  if (code) return code;
  const model_field *owner = model_field_find(entity, entity->owner, strlen(entity->owner));
  return access_reaches(call->tx, call->actor, entity->read, model_number(record, owner), yes);
}

int event_list(crm_call *call, const void *input, void *output) {
  const mcrm_event_filter *in = input;
  mcrm_event_page *page = output;
  mcrm_event_array found;
  int64_t limit, head;
  int code = page_limit(call, in->limit, &limit);
  if (!code && in->after < 0)
    code = error_set(call->tx->error, MCRM_INVALID, "after", "field.range", "after: %lld is negative",
                     (long long)in->after);
  if (!code) code = store_head(call->tx, &head);
  if (!code) code = store_events(call->tx, in->after, in->entity, 0, limit, &found);
  if (code) return code;
  const mcrm_event **kept = arena_array(call->tx->arena, found.count, sizeof *kept);
  size_t count = 0;
  if (!kept) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < found.count; i++) {
    bool yes;
    if ((code = may_hear(call, found.at[i], &yes))) return code;
    if (yes) kept[count++] = found.at[i];
  }
  MCRM_SET(page, items, ((mcrm_event_array){kept, count}));
  /* Where the next call goes on from, also when everything found was for others. */
  MCRM_SET(page, next, found.count ? found.at[found.count - 1]->seq : in->after);
  MCRM_SET(page, head, head);
  return MCRM_OK;
}

int audit_list(crm_call *call, const void *input, void *output) {
  const mcrm_audit_filter *in = input;
  int64_t limit;
  mcrm_audit_page *page = output;
  mcrm_audit_entry_array found;
  int code = page_limit(call, in->limit, &limit);
  if (!code) code = store_history(call->tx, in->entity, in->id, in->before, limit, &found);
  if (!code) MCRM_SET(page, items, found);
  return code;
}
