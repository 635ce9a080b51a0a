/* The providers as people see them: their state, a test, and what all of it came to. */
#include <ai/task.h>
#include <base/civil.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/ai.h>
#include <model/entities.h>

#include "ledger.h"

enum { REPORT_DAYS = 30, REPORT_ROWS = 200 };

int provider_list(crm_call *call, const void *input, void *output) {
  mcrm_provider_states *out = output;
  size_t count = ai_provider_count(call->crm->ai);
  const mcrm_provider_state **at = arena_array(call->tx->arena, count + 1, sizeof *at);
  (void)input;
  if (!at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) {
    ai_state s = ai_provider_state(call->crm->ai, i);
    mcrm_provider_state *p = arena_alloc(call->tx->arena, sizeof *p);
    if (!p) return error_no_memory(call->tx->error);
    p->size = sizeof *p;
    MCRM_SET(p, name, s.name);
    MCRM_SET(p, plugin, s.plugin);
    MCRM_SET(p, chats, s.chats);
    MCRM_SET(p, listens, s.listens);
    MCRM_SET(p, local, s.local);
    MCRM_SET(p, state, s.state);
    MCRM_SET(p, because, s.broken.code ? arena_text(call->tx->arena, s.broken.message) : s.because);
    MCRM_SET(p, detail, s.broken.code ? arena_text(call->tx->arena, s.broken.detail) : NULL);
    MCRM_SET(p, calls, s.calls);
    MCRM_SET(p, failures, s.failures);
    MCRM_SET(p, latency_ms, s.latency_ms);
    MCRM_SET(p, cost, s.cost);
    MCRM_SET(p, bytes_sent, s.bytes_sent);
    at[i] = p;
  }
  if (arena_failed(call->tx->arena)) return error_no_memory(call->tx->error);
  MCRM_SET(out, items, ((mcrm_provider_state_array){at, count}));
  return MCRM_OK;
}

/* ---- provider.test ---- */

int provider_test_gather(crm_call *call, const void *input, void **prepared) {
  mcrm_provider_answer *answer = arena_alloc(call->tx->arena, sizeof *answer);
  if (!answer) return error_no_memory(call->tx->error);
  answer->size = sizeof *answer;
  MCRM_SET(answer, name, ((const mcrm_provider_name *)input)->name);
  *prepared = answer;
  return MCRM_OK;
}

int provider_test_ask(crm_asking *asking, void *prepared) {
  mcrm_provider_answer *answer = prepared;
  const char *said;
  ai_call ask = {.arena = asking->arena,
                 .error = asking->error,
                 .ai = asking->crm->ai,
                 .user_id = asking->actor->user_id,
                 .trace = asking->trace,
                 .deadline = asking->deadline - INT64_C(500000000)};
  int code = ai_probe(&ask, answer->name, &said);
  int kept = ledger_keep(asking->store, &ask, asking->error);
  if (code || kept) return code ? code : kept;
  const ai_record *r = ask.records.at[ask.records.count - 1];
  MCRM_SET(answer, outcome, ai_outcome_name(r->outcome));
  MCRM_SET(answer, code, r->code);
  MCRM_SET(answer, detail, r->detail);
  MCRM_SET(answer, said, said);
  MCRM_SET(answer, latency_ms, r->latency_ms);
  return MCRM_OK;
}

int provider_test(crm_call *call, const void *input, void *output) {
  (void)input;
  if (!call->prepared) return error_set(call->tx->error, MCRM_INTERNAL, NULL, "internal", "nobody was asked");
  *(mcrm_provider_answer *)output = *(const mcrm_provider_answer *)call->prepared;
  return MCRM_OK;
}

/* ---- report.ai ---- */

typedef struct span {
  mcrm_time from, to;
} span;

static const mcrm_ai_acceptance *read_acceptance(store_rows *rows) {
  mcrm_ai_acceptance *a = arena_alloc(rows->tx->arena, sizeof *a);
  if (!a) return NULL;
  a->size = sizeof *a;
  MCRM_SET(a, provider, store_get_text(rows, 0));
  MCRM_SET(a, model, store_get_text(rows, 1));
  MCRM_SET(a, prompt, store_get_text(rows, 2));
  MCRM_SET(a, proposed, store_get_int(rows, 3));
  MCRM_SET(a, accepted, store_get_int(rows, 4));
  MCRM_SET(a, edited, store_get_int(rows, 5));
  MCRM_SET(a, rejected, store_get_int(rows, 6));
  int64_t taken = a->accepted + a->edited, decided = taken + a->rejected;
  MCRM_SET(a, rate, decided ? (double)taken / (double)decided : 0);
  return a;
}

