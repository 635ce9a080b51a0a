#include <base/clock.h>

#include <time.h>

mcrm_time clock_system(void *context) {
  (void)context;
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (mcrm_time)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_monotonic(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
