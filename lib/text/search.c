#include <marfacrm/types.h>
#include <string.h>
#include <text/entity.h>
#include <text/search.h>

#include "entity_reader.h"
#include "search_key.h"

enum { INDEX_FINGLISH = 4, QUERY_FINGLISH = 8 };

static bool is_word(const text_token *t) {
  return t->kind == TEXT_WORD || t->kind == TEXT_NUMBER || t->kind == TEXT_LINK;
}

/* ---- keys of one token ---- */

static bool part_border(const char *text, size_t length, size_t at, size_t *size) {
  *size = 1;
  if (length - at >= 3 && !memcmp(text + at, TEXT_HALF_SPACE, 3)) {
    *size = 3;
    return true;
  }
  return strchr("_.@/-:?&=+#", text[at]) && text[at];
}

/* The parts of a half-space word, of a name with underscores, of an address. */
static void add_parts(search_keys *keys, const text_token *t) {
  size_t start = 0, size;
  bool any = false;
  search_key key;
  for (size_t at = 0; at <= t->fold_length; at++) {
    bool end = at == t->fold_length, border = !end && part_border(t->fold, t->fold_length, at, &size);
    if (!border && !(end && any)) continue;
    any = true;
    if (at > start && search_key_make(t->fold + start, at - start, &key)) search_keys_add(keys, key.bytes, key.length);
    if (end) break;
    start = at + size;
    at = start - 1;
  }
}

static void token_keys(const text_token *t, size_t finglish, search_keys *keys) {
  search_key key;
  if (!search_key_make(t->fold, t->fold_length, &key)) return;
  search_keys_add(keys, key.bytes, key.length);
  if (t->kind == TEXT_NUMBER) return;
  add_parts(keys, t);
  if ((unsigned char)key.bytes[0] >= 0xD8) search_keys_add_stems(keys, &key);
  if (search_is_latin(t->fold, t->fold_length)) search_keys_add_finglish(keys, t->fold, t->fold_length, finglish);
}

/* «می خواهم», «کتاب ها»: written apart, they are one word as well. */
static bool leans_forward(const text_token *t) { return text_token_is(t, "می") || text_token_is(t, "نمی"); }

static bool leans_back(const text_token *t) {
  static const char *const WORDS[] = {"ها", "های", "هایی", "هام", "هاش", "تر", "ترین"};
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    if (text_token_is(t, WORDS[i])) return true;
  return false;
}

static void joined_key(const text_scan *s, size_t token, search_keys *keys) {
  if (token + 1 >= s->token_count || s->tokens[token + 1].kind != TEXT_WORD || s->tokens[token].kind != TEXT_WORD)
    return;
  const text_token *a = &s->tokens[token], *b = &s->tokens[token + 1];
  if (!leans_forward(a) && !leans_back(b)) return;
  search_key first, second;
  if (!search_key_make(a->fold, a->fold_length, &first) || !search_key_make(b->fold, b->fold_length, &second)) return;
  if (first.length + second.length > SEARCH_KEY_SIZE) return;
  memcpy(first.bytes + first.length, second.bytes, second.length);
  search_keys_add(keys, first.bytes, first.length + second.length);
}

/* A phone is found in every form: +98912… as 98912… and 0912…; a product under its usual name. */
static size_t entity_keys(arena *a, const text_scan *s, size_t token, search_keys *keys) {
  text_entity e;
  search_key key;
  if (phone_at(a, s, token, &e) && e.value) {
    search_keys_add(keys, e.value + 1, strlen(e.value) - 1);
    char national[TEXT_PHONE_SIZE];
    if (!strncmp(e.value, "+98", 3)) {
      national[0] = '0';
      memcpy(national + 1, e.value + 3, strlen(e.value) - 2);
      search_keys_add(keys, national, strlen(national));
    }
    return e.tokens;
  }
  if (!product_at(s, token, &e)) return 0;
  text_folded folded; /* in the arena, which remembers when it had no memory */
  if (text_fold(a, e.value, strlen(e.value), &folded) == MCRM_OK && search_key_make(folded.bytes, folded.length, &key))
    search_keys_add(keys, key.bytes, key.length);
  return e.tokens;
}

/* ---- index ---- */

static void write_keys(const search_keys *keys, size_t start, buffer *out) {
  for (size_t i = 0; i < keys->count; i++) {
    if (out->length > start) buffer_byte(out, ' ');
    buffer_append(out, keys->at[i].bytes, keys->at[i].length);
  }
}

int text_search_index(arena *a, const char *text, size_t length, buffer *out) {
  text_scan scan;
  int code = text_scan_make(a, text, length, &scan);
  if (code != MCRM_OK) return code;
  size_t start = out->length;
  for (size_t i = 0; i < scan.token_count; i++) {
    const text_token *t = &scan.tokens[i];
    if (!is_word(t) && !(t->kind == TEXT_MARK && t->fold[0] == '+')) continue;
    search_keys keys;
    keys.count = 0;
    if (is_word(t)) token_keys(t, INDEX_FINGLISH, &keys);
    joined_key(&scan, i, &keys);
    entity_keys(a, &scan, i, &keys);
    write_keys(&keys, start, out);
  }
  if (arena_failed(a)) return MCRM_NO_MEMORY;
  return !out->failed ? MCRM_OK : out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
}

/* ---- query ---- */

static bool add_term(arena *a, text_search_term *term, const search_keys *keys) {
  const char **list = arena_array(a, keys->count, sizeof *list);
  if (!list) return false;
  for (size_t i = 0; i < keys->count; i++)
    if (!(list[i] = arena_copy(a, keys->at[i].bytes, keys->at[i].length))) return false;
  *term = (text_search_term){.keys = list, .count = keys->count};
  return true;
}

int text_search_query_make(arena *a, const char *text, size_t length, text_search_query *out) {
  *out = (text_search_query){0};
  text_scan scan;
  int code = text_scan_make(a, text, length, &scan);
  if (code != MCRM_OK) return code;
  text_search_term *terms = arena_array(a, TEXT_SEARCH_TERMS, sizeof *terms);
  if (!terms) return MCRM_NO_MEMORY;
  size_t count = 0, last = 0;
  for (size_t i = 0; i < scan.token_count && count < TEXT_SEARCH_TERMS;) {
    const text_token *t = &scan.tokens[i];
    search_keys keys;
    keys.count = 0;
    size_t taken = entity_keys(a, &scan, i, &keys);
    if (is_word(t) && taken < 2) token_keys(t, QUERY_FINGLISH, &keys);
    i += taken ? taken : 1;
    if (!keys.count) continue;
    if (!add_term(a, &terms[count++], &keys)) return MCRM_NO_MEMORY;
    last = i;
  }
  if (arena_failed(a)) return MCRM_NO_MEMORY;
  bool spaced = scan.folded.length &&
                (scan.folded.bytes[scan.folded.length - 1] == ' ' || scan.folded.bytes[scan.folded.length - 1] == '\n');
  if (count && last == scan.token_count && !spaced) terms[count - 1].prefix = true;
  *out = (text_search_query){.terms = terms, .count = count};
  return MCRM_OK;
}
