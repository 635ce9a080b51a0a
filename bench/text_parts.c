#include "text_parts.h"

#include <base/civil.h>
#include <base/zone.h>
#include <marfacrm/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/action.h>
#include <text/collation.h>
#include <text/entity.h>
#include <text/jalali.h>
#include <text/normalise.h>
#include <text/number.h>
#include <text/redact.h>
#include <text/search.h>
#include <text/sentiment.h>
#include <text/summary.h>
#include <text/topic.h>
#include <text/when.h>
#include <unistd.h>

static const mcrm_time now = 1795500000000; /* November 2026 */

void text_die(const char *what) {
  fprintf(stderr, "bench_text: %s\n", what);
  exit(1);
}

static arena *memory(void) {
  static arena *kept;
  if (!kept && !(kept = arena_new((size_t)3 << 30))) text_die("memory");
  arena_reset(kept);
  return kept;
}

/* What it takes to write so much into memory that nobody has touched yet, as the arena gives it to everything here. */
void text_write_fresh(size_t bytes) {
  enum { PIECE = 64 * 1024 };
  arena *a = memory();
  for (size_t done = 0; done < bytes; done += PIECE) {
    size_t piece = bytes - done < PIECE ? bytes - done : PIECE;
    char *at = arena_alloc(a, piece);
    if (!at) text_die("memory");
    memset(at, 'x', piece);
  }
}

static size_t resident(void) {
  size_t all = 0, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%zu %zu", &all, &pages) != 2) text_die("/proc/self/statm");
  fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

size_t text_part_memory(const text_part *part, const char *text, size_t length) {
  memory();
  size_t before = resident();
  part->run(text, length);
  return resident() - before;
}

static const zone *tehran(void) {
  static zone *z;
  mcrm_error error;
  if (!z && !(z = zone_load("Asia/Tehran", &error))) text_die("no time zones");
  return z;
}

static buffer *output(void) {
  static buffer out;
  if (!out.limit) buffer_init(&out, (size_t)256 << 20);
  buffer_clear(&out);
  return &out;
}

static void must(int code, const char *what) {
  if (code) text_die(what);
}

static text_scan scanned(arena *a, const char *text, size_t length) {
  text_scan s;
  must(text_scan_make(a, text, length, &s), "scan");
  return s;
}

static void run_fold(const char *text, size_t length) {
  text_folded folded;
  must(text_fold(memory(), text, length, &folded), "fold");
}

void text_fold_with_map(const char *text, size_t length) { run_fold(text, length); }
void text_fold_bytes(const char *text, size_t length) { must(text_fold_append(output(), text, length), "fold"); }

static void run_scan(const char *text, size_t length) { scanned(memory(), text, length); }

static void run_numbers(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_numbers numbers;
  must(text_numbers_find(a, &s, &numbers), "numbers");
}

static void run_when(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_when_list list;
  must(text_when_find(&s, now, tehran(), NULL, a, &list), "when");
}

static void run_entities(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_entities found;
  must(text_entities_find(a, &s, &found), "entities");
}

static void run_sentiment(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_reading reading;
  text_sentiment mood;
  text_urgency urgency;
  must(text_read(&s, a, &reading) || text_sentiment_of(&reading, a, &mood) ||
           text_urgency_of(&reading, &mood, a, &urgency),
       "sentiment");
}

static void run_actions(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_reading reading;
  text_when_list list;
  text_actions actions;
  must(text_read(&s, a, &reading) || text_when_find(&s, now, tehran(), NULL, a, &list) ||
           text_actions_of(&reading, &list, tehran(), a, &actions),
       "actions");
}

static void run_normalise(const char *text, size_t length) {
  must(text_normalise(text, length, output()), "normalise");
}

static void run_search(const char *text, size_t length) {
  must(text_search_index(memory(), text, length, output()), "search keys");
}

static void run_collation(const char *text, size_t length) { must(text_collation_key(text, length, output()), "key"); }

static void run_redact(const char *text, size_t length) {
  text_redaction *r = text_redaction_new();
  must(!r || text_redact(r, text, length, output()), "redact");
  text_redaction_free(r);
}

/* Everything that the engine reads out of an utterance, one after the other on one scan. */
static void run_everything(const char *text, size_t length) {
  arena *a = memory();
  text_scan s = scanned(a, text, length);
  text_numbers numbers;
  text_reading reading;
  text_when_list list;
  text_entities entities;
  text_sentiment mood;
  text_urgency urgency;
  text_actions actions;
  text_topics topics;
  text_summary summary;
  must(text_numbers_find(a, &s, &numbers) || text_read(&s, a, &reading) ||
           text_when_find(&s, now, tehran(), NULL, a, &list) || text_entities_find(a, &s, &entities) ||
           text_sentiment_of(&reading, a, &mood) || text_urgency_of(&reading, &mood, a, &urgency) ||
           text_actions_of(&reading, &list, tehran(), a, &actions) || text_topics_of(&reading, a, &topics) ||
           text_summary_of(&reading, &actions, &mood, 3, a, &summary),
       "everything");
}

/* A Gregorian date in the Jalali calendar and back, whatever the text: another day each time. */
static void run_jalali(const char *text, size_t length) {
  static int64_t day;
  int year, month, date;
  (void)text, (void)length;
  civil_date(day = (day + 397) % 20000, &year, &month, &date);
  jalali_from_days(civil_days(year, month, date), &year, &month, &date);
  civil_date(jalali_days(year, month, date), &year, &month, &date);
  must(civil_days(year, month, date) != day, "jalali");
}

static void run_json(const char *text, size_t length) {
  static mcrm_text *engine;
  char *json;
  if (!engine) must(mcrm_text_open(NULL, &engine, NULL), "open");
  must(mcrm_text_json(engine, "when", text, length, now, NULL, &json, NULL), "json");
  mcrm_free(json);
}

const text_part text_parts[] = {{"fold", run_fold, 0},
                                {"scan", run_scan, 0},
                                {"numbers", run_numbers, 0},
                                {"when", run_when, 0},
                                {"entities", run_entities, 0},
                                {"sentiment+urgency", run_sentiment, 0},
                                {"actions", run_actions, 0},
                                {"everything", run_everything, 20},
                                {"normalise", run_normalise, 0},
                                {"search keys", run_search, 0},
                                {"collation key", run_collation, 0},
                                {"redact", run_redact, 0},
                                {"jalali and back", run_jalali, 0},
                                {"public API: when", run_json, 0}};
const size_t text_part_count = sizeof text_parts / sizeof *text_parts;

const text_part *text_part_named(const char *name) {
  for (size_t i = 0; i < text_part_count; i++)
    if (!strcmp(text_parts[i].name, name)) return &text_parts[i];
  text_die(name);
  return NULL;
}
