#include "interaction.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <model/validate.h>
#include <store/journal.h>
#include <string.h>

#include "notification.h"
#include "page.h"
#include "provenance.h"
#include "rep.h"

int interaction_fill_all(crm_call *call, mcrm_interaction *const *interactions, size_t count) {
  mcrm_id *ids = arena_array(call->tx->arena, count, sizeof *ids);
  mcrm_provenance_array *lists = arena_array(call->tx->arena, count, sizeof *lists);
  if (!ids || !lists) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) ids[i] = interactions[i]->id;
  int code = provenance_load_all(call, ids, count, lists);
  for (size_t i = 0; i < count && !code; i++) MCRM_SET(interactions[i], provenance, lists[i]);
  return code;
}

int interaction_fill(crm_call *call, mcrm_interaction *interaction) {
  return interaction_fill_all(call, &interaction, 1);
}

static int check_type(crm_call *call, const char *type) {
  const mcrm_texts *types = &call->crm->interaction_types;
  for (size_t i = 0; i < types->count; i++)
    if (!strcmp(types->at[i], type)) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "type", "field.choice", "type: \"%.40s\" is no interaction type",
                   type);
}

static int check_rep(crm_call *call, mcrm_id rep) {
  int code = access_require(call->tx, call->actor, "rep.read");
  return code ? code : rep_expect(call, rep);
}

/* The rep exists, and whoever's conversation it is said to be is one whose records the actor may write. */
static int check_references(crm_call *call, const mcrm_interaction *in) {
  bool yes = true;
  int code = in->rep_id ? check_rep(call, in->rep_id) : MCRM_OK;
  if (code) return code;
  if (in->user_id) code = access_reaches(call->tx, call->actor, "interaction.write", in->user_id, &yes);
  if (!code && !yes)
    code = error_set(call->tx->error, MCRM_DENIED, "user_id", "denied",
                     "%s may not write the conversations of user %lld", call->actor->role, (long long)in->user_id);
  return code;
}

/* last_contact_at is worked out from conversations, so it is not journalled as a change of the rep. */
static int touch_rep(crm_call *call, const mcrm_interaction *i) {
  if (!i->state || strcmp(i->state, "final")) return MCRM_OK;
  return store_post(
      call->tx,
      "UPDATE rep SET last_contact_at = $1 WHERE id = $2 AND (last_contact_at IS NULL OR last_contact_at < $1)",
      store_int(i->started_at), store_int(i->rep_id));
}

int interaction_log(crm_call *call, const void *input, void *output) {
  mcrm_interaction *record = output;
  *record = *(const mcrm_interaction *)input;
  if (!record->state) MCRM_SET(record, state, "final");
  if (!record->direction) MCRM_SET(record, direction, "out");
  if (!record->started_at) MCRM_SET(record, started_at, call->tx->now);
  if (!record->user_id) MCRM_SET(record, user_id, call->actor->user_id);
  int code = model_validate(&model_interaction, record, MODEL_CREATE, call->tx->error);
  if (!code) code = check_type(call, record->type);
  if (!code) code = check_references(call, record);
  if (!code && record->duration_s < 0)
    code = error_set(call->tx->error, MCRM_INVALID, "duration_s", "field.range", "duration_s: %lld is negative",
                     (long long)record->duration_s);
  if (!code) code = store_insert(call->tx, &model_interaction, record);
  if (!code) code = provenance_by_user(call, &model_interaction, record->id, input);
  if (!code) code = touch_rep(call, record);
  if (!code) code = notification_critical(call, NULL, record);
  MCRM_SET(record, provenance, ((mcrm_provenance_array){0})); /* a new one has only what was just written */
  if (!code && provenance_touched(&model_interaction, input)) code = interaction_fill(call, record);
  return code;
}

