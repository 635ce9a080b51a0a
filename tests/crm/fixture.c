#include "fixture.h"

#include <base/civil.h>
#include <base/error.h>
#include <marfacrm/access.h>
#include <marfacrm/rep.h>
#include <model/validate.h>
#include <string.h>

#include "backend.h"
#include "folder.h"

fixture f;

static mcrm_time present(void *context) { return ((const fixture *)context)->now; }

static mcrm_id person(const char *username, const char *name, const char *role, const char *team) {
  mcrm_user user = {.size = sizeof user,
                    .username = username,
                    .name = name,
                    .role = role,
                    .team = team,
                    .language = "fa",
                    .active = 1};
  return fixture_insert(&model_user, &user);
}

void fixture_open(void) {
  static const char *const types[] = {"call", "telegram", "email", "meeting"};
  memset(&f, 0, sizeof f);
  folder_make(f.folder);
  unsigned char key[STORE_KEY_SIZE];
  memset(key, 7, sizeof key);
  f.zone = zone_load("Asia/Tehran", &f.error);
  ck_assert_ptr_nonnull(f.zone);
  f.arena = arena_new(0);
  const store_options options = {
      .url = backend_url(f.folder, "crm.db"), .create = true, .clock = {present, &f}, .zone = f.zone, .key = key};
  fixture_now("2026-11-23 10:00");
  assert_ok(store_open(&options, &f.error, &f.store));
  assert_ok(store_migrate(f.store, &f.error, NULL));
  assert_ok(access_policy_new(&f.policy));
  f.crm = (crm){.interaction_types = {types, 4}};
  f.admin = person("admin", "مدیر", "admin", NULL);
  f.supervisor = person("supervisor", "مینا", "supervisor", "north");
  f.sara = person("sara", "سارا", "agent", "north");
  f.reza = person("reza", "رضا", "agent", "north");
  f.omid = person("omid", "امید", "agent", "south");
}

void fixture_close(void) {
  store_close(f.store);
  access_policy_free(f.policy);
  zone_free(f.zone);
  arena_free(f.arena);
  folder_remove(f.folder);
}

mcrm_time fixture_at(const char *text) {
  mcrm_time out = 0;
  ck_assert_msg(civil_parse(text, strlen(text), f.zone, &out), "%s", text);
  return out;
}

void fixture_now(const char *text) { f.now = fixture_at(text); }

/* ---- operations ---- */

static int actor_of(store_tx *tx, const char *who, access_actor *out) {
  if (who) return access_actor_load(tx, f.policy, who, "local", out);
  *out = (access_actor){
      .username = "system", .name = "system", .role = "admin", .language = "fa", .gate = "local", .policy = f.policy};
  return MCRM_OK;
}

/* An input that names a stored record changes it; every other one makes something. */
static model_use use_of(const model_entity *e, const void *record) {
  const model_field *id = e->table ? model_field_find(e, "id", 2) : NULL;
  return id && model_has(record, id) ? MODEL_UPDATE : MODEL_CREATE;
}

int fixture_run(const char *who, crm_operation *operation, const model_entity *entity, bool changes, const void *input,
                void *output) {
  error_clear(&f.error);
  store_origin origin = {.gate = "local", .operation = "test"};
  store_tx tx;
  access_actor actor;
  void *adopted = NULL;
  int code = entity ? model_adopt(f.arena, entity, input, &f.error, &adopted) : MCRM_OK;
  if (!code && entity) code = model_validate(entity, adopted, use_of(entity, adopted), &f.error);
  if (!code) code = store_begin(f.store, f.arena, &f.error, changes, 0, &origin, &tx);
  if (code) return code;
  code = actor_of(&tx, who, &actor);
  tx.origin.user_id = code ? 0 : actor.user_id;
  crm_call call = {.tx = &tx, .actor = &actor, .crm = &f.crm};
  if (!code) code = operation(&call, adopted, output);
  if (!code && changes) return store_commit(&tx);
  store_rollback(&tx);
  return code;
}

/* ---- by hand ---- */

store_tx fixture_begin(bool changes) {
  static const store_origin origin = {.gate = "local", .operation = "test"};
  store_tx tx;
  error_clear(&f.error);
  assert_ok(store_begin(f.store, f.arena, &f.error, changes, 0, &origin, &tx));
  return tx;
}

void fixture_commit(store_tx *tx) { assert_ok(store_commit(tx)); }

mcrm_id fixture_insert(const model_entity *e, void *record) {
  store_tx tx = fixture_begin(true);
  assert_ok(store_insert(&tx, e, record));
  fixture_commit(&tx);
  const model_field *id = model_field_find(e, "id", 2);
  return model_number(record, id);
}

mcrm_id fixture_rep(const char *name, int64_t debt, mcrm_time last_contact_at) {
  static const char *const phones[] = {"+989123456789"};
  static int keys;
  char key[24];
  snprintf(key, sizeof key, "host-%d", ++keys);
  mcrm_balance balance = {
      .size = sizeof balance, .present = 3, .state = debt > 0 ? "debtor" : "settled", .amount = debt > 0 ? debt : 0};
  mcrm_rep rep = {.size = sizeof rep,
                  .kind = "rep",
                  .host_key = key,
                  .name = name,
                  .phones = {phones, 1},
                  .status = "active",
                  .balance = &balance,
                  .debt = debt,
                  .sort_key = name,
                  .last_contact_at = last_contact_at,
                  .as_of = f.now};
  return fixture_insert(&model_rep, &rep);
}

int64_t fixture_number(const char *sql) {
  store_tx tx = fixture_begin(false);
  int64_t number = 0;
  assert_ok(store_number_with(&tx, &number, 0, sql, NULL, 0));
  store_rollback(&tx);
  return number;
}

const char *fixture_text(const char *sql) {
  store_tx tx = fixture_begin(false);
  store_rows rows;
  const char *text = NULL;
  assert_ok(store_query_with(&tx, &rows, sql, NULL, 0));
  if (store_next(&rows)) text = store_get_text(&rows, 0);
  assert_ok(store_end(&rows));
  store_rollback(&tx);
  return text;
}

void fixture_sql(const char *sql) {
  store_tx tx = fixture_begin(true);
  assert_ok(store_run_with(&tx, sql, NULL, 0));
  fixture_commit(&tx);
}

/* ---- suites ---- */

void fixture_add(Suite *suite, const char *name, const TTest *const *tests) {
  TCase *c = tcase_create(name);
  tcase_add_checked_fixture(c, fixture_open, fixture_close);
  tcase_set_timeout(c, 200); /* the clock on the wall, on a busy machine */
  for (; *tests; tests++) tcase_add_test(c, *tests);
  suite_add_tcase(suite, c);
}

int fixture_verdict(Suite *suite) {
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
