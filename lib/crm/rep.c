#include "rep.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>
#include <text/collation.h>

#include "cursor.h"

int rep_load(crm_call *call, mcrm_id id, mcrm_rep **out) {
  void *found;
  int code = access_load(call->tx, call->actor, &model_rep, id, "rep.read", &found);
  if (!code) *out = found;
  return code;
}

int rep_expect(crm_call *call, mcrm_id id) {
  store_refusal *unknown = arena_alloc(call->tx->arena, sizeof *unknown);
  const char *detail = arena_print(call->tx->arena, "there is no rep %lld", (long long)id);
  if (!unknown || !detail) return error_no_memory(call->tx->error);
  *unknown = (store_refusal){MCRM_NOT_FOUND, "rep_id", "rep.unknown", detail};
  return store_expect(call->tx, unknown, "SELECT 1 FROM rep WHERE id = $1", store_int(id));
}

int rep_by_key(crm_call *call, const char *host_key, mcrm_rep **out) {
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_rep);
  store_where(&s, "host_key = ?", store_text(host_key));
  int code = store_select_end(&s, &found);
  *out = code || !found.count ? NULL : (mcrm_rep *)(uintptr_t)found.at[0];
  return code;
}

const char *rep_sort_key(crm_call *call, const char *name) {
  buffer key;
  buffer_init(&key, 16 * 1024);
  int code = name ? text_collation_key(name, strlen(name), &key) : MCRM_OK;
  size_t length = key.length < CURSOR_TEXT_MAX ? key.length : CURSOR_TEXT_MAX;
  const char *out = code == MCRM_NO_MEMORY ? NULL : arena_copy(call->tx->arena, length ? key.bytes : "", length);
  buffer_free(&key);
  if (!out) error_no_memory(call->tx->error);
  return out;
}

static bool among(mcrm_texts texts, const char *text) {
  for (size_t i = 0; i < texts.count; i++)
    if (!strcmp(texts.at[i], text)) return true;
  return false;
}

int rep_phones_write(crm_call *call, mcrm_id id, mcrm_texts before, mcrm_texts after) {
  int code = MCRM_OK;
  for (size_t i = 0; !code && i < before.count; i++)
    if (!among(after, before.at[i]))
      code = store_post(call->tx, "DELETE FROM rep_phone WHERE phone = $1 AND rep_id = $2", store_text(before.at[i]),
                        store_int(id));
  for (size_t i = 0; !code && i < after.count; i++)
    if (!among(before, after.at[i]))
      code = store_post(call->tx, "INSERT INTO rep_phone (phone, rep_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                        store_text(after.at[i]), store_int(id));
  return code;
}

/* ---- shown ---- */

static void overlay_one(mcrm_rep *rep, const mcrm_rep *live) {
  rep->name = live->name;
  rep->shop = live->shop;
  rep->admin_username = live->admin_username;
  rep->phones = live->phones;
  rep->telegram = live->telegram;
  rep->status = live->status;
  rep->balance = live->balance;
  rep->invoices = live->invoices;
  rep->service = live->service;
  rep->host_url = live->host_url;
  rep->debt = live->debt;
}

int rep_overlay(crm_call *call, mcrm_rep *const *reps, size_t count) {
  store_tx *tx = call->tx;
  const char **keys = arena_array(tx->arena, count + 1, sizeof *keys);
  if (!keys) return error_no_memory(tx->error);
  size_t wanted = 0;
  for (size_t i = 0; i < count; i++)
    if (reps[i]->host_key) keys[wanted++] = reps[i]->host_key;
  if (!wanted || !call->crm->host) return MCRM_OK;
  mcrm_error why = {0};
  mcrm_rep_array live;
  int code = host_reps(call->crm->host, tx->arena, (mcrm_texts){keys, wanted}, tx->now, &why, &live);
  if (code == MCRM_NO_MEMORY) return error_no_memory(tx->error);
  if (code) return MCRM_OK; /* down: as_of says how old the last known values are */
  for (size_t i = 0; i < count; i++) {
    if (!reps[i]->host_key) continue;
    const mcrm_rep *now = host_rep_find(&live, reps[i]->host_key);
    if (now)
      overlay_one(reps[i], now);
    else
      reps[i]->status = "gone";
    reps[i]->as_of = tx->now;
  }
  return MCRM_OK;
}

void rep_hide(crm_call *call, mcrm_rep *rep) {
  access_hide(call->actor, &model_rep, rep);
  rep->sort_key = NULL;
  rep->debt = 0;
  rep->present &= ~(MCRM_BIT_OF(rep, sort_key) | MCRM_BIT_OF(rep, debt));
}

int rep_show(crm_call *call, mcrm_rep *const *reps, size_t count) {
  int code = rep_overlay(call, reps, count);
  if (!code) code = rep_score_all(call, reps, count);
  for (size_t i = 0; !code && i < count; i++) rep_hide(call, reps[i]);
  return code;
}

int rep_show_one(crm_call *call, const mcrm_rep *rep, mcrm_rep *out) {
  *out = *rep;
  return rep_show(call, &out, 1);
}

int rep_get(crm_call *call, const void *input, void *output) {
  mcrm_rep *rep;
  int code = rep_load(call, ((const mcrm_ref *)input)->id, &rep);
  return code ? code : rep_show_one(call, rep, output);
}
