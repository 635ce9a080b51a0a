#include "ledger.h"

#include <base/civil.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/ai.h>
#include <model/entities.h>

#include "page.h"

int ledger_spent(store_tx *tx, mcrm_id user, const char *task, ai_spent *out) {
  store_rows rows;
  *out = (ai_spent){0};
  int code =
      store_query(tx, &rows,
                  "SELECT COALESCE(SUM(cost), 0), COALESCE(SUM(tokens), 0), "
                  "COALESCE(SUM(CASE WHEN user_id = $2 THEN cost ELSE 0 END), 0), "
                  "COALESCE(SUM(CASE WHEN user_id = $2 THEN tokens ELSE 0 END), 0), "
                  "COALESCE(SUM(CASE WHEN task = $3 THEN cost ELSE 0 END), 0), "
                  "COALESCE(SUM(CASE WHEN task = $3 THEN tokens ELSE 0 END), 0) FROM ai_call WHERE created_at >= $1",
                  store_int(civil_midnight(tx->now, store_zone(tx->store))), store_int(user), store_text(task));
  if (!code && store_next(&rows)) {
    out->all = (ai_limit){store_get_int(&rows, 0), store_get_int(&rows, 1)};
    out->user = (ai_limit){store_get_int(&rows, 2), store_get_int(&rows, 3)};
    out->task = (ai_limit){store_get_int(&rows, 4), store_get_int(&rows, 5)};
  }
  return code ? code : store_end(&rows);
}

static int64_t known(int64_t count) { return count > 0 ? count : 0; }

static int keep(store_tx *tx, const ai_call *call, ai_record *r) {
  mcrm_ai_call *row = arena_alloc(tx->arena, sizeof *row);
  if (!row) return error_no_memory(tx->error);
  row->size = sizeof *row;
  row->id = r->id;
  MCRM_SET(row, task, r->task);
  MCRM_SET(row, provider, r->provider);
  MCRM_SET(row, asked, r->asked);
  MCRM_SET(row, model, r->model);
  MCRM_SET(row, prompt, r->prompt);
  MCRM_SET(row, attempt, r->attempt);
  MCRM_SET(row, outcome, ai_outcome_name(r->outcome));
  MCRM_SET(row, code, r->code);
  MCRM_SET(row, detail, r->detail);
  MCRM_SET(row, request_id, r->request_id);
  MCRM_SET(row, user_id, call->user_id);
  MCRM_SET(row, trace, call->trace);
  MCRM_SET(row, latency_ms, r->latency_ms);
  MCRM_SET(row, input_tokens, known(r->input_tokens));
  MCRM_SET(row, cached_tokens, known(r->cached_tokens));
  MCRM_SET(row, output_tokens, known(r->output_tokens));
  MCRM_SET(row, reasoning_tokens, known(r->reasoning_tokens));
  MCRM_SET(row, tokens, known(r->input_tokens) + known(r->output_tokens) + known(r->reasoning_tokens));
  MCRM_SET(row, audio_ms, r->audio_ms);
  MCRM_SET(row, cost, known(r->cost));
  MCRM_SET(row, bytes_sent, r->bytes_sent);
  MCRM_SET(row, redactions, r->redactions);
  MCRM_SET(row, cached, r->cached);
  MCRM_SET(row, retained, r->zero_retention < 0 ? NULL : r->zero_retention ? "no" : "yes");
  int code = store_insert(tx, &model_ai_call, row);
  r->id = row->id;
  return code;
}

static store_origin origin_of(const ai_call *call) {
  return (store_origin){.user_id = call->user_id, .gate = "local", .operation = "ai.call", .trace = call->trace};
}

/* An entry of its own in the journal: undoing the work does not bring the money back. */
int ledger_write(store_tx *tx, const ai_call *call) {
  const store_origin work = tx->origin;
  int code = MCRM_OK;
  tx->origin = origin_of(call);
  for (size_t i = 0; !code && i < call->records.count; i++) code = keep(tx, call, call->records.at[i]);
  tx->origin = work;
  return code;
}

int ledger_keep(store *s, const ai_call *call, mcrm_error *error) {
  store_tx tx;
  const store_origin origin = origin_of(call);
  mcrm_error why = {0};
  if (!call->records.count) return MCRM_OK;
  int code = store_begin(s, call->arena, &why, true, 0, &origin, &tx);
  if (!code) {
    code = ledger_write(&tx, call);
    if (!code)
      code = store_commit(&tx);
    else
      store_rollback(&tx);
  }
  if (code == MCRM_CONFLICT) return MCRM_OK; /* the work's COMMIT had come through, only its answer had not */
  /* the first error stays: that of the work itself */
  return code ? error_set(error, code, why.field, why.message, "%s", why.detail) : MCRM_OK;
}

int ai_call_list(crm_call *call, const void *input, void *output) {
  const mcrm_ai_call_filter *filter = input;
  mcrm_ai_call_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_ai_call);
  if (filter->provider) store_where(&s, "provider = ?", store_text(filter->provider));
  if (filter->task) store_where(&s, "task = ?", store_text(filter->task));
  if (filter->outcome) store_where(&s, "outcome = ?", store_text(filter->outcome));
  if (filter->trace) store_where(&s, "trace = ?", store_text(filter->trace));
  access_where(&s, call->actor, "report", "user_id");
  int code = page_select(call, &s, &(page_order){NULL, true}, filter->cursor, filter->limit, &found, &next);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_ai_call_array){(const mcrm_ai_call *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}
