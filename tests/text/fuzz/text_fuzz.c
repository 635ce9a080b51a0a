/* libFuzzer: every reader of text on arbitrary bytes. Nothing may crash, hang or break its promise. */
#include <base/utf8.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/collation.h>
#include <text/normalise.h>
#include <text/number.h>
#include <text/redact.h>
#include <text/search.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "broken promise: %s\n", what);
  abort();
}

static void engine(const char *text, size_t length, bool valid) {
  static mcrm_text *shared;
  static const char *const WHAT[] = {"when",     "fold",      "normalise", "tokens",  "keys",  "numbers",
                                     "entities", "sentiment", "actions",   "summary", "jalali"};
  if (!shared) require(mcrm_text_open(NULL, &shared, NULL) == MCRM_OK, "the engine opens");
  for (size_t i = 0; i < sizeof WHAT / sizeof *WHAT; i++) {
    char *json;
    mcrm_error error;
    int code = mcrm_text_json(shared, WHAT[i], text, length, 1795500000000, NULL, &json, &error);
    require(valid || code == MCRM_INVALID, "malformed text is refused");
    require(!valid || code == MCRM_OK || (code == MCRM_INVALID && !strcmp(WHAT[i], "jalali")), "valid text is read");
    require(code != MCRM_OK || utf8_valid(json, strlen(json)), "JSON is UTF-8");
    mcrm_free(json);
  }
}

static void folding(arena *a, const char *text, size_t length) {
  text_folded once, twice;
  require(text_fold(a, text, length, &once) == MCRM_OK, "folds");
  require(utf8_valid(once.bytes, once.length), "the fold is UTF-8");
  require(text_fold(a, once.bytes, once.length, &twice) == MCRM_OK, "folds the fold");
  require(once.length == twice.length && !memcmp(once.bytes, twice.bytes, once.length), "folding is idempotent");
  for (size_t i = 0; i < once.length; i++)
    require(text_fold_source(&once, i) <= text_fold_source(&once, i + 1), "the map is monotonic");
}

static void scanning(arena *a, const char *text, size_t length) {
  text_scan s;
  require(text_scan_make(a, text, length, &s) == MCRM_OK, "scans");
  uint32_t end = 0, point_end = 0;
  for (size_t i = 0; i < s.token_count; i++) {
    const text_token *t = &s.tokens[i];
    require(t->start < t->end && t->end <= length && t->fold_length > 0, "tokens are not empty");
    require(t->point_start >= point_end || t->start < end, "tokens do not overlap");
    require(utf8_count(text, t->start) == t->point_start && utf8_count(text, t->end) == t->point_end,
            "points are counted");
    require(t->sentence < s.sentence_count || s.sentence_count == 0, "tokens have a sentence");
    end = t->end;
    point_end = t->point_end;
    text_number n;
    size_t taken = text_number_at(&s, i, &n);
    require(i + taken <= s.token_count && (!taken || n.end > n.start), "numbers end inside");
  }
}

static void cleaning(const char *text, size_t length) {
  buffer out;
  buffer_init(&out, 1 << 24);
  require(text_normalise(text, length, &out) == MCRM_OK, "is cleaned");
  require(utf8_valid(out.bytes ? out.bytes : "", out.length), "clean text is UTF-8");
  buffer_free(&out);
}

static void searching(arena *a, const char *text, size_t length) {
  buffer out;
  text_search_query q;
  buffer_init(&out, 1 << 24);
  require(text_search_index(a, text, length, &out) == MCRM_OK, "is indexed");
  require(utf8_valid(out.bytes ? out.bytes : "", out.length), "keys are UTF-8");
  require(text_search_query_make(a, text, length, &q) == MCRM_OK, "is a query");
  buffer_clear(&out);
  require(text_collation_key(text, length, &out) == MCRM_OK, "has a sort key");
  for (size_t i = 0; i < out.length; i++) require(out.bytes[i] >= ' ' && out.bytes[i] < 0x7F, "sort keys are ASCII");
  buffer_free(&out);
}

static void redacting(const char *text, size_t length) {
  text_redaction *r = text_redaction_new();
  buffer hidden, back;
  buffer_init(&hidden, 1 << 24);
  buffer_init(&back, 1 << 24);
  require(text_redact(r, text, length, &hidden) == MCRM_OK, "is redacted");
  require(text_restore(r, hidden.bytes ? hidden.bytes : "", hidden.length, &back) == MCRM_OK, "is restored");
  buffer_free(&hidden);
  buffer_free(&back);
  text_redaction_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  bool valid = utf8_valid(text, size);
  engine(text, size, valid);
  if (!valid) return 0;
  arena *a = arena_new(0);
  folding(a, text, size);
  scanning(a, text, size);
  searching(a, text, size);
  arena_free(a);
  cleaning(text, size);
  redacting(text, size);
  return 0;
}
