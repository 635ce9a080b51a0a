/* Where the time comes from: the system, or a test's own hand. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <marfacrm/types.h>

typedef struct mcrm_clock {
  mcrm_time (*now)(void *context);
  void *context;
} mcrm_clock;

/* CLOCK_REALTIME in milliseconds. */
mcrm_time clock_system(void *context);
/* Nanoseconds that never go back, for durations and deadlines. */
int64_t clock_monotonic(void);

#endif
