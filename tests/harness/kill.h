/* kill -9 under load: processes that write and acknowledge each thing written are killed at a random moment; then
 * everything acknowledged must be there. The ledger of what was acknowledged is kept in the parent, outside of what
 * is tested.
 *
 * The parent must not hold the tested thing open while kill_run runs: it forks. */
#ifndef HARNESS_KILL_H
#define HARNESS_KILL_H

#include <stddef.h>
#include <stdint.h>

enum { KILL_SPAN = 1000000 }; /* numbers a writer may use in a round, from `first` up */

typedef struct kill_plan {
  unsigned rounds, writers; /* writers: processes at once */
  uint64_t seed;
  unsigned most_ms; /* the longest a round may live after its first acknowledgement */
  void *context;
  /* In the child: writes number first, first + 1, … and after each kill_acknowledge; until it is killed. Returns
   * only when something failed. */
  void (*write)(void *context, uint64_t first, int ledger);
  /* In the parent after a round: how many of the acknowledged numbers are lost, or -1 where something else is
   * wrong (and has been said on stderr). */
  int64_t (*lost)(void *context, const uint64_t *acknowledged, size_t count);
} kill_plan;

typedef struct kill_report {
  unsigned rounds;
  uint64_t acknowledged, lost;
  unsigned wrong; /* rounds in which a writer failed, or the check found something else than a loss */
} kill_report;

void kill_acknowledge(int ledger, uint64_t number);
kill_report kill_run(const kill_plan *plan);

#endif
