/* The host's reps as local rows, so that search, lists and scores work and the last known values show when the
 * host is down. */
#include <base/civil.h>
#include <base/error.h>
#include <model/entities.h>
#include <stdlib.h>
#include <string.h>

#include "rep.h"

enum { HEARD_STEP = MS_PER_MINUTE }; /* as_of of unchanged rows lags at most this much behind */

typedef struct sync {
  crm_call *call;
  mcrm_rep **local; /* by host_key */
  size_t count;
  int64_t changed;
} sync;

static int by_key(const void *a, const void *b) {
  return strcmp((*(const mcrm_rep *const *)a)->host_key, (*(const mcrm_rep *const *)b)->host_key);
}

static int load_local(sync *s) {
  store_select select;
  model_records found;
  store_select_begin(&select, s->call->tx, &model_rep);
  store_where_plain(&select, "host_key IS NOT NULL");
  int code = store_select_end(&select, &found);
  s->local = (mcrm_rep **)(uintptr_t)found.at;
  s->count = found.count;
  if (!code && s->count) qsort(s->local, s->count, sizeof *s->local, by_key);
  return code;
}

/* What of the live values is kept. as_of is left out: hearing the same again is no change. */
static int wanted(sync *s, const mcrm_rep *live, mcrm_rep *out) {
  *out = *live;
  out->present &= ~MCRM_BIT_OF(out, as_of);
  MCRM_SET(out, sort_key, rep_sort_key(s->call, live->name));
  return out->sort_key ? MCRM_OK : MCRM_NO_MEMORY;
}

static int add(sync *s, const mcrm_rep *live) {
  mcrm_rep row;
  int code = wanted(s, live, &row);
  MCRM_SET(&row, as_of, s->call->tx->now);
  if (!code) code = store_insert(s->call->tx, &model_rep, &row);
  if (!code) code = rep_phones_write(s->call, row.id, (mcrm_texts){0}, row.phones);
  if (!code) s->changed++;
  return code;
}

static int heard(sync *s, mcrm_id id) {
  return store_post(s->call->tx, "UPDATE rep SET as_of = $1 WHERE id = $2", store_int(s->call->tx->now), store_int(id));
}

static int change(sync *s, const mcrm_rep *before, const mcrm_rep *live) {
  mcrm_rep row;
  void *after;
  int code = wanted(s, live, &row);
  if (!code) code = store_update(s->call->tx, &model_rep, before, &row, &after);
  if (code || after == before) return code;
  s->changed++;
  code = rep_phones_write(s->call, before->id, before->phones, row.phones);
  return code ? code : heard(s, before->id);
}

static int gone(sync *s, const mcrm_rep *before) {
  mcrm_rep row = {.size = sizeof row};
  void *after;
  MCRM_SET(&row, status, "gone");
  int code = store_update(s->call->tx, &model_rep, before, &row, &after);
  if (code || after == before) return code;
  s->changed++;
  return heard(s, before->id);
}

/* Both lists are in the order of the key. */
static int merge(sync *s, const mcrm_rep_array *live, bool all) {
  size_t here = 0, there = 0;
  int code = MCRM_OK;
  while (!code && (here < s->count || there < live->count)) {
    int order = here == s->count       ? 1
                : there == live->count ? -1
                                       : strcmp(s->local[here]->host_key, live->at[there]->host_key);
    if (order > 0)
      code = add(s, live->at[there++]);
    else if (order < 0)
      code = all ? gone(s, s->local[here++]) : (here++, MCRM_OK);
    else
      code = change(s, s->local[here++], live->at[there++]);
  }
  return code;
}

int rep_sync_with(crm_call *call, const mcrm_rep_array *live, bool all, int64_t *changed) {
  sync s = {.call = call};
  store_tx *tx = call->tx;
  int code = load_local(&s);
  if (!code) code = merge(&s, live, all);
  if (!code && all)
    code = store_post(
        tx, "UPDATE rep SET as_of = $1 WHERE host_key IS NOT NULL AND COALESCE(status, '') <> 'gone' AND as_of < $2",
        store_int(tx->now), store_int(tx->now - HEARD_STEP));
  *changed = s.changed;
  return code;
}

int rep_sync(crm_call *call, int64_t *changed) {
  mcrm_rep_array live;
  *changed = 0;
  if (!call->crm->host) return MCRM_OK;
  int code = host_reps(call->crm->host, call->tx->arena, (mcrm_texts){0}, call->tx->now, call->tx->error, &live);
  return code ? code : rep_sync_with(call, &live, true, changed);
}
