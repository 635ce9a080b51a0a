/* The text engine: the whole pipeline and each part on utterances of about 100 bytes, in Persian and English; its speed
 * from 1 KB to 10 MB; folding beside ICU, the phrase matcher beside Hyperscan. An argument names one of these: parts,
 * sizes, peers. With --json only the parts, as one object of microseconds a call, for text_peers.mjs, which sets the
 * npm peers beside them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "icu_fold.h"
#include "measure.h"
#include "text_parts.h"

enum { UTTERANCES = 24, HALF = UTTERANCES / 2 };

static const char *utterances[UTTERANCES];
static size_t lengths[UTTERANCES];

static void read_utterances(void) {
  FILE *file = fopen(MARFACRM_SOURCE "/bench/utterances.txt", "r");
  static char lines[UTTERANCES][256];
  if (!file) text_die("bench/utterances.txt");
  for (int i = 0; i < UTTERANCES; i++) {
    if (!fgets(lines[i], sizeof lines[i], file)) text_die("bench/utterances.txt is too short");
    lengths[i] = strcspn(lines[i], "\n");
    lines[i][lengths[i]] = 0;
    utterances[i] = lines[i];
  }
  fclose(file);
}

/* ---- clock ---- */

static double cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double run_for(measured *what, void *context, size_t *turn, size_t turns) {
  double start = cpu_us();
  for (size_t i = 0; i < turns; i++) what(context, (*turn)++);
  return (cpu_us() - start) / (double)turns;
}

/* Pure computation: processor time, and the quickest round of each side, so that what else runs on the machine does not
 * decide. The rounds alternate. */
static pair_result least_us(measured *ours, measured *peer, void *context, size_t rounds, size_t turns) {
  pair_result r = {0};
  size_t ours_turn = 0, peer_turn = 0;
  for (size_t i = 0; i < rounds; i++) {
    double a = run_for(ours, context, &ours_turn, turns), b = peer ? run_for(peer, context, &peer_turn, turns) : 0;
    if (!i || a < r.ours) r.ours = a;
    if (!i || b < r.peer) r.peer = b;
  }
  if (peer) r.ratio = r.ours / r.peer;
  return r;
}

/* ---- parts ---- */

typedef struct part_run {
  const text_part *part;
  int first; /* utterance: 0 Persian, HALF English */
} part_run;

static void run_part(void *context, size_t turn) {
  const part_run *run = context;
  int i = run->first + (int)(turn % HALF);
  run->part->run(utterances[i], lengths[i]);
}

static double part_us(const text_part *part, int first) {
  part_run run = {part, first};
  return least_us(run_part, NULL, &run, 25, HALF * 20).ours;
}

static void print_json(void) {
  printf("{");
  for (size_t i = 0; i < text_part_count; i++)
    printf("%s\"%s\":{\"fa\":%.3f,\"en\":%.3f}", i ? "," : "", text_parts[i].name, part_us(&text_parts[i], 0),
           part_us(&text_parts[i], HALF));
  printf("}\n");
}

static void print_parts(void) {
  size_t bytes[2] = {0};
  for (int i = 0; i < UTTERANCES; i++) bytes[i >= HALF] += lengths[i];
  printf("microseconds an utterance (Persian %zu bytes, English %zu bytes in the mean), one core\n", bytes[0] / HALF,
         bytes[1] / HALF);
  for (size_t i = 0; i < text_part_count; i++) {
    double fa = part_us(&text_parts[i], 0), en = part_us(&text_parts[i], HALF);
    printf("  %-22s fa %8.2f   en %8.2f", text_parts[i].name, fa, en);
    if (text_parts[i].aim > 0)
      printf("   (aim <= %.0f) %s", text_parts[i].aim,
             fa <= text_parts[i].aim && en <= text_parts[i].aim ? "ok" : "MISSED");
    printf("\n");
    fflush(stdout);
  }
}

/* ---- sizes ---- */

typedef struct sized {
  const text_part *part;
  const char *text;
  size_t length;
} sized;

static void run_sized(void *context, size_t turn) {
  const sized *s = context;
  (void)turn;
  s->part->run(s->text, s->length);
}

/* The utterances of one language over and over, as lines. */
static char *long_text(int first, size_t size) {
  char *text = malloc(size + 1);
  if (!text) text_die("memory");
  size_t at = 0;
  for (int i = 0; at < size; i++) {
    const char *line = utterances[first + i % HALF];
    size_t length = lengths[first + i % HALF];
    if (at + length + 1 > size) break;
    memcpy(text + at, line, length);
    text[at + length] = '\n';
    at += length + 1;
  }
  memset(text + at, '\n', size - at);
  text[size] = 0;
  return text;
}

static void run_fresh(void *context, size_t turn) {
  (void)turn;
  text_write_fresh(*(size_t *)context);
}

/* The answer to a long text fills memory that the kernel has to hand out first. A pass that only writes as much into
 * the same kind of memory, in the same run, says what part of the time that is. */
