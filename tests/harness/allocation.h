/* Failing every allocation once in turn. The program that links this has its own malloc, which every library in it
 * then uses: it counts, lets the n-th allocation fail (or all from the n-th on), and knows how many blocks live. */
#ifndef HARNESS_ALLOCATION_H
#define HARNESS_ALLOCATION_H

#include <stdbool.h>
#include <stdint.h>

/* false in a sanitizer's build, which needs malloc for itself. */
bool allocation_watched(void);
/* From now on the n-th allocation of the calling thread fails, and with `sticky` all after it. 0: none fails. */
void allocation_fail(uint64_t nth, bool sticky);
/* Allocations since allocation_fail; how many of them failed. */
uint64_t allocation_count(void);
uint64_t allocation_failures(void);
/* Blocks not freed yet, of all threads. */
int64_t allocation_live(void);

/* A thing to be done again and again, each time with another allocation failing. */
typedef struct allocation_plan {
  const char *name;
  void *context;
  /* Brings the world to the same beginning; nothing fails. May be NULL. */
  void (*prepare)(void *context);
  /* Does it, with failures; 0 or a code. It must give back all it takes. */
  int (*run)(void *context);
  /* Whether what is there now is right for that code; nothing fails. Says on stderr what is wrong. */
  bool (*right)(void *context, int code);
  bool keeps;           /* what it works in stays open and may keep memory: leaks are looked for when that is closed */
  uint64_t first, step; /* points looked at: first, first + step, …; 0 = 1, 1: all of them */
} allocation_plan;

typedef struct allocation_report {
  uint64_t points, leaks, wrong;
} allocation_report;

/* Until a run meets no failure any more. */
allocation_report allocation_sweep(const allocation_plan *plan, bool sticky);

#endif
