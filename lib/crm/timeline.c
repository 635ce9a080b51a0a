/* Everything that happened with a rep, or is to happen: four sources, each read in order no further than the page
 * needs, merged newest first. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "interaction.h"
#include "rep.h"
#include "task.h"

enum { HOST_ROWS = 2000 };

typedef enum source { INTERACTIONS, TASKS, INVOICES, PAYMENTS, SOURCES } source;

static const char *const names[SOURCES] = {"interaction", "task", "invoice", "payment"};

typedef struct timeline {
  crm_call *call;
  const mcrm_rep *rep;
  bool wanted[SOURCES];
  bool resumed; /* behind a cursor */
  mcrm_time before;
  mcrm_id before_id;
  int64_t limit;
  mcrm_timeline_item **items;
  size_t count, capacity;
} timeline;

/* ---- what is asked for ---- */

static int wanted_kinds(timeline *t, mcrm_texts kinds) {
  bool money = access_may(t->call->actor, "rep.account") != ACCESS_NONE;
  for (int s = 0; s < SOURCES; s++) t->wanted[s] = !kinds.count && (s < INVOICES || money);
  for (size_t i = 0; i < kinds.count; i++) {
    int s = 0;
    while (s < SOURCES && strcmp(names[s], kinds.at[i]) != 0) s++;
    if (s == SOURCES)
      return error_set(t->call->tx->error, MCRM_INVALID, "kinds", "field.choice",
                       "kinds: \"%.40s\" is none of interaction, task, invoice, payment", kinds.at[i]);
    if (s >= INVOICES && !money)
      return error_set(t->call->tx->error, MCRM_DENIED, "kinds", "denied", "%s may not see finances",
                       t->call->actor->role);
    t->wanted[s] = true;
  }
  return MCRM_OK;
}

/* ---- items ---- */

static mcrm_timeline_item *add(timeline *t, source s, mcrm_time at, mcrm_id id) {
  if (t->count == t->capacity) {
    size_t capacity = t->capacity ? t->capacity * 2 : 128;
    mcrm_timeline_item **more = arena_array(t->call->tx->arena, capacity, sizeof *more);
    if (!more) return NULL;
    if (t->count) memcpy(more, t->items, t->count * sizeof *more);
    t->items = more;
    t->capacity = capacity;
  }
  mcrm_timeline_item *item = arena_alloc(t->call->tx->arena, sizeof *item);
  if (!item) return NULL;
  item->size = sizeof *item;
  MCRM_SET(item, kind, names[s]);
  MCRM_SET(item, at, at);
  MCRM_SET(item, id, id);
  return t->items[t->count++] = item;
}

static int read_interactions(timeline *t) {
  store_select s;
  model_records found;
  if (!t->wanted[INTERACTIONS]) return MCRM_OK;
  store_select_begin(&s, t->call->tx, &model_interaction);
  store_where(&s, "rep_id = ?", store_int(t->rep->id));
  store_where_plain(&s, "archived_at IS NULL");
  access_where(&s, t->call->actor, "interaction.read", "user_id");
  if (t->resumed) store_where(&s, "(started_at, id) < (?, ?)", store_int(t->before), store_int(t->before_id));
  store_order(&s, "started_at DESC, id DESC");
  store_limit(&s, t->limit + 1);
  int code = store_select_end(&s, &found);
  for (size_t i = 0; !code && i < found.count; i++) {
    const mcrm_interaction *record = found.at[i];
    mcrm_timeline_item *item = add(t, INTERACTIONS, record->started_at, record->id);
    if (!item) return error_no_memory(t->call->tx->error);
    MCRM_SET(item, interaction, record);
  }
  return code;
}

/* When a task stands on the line: when it was done, else when it is due, else when it was made. The same expression
 * as in the index task_timeline. */
#define TASK_AT "COALESCE(completed_at, due_at, created_at)"

static mcrm_time task_at(const mcrm_task *task) {
  return task->completed_at ? task->completed_at : task->due_at ? task->due_at : task->created_at;
}

static int read_tasks(timeline *t) {
  store_select s;
  model_records found;
  if (!t->wanted[TASKS]) return MCRM_OK;
  store_select_begin(&s, t->call->tx, &model_task);
  store_where(&s, "rep_id = ?", store_int(t->rep->id));
  store_where_plain(&s, "archived_at IS NULL");
  access_where(&s, t->call->actor, "task.read", "assignee_id");
  if (t->resumed) {
    /* the first of the two bounds the index is read by, the second says exactly where the page ended */
    store_where(&s, TASK_AT " <= ?", store_int(t->before));
    store_where(&s, TASK_AT " < ? OR id < ?", store_int(t->before), store_int(t->before_id));
  }
  store_order(&s, TASK_AT " DESC, id DESC");
  store_limit(&s, t->limit + 1);
  int code = store_select_end(&s, &found);
  for (size_t i = 0; !code && i < found.count; i++) {
    const mcrm_task *record = found.at[i];
    mcrm_timeline_item *item = add(t, TASKS, task_at(record), record->id);
    if (!item) return error_no_memory(t->call->tx->error);
    MCRM_SET(item, task, record);
  }
  return code;
}

/* ---- the host's events have no id of ours: one is made from what does not change ---- */

