#include <base/utf8.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/search.h>
#include <text/token.h>

#include "search_key.h"

enum { MOST_LETTERS = 64, MOST_WORDS = 6, NAME_READINGS = 4, QUERY_READINGS = 8, MOST_KEYS = MOST_WORDS * 5 + 1 };

static size_t points_of(const char *text, size_t length, uint32_t out[MOST_LETTERS]) {
  size_t count = 0;
  for (size_t i = 0; i < length;) {
    uint32_t point;
    size_t size = utf8_decode(text + i, length - i, &point);
    if (!size || count == MOST_LETTERS) return SIZE_MAX;
    out[count++] = point;
    i += size;
  }
  return count;
}

static int least(int a, int b) { return a < b ? a : b; }

/* Optimal string alignment, one row at a time; gives up when a whole row is beyond the limit. */
static int distance(const uint32_t *a, size_t m, const uint32_t *b, size_t n, int limit) {
  int rows[3][MOST_LETTERS + 1];
  int *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= n; j++) above[j] = (int)j;
  for (size_t i = 1; i <= m; i++) {
    row[0] = (int)i;
    int best = row[0];
    for (size_t j = 1; j <= n; j++) {
      int cost = a[i - 1] != b[j - 1];
      row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = least(row[j], before[j - 2] + 1);
      best = least(best, row[j]);
    }
    if (best > limit) return limit + 1;
    int *free_row = before;
    before = above;
    above = row;
    row = free_row;
  }
  return least(above[n], limit + 1);
}

int text_search_distance(const char *a, size_t a_length, const char *b, size_t b_length, int limit) {
  if (a_length == b_length && !memcmp(a, b, a_length)) return 0;
  uint32_t left[MOST_LETTERS], right[MOST_LETTERS];
  size_t m = points_of(a, a_length, left), n = points_of(b, b_length, right);
  if (m == SIZE_MAX || n == SIZE_MAX || limit < 1) return limit + 1;
  size_t apart = m > n ? m - n : n - m;
  return apart > (size_t)limit ? limit + 1 : distance(left, m, right, n, limit);
}

