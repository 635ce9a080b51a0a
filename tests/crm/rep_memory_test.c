/* Each allocation fails once in turn, and then all from it on, in everything that is done with reps: what comes of it
 * is an error with nothing half done, or the right result. A host that could not be read for want of memory is not
 * taken for one that is down. */
#include <stdio.h>
#include <string.h>

#include "allocation.h"
#include "host_fixture.h"

typedef struct attempt {
  mcrm_id rep, prospect;
  int64_t rows, talks, changed;
  union {
    mcrm_rep_page page;
    mcrm_rep rep;
    mcrm_account account;
    mcrm_timeline timeline;
  } out;
  size_t expected;
  bool fresh; /* what was shown was live */
} attempt;

static attempt t;

static int64_t rows(void) { return fixture_number("SELECT COUNT(*) FROM rep"); }
static int64_t talks_of(mcrm_id rep) {
  char sql[100];
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM interaction WHERE rep_id = %lld", (long long)rep);
  return fixture_number(sql);
}

/* Results are looked at before their arena goes. */
static int run_read(crm_operation *operation, const model_entity *entity, const void *input,
                    bool (*look)(const attempt *)) {
  arena *kept = f.arena;
  memset(&t.out, 0, sizeof t.out);
  t.out.rep.size = sizeof t.out.rep;
  f.arena = arena_new(0);
  int code = f.arena ? fixture_run("sara", operation, entity, false, input, &t.out) : MCRM_NO_MEMORY;
  t.fresh = !code && look(&t);
  arena_free(f.arena);
  f.arena = kept;
  return code;
}

static bool read_is_right(void *context, int code) {
  (void)context;
  return code ? code == MCRM_NO_MEMORY : t.fresh;
}

/* ---- reading ---- */

static bool page_is_live(const attempt *a) {
  for (size_t i = 0; i < a->out.page.items.count; i++) {
    const mcrm_rep *rep = a->out.page.items.at[i];
    if (rep->as_of != f.now || !rep->health || !rep->balance || !rep->name) return false;
  }
  return a->out.page.items.count == HOST_FIXTURE_REPS;
}

static int list(void *context) {
  (void)context;
  const mcrm_rep_filter in = {.size = sizeof in, .limit = 200};
  return run_read(rep_list, &model_rep_filter, &in, page_is_live);
}

static bool rep_is_found(const attempt *a) {
  return a->out.page.items.count == 1 && a->out.page.items.at[0]->id == a->rep;
}

static int find(void *context) {
  (void)context;
  const mcrm_rep_filter in = {.size = sizeof in, .text = "زرافه"};
  return run_read(rep_list, &model_rep_filter, &in, rep_is_found);
}

static bool account_is_whole(const attempt *a) {
  return a->out.account.invoices.count == a->expected && a->out.account.series.count > 10 &&
         a->out.account.as_of == f.now;
}

static int account(void *context) {
  (void)context;
  const mcrm_ref in = {.size = sizeof in, .id = t.rep};
  return run_read(rep_account, &model_ref, &in, account_is_whole);
}

static bool timeline_is_whole(const attempt *a) { return a->out.timeline.items.count == a->expected; }

static int line(void *context) {
  (void)context;
  const mcrm_timeline_filter in = {.size = sizeof in, .id = t.rep, .limit = 200};
  return run_read(rep_timeline, &model_timeline_filter, &in, timeline_is_whole);
}

/* ---- writing ---- */

static int write_as(const char *who, crm_operation *operation, const model_entity *entity, const void *input) {
  arena *kept = f.arena;
  mcrm_rep out = {.size = sizeof out};
  f.arena = arena_new(0);
  int code = f.arena ? fixture_run(who, operation, entity, true, input, &out) : MCRM_NO_MEMORY;
  arena_free(f.arena);
  f.arena = kept;
  return code;
}

/* The host's rep 4 gets another shop, and there is a new one, 5000, that we forget again each time. */
static void change_host(void *context) {
  (void)context;
  static int place;
  char sql[200];
  arena *kept = f.arena;
  f.arena = arena_new(0);
  if (!place++)
    host_sql(
        "INSERT INTO representatives (id, full_name, admin_username, phone_number) VALUES (5000, 'x', 'x', "
        "'09120005000')");
  sync_host(); /* what an earlier attempt left out */
  fixture_sql("DELETE FROM rep_phone WHERE rep_id = (SELECT id FROM rep WHERE host_key = '5000')");
  fixture_sql("DELETE FROM rep WHERE host_key = '5000'");
  snprintf(sql, sizeof sql, "UPDATE representatives SET store_name = 'فروشگاه %d' WHERE id = 4", place);
  host_sql(sql);
  t.rows = rows();
  arena_free(f.arena);
  f.arena = kept;
}

