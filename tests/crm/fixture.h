/* A CRM of its own for each test: an empty database, five people, a clock in the test's hand, and operations run
 * as the dispatcher runs them: input adopted and validated, one transaction each, undone on failure.
 *   admin      sees everything
 *   supervisor, sara, reza   of team "north"; sara and reza are agents
 *   omid       an agent of team "south" */
#ifndef TESTS_CRM_FIXTURE_H
#define TESTS_CRM_FIXTURE_H

#include <base/civil.h>
#include <base/error.h>
#include <check.h>
#include <crm/call.h>
#include <model/entities.h>
#include <store/store.h>

typedef struct fixture {
  char folder[64];
  store *store;
  zone *zone;
  access_policy *policy;
  crm crm;
  arena *arena;     /* results live here until the test ends */
  mcrm_error error; /* of the last call */
  mcrm_time now;    /* what the store takes for the present: Monday 2026-11-23 10:00 in Tehran (2 Azar 1405) */
  mcrm_id admin, supervisor, sara, reza, omid;
} fixture;

extern fixture f;

void fixture_open(void);
void fixture_close(void);

/* A moment of wall clock in Tehran: fixture_at("2026-11-24 09:00"). */
mcrm_time fixture_at(const char *text);
/* Sets the clock to it. */
void fixture_now(const char *text);

/* Runs an operation as somebody ("sara"; NULL = the system) and returns its code; f.error says more. entity: of the
 * input, NULL where there is none. `changes` = a write operation. */
int fixture_run(const char *who, crm_operation *operation, const model_entity *entity, bool changes, const void *input,
                void *output);
#define READ_AS(who, operation, entity, input, output) \
  fixture_run(who, operation, &model_##entity, false, input, output)
#define WRITE_AS(who, operation, entity, input, output) \
  fixture_run(who, operation, &model_##entity, true, input, output)

#define assert_ok(call)                                                                            \
  do {                                                                                             \
    int code_ = (call);                                                                            \
    ck_assert_msg(code_ == MCRM_OK, "%s: %d %s: %s", #call, code_, f.error.field, f.error.detail); \
  } while (0)

/* The second: the field that the error must name. */
#define assert_refused(expected, named, call)                                                                \
  do {                                                                                                       \
    int code_ = (call);                                                                                      \
    ck_assert_msg(code_ == (expected), "%s: %d, not %d: %s", #call, code_, (int)(expected), f.error.detail); \
    ck_assert_str_eq(f.error.field, named);                                                                  \
  } while (0)

/* Transactions of the system, for what a test sets up or looks at directly. */
store_tx fixture_begin(bool changes);
void fixture_commit(store_tx *tx);
/* Stores a record and returns its id. */
mcrm_id fixture_insert(const model_entity *e, void *record);
/* A rep of the host with this name, who owes `debt` and was last spoken to at `last_contact_at` (0 = never). */
mcrm_id fixture_rep(const char *name, int64_t debt, mcrm_time last_contact_at);
/* First column of the first row. */
int64_t fixture_number(const char *sql);
const char *fixture_text(const char *sql);
void fixture_sql(const char *sql);

/* Adds tests, each with a CRM of its own, and runs the suite: the code for main. */
#define fixture_tests(suite, name, ...) fixture_add(suite, name, (const TTest *const[]){__VA_ARGS__, NULL})
void fixture_add(Suite *suite, const char *name, const TTest *const *tests);
int fixture_verdict(Suite *suite);

#endif
