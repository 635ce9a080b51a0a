#include <store/search.h>

#include <base/error.h>
#include <base/utf8.h>
#include <string.h>
#include <text/search.h>

#include "internal.h"
#include "record_plan.h"

/* A record's tokens stand in search_doc, separated by spaces; the database's full-text index follows that table.
 * Scope tokens begin with '=', which no key of a text does, so that no text can put itself into a scope:
 *   =etask   the entity        =o123   the owner, =o0 where there is none */

enum {
  TOKENS_LIMIT = 16 << 20,
  QUERY_POINTS = 500, /* most characters of a query */
  QUERY_LIMIT = 256 * 1024,
  /* The index holds beginnings of these lengths (0001_store.sqlite.sql). */
  PREFIX_LEAST = 2,
  PREFIX_MOST = 6
};

/* ---- a record's tokens ---- */

static int index_text(store_tx *tx, buffer *tokens, const char *text) {
  if (!text || !text[0]) return MCRM_OK;
  buffer_byte(tokens, ' ');
  int code = text_search_index(tx->arena, text, strlen(text), tokens);
  if (code == MCRM_NO_MEMORY) return error_no_memory(tx->error);
  return code ? error_set(tx->error, code, NULL, "text.not_utf8", "a text cannot be indexed") : MCRM_OK;
}

static int index_fields(store_tx *tx, buffer *tokens, const model_entity *e, const void *record, uint64_t mask);

static int index_list(store_tx *tx, buffer *tokens, const model_entity *e, model_records list) {
  int code = MCRM_OK;
  for (size_t i = 0; i < list.count && !code; i++) code = index_fields(tx, tokens, e, list.at[i], ~UINT64_C(0));
  return code;
}

/* All texts of the fields in the mask, of nested records all there are. */
static int index_fields(store_tx *tx, buffer *tokens, const model_entity *e, const void *record, uint64_t mask) {
  int code = MCRM_OK;
  for (const model_field *f = e->fields, *end = f + e->count; f < end && !code; f++) {
    if (!(mask & model_bit(f)) || (f->flags & (MODEL_SECRET | MODEL_SENSITIVE))) continue;
    if (f->kind == MODEL_TEXT) {
      code = index_text(tx, tokens, model_text(record, f));
    } else if (f->kind == MODEL_TEXTS) {
      mcrm_texts texts = model_texts(record, f);
      for (size_t i = 0; i < texts.count && !code; i++) code = index_text(tx, tokens, texts.at[i]);
    } else if (f->kind == MODEL_OBJECT && model_object(record, f)) {
      code = index_fields(tx, tokens, f->entity, model_object(record, f), ~UINT64_C(0));
    } else if (f->kind == MODEL_LIST || f->kind == MODEL_MAP) {
      code = index_list(tx, tokens, f->entity, model_list(record, f));
    }
  }
  return code;
}

int store_index(store_tx *tx, const model_entity *e, const void *record) {
  const record_plan *plan = record_plan_of(tx, e);
  if (!plan) return MCRM_NO_MEMORY;
  mcrm_id id = ((const stored_record *)record)->id;
  mcrm_id owner = plan->owner ? model_number(record, plan->owner) : 0;
  mcrm_id rep = plan->rep ? model_number(record, plan->rep) : !strcmp(e->name, "rep") ? id : 0;
  buffer tokens;
  buffer_init(&tokens, TOKENS_LIMIT);
  buffer_print(&tokens, "=e%s =o%lld", e->name, (long long)owner);
  int code = index_fields(tx, &tokens, e, record, plan->searchable);
  if (!code && tokens.failed) code = error_no_memory(tx->error);
  if (!code)
    code = store_post(tx,
                      "INSERT INTO search_doc (id, entity, rep_id, owner_id, tokens) VALUES ($1, $2, $3, $4, $5) "
                      "ON CONFLICT (id) DO UPDATE SET entity = excluded.entity, rep_id = excluded.rep_id, "
                      "owner_id = excluded.owner_id, tokens = excluded.tokens",
                      store_int(id), store_text(e->name), store_int_or_null(rep), store_int_or_null(owner),
                      store_text_of(tokens.bytes, tokens.length));
  buffer_free(&tokens);
  return code;
}

int store_unindex(store_tx *tx, mcrm_id id) {
  return store_post(tx, "DELETE FROM search_doc WHERE id = $1", store_int(id));
}

/* ---- asking ---- */

/* Is the key in the index as it is? */
static int stands(store_tx *tx, const char *key, bool *out) {
  int64_t id;
  const store_search_dialect *d = &tx->store->driver->search;
  const char *quoted = arena_print(tx->arena, "%c%s%c", d->quote, key, d->quote);
  if (!quoted) return error_no_memory(tx->error);
  int code = store_number(tx, &id, 0, d->stands, store_text(quoted));
  *out = id != 0;
  return code;
}