int interaction_update(crm_call *call, const void *input, void *output) {
  const mcrm_interaction *in = input;
  void *before, *after;
  int code = access_load_for(call->tx, call->actor, &model_interaction, in->id, "interaction.read", "interaction.write",
                             &before);
  if (!code && in->type) code = check_type(call, in->type);
  if (!code) code = check_references(call, in);
  if (!code) code = store_update(call->tx, &model_interaction, before, in, &after);
  if (!code) code = provenance_by_user(call, &model_interaction, in->id, in);
  if (!code) code = touch_rep(call, after);
  if (!code) code = notification_critical(call, before, after);
  if (!code) code = interaction_fill(call, after);
  if (!code) *(mcrm_interaction *)output = *(mcrm_interaction *)after;
  return code;
}

int interaction_get(crm_call *call, const void *input, void *output) {
  const mcrm_ref *in = input;
  void *found;
  int code = access_load(call->tx, call->actor, &model_interaction, in->id, "interaction.read", &found);
  if (!code) code = interaction_fill(call, found);
  if (!code) *(mcrm_interaction *)output = *(mcrm_interaction *)found;
  return code;
}

static void filter(store_select *s, const mcrm_interaction_filter *in) {
  store_where_plain(s, in->archived ? "archived_at IS NOT NULL" : "archived_at IS NULL");
  if (in->rep_id) store_where(s, "rep_id = ?", store_int(in->rep_id));
  if (in->user_id) store_where(s, "user_id = ?", store_int(in->user_id));
  if (in->type) store_where(s, "type = ?", store_text(in->type));
  if (in->direction) store_where(s, "direction = ?", store_text(in->direction));
  if (in->state) store_where(s, "state = ?", store_text(in->state));
  if (in->urgency) store_where(s, "urgency = ?", store_text(in->urgency));
  if (in->after) store_where(s, "started_at >= ?", store_int(in->after));
  if (in->before) store_where(s, "started_at < ?", store_int(in->before));
}

int interaction_list(crm_call *call, const void *input, void *output) {
  const mcrm_interaction_filter *in = input;
  mcrm_interaction_page *page = output;
  const page_order order = {"started_at", !in->sort || in->sort[0] == '-'};
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_interaction);
  filter(&s, in);
  access_where(&s, call->actor, "interaction.read", "user_id");
  int code = page_select(call, &s, &order, in->cursor, in->limit, &found, &next);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_interaction_array){(const mcrm_interaction *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}

int interaction_history(crm_call *call, const void *input, void *output) {
  const mcrm_history *in = input;
  mcrm_change_page *page = output;
  mcrm_audit_entry_array entries;
  void *found;
  store_value seq = store_int(0);
  mcrm_id id = 0;
  int64_t limit;
  int code = access_load(call->tx, call->actor, &model_interaction, in->id, "interaction.read", &found);
  if (!code) code = page_limit(call, in->limit, &limit);
  if (!code && in->cursor) code = cursor_read_as(call, in->cursor, STORE_INT, &seq, &id);
  if (!code) code = store_history(call->tx, "interaction", in->id, seq.number, limit + 1, &entries);
  if (code) return code;
  size_t count = entries.count > (size_t)limit ? (size_t)limit : entries.count;
  const mcrm_change **at = arena_array(call->tx->arena, count, sizeof *at);
  if (!at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) {
    const mcrm_audit_entry *e = entries.at[i];
    mcrm_change *c = arena_alloc(call->tx->arena, sizeof *c);
    if (!c) return error_no_memory(call->tx->error);
    c->size = sizeof *c;
    MCRM_SET(c, seq, e->seq);
    MCRM_SET(c, at, e->at);
    MCRM_SET(c, user_id, e->user_id);
    MCRM_SET(c, operation, e->operation);
    MCRM_SET(c, action, e->action);
    MCRM_SET(c, entity_version, e->entity_version);
    MCRM_SET(c, before, e->before);
    MCRM_SET(c, after, e->after);
    at[i] = c;
  }
  MCRM_SET(page, items, ((mcrm_change_array){at, count}));
  MCRM_SET(page, next, NULL);
  if (entries.count > count) {
    page->next = cursor_write(call, store_int(at[count - 1]->seq), in->id);
    if (!page->next) return call->tx->error->code;
  }
  return MCRM_OK;
}
