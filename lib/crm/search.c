/* One box over reps, conversations and tasks. */
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <store/search.h>
#include <string.h>

#include "cursor.h"

enum { TEAM_MOST = 500 };

/* Whose records may be found. */
static int scope_of(crm_call *call, store_search_scope *out) {
  access_scope reach = access_may(call->actor, "search");
  *out = (store_search_scope){.all = reach == ACCESS_ALL};
  if (out->all) return MCRM_OK;
  mcrm_id *owners = arena_array(call->tx->arena, TEAM_MOST, sizeof *owners);
  if (!owners) return error_no_memory(call->tx->error);
  owners[out->owner_count++] = call->actor->user_id;
  out->owners = owners;
  if (reach != ACCESS_TEAM || !call->actor->team) return MCRM_OK;
  store_rows rows;
  int code =
      store_query(call->tx, &rows, "SELECT id FROM user_account WHERE team = $1 AND id <> $2 ORDER BY id LIMIT $3",
                  store_text(call->actor->team), store_int(call->actor->user_id), store_int(TEAM_MOST - 1));
  if (code) return code;
  while (out->owner_count < TEAM_MOST && store_next(&rows)) owners[out->owner_count++] = store_get_int(&rows, 0);
  return store_end(&rows);
}

static int load_hit(crm_call *call, const store_hit *found, mcrm_search_hit *hit) {
  const model_entity *e = model_entity_find(found->entity);
  void *record;
  int code = store_load(call->tx, e, found->id, &record);
  if (code) return code;
  hit->size = sizeof *hit;
  MCRM_SET(hit, entity, e->name);
  MCRM_SET(hit, id, found->id);
  if (e == &model_rep)
    MCRM_SET(hit, rep, record);
  else if (e == &model_interaction)
    MCRM_SET(hit, interaction, record);
  else
    MCRM_SET(hit, task, record);
  return MCRM_OK;
}

int search_all(crm_call *call, const void *input, void *output) {
  const mcrm_search *in = input;
  mcrm_search_page *page = output;
  store_search_scope scope;
  store_hits hits;
  store_value key;
  mcrm_id last = 0;
  int64_t limit;
  int code = page_limit(call, in->limit, &limit);
  if (!code && in->cursor) code = cursor_read(call, in->cursor, &key, &last);
  if (!code) code = scope_of(call, &scope);
  if (!code) code = store_search(call->tx, in->text, in->entity, &scope, last, limit + 1, &hits);
  if (code) return code;
  size_t count = hits.count > (size_t)limit ? (size_t)limit : hits.count;
  const mcrm_search_hit **items = arena_array(call->tx->arena, count, sizeof *items);
  mcrm_search_hit *records = arena_array(call->tx->arena, count, sizeof *records);
  if (!items || !records) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) {
    if ((code = load_hit(call, &hits.at[i], &records[i]))) return code;
    items[i] = &records[i];
  }
  MCRM_SET(page, items, ((mcrm_search_hit_array){items, count}));
  MCRM_SET(page, next, NULL);
  if (hits.count == count) return MCRM_OK;
  page->next = cursor_write(call, store_null(), hits.at[count - 1].id);
  return page->next ? MCRM_OK : call->tx->error->code;
}
