/* Saved views: a list's filter under a name. */
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <model/json.h>
#include <model/validate.h>
#include <string.h>

/* A view must be one that its list will take. */
static int check_filter(crm_call *call, const char *operation, const char *filter) {
  const model_entity *e = !strcmp(operation, "rep.list")           ? &model_rep_filter
                          : !strcmp(operation, "interaction.list") ? &model_interaction_filter
                                                                   : &model_task_filter;
  void *record;
  int code =
      model_decode(call->tx->arena, e, filter, strlen(filter), store_zone(call->tx->store), call->tx->error, &record);
  if (!code) code = model_validate(e, record, MODEL_CREATE, call->tx->error);
  if (code) error_within(call->tx->error, "filter");
  return code;
}

int view_save(crm_call *call, const void *input, void *output) {
  mcrm_saved_view *record = output;
  *record = *(const mcrm_saved_view *)input;
  MCRM_SET(record, user_id, call->actor->user_id);
  int code = check_filter(call, record->operation, record->filter);
  return code ? code : store_insert(call->tx, &model_saved_view, record);
}

int view_update(crm_call *call, const void *input, void *output) {
  const mcrm_saved_view *in = input;
  void *before, *after;
  int code = access_load_for(call->tx, call->actor, &model_saved_view, in->id, "view", "view", &before);
  if (!code) code = store_update(call->tx, &model_saved_view, before, in, &after);
  if (!code) code = check_filter(call, ((mcrm_saved_view *)after)->operation, ((mcrm_saved_view *)after)->filter);
  if (!code) *(mcrm_saved_view *)output = *(mcrm_saved_view *)after;
  return code;
}

int view_list(crm_call *call, const void *input, void *output) {
  enum { MOST = 500 };
  mcrm_saved_view_page *page = output;
  store_select s;
  model_records found;
  (void)input;
  store_select_begin(&s, call->tx, &model_saved_view);
  store_where(&s, "(user_id = ? OR (shared = 1 AND user_id IN (SELECT id FROM user_account WHERE team = ?)))",
              store_int(call->actor->user_id), store_text(call->actor->team));
  store_order(&s, "name, id");
  store_limit(&s, MOST);
  int code = store_select_end(&s, &found);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_saved_view_array){(const mcrm_saved_view *const *)found.at, found.count}));
  return MCRM_OK;
}

int view_delete(crm_call *call, const void *input, void *output) {
  const mcrm_ref *in = input;
  mcrm_ref *out = output;
  void *found;
  int code = access_load_for(call->tx, call->actor, &model_saved_view, in->id, "view", "view", &found);
  if (!code) code = store_delete(call->tx, &model_saved_view, found);
  if (!code) MCRM_SET(out, id, in->id);
  return code;
}