/* May the last word be half typed? A single letter says too little. A long word that is in the index is whole: to
 * gather what begins with more letters than the index holds beginnings of takes time for each record that does. */
static int is_beginning(store_tx *tx, const char *key, bool *out) {
  size_t points = utf8_count(key, strlen(key));
  bool whole = points < PREFIX_LEAST;
  int code = points > PREFIX_MOST ? stands(tx, key, &whole) : MCRM_OK;
  *out = !whole;
  return code;
}

/* A word is found where any of its keys is. Keys are letters and digits; in quotes nothing could be an operator. */
static int append_term(store_tx *tx, buffer *out, const text_search_term *term) {
  const store_search_dialect *d = &tx->store->driver->search;
  buffer_byte(out, '(');
  for (size_t i = 0; i < term->count; i++) {
    bool beginning = false;
    int code = term->prefix ? is_beginning(tx, term->keys[i], &beginning) : MCRM_OK;
    if (code) return code;
    buffer_print(out, "%s%c%s%c%s", i ? d->any : "", d->quote, term->keys[i], d->quote, beginning ? d->beginning : "");
  }
  buffer_byte(out, ')');
  return MCRM_OK;
}

static void append_scope(const store_search_dialect *d, buffer *out, const char *entity,
                         const store_search_scope *scope) {
  if (entity) buffer_print(out, "%s%c=e%s%c", d->all, d->quote, entity, d->quote);
  if (scope->all) return;
  buffer_print(out, "%s(%c=o0%c", d->all, d->quote, d->quote);
  for (size_t i = 0; i < scope->owner_count; i++)
    buffer_print(out, "%s%c=o%lld%c", d->any, d->quote, (long long)scope->owners[i], d->quote);
  buffer_byte(out, ')');
}

/* What the database is asked for; empty where the query has no words. */
static int read_query(store_tx *tx, const char *query, buffer *match) {
  size_t length = strlen(query);
  if (!utf8_valid(query, length))
    return error_set(tx->error, MCRM_INVALID, "query", "text.not_utf8", "the query is not valid UTF-8");
  if (utf8_count(query, length) > QUERY_POINTS)
    return error_set(tx->error, MCRM_INVALID, "query", "text.too_long", "a query has at most %d characters",
                     (int)QUERY_POINTS);
  text_search_query words;
  int code = text_search_query_make(tx->arena, query, length, &words);
  if (code == MCRM_NO_MEMORY) return error_no_memory(tx->error);
  if (code) return error_set(tx->error, code, "query", "text.not_utf8", "the query cannot be read");
  for (size_t i = 0; i < words.count && !code; i++) {
    if (!words.terms[i].count) continue;
    if (match->length) buffer_text(match, tx->store->driver->search.all);
    code = append_term(tx, match, &words.terms[i]);
  }
  return code;
}

static int read_hits(store_tx *tx, const char *match, mcrm_id before_id, int64_t limit, store_hits *out) {
  store_rows rows;
  size_t capacity = 0;
  store_query(tx, &rows, tx->store->driver->search.find, store_text(match),
              store_int(before_id > 0 ? before_id : INT64_MAX), store_int(limit < 0 ? 0 : limit));
  while (store_next(&rows)) {
    if (out->count == capacity) {
      capacity = capacity ? capacity * 2 : 32;
      store_hit *more = arena_array(tx->arena, capacity, sizeof *more);
      if (!more) {
        rows.code = error_no_memory(tx->error);
        break;
      }
      if (out->count) memcpy(more, out->at, out->count * sizeof *more);
      out->at = more;
    }
    const char *entity = store_get_text(&rows, 2);
    out->at[out->count++] =
        (store_hit){.id = store_get_int(&rows, 0), .rep_id = store_get_int(&rows, 1), .entity = entity};
  }
  return store_end(&rows);
}

int store_search(store_tx *tx, const char *query, const char *entity, const store_search_scope *scope,
                 mcrm_id before_id, int64_t limit, store_hits *out) {
  *out = (store_hits){0};
  buffer match;
  buffer_init(&match, QUERY_LIMIT);
  int code = read_query(tx, query, &match);
  if (!code && match.length) append_scope(&tx->store->driver->search, &match, entity, scope);
  if (!code && match.failed) code = error_no_memory(tx->error);
  if (!code && match.length) code = read_hits(tx, match.bytes, before_id, limit, out);
  buffer_free(&match);
  return code;
}
