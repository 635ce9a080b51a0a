/* text_score: how well the text engine reads the public suites and our own gold sentences. Prints every share as it is
 * reached, then all of them beside the bars of the design and the floors that must not be lost again. Fails where one
 * is. MARFACRM_SHOW=1 shows what is wrong. An argument names the part to run: suites, gold, dates, or one suite of
 * dates. */
#include "score.h"

#include <stdlib.h>
#include <string.h>

/* bar: what the design asks for; floor: what has been reached and stays reached. A suite that needs not be met whole
 * has no bar. */
static const struct mark {
  const char *name;
  double bar, floor;
} marks[] = {
    {"datespans-fa-parstdex overlap F1", 97, 97},
    {"datespans-fa-parstdex strict F1", 88, 87.9},
    {"dates-fa-chrono firm values", 97, 100},
    {"dates-fa-chrono spans", 0, 97.7},
    {"dates-fa-chrono negatives", 98, 100},
    {"dates-fa-carbon firm values", 97, 100},
    {"dates-fa-carbon spans", 0, 100},
    {"dates-fa-dateparser firm values", 97, 100},
    {"dates-fa-dateparser spans", 0, 96.1},
    {"dates-en-chrono firm values", 85, 92.7},
    {"dates-en-chrono spans", 0, 98.7},
    {"dates-en-chrono negatives", 98, 100},
    {"dates-en-duckling firm values", 75, 89.8},
    {"dates-en-duckling values of holidays", 0, 12.6},
    {"dates-en-duckling spans", 0, 81},
    {"dates-en-duckling negatives", 98, 100},
    {"numbers-fa words to number", 99, 99.1},
    {"numbers-fa extract", 0, 97.8},
    {"amounts-fa firm", 0, 100},
    {"ids-fa found and checked", 0, 100},
    {"norm-fa virastar.cleanup", 0, 88.4},
    {"norm-fa hazm.normalizer.correct_spacing", 0, 100},
    {"norm-fa persian-tools.halfSpace", 0, 66},
    {"sentiment-en-vader 3-class", 65, 66.5},
    {"actions-en-parakweet asks F1", 78, 0},
    {"actions-en-parakweet lists any F1", 78, 0},
    {"actions-en-parakweet asks negatives", 0, 94},
    {"gold dates found", 0, 99},
    {"gold dates right", 0, 99},
    {"gold dates none too many", 0, 99},
    {"gold dates negatives", 98, 99},
    {"gold homographs precision", 85, 93},
    {"gold homographs recall", 0, 88},
    {"gold actions count", 0, 93.9},
    {"gold actions due", 0, 98},
    {"gold urgency", 0, 94},
    {"gold urgency macro-F1", 0, 82},
    {"gold sentiment macro-F1", 0, 77.5},
    {"blind dates right", 0, 97},
    {"blind dates none too many", 0, 94},
    {"blind actions count", 0, 92.9},
    {"blind actions due", 0, 97},
    {"blind urgency", 0, 93.5},
    {"blind sentiment macro-F1", 0, 63},
    {"third dates right", 0, 99},
    {"third sentiment macro-F1", 0, 84},
    {"third urgency", 0, 91.5},
    {"third actions count", 0, 94},
    {"third actions due", 0, 92},
    {"third actions who", 0, 91},
    {"fourth dates right", 0, 89},
    {"fourth actions count", 0, 89},
    {"fourth urgency", 0, 90},
    {"fourth sentiment macro-F1", 0, 70},
};

json_t *score_ask(const mcrm_text *engine, const char *what, const char *text, mcrm_time now, const char *language) {
  mcrm_error error = {0};
  char *printed = NULL;
  if (mcrm_text_json(engine, what, text, strlen(text), now, language, &printed, &error) != MCRM_OK) {
    fprintf(stderr, "%s refused [%s]: %s\n", what, text, error.message);
    exit(2);
  }
  json_error_t wrong;
  json_t *answer = json_loads(printed, 0, &wrong);
  if (!answer) {
    fprintf(stderr, "%s of [%s] is no JSON: %s: %s\n", what, text, wrong.text, printed);
    exit(2);
  }
  mcrm_free(printed);
  return answer;
}

static int class_of(const confusion *c, const char *name) {
  for (int i = 0; i < SCORE_CLASSES; i++)
    if (c->names[i] && !strcmp(c->names[i], name)) return i;
  return -1;
}

void confusion_add(confusion *c, const char *right, const char *said) {
  int r = class_of(c, right), s = class_of(c, said);
  if (r < 0 || s < 0) {
    fprintf(stderr, "there is no class %s or %s\n", right, said);
    exit(2);
  }
  c->count[r][s]++;
}

double confusion_f1(const confusion *c, int class) {
  int said = 0, right = 0, both = c->count[class][class];
  for (int i = 0; i < SCORE_CLASSES; i++) {
    said += c->count[i][class];
    right += c->count[class][i];
  }
  return said + right ? 200.0 * both / (said + right) : 100;
}

double confusion_macro_f1(const confusion *c, const char *name) {
  double sum = 0;
  int classes = 0, all = 0, hit = 0;
  for (int i = 0; i < SCORE_CLASSES; i++) {
    int rows = 0;
    for (int k = 0; k < SCORE_CLASSES; k++) rows += c->count[i][k];
    if (!rows) continue;
    classes++;
    all += rows;
    hit += c->count[i][i];
    sum += confusion_f1(c, i);
    printf("    %-10s F1 %5.1f   said:", c->names[i], confusion_f1(c, i));
    for (int k = 0; k < SCORE_CLASSES && c->names[k]; k++) printf(" %s %d", c->names[k], c->count[i][k]);
    printf("\n");
  }
  double mean = classes ? sum / classes : 100;
  printf("%-42s F1 %5.1f   (accuracy %d of %d)\n", name, mean, hit, all);
  score_record(name, mean);
  return mean;
}

/* All that was recorded beside bar and floor; the number of floors that were lost. */
static int summary(void) {
  int lost = 0;
  printf("\n%-42s %7s %7s %7s\n", "what", "share", "bar", "floor");
  for (size_t i = 0; i < score_count(); i++) {
    double share, bar = 0, floor = 0;
    const char *name = score_recorded(i, &share);
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
      if (!strcmp(marks[k].name, name)) {
        bar = marks[k].bar;
        floor = marks[k].floor;
      }
    bool fell = share < floor - 0.05;
    lost += fell;
    char asked[16] = "", kept[16] = "";
    if (bar > 0) snprintf(asked, sizeof asked, "%.1f", bar);
    if (floor > 0) snprintf(kept, sizeof kept, "%.1f", floor);
    const char *verdict = bar <= 0 ? "" : share >= bar - 0.05 ? "met" : "below the bar";
    printf("%-42s %7.1f %7s %7s  %s%s\n", name, share, asked, kept, verdict, fell ? "  LOST what was reached" : "");
  }
  return lost;
}

int main(int argc, char **argv) {
  const char *part = argc > 1 ? argv[1] : "";
  mcrm_text *engine = NULL;
  mcrm_error error = {0};
  if (mcrm_text_open(NULL, &engine, &error) != MCRM_OK) {
    fprintf(stderr, "the engine does not open: %s\n", error.message);
    return 2;
  }
  bool suites = !strcmp(part, "suites"), gold = !strcmp(part, "gold");
  if (!suites && !gold) when_score(strcmp(part, "dates") != 0 ? part : "");
  if (!*part || suites) score_suites(engine);
  if (!*part || gold) score_gold(engine);
  mcrm_text_close(engine);
  return summary() ? 1 : 0;
}
