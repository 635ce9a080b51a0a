/* Stands before the PostgreSQL driver and writes down what is sent through it, so that the same statements with the
 * same values can be sent by bare libpq. Linked with --wrap=store_driver_for. One thread. */
#ifndef BENCH_RECORDER_H
#define BENCH_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <store/driver.h>

typedef enum recorded_kind {
  RECORDED_BEGIN,
  RECORDED_STATEMENT,
  RECORDED_WAIT,
  RECORDED_COMMIT,
  RECORDED_ROLLBACK
} recorded_kind;

/* One step. WAIT: here the answers to all that was sent were waited for. */
typedef struct recorded {
  recorded_kind kind;
  bool write;
  char *sql;
  store_value *values;
  size_t count;
} recorded;

typedef struct recording {
  recorded *at;
  size_t count, capacity;
} recording;

/* NULL: nothing is written down any more. */
void record_into(recording *to);
void recording_free(recording *r);

#endif
