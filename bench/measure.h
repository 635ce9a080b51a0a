/* Timing side by side: ours and a peer in turn, so that the machine's moods hit both. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

typedef void measured(void *context, size_t turn);

typedef struct pair_result {
  double ours, peer; /* median microseconds of one turn */
  double ratio;      /* ours / peer, median of the rounds */
} pair_result;

/* What is timed: work that waits for nothing by the thread's processor time, so that other programs do not count; what
 * waits for the disk by the clock on the wall. */
typedef enum measure_clock { MEASURE_CPU, MEASURE_WALL } measure_clock;

/* Ends the benchmark. */
void die(const char *what, const char *detail);
/* Runs `turns` of each in every round, alternating, and keeps medians. */
pair_result measure_pair(measured *ours, measured *peer, void *context, size_t rounds, size_t turns,
                         measure_clock clock);
/* Median microseconds of one call, in processor time. */
double measure_median(measured *what, void *context, size_t calls);
/* Sorts the values. q: .5 the median, 1 the largest. */
double measure_quantile(double *values, size_t count, double q);
/* "what: ours … µs, peer … µs, ratio … (aim …)". at_most: the aim is an upper bound. aim 0:
 * there is none. */
void report(const char *what, pair_result r, double shown, double aim, bool at_most);

#endif