static int acceptance(crm_call *call, span s, mcrm_ai_report *out) {
  store_rows rows;
  const mcrm_ai_acceptance **at = arena_array(call->tx->arena, REPORT_ROWS, sizeof *at);
  size_t count = 0;
  if (!at) return error_no_memory(call->tx->error);
  int code = store_query(call->tx, &rows,
                         "SELECT provider, model, prompt, CAST(COUNT(*) AS BIGINT), "
                         "CAST(SUM(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) AS BIGINT), "
                         "CAST(SUM(CASE WHEN state = 'edited' THEN 1 ELSE 0 END) AS BIGINT), "
                         "CAST(SUM(CASE WHEN state = 'rejected' THEN 1 ELSE 0 END) AS BIGINT) "
                         "FROM suggestion WHERE created_at >= $1 AND created_at < $2 "
                         "GROUP BY provider, model, prompt ORDER BY 4 DESC, provider, model, prompt",
                         store_int(s.from), store_int(s.to));
  while (!code && count < REPORT_ROWS && store_next(&rows))
    if (!(at[count++] = read_acceptance(&rows))) code = error_no_memory(call->tx->error);
  int ended = store_end(&rows);
  MCRM_SET(out, acceptance, ((mcrm_ai_acceptance_array){at, count}));
  return code ? code : ended;
}

static const mcrm_ai_usage *read_usage(store_rows *rows) {
  mcrm_ai_usage *u = arena_alloc(rows->tx->arena, sizeof *u);
  if (!u) return NULL;
  u->size = sizeof *u;
  MCRM_SET(u, provider, store_get_text(rows, 0));
  MCRM_SET(u, model, store_get_text(rows, 1));
  MCRM_SET(u, prompt, store_get_text(rows, 2));
  MCRM_SET(u, calls, store_get_int(rows, 3));
  MCRM_SET(u, failures, store_get_int(rows, 4));
  MCRM_SET(u, tokens, store_get_int(rows, 5));
  MCRM_SET(u, audio_ms, store_get_int(rows, 6));
  MCRM_SET(u, cost, store_get_int(rows, 7));
  MCRM_SET(u, latency_ms, u->calls ? store_get_int(rows, 8) / u->calls : 0);
  MCRM_SET(u, latency_most_ms, store_get_int(rows, 9));
  MCRM_SET(u, bytes_sent, store_get_int(rows, 10));
  return u;
}

static int usage(crm_call *call, span s, mcrm_ai_report *out) {
  store_rows rows;
  const mcrm_ai_usage **at = arena_array(call->tx->arena, REPORT_ROWS, sizeof *at);
  size_t count = 0;
  if (!at) return error_no_memory(call->tx->error);
  int code = store_query(call->tx, &rows,
                         "SELECT provider, model, prompt, CAST(COUNT(*) AS BIGINT), "
                         "CAST(SUM(CASE WHEN outcome <> 'ok' THEN 1 ELSE 0 END) AS BIGINT), "
                         "CAST(SUM(tokens) AS BIGINT), CAST(SUM(audio_ms) AS BIGINT), CAST(SUM(cost) AS BIGINT), "
                         "CAST(SUM(latency_ms) AS BIGINT), CAST(MAX(latency_ms) AS BIGINT), "
                         "CAST(SUM(bytes_sent) AS BIGINT) FROM ai_call WHERE created_at >= $1 AND created_at < $2 "
                         "GROUP BY provider, model, prompt ORDER BY 4 DESC, provider, model, prompt",
                         store_int(s.from), store_int(s.to));
  while (!code && count < REPORT_ROWS && store_next(&rows))
    if (!(at[count++] = read_usage(&rows))) code = error_no_memory(call->tx->error);
  int ended = store_end(&rows);
  MCRM_SET(out, usage, ((mcrm_ai_usage_array){at, count}));
  return code ? code : ended;
}

int report_ai(crm_call *call, const void *input, void *output) {
  const mcrm_report_filter *in = input;
  mcrm_ai_report *out = output;
  span s = {.to = in->to ? in->to : call->tx->now + 1};
  s.from = in->from ? in->from : s.to - REPORT_DAYS * (int64_t)MS_PER_DAY;
  MCRM_SET(out, from, s.from);
  MCRM_SET(out, to, s.to);
  int code = acceptance(call, s, out);
  return code ? code : usage(call, s, out);
}
