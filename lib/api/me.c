/* Who acts and what they may do, from the table itself, so that what a frontend shows is what the library allows. */
#include <base/error.h>
#include <marfacrm/access.h>
#include <model/entities.h>
#include <store/journal.h>

#include <api/operation.h>

int session_me(crm_call *call, const void *input, void *output) {
  mcrm_me *me = output;
  size_t operations = 0, count = 0;
  (void)input;
  for (const api_operation *o = api_operations; o->name; o++) operations++;
  const mcrm_capability **at = arena_array(call->tx->arena, operations, sizeof *at);
  mcrm_capability *records = arena_array(call->tx->arena, operations, sizeof *records);
  if (!at || !records) return error_no_memory(call->tx->error);
  for (const api_operation *o = api_operations; o->name; o++) {
    access_scope scope = access_may(call->actor, o->permission);
    if (scope == ACCESS_NONE) continue;
    mcrm_capability *c = &records[count];
    c->size = sizeof *c;
    MCRM_SET(c, operation, o->name);
    MCRM_SET(c, scope, access_scope_name(scope));
    at[count++] = c;
  }
  void *user = NULL;
  int64_t head;
  int code = store_head(call->tx, &head);
  if (code) return code;
  code = call->actor->user_id ? store_load(call->tx, &model_user, call->actor->user_id, &user) : MCRM_OK;
  if (code) return code;
  MCRM_SET(me, user, user);
  MCRM_SET(me, gate, call->actor->gate);
  MCRM_SET(me, role, call->actor->role);
  MCRM_SET(me, capabilities, ((mcrm_capability_array){at, count}));
  MCRM_SET(me, head, head);
  return MCRM_OK;
}
