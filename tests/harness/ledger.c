#include "ledger.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

ledger *ledger_new(void) {
  ledger *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (l != MAP_FAILED) return l;
  perror("ledger");
  exit(99);
}

void ledger_free(ledger *l) {
  for (unsigned w = 0; w < LEDGER_WRITERS; w++) ledger_kill(l, w);
  munmap(l, sizeof *l);
}

void ledger_start(ledger *l, unsigned w, void (*work)(void *, ledger *, unsigned), void *context) {
  fflush(NULL);
  pid_t child = fork();
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work(context, l, w);
    _exit(0);
  }
  if (child < 0) {
    perror("ledger");
    exit(99);
  }
  l->writers[w] = child;
}

static bool home(ledger *l, unsigned w, int options) {
  int status = 0;
  pid_t got = waitpid(l->writers[w], &status, options);
  if (!got || (got < 0 && errno == EINTR)) return false;
  l->writers[w] = 0;
  return got > 0 && !status;
}

void ledger_kill(ledger *l, unsigned w) {
  if (!l->writers[w]) return;
  kill(l->writers[w], SIGKILL);
  home(l, w, 0);
}

bool ledger_gone(ledger *l, unsigned w) {
  if (l->writers[w]) home(l, w, WNOHANG);
  return !l->writers[w];
}

bool ledger_finish(ledger *l) {
  bool fine = true;
  atomic_store(&l->over, true);
  for (unsigned w = 0; w < LEDGER_WRITERS; w++) {
    bool came = !l->writers[w];
    for (unsigned i = 0; i < 2000 && l->writers[w]; i++) {
      came = home(l, w, WNOHANG);
      if (!came) usleep(10000);
    }
    if (!came) fprintf(stderr, "writer %u did not come home: %s\n", w, l->words);
    fine &= came;
    ledger_kill(l, w);
  }
  return fine;
}

uint64_t ledger_told(const ledger *l) {
  uint64_t count = 0;
  for (unsigned w = 0; w < LEDGER_WRITERS; w++)
    for (unsigned n = 0; n < LEDGER_SPAN; n++) count += l->told[w][n];
  return count;
}

bool ledger_goes_on(const ledger *l, unsigned ms) {
  uint32_t before[LEDGER_WRITERS];
  for (unsigned w = 0; w < LEDGER_WRITERS; w++) before[w] = atomic_load(&l->next[w]);
  for (unsigned waited = 0;; waited += 5) {
    bool all = true;
    for (unsigned w = 0; w < LEDGER_WRITERS; w++) all &= !l->writers[w] || atomic_load(&l->next[w]) > before[w] + 1;
    if (all || waited > ms) return all;
    usleep(5000);
  }
}
