#include <base/error.h>
#include <base/utf8.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <store/search.h>
#include <string.h>
#include <text/entity.h>
#include <text/fold.h>

#include "cursor.h"
#include "rep.h"

enum { HITS_MOST = 1000, DIGITS_LEAST = 4, DIGITS_MOST = 20 };

typedef enum rep_order { BY_NAME, BY_CONTACT, BY_CONTACT_DOWN, BY_DEBT } rep_order;

typedef struct order_row {
  const char *name, *by, *after;
  store_value_kind kind;
} order_row;

static const order_row orders[] = {
    [BY_NAME] = {"name", "sort_key, id", "(sort_key, id) > (?, ?)", STORE_TEXT},
    [BY_CONTACT] = {"last_contact_at", "COALESCE(last_contact_at, 0), id",
                    "(COALESCE(last_contact_at, 0), id) > (?, ?)", STORE_INT},
    [BY_CONTACT_DOWN] = {"-last_contact_at", "COALESCE(last_contact_at, 0) DESC, id DESC",
                         "(COALESCE(last_contact_at, 0), id) < (?, ?)", STORE_INT},
    [BY_DEBT] = {"-debt", "debt DESC, id DESC", "(debt, id) < (?, ?)", STORE_INT},
};

static rep_order order_of(const char *sort) {
  for (size_t i = 0; sort && i < sizeof orders / sizeof *orders; i++)
    if (!strcmp(orders[i].name, sort)) return (rep_order)i;
  return BY_NAME;
}

static store_value key_of(const mcrm_rep *rep, rep_order order) {
  switch (order) {
    case BY_NAME:
      return store_text(rep->sort_key ? rep->sort_key : "");
    case BY_DEBT:
      return store_int(rep->debt);
    case BY_CONTACT:
    case BY_CONTACT_DOWN:
      break;
  }
  return store_int(rep->last_contact_at);
}

/* ---- what was typed ---- */

/* A part of a number, as dialled: its digits without what stands before the subscriber's, or "" where it is none. */
static int dialled(crm_call *call, const char *text, char out[DIGITS_MOST + 3]) {
  text_folded folded;
  size_t count = 0;
  out[0] = 0;
  int code = text_fold(call->tx->arena, text, strlen(text), &folded);
  if (code) return code == MCRM_NO_MEMORY ? error_no_memory(call->tx->error) : MCRM_OK;
  const char *at = folded.bytes;
  at += strspn(at, " +(");
  if (!strncmp(at, "0098", 4))
    at += 4;
  else if (at != folded.bytes && !strncmp(at, "98", 2))
    at += 2;
  at += strspn(at, " 0()-");
  out[count++] = '%';
  for (; *at && count <= DIGITS_MOST; at++) {
    if (*at >= '0' && *at <= '9')
      out[count++] = *at;
    else if (!strchr(" -().", *at))
      break;
  }
  out[count] = '%';
  out[count + 1] = 0;
  if (*at || count <= DIGITS_LEAST) out[0] = 0;
  return MCRM_OK;
}

/* Ids are numbers of ours, so they may stand in the SQL. */
static void where_ids(store_select *s, const store_hits *hits, const char *otherwise) {
  buffer sql;
  buffer_init(&sql, 48 * 1024);
  buffer_text(&sql, "id IN (0");
  for (size_t i = 0; i < hits->count; i++) buffer_print(&sql, ",%lld", (long long)hits->at[i].id);
  buffer_byte(&sql, ')');
  if (otherwise[0]) buffer_text(&sql, " OR id IN (SELECT rep_id FROM rep_phone WHERE phone LIKE ?)");
  if (sql.failed)
    s->code = error_no_memory(s->tx->error);
  else if (otherwise[0])
    store_where(s, sql.bytes, store_text(otherwise));
  else
    store_where_plain(s, sql.bytes);
  buffer_free(&sql);
}

static int where_text(crm_call *call, store_select *s, const char *text) {
  const store_search_scope scope = {.all = true};
  char phone[DIGITS_MOST + 3];
  store_hits hits;
  int code = dialled(call, text, phone);
  if (!code) code = store_search(call->tx, text, "rep", &scope, 0, HITS_MOST, &hits);
  if (code == MCRM_INVALID) memcpy(call->tx->error->field, "text", sizeof "text");
  if (code) return code;
  const char *kept = arena_text(call->tx->arena, phone); /* the builder borrows it */
  if (!kept) return error_no_memory(call->tx->error);
  where_ids(s, &hits, kept);
  return s->code;
}

static int where_phone(crm_call *call, store_select *s, const char *phone) {
  char number[TEXT_PHONE_SIZE];
  size_t length = strlen(phone), start = strspn(phone, " \t");
  while (length > start && (phone[length - 1] == ' ' || phone[length - 1] == '\t')) length--;
  if (!text_phone_normalise(phone + start, length - start, number))
    return error_set(call->tx->error, MCRM_INVALID, "phone", "phone.malformed", "\"%.40s\" is not a phone number",
                     phone);
  const char *kept = arena_text(call->tx->arena, number); /* the builder borrows it */
  if (!kept) return error_no_memory(call->tx->error);
  store_where(s, "id IN (SELECT rep_id FROM rep_phone WHERE phone = ?)", store_text(kept));
  return MCRM_OK;
}

