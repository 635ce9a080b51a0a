#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void die(const char *what, const char *detail) {
  fprintf(stderr, "bench: %s: %s\n", what, detail ? detail : "");
  exit(1);
}

static double now_us(measure_clock clock) {
  struct timespec t;
  clock_gettime(clock == MEASURE_CPU ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, by_size);
  return values[count / 2];
}

double measure_quantile(double *values, size_t count, double q) {
  qsort(values, count, sizeof *values, by_size);
  return values[(size_t)((double)(count - 1) * q)];
}

static double run(measured *what, void *context, size_t *turn, size_t turns, measure_clock clock) {
  double start = now_us(clock);
  for (size_t i = 0; i < turns; i++) what(context, (*turn)++);
  return (now_us(clock) - start) / (double)turns;
}

pair_result measure_pair(measured *ours, measured *peer, void *context, size_t rounds, size_t turns,
                         measure_clock clock) {
  double *a = calloc(rounds * 3, sizeof *a), *b = a + rounds, *r = b + rounds;
  size_t turn_a = 0, turn_b = 0;
  if (!a) exit(1);
  for (size_t i = 0; i < rounds; i++) {
    a[i] = run(ours, context, &turn_a, turns, clock);
    b[i] = run(peer, context, &turn_b, turns, clock);
    r[i] = a[i] / b[i];
  }
  pair_result result = {.ratio = median(r, rounds), .ours = median(a, rounds), .peer = median(b, rounds)};
  free(a);
  return result;
}

double measure_median(measured *what, void *context, size_t calls) {
  double *a = calloc(calls, sizeof *a);
  size_t turn = 0;
  if (!a) exit(1);
  for (size_t i = 0; i < calls; i++) a[i] = run(what, context, &turn, 1, MEASURE_CPU);
  double result = median(a, calls);
  free(a);
  return result;
}

void report(const char *what, pair_result r, double shown, double aim, bool at_most) {
  bool good = at_most ? shown <= aim : shown >= aim;
  printf("%-46s ours %9.2f us  peer %9.2f us  ratio %6.2f", what, r.ours, r.peer, shown);
  if (aim > 0) printf("  (aim %s %.2f) %s", at_most ? "<=" : ">=", aim, good ? "ok" : "MISSED");
  puts("");
  fflush(stdout);
}
