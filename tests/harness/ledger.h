/* What was acknowledged, kept outside of what is tested: in memory that the writers, processes of their own, share with
 * the test. A writer that is killed leaves in it what it had been told, and its successor goes on with the number that
 * was cut off. */
#ifndef HARNESS_LEDGER_H
#define HARNESS_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { LEDGER_WRITERS = 4, LEDGER_SPAN = 100000 };

typedef struct ledger {
  pid_t writers[LEDGER_WRITERS];
  atomic_bool over;
  _Atomic uint32_t next[LEDGER_WRITERS];  /* the number each writer is at */
  _Atomic uint32_t tries;                 /* again, after a failure */
  _Atomic int refused;                    /* the last failure's code */
  char words[160];                        /* and its words */
  bool told[LEDGER_WRITERS][LEDGER_SPAN]; /* acknowledged */
} ledger;

/* Numbers are writer × LEDGER_SPAN + n. */
ledger *ledger_new(void);
void ledger_free(ledger *l);
/* Starts writer w as a child, which runs work(context, l, w) until l->over. */
void ledger_start(ledger *l, unsigned w, void (*work)(void *context, ledger *l, unsigned w), void *context);
/* kill -9. */
void ledger_kill(ledger *l, unsigned w);
/* Has it ended by itself, or been killed by somebody else? */
bool ledger_gone(ledger *l, unsigned w);
/* Lets all of them finish what they are at; false where one does not come home in 20 s, or died. */
bool ledger_finish(ledger *l);
uint64_t ledger_told(const ledger *l);
/* Every writer gets something acknowledged that it did not have now: within so many ms? */
bool ledger_goes_on(const ledger *l, unsigned ms);

#endif
