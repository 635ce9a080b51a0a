/* The public suites of numbers, amounts, identifiers, clean-up, sentiment and actions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score.h"

static double number_of(const json_t *value) {
  return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

static void judge(const cases *c, score *s, bool right, const json_t *got) {
  char *shown = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
  char *wanted = json_dumps(json_object_get(c->row, "expected"), JSON_COMPACT | JSON_ENCODE_ANY);
  score_add(s, right, cases_text(c, "id"), cases_text(c, "text"), shown ? shown : "", wanted ? wanted : "");
  free(shown);
  free(wanted);
}

static bool same_numbers(const json_t *found, const json_t *expected) {
  if (json_is_number(expected)) {
    double wanted = json_number_value(expected);
    if (json_array_size(found) != 1) return !json_array_size(found) && wanted == 0;
    return fabs(number_of(json_object_get(json_array_get(found, 0), "value")) - wanted) < 1e-6;
  }
  if (json_array_size(found) != json_array_size(expected)) return false;
  for (size_t i = 0; i < json_array_size(expected); i++) {
    const json_t *ours = json_array_get(found, i), *theirs = json_array_get(expected, i);
    const json_t *span = json_object_get(theirs, "span");
    if (json_integer_value(json_object_get(ours, "start")) != json_integer_value(json_array_get(span, 0)) ||
        json_integer_value(json_object_get(ours, "end")) != json_integer_value(json_array_get(span, 1)) ||
        fabs(number_of(json_object_get(ours, "value")) - json_number_value(json_object_get(theirs, "value"))) >= 1e-6)
      return false;
  }
  return true;
}

static void score_numbers(const mcrm_text *engine) {
  cases c;
  if (!cases_open(&c, "numbers-fa.jsonl")) return;
  score read = {.name = "numbers-fa words to number"}, extract = {.name = "numbers-fa extract"};
  while (cases_next(&c)) {
    const char *kind = cases_text(&c, "kind");
    const json_t *expected = json_object_get(c.row, "expected");
    bool extracts = !strcmp(kind, "extract");
    /* number->words and the correction of typing errors are not asked for by this operation */
    if (!extracts && (!json_is_number(expected) || strstr(kind, "fuzzy") || !strncmp(kind, "number->", 8))) continue;
    json_t *answer = score_ask(engine, "numbers", cases_text(&c, "text"), 0, "fa");
    const json_t *found = json_object_get(answer, "numbers");
    judge(&c, extracts ? &extract : &read, same_numbers(found, expected), found);
    json_decref(answer);
  }
  cases_close(&c);
  score_print(&read);
  score_print(&extract);
}

/* The suite reads Rial and numbers without a currency the colloquial way too; we take Rial by its word and divide by
 * ten: rows by convention. */
static void score_amounts(const mcrm_text *engine) {
  cases c;
  if (!cases_open(&c, "amounts-fa.jsonl")) return;
  score firm = {.name = "amounts-fa firm"}, policy = {.name = "amounts-fa by convention"};
  while (cases_next(&c)) {
    const char *text = cases_text(&c, "text");
    const json_t *expected = json_object_get(c.row, "expected"), *options = json_object_get(c.row, "options");
    if (!json_is_number(expected)) continue;
    json_t *answer = score_ask(engine, "entities", text, 0, "fa");
    const json_t *found = json_object_get(answer, "entities"), *first = json_array_get(found, 0);
    const json_t *value = json_object_get(first, "value"), *readings = json_object_get(first, "readings");
    if (json_is_true(json_object_get(options, "formal")) && json_array_size(readings) > 1)
      value = json_array_get(readings, 1);
    const char *to = json_string_value(json_object_get(options, "to"));
    double factor = to && !strcmp(to, "rial") ? 10 : 1, wanted = json_number_value(expected);
    bool right = json_array_size(found) == 1 ? fabs(number_of(value) * factor - wanted) < 1e-6
                                             : !json_array_size(found) && wanted == 0;
    bool convention = strstr(text, "ریال") || strstr(text, "ریل") || !strcmp(text, "یک");
    judge(&c, convention ? &policy : &firm, right, found);
    json_decref(answer);
  }
  cases_close(&c);
  score_print(&firm);
  score_print(&policy);
}

static const json_t *entity_of(const json_t *answer, const char *kind) {
  const json_t *e;
  size_t i;
  json_array_foreach(json_object_get(answer, "entities"), i,
                     e) if (!strcmp(json_string_value(json_object_get(e, "kind")), kind)) return e;
  return NULL;
}

static bool flagged(const json_t *entity, const char *flag) {
  const json_t *f;
  size_t i;
  json_array_foreach(json_object_get(entity, "flags"), i, f) if (!strcmp(json_string_value(f), flag)) return true;
  return false;
}

/* Does the text hold a phone number, Sheba … that is valid? Verifying a number bare of any context is what the suite
 * asks; in running text a national id needs its checksum, or a word that announces it. */
static void score_ids(const mcrm_text *engine) {
  static const struct {
    const char *fn, *kind, *announced;
  } kinds[] = {{"isPhoneNumberValid", "phone", ""},
               {"isShebaValid", "sheba", ""},
               {"verifyCardNumber", "card", ""},
               {"verifyIranianNationalId", "national_id", "کد ملی "}};
  cases c;
  if (!cases_open(&c, "ids-fa.jsonl")) return;
  score s = {.name = "ids-fa found and checked"};
  while (cases_next(&c)) {
    const json_t *argument = json_array_get(json_object_get(c.row, "args"), 0);
    const json_t *expected = json_object_get(c.row, "expected");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
      if (strcmp(kinds[i].fn, cases_text(&c, "fn")) != 0 || !json_is_boolean(expected)) continue;
      char text[200];
      if (json_is_integer(argument))
        snprintf(text, sizeof text, "%s%" JSON_INTEGER_FORMAT, kinds[i].announced, json_integer_value(argument));
      else
        snprintf(text, sizeof text, "%s%s", kinds[i].announced,
                 json_is_string(argument) ? json_string_value(argument) : "");
      json_t *answer = score_ask(engine, "entities", text, 0, "fa");
      const json_t *e = entity_of(answer, kinds[i].kind);
      judge(&c, &s, (e && !flagged(e, "bad_checksum")) == json_is_true(expected), answer);
      json_decref(answer);
    }
  }
  cases_close(&c);
  score_print(&s);
}

