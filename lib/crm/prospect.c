/* People to whom the panel is presented, and what becomes of them. */
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/copilot.h>
#include <marfacrm/list.h>
#include <marfacrm/report.h>
#include <model/entities.h>
#include <string.h>
#include <text/entity.h>

#include "rep.h"

enum { MOVE_BATCH = 200 };

static int invalid(crm_call *call, const char *field, const char *message, const char *detail) {
  return error_set(call->tx->error, MCRM_INVALID, field, message, "%s: %s", field, detail);
}

/* ---- what was given ---- */

static int take_phones(crm_call *call, mcrm_texts given, mcrm_rep *out) {
  arena *a = call->tx->arena;
  const char **at = arena_array(a, given.count + 1, sizeof *at);
  if (!at) return error_no_memory(call->tx->error);
  size_t count = 0;
  for (size_t i = 0; i < given.count; i++) {
    const char *text = given.at[i], *phone;
    size_t found;
    if (host_phones(a, text, strlen(text), &phone, 1, &found)) return error_no_memory(call->tx->error);
    if (!found)
      return error_set(call->tx->error, MCRM_INVALID, "phones", "phone.malformed",
                       "phones[%zu]: \"%.40s\" is not a phone number", i, text);
    bool known = false;
    for (size_t k = 0; k < count; k++) known |= !strcmp(at[k], phone);
    if (!known) at[count++] = phone;
  }
  MCRM_SET(out, phones, ((mcrm_texts){at, count}));
  return MCRM_OK;
}

static int take_telegram(crm_call *call, const char *given, mcrm_rep *out) {
  const char *name = given ? host_telegram(call->tx->arena, given, strlen(given)) : NULL;
  if (given && given[0] && !name)
    return arena_failed(call->tx->arena) ? error_no_memory(call->tx->error)
                                         : error_set(call->tx->error, MCRM_INVALID, "telegram", "telegram.malformed",
                                                     "telegram: \"%.60s\" is no Telegram name", given);
  MCRM_SET(out, telegram, name);
  return MCRM_OK;
}

static bool blank(const char *text) { return !text || !text[strspn(text, " \t\r\n")]; }

static int take(crm_call *call, const mcrm_prospect *in, mcrm_rep *out) {
  int code = MCRM_OK;
  if (MCRM_HAS(in, name)) {
    if (blank(in->name)) return invalid(call, "name", "field.required", "a prospect needs a name");
    MCRM_SET(out, name, in->name);
    MCRM_SET(out, sort_key, rep_sort_key(call, in->name));
    if (!out->sort_key) return MCRM_NO_MEMORY;
  }
  if (MCRM_HAS(in, shop)) MCRM_SET(out, shop, in->shop);
  if (MCRM_HAS(in, phones)) code = take_phones(call, in->phones, out);
  if (!code && MCRM_HAS(in, telegram)) code = take_telegram(call, in->telegram, out);
  return code;
}

int prospect_create(crm_call *call, const void *input, void *output) {
  const mcrm_prospect *in = input;
  mcrm_rep row = {.size = sizeof row};
  if (MCRM_HAS(in, id) && in->id) return invalid(call, "id", "field.not_allowed", "a new prospect has none yet");
  if (!MCRM_HAS(in, name)) return invalid(call, "name", "field.required", "a prospect needs a name");
  int code = take(call, in, &row);
  MCRM_SET(&row, kind, "prospect");
  if (!code) code = store_insert(call->tx, &model_rep, &row);
  if (!code) code = rep_phones_write(call, row.id, (mcrm_texts){0}, row.phones);
  return code ? code : rep_show_one(call, &row, output);
}