int text_search_tolerance(size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

/* ---- names ---- */

typedef struct word {
  uint32_t letters, offset, length; /* code points; where its key stands in `bytes` */
  uint64_t mask;                    /* which letters it has */
} word;

typedef struct entry {
  int64_t id;
  uint32_t first, count; /* words */
} entry;

struct text_names {
  char *bytes;
  word *words;
  entry *entries;
  size_t count;
};

static uint64_t mask_of(const char *key, size_t length) {
  uint64_t mask = 0;
  for (size_t i = 0; i < length;) {
    uint32_t point;
    size_t size = utf8_decode(key + i, length - i, &point);
    if (!size) break;
    mask |= UINT64_C(1) << (point * 7 % 61);
    i += size;
  }
  return mask;
}

static word make_word(const char *key, size_t length, size_t offset) {
  return (word){.letters = (uint32_t)utf8_count(key, length),
                .offset = (uint32_t)offset,
                .length = (uint32_t)length,
                .mask = mask_of(key, length)};
}

/* The keys of a name's words (of Latin ones the Persian readings too), and last of all of them together («علی رضا» and
 * «علیرضا» are one). */
static size_t name_keys(const text_scan *s, search_key keys[MOST_KEYS]) {
  size_t count = 0, words = 0;
  search_key all = {.length = 0};
  for (size_t i = 0; i < s->token_count && words < MOST_WORDS; i++) {
    const text_token *t = &s->tokens[i];
    search_keys readings;
    readings.count = 0;
    if ((t->kind != TEXT_WORD && t->kind != TEXT_NUMBER) || !search_key_make(t->fold, t->fold_length, &keys[count]))
      continue;
    const search_key *k = &keys[count++];
    words++;
    if (all.length + k->length <= SEARCH_KEY_SIZE) {
      memcpy(all.bytes + all.length, k->bytes, k->length);
      all.length += k->length;
    }
    search_keys_add_finglish(&readings, t->fold, t->fold_length, NAME_READINGS);
    for (size_t r = 0; r < readings.count; r++) keys[count++] = readings.at[r];
  }
  if (count) keys[count++] = all;
  return count;
}

typedef struct building {
  arena *scratch;
  buffer bytes, words;
  size_t word_count;
} building;

static bool add_name(text_names *names, building *b, const text_name *name) {
  text_scan scan;
  int code = text_scan_make(b->scratch, name->text, strlen(name->text), &scan);
  if (code == MCRM_INVALID) return true;
  if (code != MCRM_OK) return false;
  search_key keys[MOST_KEYS];
  size_t count = name_keys(&scan, keys);
  names->entries[names->count] = (entry){.id = name->id, .first = (uint32_t)b->word_count, .count = (uint32_t)count};
  names->count += count > 0;
  for (size_t i = 0; i < count; i++) {
    word w = make_word(keys[i].bytes, keys[i].length, b->bytes.length);
    buffer_append(&b->bytes, keys[i].bytes, keys[i].length);
    buffer_append(&b->words, (const char *)&w, sizeof w);
  }
  b->word_count += count;
  return !b->bytes.failed && !b->words.failed;
}

text_names *text_names_make(const text_name *list, size_t count) {
  text_names *names = calloc(1, sizeof *names);
  building b = {.scratch = arena_new(0)};
  buffer_init(&b.bytes, UINT32_MAX);
  buffer_init(&b.words, (size_t)UINT32_MAX * 8);
  bool good = names && b.scratch && (names->entries = calloc(count + 1, sizeof *names->entries));
  for (size_t i = 0; good && i < count; i++) {
    good = add_name(names, &b, &list[i]);
    arena_reset(b.scratch);
  }
  good = good && (names->bytes = buffer_take(&b.bytes)) && (names->words = (word *)(void *)buffer_take(&b.words));
  buffer_free(&b.bytes);
  buffer_free(&b.words);
  arena_free(b.scratch);
  if (good) return names;
  text_names_free(names);
  return NULL;
}

void text_names_free(text_names *names) {
  if (!names) return;
  free(names->entries);
  free(names->words);
  free(names->bytes);
  free(names);
}

/* One word of what was typed, in every way it may be read. */
typedef struct typed {
  search_keys keys;
  word words[SEARCH_KEYS_MOST];
} typed;

static int word_distance(const text_names *names, const word *w, const typed *t) {
  int best = MOST_LETTERS;
  for (size_t i = 0; i < t->keys.count; i++) {
    const search_key *k = &t->keys.at[i];
    int limit = text_search_tolerance(t->words[i].letters);
    if (best <= limit) limit = best - 1;
    if (limit < 0) break;
    uint64_t other = t->words[i].mask ^ w->mask;
    if (__builtin_popcountll(other) > 2 * limit) continue;
    const char *key = names->bytes + w->offset;
    int d = limit ? text_search_distance(key, w->length, k->bytes, k->length, limit)
                  : !(w->length == k->length && !memcmp(key, k->bytes, k->length));
    if (d <= limit) best = d;
    /* what is being typed may be the beginning of the name */
    if (best > 0 && k->length < w->length && k->length >= 4 && !memcmp(key, k->bytes, k->length)) best = 1;
  }
  return best;
}

static int entry_distance(const text_names *names, const entry *e, const typed *typed_words, size_t count) {
  int sum = 0;
  for (size_t t = 0; t < count; t++) {
    int best = MOST_LETTERS;
    for (uint32_t w = 0; w < e->count && best; w++)
      best = least(best, word_distance(names, &names->words[e->first + w], &typed_words[t]));
    if (best == MOST_LETTERS) return best;
    sum += best;
  }
  return sum;
}

static void insert(text_name_match *out, size_t limit, size_t *found, int64_t id, int distance) {
  size_t at = *found < limit ? (*found)++ : limit;
  if (at == limit && out[limit - 1].distance <= distance) return;
  if (at == limit) at--;
  while (at > 0 && out[at - 1].distance > distance) {
    out[at] = out[at - 1];
    at--;
  }
  out[at] = (text_name_match){.id = id, .distance = distance};
}

/* What was typed: its words, and behind them all of them together. The count of words. */
static size_t read_typed(const char *text, size_t length, typed words[MOST_WORDS + 1]) {
  arena *scratch = arena_new(0);
  text_scan scan;
  size_t count = 0;
  search_key all = {.length = 0}, key;
  if (!scratch || text_scan_make(scratch, text, length, &scan) != MCRM_OK) scan.token_count = 0;
  for (size_t i = 0; i < scan.token_count && count < MOST_WORDS; i++) {
    const text_token *t = &scan.tokens[i];
    if ((t->kind != TEXT_WORD && t->kind != TEXT_NUMBER) || !search_key_make(t->fold, t->fold_length, &key)) continue;
    typed *w = &words[count++];
    w->keys.count = 0;
    search_keys_add(&w->keys, key.bytes, key.length);
    search_keys_add_finglish(&w->keys, t->fold, t->fold_length, QUERY_READINGS);
    if (all.length + key.length > SEARCH_KEY_SIZE) continue;
    memcpy(all.bytes + all.length, key.bytes, key.length);
    all.length += key.length;
  }
  words[count].keys.count = 0;
  search_keys_add(&words[count].keys, all.bytes, all.length);
  for (size_t w = 0; w <= count; w++)
    for (size_t k = 0; k < words[w].keys.count; k++)
      words[w].words[k] = make_word(words[w].keys.at[k].bytes, words[w].keys.at[k].length, 0);
  arena_free(scratch);
  return count;
}

size_t text_names_find(const text_names *names, const char *text, size_t length, text_name_match *out, size_t limit) {
  typed words[MOST_WORDS + 1];
  size_t count = limit ? read_typed(text, length, words) : 0, found = 0;
  for (size_t i = 0; count && i < names->count; i++) {
    const entry *e = &names->entries[i];
    int d = entry_distance(names, e, words, count);
    /* «علی رضا» for «علیرضا»: spaces apart */
    if (d > 0) d = least(d, word_distance(names, &names->words[e->first + e->count - 1], &words[count]));
    if (d < MOST_LETTERS) insert(out, limit, &found, e->id, d);
  }
  return found;
}