/* One line per operation of the libraries that clean up; they contradict each other. */
static void score_norm(const mcrm_text *engine) {
  static const char *const operations[] = {"virastar.cleanup",
                                           "hazm.normalizer.correct_spacing",
                                           "hazm.normalizer.persian_number",
                                           "hazm.normalizer.seperate_mi",
                                           "hazm.normalizer.normalize",
                                           "hazm.normalizer.remove_diacritics",
                                           "persian-tools.halfSpace",
                                           "persian-tools.digitsEnToFa",
                                           "persian-tools.toPersianChars",
                                           "persiantools.digits.en_to_fa",
                                           "persiantools.digits.ar_to_fa",
                                           "persiantools.characters.ar_to_fa"};
  enum { COUNT = sizeof operations / sizeof *operations };
  score scores[COUNT];
  char names[COUNT][60];
  cases c;
  if (!cases_open(&c, "norm-fa.jsonl")) return;
  for (int i = 0; i < COUNT; i++) {
    snprintf(names[i], sizeof names[i], "norm-fa %s", operations[i]);
    scores[i] = (score){.name = names[i]};
  }
  while (cases_next(&c)) {
    if (!json_is_string(json_object_get(c.row, "text"))) continue;
    for (int i = 0; i < COUNT; i++) {
      if (strcmp(operations[i], cases_text(&c, "fn")) != 0) continue;
      json_t *answer = score_ask(engine, "normalise", cases_text(&c, "text"), 0, NULL);
      const char *got = json_string_value(json_object_get(answer, "normalised"));
      score_add(&scores[i], got && !strcmp(got, cases_text(&c, "expected")), cases_text(&c, "id"),
                cases_text(&c, "text"), got ? got : "", cases_text(&c, "expected"));
      json_decref(answer);
    }
  }
  cases_close(&c);
  for (int i = 0; i < COUNT; i++) score_print(&scores[i]);
}

static void score_sentiment(const mcrm_text *engine) {
  cases c;
  if (!cases_open(&c, "sentiment-en-vader.jsonl")) return;
  confusion all = {.names = {"pos", "neu", "neg"}};
  while (cases_next(&c)) {
    json_t *answer = score_ask(engine, "sentiment", cases_text(&c, "text"), 0, "en");
    const char *label = json_string_value(json_object_get(answer, "label"));
    const char *said = !strcmp(label, "positive") ? "pos" : !strcmp(label, "negative") ? "neg" : "neu";
    confusion_add(&all, cases_text(&c, "label"), said);
    if (getenv("MARFACRM_SHOW") && strcmp(said, cases_text(&c, "label")) != 0)
      fprintf(stderr, "%s is %s, said %s: %s\n", cases_text(&c, "id"), cases_text(&c, "label"), said,
              cases_text(&c, "text"));
    json_decref(answer);
  }
  cases_close(&c);
  confusion_macro_f1(&all, "sentiment-en-vader 3-class");
}

/* A suite without a single action has no F1: then the share that is rightly left alone counts. */
static void print_actions(const char *name, const confusion *c) {
  int hit = c->count[1][1], missed = c->count[1][0], extra = c->count[0][1], left = c->count[0][0];
  char line[80];
  bool has_actions = hit + missed > 0;
  snprintf(line, sizeof line, "%s %s", name, has_actions ? "F1" : "negatives");
  double share = has_actions ? confusion_f1(c, 1) : 100.0 * left / (left + extra);
  printf("%-42s    %5.1f   (%d hit, %d missed, %d too many, %d left alone)\n", line, share, hit, missed, extra, left);
  score_record(line, share);
}

static void score_actions(const mcrm_text *engine) {
  cases c;
  if (!cases_open(&c, "actions-en-parakweet.jsonl")) return;
  confusion asking = {.names = {"none", "action"}}, listing = asking;
  while (cases_next(&c)) {
    json_t *answer = score_ask(engine, "actions", cases_text(&c, "text"), 0, "en");
    bool asks = json_is_true(json_object_get(answer, "asks"));
    bool lists = json_array_size(json_object_get(answer, "actions")) > 0;
    bool right = json_integer_value(json_object_get(c.row, "label")) == 1;
    confusion_add(&asking, right ? "action" : "none", asks ? "action" : "none");
    confusion_add(&listing, right ? "action" : "none", lists ? "action" : "none");
    if (getenv("MARFACRM_SHOW") && asks != right)
      fprintf(stderr, "%s is %san action: %s\n", cases_text(&c, "id"), right ? "" : "not ", cases_text(&c, "text"));
    json_decref(answer);
  }
  cases_close(&c);
  print_actions("actions-en-parakweet asks", &asking);
  print_actions("actions-en-parakweet lists any", &listing);
}

void score_suites(const mcrm_text *engine) {
  score_numbers(engine);
  score_amounts(engine);
  score_ids(engine);
  score_norm(engine);
  score_sentiment(engine);
  score_actions(engine);
}