/* A prospect that may be changed: not a rep of the host, and not one that has become a rep. */
static int load_prospect(crm_call *call, mcrm_id id, const char *permission, mcrm_rep **out) {
  void *found;
  int code = access_load_for(call->tx, call->actor, &model_rep, id, "rep.read", permission, &found);
  if (code) return code;
  *out = found;
  if (!(*out)->kind || strcmp((*out)->kind, "prospect") != 0)
    return invalid(call, "id", "prospect.is_rep", "a representative of the host is changed in the host");
  if ((*out)->archived_at)
    return error_set(call->tx->error, MCRM_CONFLICT, "id", "prospect.archived",
                     "the prospect is archived or has become a representative");
  return MCRM_OK;
}

int prospect_update(crm_call *call, const void *input, void *output) {
  const mcrm_prospect *in = input;
  mcrm_rep *before, change = {.size = sizeof change};
  void *after;
  int code = load_prospect(call, in->id, "prospect.write", &before);
  if (code) return code;
  if (MCRM_HAS(in, version)) MCRM_SET(&change, version, in->version);
  code = take(call, in, &change);
  if (!code) code = store_update(call->tx, &model_rep, before, &change, &after);
  if (!code && MCRM_HAS(&change, phones)) code = rep_phones_write(call, before->id, before->phones, change.phones);
  return code ? code : rep_show_one(call, after, output);
}

/* ---- a prospect becomes a rep ---- */

/* The local row of the host's rep: known already, or made from what the host says now. */
static int find_rep(crm_call *call, const char *host_key, mcrm_rep **out) {
  store_tx *tx = call->tx;
  int code = rep_by_key(call, host_key, out);
  if (code || *out) return code;
  if (!call->crm->host) return error_set(tx->error, MCRM_NOT_FOUND, "host_key", "host.none", "no host is configured");
  mcrm_rep_array live;
  mcrm_texts keys = {&host_key, 1};
  int64_t changed;
  code = host_reps(call->crm->host, tx->arena, keys, tx->now, tx->error, &live);
  if (code) return code;
  if (!live.count)
    return error_set(tx->error, MCRM_NOT_FOUND, "host_key", "host.not_found",
                     "the host has no representative \"%.60s\"", host_key);
  code = rep_sync_with(call, &live, false, &changed);
  return code ? code : rep_by_key(call, host_key, out);
}

/* Moves the records of one kind, journalled and found under the new rep. */
static int move_records(crm_call *call, const model_entity *e, mcrm_id from, mcrm_id to, void *change) {
  model_set_number(change, model_field_find(e, "rep_id", 6), to);
  int code = MCRM_OK;
  for (size_t moved = MOVE_BATCH; !code && moved == MOVE_BATCH;) {
    store_select s;
    model_records found;
    store_select_begin(&s, call->tx, e);
    store_where(&s, "rep_id = ?", store_int(from));
    store_order(&s, "id");
    store_limit(&s, MOVE_BATCH);
    code = store_select_end(&s, &found);
    for (size_t i = 0; !code && i < found.count; i++) code = store_update(call->tx, e, found.at[i], change, NULL);
    moved = code ? 0 : found.count;
  }
  return code;
}

static int move_all(crm_call *call, mcrm_id from, mcrm_id to) {
  mcrm_interaction interaction = {.size = sizeof interaction};
  mcrm_task task = {.size = sizeof task};
  mcrm_suggestion suggestion = {.size = sizeof suggestion};
  mcrm_notification notification = {.size = sizeof notification};
  int code = move_records(call, &model_interaction, from, to, &interaction);
  if (!code) code = move_records(call, &model_task, from, to, &task);
  if (!code) code = move_records(call, &model_suggestion, from, to, &suggestion);
  if (!code) code = move_records(call, &model_notification, from, to, &notification);
  if (!code)
    code = store_post(call->tx,
                     "INSERT INTO rep_phone (phone, rep_id) SELECT phone, $1 FROM rep_phone WHERE rep_id = $2 "
                     "ON CONFLICT DO NOTHING",
                     store_int(to), store_int(from));
  return code ? code : store_post(call->tx, "DELETE FROM rep_phone WHERE rep_id = $1", store_int(from));
}

