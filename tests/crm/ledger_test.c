/* A try at a provider is booked once, however often its booking is begun. */
#include "../../lib/crm/ledger.h"

#include "fixture.h"

static ai_call two_tries(void) {
  ai_call call = {.arena = f.arena, .error = &f.error, .user_id = f.sara, .trace = "t-1"};
  for (int i = 0; i < 2; i++) {
    ai_record *r = arena_alloc(f.arena, sizeof *r);
    *r = (ai_record){.task = "speech", .provider = "ears", .attempt = i + 1, .cost = 700, .input_tokens = 10};
    call.records.at[call.records.count++] = r;
  }
  return call;
}

static int64_t rows(void) { return fixture_number("SELECT COUNT(*) FROM ai_call"); }

/* The work was committed, the answer to COMMIT was lost: the worker takes it for undone and books the call again. */
START_TEST(a_commit_whose_answer_is_lost_is_not_booked_twice) {
  ai_call call = two_tries(), other = two_tries();
  store_tx tx = fixture_begin(true);
  assert_ok(ledger_write(&tx, &call));
  fixture_commit(&tx);
  assert_ok(ledger_keep(f.store, &call, &f.error));
  ck_assert_int_eq(rows(), 2);
  ck_assert_int_eq(fixture_number("SELECT SUM(cost) FROM ai_call"), 1400);
  assert_ok(ledger_keep(f.store, &other, &f.error)); /* another call that is alike is another call */
  ck_assert_int_eq(rows(), 4);
}
END_TEST

START_TEST(work_that_came_to_nothing_is_booked_all_the_same) {
  ai_call call = two_tries();
  store_tx tx = fixture_begin(true);
  assert_ok(ledger_write(&tx, &call));
  store_rollback(&tx);
  ck_assert_int_eq(rows(), 0);
  assert_ok(ledger_keep(f.store, &call, &f.error));
  ck_assert_int_eq(rows(), 2);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ledger");
  fixture_tests(suite, "ledger", a_commit_whose_answer_is_lost_is_not_booked_twice,
                work_that_came_to_nothing_is_booked_all_the_same);
  return fixture_verdict(suite);
}
