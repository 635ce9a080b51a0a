/* The gold sentences: dates, actions, sentiment and urgency of CRM notes (gold/README.md says what the fields mean). */
#include <stdlib.h>
#include <string.h>

#include "score.h"

typedef struct gold_scores {
  score places, values, only, negatives; /* spans found; values right; no span too many; nothing where nothing is */
  score counts, dues, doers;
  score urgencies;
  confusion sentiment, urgency;
} gold_scores;

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static size_t points_in(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += (*text & 0xC0) != 0x80;
  return n;
}

static bool overlaps(const json_t *gold, const json_t *span) {
  json_int_t from = json_integer_value(json_object_get(gold, "start"));
  json_int_t to = from + (json_int_t)points_in(text_of(gold, "text"));
  return json_integer_value(json_object_get(span, "start")) < to &&
         from < json_integer_value(json_object_get(span, "end"));
}

static bool is_part_of_day(const char *grain) {
  return !strcmp(grain, "hour") || !strcmp(grain, "minute") || !strcmp(grain, "second") || !strcmp(grain, "part");
}

/* Both are printed in Tehran time, so that the characters decide: a day by its date, a moment to the minute. */
static bool same_time(const char *gold, const char *said, bool moment) {
  size_t length = moment ? 16 : 10;
  return strlen(gold) >= length && strlen(said) >= length && !strncmp(gold, said, length);
}

static bool same_value(const json_t *gold, const json_t *span) {
  const char *kind = text_of(gold, "kind"), *said = text_of(span, "kind");
  bool stretch = !strcmp(kind, "duration") || !strcmp(kind, "recurrence");
  if (stretch || !strcmp(said, "duration") || !strcmp(said, "recurrence")) return !strcmp(kind, said);
  const char *from = text_of(gold, "from");
  if (!*from) return true;
  bool moment = is_part_of_day(text_of(gold, "grain"));
  if (json_is_true(json_object_get(gold, "deadline"))) {
    const char *due = text_of(span, "due");
    bool all_day = !strcmp(text_of(span, "due_grain"), "day");
    /* an end that is past already is no due time: then it ends the span, exclusively */
    if (*due) return all_day == !moment && same_time(from, due, moment);
    return same_time(from, text_of(span, moment ? "to" : "from"), moment);
  }
  return moment == is_part_of_day(text_of(span, "grain")) && same_time(from, text_of(span, "from"), moment);
}

static void judge_dates(const json_t *row, const json_t *answer, gold_scores *g) {
  const json_t *gold, *span, *spans = json_object_get(answer, "spans"), *when = json_object_get(row, "when");
  char *shown = json_dumps(spans, JSON_COMPACT);
  size_t i, k;
  json_array_foreach(when, i, gold) {
    if (json_is_true(json_object_get(gold, "optional"))) continue;
    bool found = false, right = false;
    json_array_foreach(spans, k, span) {
      if (!overlaps(gold, span)) continue;
      found = true;
      right = right || same_value(gold, span);
    }
    char wanted[300];
    snprintf(wanted, sizeof wanted, "%s %s", text_of(gold, "text"), text_of(gold, "from"));
    score_add(&g->places, found, text_of(row, "id"), text_of(row, "text"), shown, wanted);
    score_add(&g->values, right, text_of(row, "id"), text_of(row, "text"), shown, wanted);
  }
  json_array_foreach(spans, k, span) {
    bool known = false;
    json_array_foreach(when, i, gold) known = known || overlaps(gold, span);
    score_add(&g->only, known, text_of(row, "id"), text_of(row, "text"), text_of(span, "text"), "nothing there");
  }
  if (!json_array_size(when))
    score_add(&g->negatives, !json_array_size(spans), text_of(row, "id"), text_of(row, "text"), shown, "nothing");
  free(shown);
}

static bool same_due(const json_t *gold, const json_t *action) {
  const char *wanted = text_of(gold, "due"), *said = text_of(action, "due");
  if (!*wanted) return !*said;
  bool moment = strlen(wanted) > 10, all_day = !strcmp(text_of(action, "due_grain"), "day");
  return all_day == !moment && same_time(wanted, said, moment);
}

static bool same_doer(const json_t *gold, const json_t *action) {
  const char *wanted = text_of(gold, "who"), *said = text_of(action, "who");
  if (!strcmp(wanted, "me")) return !strcmp(said, "me") || !strcmp(said, "we");
  if (!strcmp(wanted, "you")) return !strcmp(said, "you");
  return strcmp(said, "me") && strcmp(said, "we") && strcmp(said, "you"); /* the rep, somebody named, they */
}

/* An open question is listed among the actions, and is none. */
static void judge_actions(const json_t *row, const json_t *answer, gold_scores *g) {
  const json_t *gold, *wanted = json_object_get(row, "actions"), *said = json_object_get(answer, "actions");
  if (!json_is_array(wanted)) return;
  char *shown = json_dumps(said, JSON_COMPACT), *right = json_dumps(wanted, JSON_COMPACT);
  size_t i, least = 0, most = json_array_size(wanted), count = json_array_size(said), questions = 0;
  for (i = 0; i < count; i++) questions += !strcmp(text_of(json_array_get(said, i), "kind"), "question");
  json_array_foreach(wanted, i, gold) least += !json_is_true(json_object_get(gold, "optional"));
  score_add(&g->counts, count - questions >= least && count - questions <= most, text_of(row, "id"),
            text_of(row, "text"), shown, right);
  json_array_foreach(wanted, i, gold) {
    if (json_is_true(json_object_get(gold, "optional"))) continue;
    bool due = false, doer = false;
    for (size_t k = 0; k < count; k++) {
      due = due || same_due(gold, json_array_get(said, k));
      doer = doer || same_doer(gold, json_array_get(said, k));
    }
    score_add(&g->doers, doer, text_of(row, "id"), text_of(row, "text"), shown, right);
    if (json_object_get(gold, "due")) score_add(&g->dues, due, text_of(row, "id"), text_of(row, "text"), shown, right);
  }
  free(shown);
  free(right);
}

