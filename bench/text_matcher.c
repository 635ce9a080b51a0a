#include <base/arena.h>
#include <base/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/cue.h>
#include <text/fold.h>

#ifdef BENCH_HYPERSCAN
#include <hs/hs.h>
#endif

#include "text_parts.h"

enum { PHRASES = 8000 };

struct text_matcher {
  arena *memory, *work;
  text_phrase phrases[PHRASES];
  size_t sizes[PHRASES]; /* of the phrases' folds, in bytes */
  size_t count, hits, room;
  text_hit *found; /* by the peer */
  const text_cues *cues;
  text_scan *scans;
  size_t scan_count;
  const text_scan *scan; /* that is looked through */
#ifdef BENCH_HYPERSCAN
  hs_database_t *database;
  hs_scratch_t *scratch;
#endif
};

static void must(bool good, const char *what) {
  if (!good) text_die(what);
}

/* The lexicons hold phrases in lines, separated by commas; headings stand in brackets. */
static void read_phrases(text_matcher *m, const char *name) {
  char path[300], line[65536];
  snprintf(path, sizeof path, "%s/lib/text/data/%s.txt", MARFACRM_SOURCE, name);
  FILE *file = fopen(path, "r");
  must(file != NULL, path);
  while (fgets(line, sizeof line, file)) {
    if (line[0] == '#' || line[0] == '[') continue;
    for (char *rest = NULL, *word = strtok_r(line, ",\n", &rest); word; word = strtok_r(NULL, ",\n", &rest)) {
      word += strspn(word, " ");
      /* a bare literal for both: none of the lexicon's own signs, and long enough not to stand in every word */
      if (strlen(word) < 5 || strpbrk(word, "_*/+|=~<>\"()[]{}\\^$.?:!'")) continue;
      bool known = m->count == PHRASES;
      for (size_t i = 0; i < m->count && !known; i++) known = !strcmp(m->phrases[i].text, word);
      if (!known) m->phrases[m->count++] = (text_phrase){.text = arena_text(m->memory, word), .id = (uint32_t)m->count};
    }
  }
  fclose(file);
}

#ifdef BENCH_HYPERSCAN
/* Hyperscan sees what our automaton sees: folded phrases in a folded text. */
static void compile_peer(text_matcher *m) {
  const char **expressions = calloc(m->count, sizeof *expressions);
  unsigned *flags = calloc(m->count, sizeof *flags), *ids = calloc(m->count, sizeof *ids);
  hs_compile_error_t *error;
  must(expressions && flags && ids, "memory");
  for (size_t i = 0; i < m->count; i++) {
    text_folded folded;
    must(!text_fold(m->memory, m->phrases[i].text, strlen(m->phrases[i].text), &folded), "fold");
    expressions[i] = folded.bytes;
    m->sizes[i] = folded.length;
    ids[i] = (unsigned)i;
  }
  if (hs_compile_lit_multi(expressions, flags, ids, m->sizes, (unsigned)m->count, HS_MODE_BLOCK, NULL, &m->database,
                           &error))
    text_die(error->message);
  must(!hs_alloc_scratch(m->database, &m->scratch), "scratch");
  free(expressions);
  free(flags);
  free(ids);
}

static void free_peer(text_matcher *m) {
  hs_free_scratch(m->scratch);
  hs_free_database(m->database);
}

static int count_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(size_t *)context;
  return 0;
}

size_t text_matcher_peer(text_matcher *m, size_t turn) {
  m->hits = 0;
  m->scan = &m->scans[turn % m->scan_count];
  must(!hs_scan(m->database, m->scan->folded.bytes, (unsigned)m->scan->folded.length, 0, m->scratch, count_hit, &m->hits),
       "hs_scan");
  return m->hits;
}

/* What a user would have to do to be told the same: is it whole words, and which? */
static int keep_words(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  text_matcher *m = context;
  (void)from, (void)flags;
  const char *start = m->scan->folded.bytes + to - m->sizes[id], *end = m->scan->folded.bytes + to;
  uint32_t first = text_token_at(m->scan, start), last = text_token_at(m->scan, end - 1);
  const text_token *tokens = m->scan->tokens;
  if (tokens[first].fold != start || tokens[last].fold + tokens[last].fold_length != end) return 0;
  if (m->hits == m->room) {
    m->room = m->room ? m->room * 2 : 32;
    m->found = realloc(m->found, m->room * sizeof *m->found);
    if (!m->found) return 1;
  }
  m->found[m->hits++] = (text_hit){id, first, last - first + 1, false};
  return 0;
}

size_t text_matcher_peer_words(text_matcher *m, size_t turn) {
  m->hits = 0;
  m->scan = &m->scans[turn % m->scan_count];
  must(!hs_scan(m->database, m->scan->folded.bytes, (unsigned)m->scan->folded.length, 0, m->scratch, keep_words, m),
       "hs_scan");
  return m->hits;
}

bool text_matcher_has_peer(void) { return true; }
#else
bool text_matcher_has_peer(void) { return false; }
static void compile_peer(text_matcher *m) { (void)m; }
static void free_peer(text_matcher *m) { (void)m; }
size_t text_matcher_peer(text_matcher *m, size_t turn) { return m->hits = turn * 0; }
size_t text_matcher_peer_words(text_matcher *m, size_t turn) { return m->hits = turn * 0; }
#endif

text_matcher *text_matcher_make(const char *const *texts, size_t count, size_t phrases) {
  static const char *const files[] = {"sentiment.fa", "sentiment.en", "sentiment.finglish", "urgency", "topic",
                                      "outcome",      "action"};
  text_matcher *m = calloc(1, sizeof *m);
  must(m && (m->memory = arena_new((size_t)1 << 30)) && (m->work = arena_new((size_t)1 << 30)), "memory");
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) read_phrases(m, files[i]);
  if (phrases < m->count) { /* evenly out of all */
    for (size_t i = 0; i < phrases; i++) m->phrases[i] = m->phrases[i * m->count / phrases];
    m->count = phrases;
  }
  size_t bad = 0;
  if (text_cues_make(m->memory, m->phrases, m->count, &m->cues, &bad)) text_die(m->phrases[bad].text);
  must((m->scans = calloc(count, sizeof *m->scans)) != NULL, "memory");
  for (; m->scan_count < count; m->scan_count++) {
    const char *text = texts[m->scan_count];
    must(!text_scan_make(m->memory, text, strlen(text), &m->scans[m->scan_count]), "scan");
  }
  compile_peer(m);
  return m;
}

void text_matcher_free(text_matcher *m) {
  free_peer(m);
  free(m->found);
  free(m->scans);
  arena_free(m->work);
  arena_free(m->memory);
  free(m);
}

size_t text_matcher_phrases(const text_matcher *m) { return m->count; }

size_t text_matcher_ours(text_matcher *m, size_t turn) {
  text_hits hits;
  arena_reset(m->work);
  must(!text_cues_find(m->cues, &m->scans[turn % m->scan_count], m->work, &hits), "match");
  return hits.count;
}
