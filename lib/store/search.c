#include <store/search.h>

#include <base/error.h>
#include <base/utf8.h>
#include <string.h>
#include <text/token.h>

#include "internal.h"
#include "record_plan.h"

/* A record's tokens stand in search_doc, separated by spaces; the database's full-text index follows that table.
 * Scope tokens begin with '=', which no term of a text does, so that no text can put itself into a scope:
 *   =etask   the entity        =o123   the owner, =o0 where there is none */

enum {
  TOKENS_LIMIT = 16 << 20,
  QUERY_POINTS = 500, /* most characters of a query */
  QUERY_TERMS = 32,
  QUERY_LIMIT = 64 * 1024,
  TERM_BYTES = 120, /* what is longer is cut, on both sides alike */
  PREFIX_POINTS = 2 /* shorter last words are matched whole: the index holds prefixes from here on */
};

/* ---- terms ---- */

typedef struct term_sink {
  void (*put)(void *context, const char *term, size_t length);
  void *context;
} term_sink;

/* Characters at which a full-text index may cut a term in two, whatever the text room thinks of them. */
static bool parts_terms(uint32_t point) {
  return point <= ' ' || point == 0x7F || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
         point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

/* Hands on the pieces of a term that are safe to store and to ask for. */
static void put_term(const term_sink *sink, const char *term, size_t length) {
  size_t start = 0;
  for (size_t i = 0; i <= length;) {
    uint32_t point = ' ';
    size_t size = i < length ? utf8_decode(term + i, length - i, &point) : 1;
    if (!size) return;
    if (parts_terms(point) || (i == start && point == '=')) {
      if (i > start)
        sink->put(sink->context, term + start,
                  utf8_whole(term + start, i - start < TERM_BYTES ? i - start : TERM_BYTES));
      start = i + size;
    }
    i += size;
  }
}

/* A word with half-spaces is found by its whole and by its parts. */
static void put_word(const term_sink *sink, const char *word, size_t length) {
  char joined[TERM_BYTES * 2];
  size_t used = 0, start = 0;
  const size_t mark = sizeof TEXT_HALF_SPACE - 1;
  for (size_t i = 0; i <= length;) {
    bool end = i == length, half = !end && length - i >= mark && !memcmp(word + i, TEXT_HALF_SPACE, mark);
    if (end || half) {
      put_term(sink, word + start, i - start);
      size_t part = i - start < sizeof joined - used ? i - start : sizeof joined - used;
      memcpy(joined + used, word + start, part);
      used += part;
      if (half) start = i + mark;
      if (end && start) put_term(sink, joined, utf8_whole(joined, used));
    }
    i += half ? mark : 1;
  }
}

static int terms_of(store_tx *tx, const char *text, const term_sink *sink) {
  text_scan scan;
  size_t length = strlen(text);
  int code = text_scan_make(tx->arena, text, length, &scan);
  if (code) return error_set(tx->error, code, NULL, "text.not_utf8", "a text is not valid UTF-8");
  for (size_t i = 0; i < scan.token_count; i++) {
    const text_token *t = &scan.tokens[i];
    if (t->kind != TEXT_MARK && t->kind != TEXT_BREAK) put_word(sink, t->fold, t->fold_length);
  }
  return MCRM_OK;
}

/* ---- a record's tokens ---- */

static void append_token(void *context, const char *term, size_t length) {
  buffer *tokens = context;
  if (tokens->length) buffer_byte(tokens, ' ');
  buffer_append(tokens, term, length);
}

static int index_text(store_tx *tx, buffer *tokens, const char *text) {
  const term_sink sink = {append_token, tokens};
  return text ? terms_of(tx, text, &sink) : MCRM_OK;
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
    code = store_run(tx,
                     "INSERT INTO search_doc (id, entity, rep_id, owner_id, tokens) VALUES ($1, $2, $3, $4, $5) "
                     "ON CONFLICT (id) DO UPDATE SET entity = excluded.entity, rep_id = excluded.rep_id, "
                     "owner_id = excluded.owner_id, tokens = excluded.tokens",
                     store_int(id), store_text(e->name), store_int_or_null(rep), store_int_or_null(owner),
                     store_text_of(tokens.bytes, tokens.length));
  buffer_free(&tokens);
  return code;
}

int store_unindex(store_tx *tx, mcrm_id id) {
  return store_run(tx, "DELETE FROM search_doc WHERE id = $1", store_int(id));
}

/* ---- asking ---- */

typedef struct query_terms {
  buffer text; /* the terms in quotes, joined by AND */
  size_t count;
  size_t last; /* length of the last term in points */
} query_terms;

/* In quotes nothing is an operator; a quote is doubled. */
static void append_quoted(buffer *out, const char *term, size_t length) {
  buffer_byte(out, '"');
  for (size_t i = 0; i < length; i++) {
    if (term[i] == '"') buffer_byte(out, '"');
    buffer_byte(out, term[i]);
  }
  buffer_byte(out, '"');
}

static void append_query(void *context, const char *term, size_t length) {
  query_terms *q = context;
  if (q->count++) buffer_text(&q->text, " AND ");
  append_quoted(&q->text, term, length);
  q->last = utf8_count(term, length);
}

static void append_scope(buffer *out, const char *entity, const store_search_scope *scope) {
  if (entity) buffer_print(out, " AND \"=e%s\"", entity);
  if (scope->all) return;
  buffer_text(out, " AND (\"=o0\"");
  for (size_t i = 0; i < scope->owner_count; i++) buffer_print(out, " OR \"=o%lld\"", (long long)scope->owners[i]);
  buffer_byte(out, ')');
}

static int read_query(store_tx *tx, const char *query, query_terms *q) {
  size_t length = strlen(query);
  if (!utf8_valid(query, length))
    return error_set(tx->error, MCRM_INVALID, "query", "text.not_utf8", "the query is not valid UTF-8");
  if (utf8_count(query, length) > QUERY_POINTS)
    return error_set(tx->error, MCRM_INVALID, "query", "text.too_long", "a query has at most %d characters",
                     (int)QUERY_POINTS);
  const term_sink sink = {append_query, q};
  int code = terms_of(tx, query, &sink);
  if (code) return code;
  if (q->count > QUERY_TERMS)
    return error_set(tx->error, MCRM_INVALID, "query", "query.too_many_words", "a query has at most %d words",
                     (int)QUERY_TERMS);
  if (q->last >= PREFIX_POINTS) buffer_byte(&q->text, '*'); /* it may be half typed */
  return MCRM_OK;
}

static int read_hits(store_tx *tx, const char *match, mcrm_id before_id, int64_t limit, store_hits *out) {
  store_rows rows;
  size_t capacity = 0;
  store_query(tx, &rows,
              "SELECT f.id, d.rep_id, d.entity FROM (SELECT rowid AS id FROM search WHERE search MATCH $1 AND "
              "rowid < $2 ORDER BY rowid DESC LIMIT $3) AS f JOIN search_doc d ON d.id = f.id ORDER BY f.id DESC",
              store_text(match), store_int(before_id > 0 ? before_id : INT64_MAX), store_int(limit < 0 ? 0 : limit));
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
  query_terms q = {0};
  buffer_init(&q.text, QUERY_LIMIT);
  int code = read_query(tx, query, &q);
  if (!code && q.count) {
    append_scope(&q.text, entity, scope);
    code = q.text.failed ? error_no_memory(tx->error) : read_hits(tx, q.text.bytes, before_id, limit, out);
  }
  buffer_free(&q.text);
  return code;
}
