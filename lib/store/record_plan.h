/* What is worked out once for each entity: its columns and its SQL. */
#ifndef STORE_RECORD_PLAN_H
#define STORE_RECORD_PLAN_H

#include <store/record.h>

/* What every stored record begins with. */
typedef struct stored_record {
  MCRM_STORED;
} stored_record;

typedef struct record_plan {
  const model_entity *entity;
  const model_field *const *columns; /* the stored fields, in the order of all column lists */
  size_t count;
  size_t id, version;             /* places of these columns */
  uint64_t stored, searchable;    /* present bits */
  uint64_t indexed;               /* bits whose change makes the record be indexed anew */
  const model_field *owner, *rep; /* NULL where it has none */
  const char *select, *load, *insert, *delete;
} record_plan;

/* The plans of the stored ones of model_entities, in its order; immutable once made. */
typedef struct record_plans {
  arena *arena;
  const record_plan *at;
  size_t count;
} record_plans;

int record_plans_make(record_plans *plans, mcrm_error *error);
void record_plans_free(record_plans *plans);

/* The entity's plan. One that is not there is planned in the transaction's arena. NULL: no memory, and
 * the error is set. */
const record_plan *record_plan_of(store_tx *tx, const model_entity *e);

/* The record in the columns of a row from `first` on. */
int record_read(store_rows *rows, const record_plan *plan, size_t first, void **out);

/* The bits of these fields whose values differ, of those in `mask`. */
int record_difference(store_tx *tx, const record_plan *plan, const void *a, const void *b, uint64_t mask,
                      uint64_t *out);

/* A column's value; a text made for it is appended to `json` and stands in the value as an offset until
 * record_values_settle. */
typedef struct record_values {
  store_value at[MODEL_SLOTS + 4];
  uint64_t made; /* values that are offsets into json */
  size_t count;
  buffer json;
} record_values;

void record_values_begin(record_values *v);
void record_values_add(record_values *v, const model_field *f, const void *record, const zone *z);
/* Turns offsets into texts: false where the buffer failed. */
bool record_values_settle(record_values *v);
void record_values_end(record_values *v);

#endif
