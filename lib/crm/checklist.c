#include "checklist.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "page.h"

enum { LISTS_MOST = 50, POINTS_MOST = 200 };

/* None named: for all. */
static bool is_for(mcrm_texts names, const char *name) {
  for (size_t i = 0; i < names.count; i++)
    if (name && !strcmp(names.at[i], name)) return true;
  return !names.count;
}

int checklist_points(crm_call *call, const mcrm_interaction *interaction, mcrm_checklist_item_array *out) {
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_checklist);
  store_where_plain(&s, "active = 1");
  store_order(&s, "id");
  store_limit(&s, LISTS_MOST);
  int code = store_select_end(&s, &found);
  const mcrm_checklist_item **points = arena_array(call->tx->arena, POINTS_MOST, sizeof *points);
  size_t count = 0;
  if (code || !points) return code ? code : error_no_memory(call->tx->error);
  for (size_t i = 0; i < found.count; i++) {
    const mcrm_checklist *list = found.at[i];
    if (!is_for(list->types, interaction->type) || !is_for(list->purposes, interaction->purpose)) continue;
    for (size_t k = 0; k < list->items.count && count < POINTS_MOST; k++)
      if (list->items.at[k]->item) points[count++] = list->items.at[k];
  }
  *out = (mcrm_checklist_item_array){points, count};
  return MCRM_OK;
}

/* A type nobody can choose would make a list that never applies. */
static int check_types(crm_call *call, mcrm_texts types) {
  for (size_t i = 0; i < types.count; i++) {
    bool known = false;
    for (size_t k = 0; k < call->crm->interaction_types.count; k++)
      known |= !strcmp(call->crm->interaction_types.at[k], types.at[i]);
    if (!known)
      return error_set(call->tx->error, MCRM_INVALID, "types", "field.choice",
                       "types: \"%.40s\" is no interaction type", types.at[i]);
  }
  return MCRM_OK;
}

int checklist_create(crm_call *call, const void *input, void *output) {
  mcrm_checklist *record = output;
  *record = *(const mcrm_checklist *)input;
  if (!MCRM_HAS(record, active)) MCRM_SET(record, active, 1);
  int code = check_types(call, record->types);
  return code ? code : store_insert(call->tx, &model_checklist, record);
}

int checklist_update(crm_call *call, const void *input, void *output) {
  const mcrm_checklist *in = input;
  void *before, *after;
  int code = check_types(call, in->types);
  if (!code)
    code =
        access_load_for(call->tx, call->actor, &model_checklist, in->id, "checklist.read", "checklist.write", &before);
  if (!code) code = store_update(call->tx, &model_checklist, before, in, &after);
  if (!code) *(mcrm_checklist *)output = *(const mcrm_checklist *)after;
  return code;
}

int checklist_get(crm_call *call, const void *input, void *output) {
  void *found;
  int code =
      access_load(call->tx, call->actor, &model_checklist, ((const mcrm_ref *)input)->id, "checklist.read", &found);
  if (!code) *(mcrm_checklist *)output = *(const mcrm_checklist *)found;
  return code;
}

int checklist_list(crm_call *call, const void *input, void *output) {
  const mcrm_checklist_filter *in = input;
  mcrm_checklist_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_checklist);
  if (MCRM_HAS(in, active)) store_where(&s, "active = ?", store_int(in->active));
  int code = page_select(call, &s, &(page_order){NULL, false}, in->cursor, in->limit, &found, &next);
  if (code) return code;
  /* the few lists there are: what is not for the type is left out here */
  const mcrm_checklist **kept = arena_array(call->tx->arena, found.count, sizeof *kept);
  size_t count = 0;
  if (found.count && !kept) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < found.count; i++) {
    const mcrm_checklist *list = found.at[i];
    if (!in->type || is_for(list->types, in->type)) kept[count++] = list;
  }
  MCRM_SET(page, items, ((mcrm_checklist_array){kept, count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}

int checklist_delete(crm_call *call, const void *input, void *output) {
  const mcrm_ref *in = input;
  void *found;
  int code =
      access_load_for(call->tx, call->actor, &model_checklist, in->id, "checklist.read", "checklist.write", &found);
  if (!code) code = store_delete(call->tx, &model_checklist, found);
  if (!code) MCRM_SET((mcrm_ref *)output, id, in->id);
  return code;
}
