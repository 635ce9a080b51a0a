/* A disk that refuses: an SQLite VFS over the system's that lets the n-th operation fail, once or from there on. */
#ifndef HARNESS_FLAKY_H
#define HARNESS_FLAKY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum flaky_fault {
  FLAKY_ERROR, /* any operation: an I/O error */
  FLAKY_FULL   /* writes only: no space; half of what was to be written is */
} flaky_fault;

/* Makes it SQLite's default; false where it cannot. One thread. */
bool flaky_start(void);
void flaky_stop(void);
/* From now on; nth 0: nothing fails. */
void flaky_fail(uint64_t nth, flaky_fault fault, bool sticky);
uint64_t flaky_failures(void);

#endif