/* The tag as it stands in the profile's JSON. What this lets through by chance is dropped by fits(). */
static int where_tag(crm_call *call, store_select *s, const char *tag) {
  buffer pattern;
  buffer_init(&pattern, 8192);
  buffer_text(&pattern, "%\"");
  for (const char *c = tag; *c; c++) {
    if (*c == '"' || *c == '\\') buffer_byte(&pattern, '\\');
    if (*c == '%' || *c == '_' || *c == '!') buffer_byte(&pattern, '!');
    buffer_byte(&pattern, *c);
  }
  buffer_text(&pattern, "\"%");
  const char *text = pattern.failed ? NULL : arena_copy(call->tx->arena, pattern.bytes, pattern.length);
  buffer_free(&pattern);
  if (!text) return error_no_memory(call->tx->error);
  store_where(s, "profile LIKE ? ESCAPE '!'", store_text(text));
  return MCRM_OK;
}

/* ---- conditions ---- */

/* Who may not see what a rep owes may not learn it by asking for those who owe. */
static int check_rights(crm_call *call, const mcrm_rep_filter *in) {
  if (access_may(call->actor, "rep.account") != ACCESS_NONE) return MCRM_OK;
  const char *field = in->balance ? "balance" : order_of(in->sort) == BY_DEBT ? "sort" : NULL;
  return field ? error_set(call->tx->error, MCRM_DENIED, field, "denied", "%s may not see finances", call->actor->role)
               : MCRM_OK;
}

static void where_balance(store_select *s, const char *state) {
  store_where_plain(s, "balance IS NOT NULL");
  store_where_plain(s, !strcmp(state, "debtor") ? "debt > 0" : !strcmp(state, "creditor") ? "debt < 0" : "debt = 0");
}

static int filter(crm_call *call, store_select *s, const mcrm_rep_filter *in) {
  int code = MCRM_OK;
  store_where_plain(s, in->archived ? "archived_at IS NOT NULL" : "archived_at IS NULL");
  if (in->kind) store_where(s, "kind = ?", store_text(in->kind));
  if (in->status) store_where(s, "status = ?", store_text(in->status));
  if (in->balance) where_balance(s, in->balance);
  if (in->silent_since) store_where(s, "last_contact_at IS NULL OR last_contact_at < ?", store_int(in->silent_since));
  if (in->tag) code = where_tag(call, s, in->tag);
  if (!code && in->phone) code = where_phone(call, s, in->phone);
  if (!code && in->text && in->text[0]) code = where_text(call, s, in->text);
  return code;
}

static bool has_tag(const mcrm_rep *rep, const char *tag) {
  for (size_t i = 0; rep->profile && i < rep->profile->tags.count; i++)
    if (!strcmp(rep->profile->tags.at[i], tag)) return true;
  return false;
}

/* Does what the host says now still fit what was asked for? */
static bool fits(const mcrm_rep *rep, const mcrm_rep_filter *in) {
  if (in->tag && !has_tag(rep, in->tag)) return false;
  if (in->status && (!rep->status || strcmp(rep->status, in->status) != 0)) return false;
  return !in->balance || (rep->balance && !strcmp(rep->balance->state, in->balance));
}

/* ---- the page ---- */

static int select_page(crm_call *call, const mcrm_rep_filter *in, int64_t limit, model_records *found) {
  const order_row *order = &orders[order_of(in->sort)];
  store_value key = store_null();
  mcrm_id last = 0;
  store_select s;
  int code = in->cursor ? cursor_read_as(call, in->cursor, order->kind, &key, &last) : MCRM_OK;
  if (code) return code;
  store_select_begin(&s, call->tx, &model_rep);
  code = filter(call, &s, in);
  if (code) {
    store_select_drop(&s);
    return code;
  }
  access_where(&s, call->actor, "rep.read", "NULL");
  if (in->cursor) store_where(&s, order->after, key, store_int(last));
  store_order(&s, order->by);
  store_limit(&s, limit + 1);
  return store_select_end(&s, found);
}

int rep_list(crm_call *call, const void *input, void *output) {
  const mcrm_rep_filter *in = input;
  mcrm_rep_page *page = output;
  model_records found;
  int64_t limit;
  int code = page_limit(call, in->limit, &limit);
  if (!code) code = check_rights(call, in);
  if (!code) code = select_page(call, in, limit, &found);
  if (code) return code;
  mcrm_rep **reps = (mcrm_rep **)(uintptr_t)found.at;
  bool more = found.count > (size_t)limit;
  size_t count = more ? (size_t)limit : found.count, kept = 0;
  MCRM_SET(page, next, NULL);
  if (more) {
    page->next = cursor_write(call, key_of(reps[count - 1], order_of(in->sort)), reps[count - 1]->id);
    if (!page->next) return call->tx->error->code;
  }
  code = rep_overlay(call, reps, count);
  for (size_t i = 0; !code && i < count; i++)
    if (fits(reps[i], in)) reps[kept++] = reps[i];
  if (!code) code = rep_score_all(call, reps, kept);
  for (size_t i = 0; !code && i < kept; i++) rep_hide(call, reps[i]);
  MCRM_SET(page, items, ((mcrm_rep_array){(const mcrm_rep *const *)reps, kept}));
  return code;
}
