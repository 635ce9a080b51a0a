/* marfacrm-demo FILE|--postgresql [--reps N] [--seed N] [--generation 1|2] [--now SECONDS] */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "demo.h"

static const char usage[] =
    "usage: marfacrm-demo FILE|--postgresql [--reps N] [--seed N] [--generation 1|2] [--now SECONDS]\n"
    "--postgresql prints SQL for psql instead of writing an SQLite file.\n";

static bool number(const char *text, uint64_t most, uint64_t *out) {
  char *end;
  errno = 0;
  if (!text || text[0] < '0' || text[0] > '9') return false;
  *out = strtoull(text, &end, 10);
  return !*end && !errno && *out <= most;
}

int main(int count, char **words) {
  demo_options options = {.reps = DEMO_REPS, .seed = 1405, .generation = 1, .now = (int64_t)time(NULL)};
  const char *file = NULL;
  bool print = false;
  for (int i = 1; i < count; i++) {
    const char *word = words[i];
    uint64_t value = 0;
    if (!file && (word[0] != '-' || !strcmp(word, "--postgresql"))) {
      print = word[0] == '-';
      file = word;
      continue;
    }
    bool good = number(i + 1 < count ? words[++i] : NULL, INT64_MAX, &value);
    if (good && !strcmp(word, "--reps") && value && value <= DEMO_REPS_MOST)
      options.reps = (unsigned)value;
    else if (good && !strcmp(word, "--seed"))
      options.seed = value;
    else if (good && !strcmp(word, "--generation") && value >= 1 && value <= 2)
      options.generation = (int)value;
    else if (good && !strcmp(word, "--now") && value < 253402300800)
      options.now = (int64_t)value;
    else
      file = NULL, i = count;
  }
  if (!file) {
    fputs(usage, stderr);
    return 2;
  }
  char error[300] = "";
  if (print && !demo_print_postgresql(&options, stdout, error, sizeof error)) return 0;
  if (!print && !demo_write(file, &options, error, sizeof error)) return 0;
  fprintf(stderr, "marfacrm-demo: %s\n", error);
  return 1;
}