static void print_sizes(const char *name, int first) {
  static const size_t sizes[] = {1000, 10000, 100000, 1000000, 10000000};
  enum { SIZES = sizeof sizes / sizeof *sizes };
  const text_part *part = text_part_named(name);
  double speed[SIZES], us = 0, fresh = 0;
  size_t memory = 0;
  printf("  %-12s %s  MB/s", name, first ? "en" : "fa");
  for (size_t i = 0; i < SIZES; i++) {
    sized s = {part, long_text(first, sizes[i]), sizes[i]};
    us = least_us(run_sized, NULL, &s, 5, 200000 / sizes[i] + 1).ours;
    speed[i] = (double)sizes[i] / us;
    printf(" %8.1f", speed[i]);
    fflush(stdout);
    if (i == SIZES - 1) {
      memory = text_part_memory(part, s.text, s.length);
      fresh = least_us(run_fresh, NULL, &memory, 5, 1).ours;
    }
    free((char *)s.text);
  }
  printf(
      "   at 10 MB %.2f of 1 KB; its answer takes %.0f MB, only to write as much takes %.1f of %.1f ms, without that "
      "%.2f\n",
      speed[SIZES - 1] / speed[0], (double)memory / 1e6, fresh / 1e3, us / 1e3,
      (double)sizes[SIZES - 1] / (us - fresh) / speed[0]);
}

/* ---- side by side ---- */

static void ours_fold(void *context, size_t turn) {
  const sized *s = context;
  (void)turn;
  text_fold_bytes(s->text, s->length);
}
static void peer_fold(void *context, size_t turn) {
  const sized *s = context;
  (void)turn;
  icu_fold(s->text, s->length);
}
static void ours_map(void *context, size_t turn) {
  const sized *s = context;
  (void)turn;
  text_fold_with_map(s->text, s->length);
}
static void peer_map(void *context, size_t turn) {
  const sized *s = context;
  (void)turn;
  icu_fold_edits(s->text, s->length);
}

static void print_fold(int first, size_t size) {
  sized s = {NULL, long_text(first, size), size};
  char what[64];
  snprintf(what, sizeof what, "fold %s %zu bytes / ICU", first ? "en" : "fa", size);
  pair_result r = least_us(ours_fold, peer_fold, &s, 25, 2000000 / size);
  report(what, r, 1 / r.ratio, 2.5, false);
  r = least_us(ours_map, peer_map, &s, 25, 2000000 / size);
  printf("    with the map of offsets %.2f us, ICU's quickest (UTF-8, with edits) %.2f us, ratio %.2f\n", r.ours,
         r.peer, 1 / r.ratio);
  free((char *)s.text);
}

static void ours_match(void *context, size_t turn) {
  text_matcher_ours(context, turn);
}
static void peer_match(void *context, size_t turn) {
  text_matcher_peer(context, turn);
}

static void peer_match_words(void *context, size_t turn) {
  text_matcher_peer_words(context, turn);
}

/* The hits of all texts. */
static size_t all_hits(text_matcher *m, size_t count, size_t (*match)(text_matcher *m, size_t turn)) {
  size_t hits = 0;
  for (size_t turn = 0; turn < count; turn++) hits += match(m, turn);
  return hits;
}

/* size 0: the utterances, one at a time. */
static void print_matcher(int first, size_t size, size_t phrases) {
  char *text = size ? long_text(first, size) : NULL, what[64], unit[32] = "an utterance";
  const char *const *texts = size ? (const char *const[]){text} : utterances + first;
  size_t count = size ? 1 : HALF, times = size ? 2 : 1000 * HALF;
  text_matcher *m = text_matcher_make(texts, count, phrases);
  bool beside = text_matcher_has_peer();
  pair_result r = least_us(ours_match, beside ? peer_match : NULL, m, 15, times);
  if (size) snprintf(unit, sizeof unit, "%zu bytes", size);
  snprintf(what, sizeof what, "matcher %s %zu phrases, %s", first ? "en" : "fa", text_matcher_phrases(m), unit);
  if (beside) {
    /* both look through the same folded text for the same folded phrases; we tell whole words and their tokens,
       Hyperscan letters anywhere and where they end: so it stands here bare, and with what it takes to tell the same */
    report(what, r, 1 / r.ratio, 0.8, false);
    r = least_us(ours_match, peer_match_words, m, 15, times);
    report("    the same job: Hyperscan, words and tokens", r, 1 / r.ratio, 0.8, false);
    printf("    hits: ours %zu, Hyperscan %zu, of which whole words %zu\n", all_hits(m, count, text_matcher_ours),
           all_hits(m, count, text_matcher_peer), all_hits(m, count, text_matcher_peer_words));
  } else {
    printf("%s: ours %.2f us; SKIPPED beside Hyperscan, which is not built in\n", what, r.ours);
  }
  text_matcher_free(m);
  free(text);
}

static void print_all_sizes(void) {
  printf("speed from 1 KB to 10 MB (1, 10, 100 KB, 1, 10 MB)\n");
  for (int first = 0; first < UTTERANCES; first += HALF) {
    print_sizes("fold", first);
    print_sizes("scan", first);
    print_sizes("when", first);
    print_sizes("everything", first);
  }
}

static void print_peers(void) {
  printf("beside ICU (NFKC_Casefold) and Hyperscan (literals), ratio: peer's time / ours\n");
  for (int first = 0; first < UTTERANCES; first += HALF) {
    print_fold(first, 100);
    print_fold(first, 1000000);
    print_matcher(first, 1000000, 2000);
    print_matcher(first, 1000000, 8000);
    print_matcher(first, 0, 2000);
  }
}

int main(int argc, char **argv) {
  const char *only = argc > 1 ? argv[1] : "";
  read_utterances();
  if (!strcmp(only, "--json")) {
    print_json();
    return 0;
  }
  if (!*only || !strcmp(only, "parts")) print_parts();
  if (!*only || !strcmp(only, "sizes")) print_all_sizes();
  if (!*only || !strcmp(only, "peers")) print_peers();
  return 0;
}
