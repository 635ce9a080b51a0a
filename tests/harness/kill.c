#include "kill.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "torture.h"

enum { MOST_WRITERS = 8, MOST_ACKNOWLEDGED = 100000, PATIENCE_MS = 20000 };

typedef struct round_state {
  const kill_plan *plan;
  pid_t writers[MOST_WRITERS];
  int ledger; /* reading end */
  uint64_t *acknowledged;
  size_t count;
} round_state;

void kill_acknowledge(int ledger, uint64_t number) {
  if (write(ledger, &number, sizeof number) != sizeof number) _exit(3); /* atomic: shorter than PIPE_BUF */
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void start_writers(round_state *r, unsigned round, int ends[2]) {
  for (unsigned w = 0; w < r->plan->writers; w++) {
    r->writers[w] = fork();
    if (r->writers[w]) continue;
    close(ends[0]);
    r->plan->write(r->plan->context, (uint64_t)(round * r->plan->writers + w + 1) * KILL_SPAN, ends[1]);
    _exit(2);
  }
  close(ends[1]);
}

/* Takes what has been acknowledged; false at the end. */
static int read_ledger(round_state *r) {
  uint64_t numbers[512];
  ssize_t got = read(r->ledger, numbers, sizeof numbers);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? 1 : 0;
  for (size_t i = 0; i < (size_t)got / sizeof *numbers && r->count < MOST_ACKNOWLEDGED; i++)
    r->acknowledged[r->count++] = numbers[i];
  return got > 0;
}

/* Reads until `ms` after the first acknowledgement; false where the writers ended by themselves. */
static int listen_for(round_state *r, double ms) {
  double until = now_ms() + PATIENCE_MS;
  while (now_ms() < until) {
    struct pollfd p = {.fd = r->ledger, .events = POLLIN};
    double left = until - now_ms();
    struct timespec t = {.tv_sec = (time_t)(left / 1e3),
                         .tv_nsec = (long)((left - 1e3 * (double)(time_t)(left / 1e3)) * 1e6)};
    if (left <= 0 || ppoll(&p, 1, &t, NULL) <= 0) continue;
    int first = !r->count;
    if (!read_ledger(r)) return 0;
    if (first && r->count) until = now_ms() + ms;
  }
  return r->count > 0;
}

/* Kills what still lives. False where a writer had ended by itself. */
static int end_writers(round_state *r) {
  int fine = 1;
  for (unsigned w = 0; w < r->plan->writers; w++) kill(r->writers[w], SIGKILL);
  for (unsigned w = 0; w < r->plan->writers; w++) {
    int status = 0;
    while (waitpid(r->writers[w], &status, 0) < 0 && errno == EINTR) continue;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
      fprintf(stderr, "kill: a writer ended by itself with status %x\n", (unsigned)status);
      fine = 0;
    }
  }
  while (read_ledger(r)) continue; /* what was acknowledged before the kill */
  close(r->ledger);
  return fine;
}

kill_report kill_run(const kill_plan *plan) {
  kill_report report = {0};
  uint64_t random = plan->seed;
  round_state r = {.plan = plan, .acknowledged = malloc(MOST_ACKNOWLEDGED * sizeof(uint64_t))};
  if (!r.acknowledged || !plan->writers || plan->writers > MOST_WRITERS) {
    report.wrong++;
    free(r.acknowledged);
    return report;
  }
  for (unsigned round = 0; round < plan->rounds; round++) {
    int ends[2];
    r.count = 0;
    if (pipe2(ends, O_CLOEXEC)) {
      report.wrong++;
      break;
    }
    r.ledger = ends[0];
    fflush(NULL);
    start_writers(&r, round, ends);
    double ms = (double)(torture_random(&random) % 1000000) / 1e6 * plan->most_ms;
    int fine = listen_for(&r, ms);
    fine &= end_writers(&r);
    int64_t lost = plan->lost(plan->context, r.acknowledged, r.count);
    if (!fine || lost < 0) report.wrong++;
    if (lost > 0) report.lost += (uint64_t)lost;
    report.acknowledged += r.count;
    report.rounds++;
  }
  free(r.acknowledged);
  return report;
}