static mcrm_texts join_tags(arena *a, mcrm_texts first, mcrm_texts second) {
  const char **at = arena_array(a, first.count + second.count + 1, sizeof *at);
  size_t count = 0;
  for (size_t i = 0; at && i < first.count + second.count && count < MODEL_LIST_MAX; i++) {
    const char *tag = i < first.count ? first.at[i] : second.at[i - first.count];
    bool known = false;
    for (size_t k = 0; k < count; k++) known |= !strcmp(at[k], tag);
    if (!known) at[count++] = tag;
  }
  return (mcrm_texts){at, count};
}

static mcrm_fact_array join_facts(arena *a, mcrm_fact_array first, mcrm_fact_array second) {
  const mcrm_fact **at = arena_array(a, first.count + second.count + 1, sizeof *at);
  size_t count = 0;
  for (size_t i = 0; at && i < first.count && count < MODEL_LIST_MAX; i++) at[count++] = first.at[i];
  for (size_t i = 0; at && i < second.count && count < MODEL_LIST_MAX; i++) at[count++] = second.at[i];
  return (mcrm_fact_array){at, count};
}

/* What is known of the rep stands; the prospect's fills the gaps and adds its tags and facts. */
static const mcrm_profile *join_profiles(arena *a, const mcrm_profile *rep, const mcrm_profile *prospect) {
  if (!rep || !prospect) return rep ? rep : prospect;
  mcrm_profile *both = arena_alloc(a, sizeof *both);
  if (!both) return rep;
  both->size = sizeof *both;
  MCRM_SET(both, preferred_channel, rep->preferred_channel ? rep->preferred_channel : prospect->preferred_channel);
  MCRM_SET(both, best_times, rep->best_times ? rep->best_times : prospect->best_times);
  MCRM_SET(both, language, rep->language ? rep->language : prospect->language);
  MCRM_SET(both, notes, rep->notes ? rep->notes : prospect->notes);
  MCRM_SET(both, tags, join_tags(a, rep->tags, prospect->tags));
  MCRM_SET(both, facts, join_facts(a, rep->facts, prospect->facts));
  return both;
}

static int inherit(crm_call *call, const mcrm_rep *prospect, const mcrm_rep *rep, void **after) {
  mcrm_rep change = {.size = sizeof change};
  if (prospect->profile) MCRM_SET(&change, profile, join_profiles(call->tx->arena, rep->profile, prospect->profile));
  if (prospect->cadence && !rep->cadence) {
    MCRM_SET(&change, cadence, prospect->cadence);
    MCRM_SET(&change, next_check_in_at, prospect->next_check_in_at);
  }
  if (prospect->last_contact_at > rep->last_contact_at) MCRM_SET(&change, last_contact_at, prospect->last_contact_at);
  if (arena_failed(call->tx->arena)) return error_no_memory(call->tx->error);
  return store_update(call->tx, &model_rep, rep, &change, after);
}

int prospect_link(crm_call *call, const void *input, void *output) {
  const mcrm_linking *in = input;
  mcrm_rep *prospect, *rep, archived = {.size = sizeof archived};
  void *after;
  int code = load_prospect(call, in->id, "prospect.link", &prospect);
  if (!code && blank(in->host_key)) code = invalid(call, "host_key", "field.required", "names the host's rep");
  if (!code) code = find_rep(call, in->host_key, &rep);
  if (!code) code = move_all(call, prospect->id, rep->id);
  if (!code) code = inherit(call, prospect, rep, &after);
  MCRM_SET(&archived, archived_at, call->tx->now);
  MCRM_SET(&archived, cadence, NULL);
  MCRM_SET(&archived, next_check_in_at, 0);
  if (!code) code = store_update(call->tx, &model_rep, prospect, &archived, NULL);
  return code ? code : rep_show_one(call, after, output);
}