static void judge_mood(const json_t *row, const json_t *answer, gold_scores *g) {
  const char *label = text_of(answer, "label"), *urgency = text_of(answer, "urgency");
  confusion_add(&g->sentiment, text_of(row, "sentiment"), label);
  confusion_add(&g->urgency, text_of(row, "urgency"), urgency);
  score_add(&g->urgencies, !strcmp(urgency, text_of(row, "urgency")), text_of(row, "id"), text_of(row, "text"), urgency,
            text_of(row, "urgency"));
  if (getenv("MARFACRM_SHOW") && strcmp(label, text_of(row, "sentiment")) != 0)
    fprintf(stderr, "%s is %s, said %s: %s\n", text_of(row, "id"), text_of(row, "sentiment"), label,
            text_of(row, "text"));
}

static void judge(const mcrm_text *engine, const json_t *row, gold_scores *g) {
  const char *text = text_of(row, "text"), *at = text_of(row, "now");
  mcrm_time now = 0;
  if (mcrm_time_parse(engine, at, strlen(at), &now, NULL) != MCRM_OK) {
    fprintf(stderr, "%s: no time: %s\n", text_of(row, "id"), at);
    exit(2);
  }
  json_t *dates = score_ask(engine, "when", text, now, NULL), *actions = score_ask(engine, "actions", text, now, NULL);
  json_t *mood = score_ask(engine, "sentiment", text, now, NULL);
  judge_dates(row, dates, g);
  judge_actions(row, actions, g);
  judge_mood(row, mood, g);
  json_decref(dates);
  json_decref(actions);
  json_decref(mood);
}

/* Month or name, date or word: precision and recall of the times found in sentences that play with both. */
static void score_homographs(const mcrm_text *engine) {
  cases c;
  if (!cases_open_file(&c, MARFACRM_SOURCE "/tests/text/gold/homographs-fa.jsonl")) return;
  score found = {.name = "gold homographs recall"}, right = {.name = "gold homographs precision"};
  mcrm_time now = 1795500000000; /* November 2026: Azar 1405 */
  while (cases_next(&c)) {
    json_t *answer = score_ask(engine, "when", cases_text(&c, "text"), now, NULL);
    const json_t *gold, *span, *spans = json_object_get(answer, "spans"), *when = json_object_get(c.row, "when");
    size_t i, k;
    json_array_foreach(when, i, gold) {
      bool hit = false;
      json_array_foreach(spans, k, span) hit = hit || overlaps(gold, span);
      if (!json_is_true(json_object_get(gold, "optional")))
        score_add(&found, hit, cases_text(&c, "id"), cases_text(&c, "text"), "nothing", text_of(gold, "text"));
    }
    json_array_foreach(spans, k, span) {
      bool hit = false;
      json_array_foreach(when, i, gold) hit = hit || overlaps(gold, span);
      score_add(&right, hit, cases_text(&c, "id"), cases_text(&c, "text"), text_of(span, "text"), "no time");
    }
    json_decref(answer);
  }
  cases_close(&c);
  score_print(&right);
  score_print(&found);
}

static void print_named(score *s, const char *set, const char *what, char name[48]) {
  snprintf(name, 48, "%s %s", set, what);
  s->name = name;
  score_print(s);
}

static void score_file(const mcrm_text *engine, const char *path, const char *set) {
  gold_scores g = {.places = {.name = "dates found"},
                   .values = {.name = "dates right"},
                   .only = {.name = "dates none too many"},
                   .negatives = {.name = "dates negatives"},
                   .counts = {.name = "actions count"},
                   .dues = {.name = "actions due"},
                   .doers = {.name = "actions who"},
                   .urgencies = {.name = "urgency"},
                   .sentiment = {.names = {"positive", "neutral", "negative", "mixed"}},
                   .urgency = {.names = {"low", "normal", "high", "critical"}}};
  cases c;
  if (!cases_open_file(&c, path)) return;
  while (cases_next(&c)) judge(engine, c.row, &g);
  cases_close(&c);
  score *all[] = {&g.places, &g.values, &g.only, &g.negatives, &g.counts, &g.dues, &g.doers, &g.urgencies};
  char name[48];
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) print_named(all[i], set, all[i]->name, name);
  snprintf(name, sizeof name, "%s urgency macro-F1", set);
  confusion_macro_f1(&g.urgency, name);
  snprintf(name, sizeof name, "%s sentiment macro-F1", set);
  confusion_macro_f1(&g.sentiment, name);
}

void score_gold(const mcrm_text *engine) {
  score_file(engine, MARFACRM_SOURCE "/tests/text/gold/crm-fa.jsonl", "gold");
  score_file(engine, MARFACRM_SOURCE "/tests/text/gold/crm-fa-2.jsonl", "blind");
  score_file(engine, MARFACRM_SOURCE "/tests/text/gold/crm-fa-3.jsonl", "third");
  score_file(engine, MARFACRM_SOURCE "/tests/text/gold/crm-fa-4.jsonl", "fourth");
  score_homographs(engine);
}
