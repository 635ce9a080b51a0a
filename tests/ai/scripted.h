/* Providers that answer from a script, with a clock in the test's hand. */
#ifndef TESTS_AI_SCRIPTED_H
#define TESTS_AI_SCRIPTED_H

#include <ai/task.h>
#include <provider/provider.h>

enum { STEPS = 64, SCRIPTED = 4 };

/* One answer of a provider. */
typedef struct step {
  mcrm_outcome outcome;
  int64_t retry_after_ms; /* 0 = not said */
  int64_t takes_ms;       /* of the test's clock */
  const char *text;       /* of a chat or speech reply; NULL = `good_reply` */
  const char *finish;     /* NULL = stop */
  int64_t cost;           /* ticks; 0 = not said */
} step;

typedef struct scripted {
  const char *name;
  bool local, no_schema;
  bool broken;       /* cannot be started */
  int started;       /* how often that was tried */
  step steps[STEPS]; /* in turn; the last one again and again */
  size_t count;
  size_t asked;                  /* calls that came */
  char *last_system, *last_user; /* of the last chat request */
  char *last_schema;
  size_t messages;
} scripted;

extern scripted providers[SCRIPTED];
extern const char good_reply[];

/* Forgets everything: the clock stands at 2026-11-22 09:00 Tehran. */
void scripted_reset(void);
void scripted_step(int which, step s);
void scripted_free(void);

/* Options with the first `count` providers as chat and speech, in order. */
ai_options scripted_options(int count);
ai *scripted_open(const ai_options *options);
/* A call of the test's, with an arena that scripted_free frees. */
ai_call scripted_call(ai *a);

extern mcrm_error scripted_error;
int64_t scripted_clock(void); /* ns */
void scripted_pass(int64_t ms);
int64_t scripted_slept_ms(void);

#endif