static int sync_once(crm_call *call, const void *input, void *output) {
  (void)input;
  (void)output;
  return rep_sync(call, &t.changed);
}

static int take_over(void *context) {
  (void)context;
  return write_as(NULL, sync_once, NULL, NULL);
}

static bool sync_is_right(void *context, int code) {
  (void)context;
  if (code) return code == MCRM_NO_MEMORY && rows() == t.rows;
  return t.changed == 2 && rows() == t.rows + 1 && !fixture_number("SELECT COUNT(*) FROM rep WHERE status = 'gone'") &&
         fixture_number("SELECT COUNT(*) FROM rep_phone WHERE rep_id = (SELECT id FROM rep WHERE host_key = '5000')") ==
             1;
}

static void make_prospect(void *context) {
  (void)context;
  const char *const phones[] = {"09121111111"};
  mcrm_prospect in = {.size = sizeof in, .name = "در راه", .phones = {phones, 1}};
  mcrm_rep out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", prospect_create, prospect, &in, &out));
  t.prospect = out.id;
  mcrm_interaction talk = {.size = sizeof talk, .rep_id = out.id, .user_id = f.sara, .type = "call", .state = "final"};
  fixture_insert(&model_interaction, &talk);
  t.talks = talks_of(t.rep);
}

static int link_once(void *context) {
  (void)context;
  const mcrm_linking in = {.size = sizeof in, .id = t.prospect, .host_key = "3"};
  return write_as("supervisor", prospect_link, &model_linking, &in);
}

static bool link_is_right(void *context, int code) {
  (void)context;
  int64_t here = talks_of(t.rep), there = talks_of(t.prospect);
  return code ? code == MCRM_NO_MEMORY && here == t.talks && there == 1 : here == t.talks + 1 && !there;
}

/* ---- the sweeps ---- */

static void sweep(allocation_plan plan) {
  if (plan.prepare) plan.prepare(NULL);
  ck_assert_msg(plan.run(NULL) == MCRM_OK, "%s: %s", plan.name, f.error.detail); /* prepares the statements */
  ck_assert_msg(plan.right(NULL, MCRM_OK), "%s", plan.name);
  for (int sticky = 0; sticky < 2; sticky++) {
    allocation_report report = allocation_sweep(&plan, sticky);
    ck_assert_uint_gt(report.points, 20);
    ck_assert_msg(report.wrong == 0, "%s: %d wrong of %d", plan.name, (int)report.wrong, (int)report.points);
  }
}

START_TEST(reading_survives_want_of_memory) {
  host_sql("UPDATE representatives SET full_name = 'زرافه' WHERE id = 3");
  sync_host();
  t.rep = rep_of("3");
  sweep((allocation_plan){.name = "list", .run = list, .right = read_is_right});
  sweep((allocation_plan){.name = "find", .run = find, .right = read_is_right});
  t.expected = (size_t)host_number("SELECT COUNT(*) FROM invoices WHERE representative_id = 3");
  sweep((allocation_plan){.name = "account", .run = account, .right = read_is_right});
  t.expected += (size_t)host_number("SELECT COUNT(*) FROM payments WHERE representative_id = 3");
  sweep((allocation_plan){.name = "timeline", .run = line, .right = read_is_right});
}
END_TEST

START_TEST(taking_over_survives_want_of_memory) {
  sweep((allocation_plan){
      .name = "sync", .prepare = change_host, .run = take_over, .right = sync_is_right, .first = 1, .step = 19});
}
END_TEST

START_TEST(linking_survives_want_of_memory) {
  t.rep = rep_of("3");
  sweep((allocation_plan){
      .name = "link", .prepare = make_prospect, .run = link_once, .right = link_is_right, .first = 1, .step = 11});
}
END_TEST

int main(void) {
  if (!allocation_watched()) return 0;
  Suite *suite = suite_create("rep_memory");
  TCase *c = tcase_create("rep_memory");
  tcase_add_checked_fixture(c, host_fixture_open, host_fixture_close);
  tcase_set_timeout(c, 200);
  tcase_add_test(c, reading_survives_want_of_memory);
  tcase_add_test(c, taking_over_survives_want_of_memory);
  tcase_add_test(c, linking_survives_want_of_memory);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
