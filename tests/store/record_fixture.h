/* A database of its own for each test, on the backend that the suite is run for, and two
 * records with a field of every kind. */
#ifndef TESTS_STORE_RECORD_FIXTURE_H
#define TESTS_STORE_RECORD_FIXTURE_H

#include <check.h>
#include <model/entity.h>
#include <store/journal.h>
#include <store/record.h>
#include <store/search.h>
#include <store/store.h>
#include <string.h>

typedef struct fixture {
  char folder[64], url[400];
  store *store;
  zone *zone;
  arena *arena;
  mcrm_error error;
  const store_driver *driver;
  unsigned char key[STORE_KEY_SIZE];
  mcrm_time now; /* what the store takes for the present */
} fixture;

extern fixture f;

/* Opens an empty, migrated database with the tables of the two entities below. */
void fixture_open(void);
void fixture_close(void);
/* The same database by another store; driver NULL: the backend's own. */
store *fixture_store(const store_driver *driver);

/* Transactions that are expected to work. */
store_tx begin_write(void);
store_tx begin_read(void);
void commit(store_tx *tx);
/* Runs one statement in a transaction of its own. */
void run_sql(const char *sql);
int64_t number_of(const char *sql);

/* ---- the records ---- */

typedef struct mcrm_part {
  MCRM_RECORD;
  const char *label;
  int64_t weight;
  mcrm_time at;
} mcrm_part;
MCRM_LIST(mcrm_part);

typedef struct mcrm_gadget {
  MCRM_STORED;
  mcrm_id rep_id;
  mcrm_id owner_id;
  const char *title;
  const char *notes;
  mcrm_time due_at;
  int64_t count;
  int64_t price;
  int64_t done;
  double ratio;
  const char *extra;
  mcrm_texts tags;
  const mcrm_part *part;
  mcrm_part_array parts;
  mcrm_part_array by_label;
  int64_t derived;
  const char *secret;
  int64_t sensitive;
} mcrm_gadget;
MCRM_LIST(mcrm_gadget);

/* Nobody's, and not searchable. */
typedef struct mcrm_gauge {
  MCRM_STORED;
  int64_t reading;
} mcrm_gauge;

extern const model_entity model_part, model_gadget, model_gauge;

/* A gadget with something in every field. */
mcrm_gadget full_gadget(void);
/* Stores a gadget with a title and the default rest. */
mcrm_gadget stored_gadget(store_tx *tx, const char *title);
const mcrm_gadget *loaded_gadget(store_tx *tx, mcrm_id id);

#endif