static mcrm_id mark(uint64_t hash, const char *text, int64_t number) {
  for (; text && *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
  for (int i = 0; i < 8; i++) hash = (hash ^ (uint64_t)(number >> (8 * i) & 0xFF)) * UINT64_C(1099511628211);
  return (mcrm_id)(hash >> 1);
}

/* Those of one moment are all taken: which of them comes first is settled by the id. */
static bool enough(const timeline *t, size_t taken, mcrm_time at) {
  return taken > (size_t)t->limit && t->items[t->count - 1]->at != at;
}

static bool behind(const timeline *t, mcrm_time at, mcrm_id id) {
  return !t->resumed || at < t->before || (at == t->before && id < t->before_id);
}

static int add_invoices(timeline *t, const mcrm_invoice_array *invoices) {
  size_t taken = 0;
  for (size_t i = 0; i < invoices->count; i++) {
    const mcrm_invoice *invoice = invoices->at[i];
    mcrm_time at = invoice->issued_at ? invoice->issued_at : invoice->due_at;
    if (enough(t, taken, at)) break;
    mcrm_id id = mark(UINT64_C(14695981039346656037), invoice->number, at);
    if (!at || !behind(t, at, id)) continue;
    mcrm_timeline_item *item = add(t, INVOICES, at, id);
    if (!item) return error_no_memory(t->call->tx->error);
    MCRM_SET(item, invoice, invoice);
    taken++;
  }
  return MCRM_OK;
}

/* Payments have no number: equal ones of one moment are told apart by their place among each other. */
static int add_payments(timeline *t, const mcrm_payment_array *payments) {
  size_t taken = 0;
  int64_t place = 0;
  for (size_t i = 0; i < payments->count; i++) {
    const mcrm_payment *payment = payments->at[i];
    place = i && payments->at[i - 1]->at == payment->at ? place + 1 : 0;
    if (enough(t, taken, payment->at)) break;
    mcrm_id id = mark(UINT64_C(7809847782465536322) + (uint64_t)place, payment->kind, payment->at ^ payment->amount);
    if (!payment->at || !behind(t, payment->at, id)) continue;
    mcrm_timeline_item *item = add(t, PAYMENTS, payment->at, id);
    if (!item) return error_no_memory(t->call->tx->error);
    MCRM_SET(item, payment, payment);
    taken++;
  }
  return MCRM_OK;
}

/* Where the host is down the line shows what is ours. */
static int read_host(timeline *t) {
  store_tx *tx = t->call->tx;
  host *h = t->call->crm->host;
  mcrm_error why = {0};
  mcrm_account account;
  if (!h || !t->rep->host_key || (!t->wanted[INVOICES] && !t->wanted[PAYMENTS])) return MCRM_OK;
  int code = host_account(h, tx->arena, t->rep->host_key, tx->now, HOST_ROWS, &why, &account);
  if (code == MCRM_NO_MEMORY) return error_no_memory(tx->error);
  if (code) return MCRM_OK;
  if (t->wanted[INVOICES]) code = add_invoices(t, &account.invoices);
  if (!code && t->wanted[PAYMENTS]) code = add_payments(t, &account.payments);
  return code;
}

/* ---- the page ---- */

static int newest_first(const void *a, const void *b) {
  const mcrm_timeline_item *x = *(const mcrm_timeline_item *const *)a, *y = *(const mcrm_timeline_item *const *)b;
  if (x->at != y->at) return x->at < y->at ? 1 : -1;
  return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* What is worked out of the records themselves: only those of the page need it. */
static int fill(timeline *t, size_t count) {
  mcrm_interaction **talks = arena_array(t->call->tx->arena, count + 1, sizeof *talks);
  mcrm_task **tasks = arena_array(t->call->tx->arena, count + 1, sizeof *tasks);
  if (!talks || !tasks) return error_no_memory(t->call->tx->error);
  size_t talk_count = 0, task_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (t->items[i]->interaction) talks[talk_count++] = (mcrm_interaction *)(uintptr_t)t->items[i]->interaction;
    if (t->items[i]->task) tasks[task_count++] = (mcrm_task *)(uintptr_t)t->items[i]->task;
  }
  int code = talk_count ? interaction_fill_all(t->call, talks, talk_count) : MCRM_OK;
  return code || !task_count ? code : task_fill_all(t->call, tasks, task_count);
}

static int page(timeline *t, mcrm_timeline *out) {
  if (t->count) qsort(t->items, t->count, sizeof *t->items, newest_first);
  bool more = t->count > (size_t)t->limit;
  size_t count = more ? (size_t)t->limit : t->count;
  MCRM_SET(out, items, ((mcrm_timeline_item_array){(const mcrm_timeline_item *const *)t->items, count}));
  MCRM_SET(out, next, NULL);
  if (more) {
    out->next = cursor_write(t->call, store_int(t->items[count - 1]->at), t->items[count - 1]->id);
    if (!out->next) return t->call->tx->error->code;
  }
  return fill(t, count);
}

int rep_timeline(crm_call *call, const void *input, void *output) {
  const mcrm_timeline_filter *in = input;
  timeline t = {.call = call};
  store_value key = store_null();
  mcrm_rep *rep;
  int code = rep_load(call, in->id, &rep);
  t.rep = rep;
  if (!code) code = page_limit(call, in->limit, &t.limit);
  if (!code) code = wanted_kinds(&t, in->kinds);
  if (!code && in->cursor) {
    code = cursor_read_as(call, in->cursor, STORE_INT, &key, &t.before_id);
    t.resumed = true;
    t.before = key.number;
  }
  if (!code) code = read_interactions(&t);
  if (!code) code = read_tasks(&t);
  if (!code) code = read_host(&t);
  return code ? code : page(&t, output);
}
