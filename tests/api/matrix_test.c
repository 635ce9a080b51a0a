/* Every operation × every role × whose record it is. The expectations below are written by hand, not read from the
 * library's own table; an operation that is missing here fails the test. A refused cell must leave every table but
 * the journal's as it was, and somebody else's record must look exactly like one that does not exist. */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/store.h>
#include <string.h>

#include "backend.h"
#include "people.h"

enum { ACTORS = 4, TARGETS = 4 };

/* Who acts; mina's team is sara's and reza's, the admin came in by the admin's gate, and once by the CRT's. */
static const char *const actors[ACTORS] = {"agent", "supervisor", "admin", "admin at the CRT's gate"};
/* Whose record: one's own, a team mate's, another team's, nobody's (absent). */
static const char *const targets[TARGETS] = {"own", "team", "other", "absent"};

/* y it is done · d denied · n not found · - does not apply. One word an actor, one letter a target. */
typedef struct row {
  const char *operation;
  const char *entity; /* of the record that %s stands for; NULL: none, only the first letter counts */
  const char *input;
  const char *expect[ACTORS];
} row;

#define READ_TEAM \
  { "yynn", "yynn", "yyyn", "yynn" }
#define CHANGE \
  { "ydnn", "yynn", "yyyn", "yynn" }
#define EVERYBODY \
  { "y", "y", "y", "y" }
#define ADMIN_ONLY \
  { "d", "d", "y", "d" }
#define ANY_REP \
  { "y--n", "y--n", "y--n", "y--n" }

static const row rows[] = {
    {"session.me", NULL, NULL, EVERYBODY},
    {"rep.list", NULL, "{}", EVERYBODY},
    {"rep.get", "rep", "{\"id\":\"%s\"}", ANY_REP},
    {"rep.timeline", "rep", "{\"id\":\"%s\"}", ANY_REP},
    {"rep.account", "rep", "{\"id\":\"%s\"}", ANY_REP},
    {"rep.profile.update", "rep", "{\"id\":\"%s\",\"notes\":\"x\"}", ANY_REP},
    {"rep.contact", "rep", "{\"id\":\"%s\",\"channel\":\"call\"}", ANY_REP},
    {"prospect.create", NULL, "{\"name\":\"تازه\"}", EVERYBODY},
    {"prospect.update", "rep", "{\"id\":\"%s\",\"shop\":\"x\"}", ANY_REP},
    /* who may is told that there is no such rep in the host; who may not, that they may not */
    {"prospect.link", "rep", "{\"id\":\"%s\",\"host_key\":\"1\"}", {"d--d", "n--n", "n--n", "n--n"}},
    {"interaction.log", "rep", "{\"rep_id\":\"%s\",\"type\":\"call\"}", ANY_REP},
    {"interaction.update", "interaction", "{\"id\":\"%s\",\"subject\":\"x\"}", CHANGE},
    {"interaction.get", "interaction", "{\"id\":\"%s\"}", READ_TEAM},
    {"interaction.list", NULL, "{}", EVERYBODY},
    {"interaction.history", "interaction", "{\"id\":\"%s\"}", READ_TEAM},
    {"task.create", NULL, "{\"title\":\"x\"}", EVERYBODY},
    {"task.update", "task", "{\"id\":\"%s\",\"title\":\"y\"}", CHANGE},
    {"task.get", "task", "{\"id\":\"%s\"}", READ_TEAM},
    {"task.list", NULL, "{}", EVERYBODY},
    {"task.snooze", "task", "{\"id\":\"%s\",\"until\":\"2026-12-01T09:00:00+03:30\"}", CHANGE},
    {"task.reassign", "task", "{\"id\":\"%s\",\"assignee_id\":\"$ME\"}", CHANGE},
    {"task.bulk", "task", "{\"ids\":[\"%s\"],\"action\":\"priority\",\"priority\":\"high\"}", CHANGE},
    {"task.complete", "task", "{\"id\":\"%s\"}", CHANGE},
    {"note.analyse", "interaction", "{\"text\":\"فردا زنگ می‌زنم\",\"interaction_id\":\"%s\"}", CHANGE},
    {"text.when", NULL, "{\"text\":\"فردا ساعت ۱۰\"}", EVERYBODY},
    {"suggestion.list", NULL, "{}", EVERYBODY},
    {"suggestion.decide", "suggestion", "{\"id\":\"%s\",\"decision\":\"reject\"}", CHANGE},
    {"voice_note.upload", "interaction", "{\"interaction_id\":\"%s\",\"file\":{\"path\":\"$AUDIO\"}}", CHANGE},
    {"voice_note.get", "voice_note", "{\"id\":\"%s\"}", READ_TEAM},
    {"voice_note.list", NULL, "{}", EVERYBODY},
    {"voice_note.audio", "voice_note", "{\"id\":\"%s\"}", CHANGE},
    {"voice_note.review", "voice_note", "{\"id\":\"%s\",\"transcript\":\"فردا زنگ می‌زنم\"}", CHANGE},
    {"voice_note.retry", "voice_note", "{\"id\":\"%s\"}", CHANGE},
    {"voice_note.delete", "voice_note", "{\"id\":\"%s\"}", CHANGE},
    {"checklist.list", NULL, "{}", EVERYBODY},
    {"checklist.get", "checklist", "{\"id\":\"%s\"}", ANY_REP},
    {"checklist.create", NULL, "{\"name\":\"x\"}", {"d", "y", "y", "y"}},
    {"checklist.update", "checklist", "{\"id\":\"%s\",\"name\":\"y\"}", {"d--d", "y--n", "y--n", "y--n"}},
    {"checklist.delete", "checklist", "{\"id\":\"%s\"}", {"d--d", "y--n", "y--n", "y--n"}},
    {"record.archive", "interaction", "{\"entity\":\"interaction\",\"id\":\"%s\"}", CHANGE},
    {"record.restore", "interaction", "{\"entity\":\"interaction\",\"id\":\"%s\"}", CHANGE},
    {"record.undo", "interaction", "{\"entity\":\"interaction\",\"id\":\"%s\"}", CHANGE},
    {"notification.list", NULL, "{}", EVERYBODY},
    {"notification.read", "notification", "{\"ids\":[\"%s\"]}", {"ynnn", "ynnn", "ynnn", "ynnn"}},
    {"worklog.get", "user", "{\"user_id\":\"%s\"}", {"ynnn", "yynn", "yyyn", "yynn"}},
    {"kpi.get", "user", "{\"user_id\":\"%s\"}", {"ynnn", "yynn", "yyyn", "yynn"}},
    {"search.all", NULL, "{\"text\":\"زنگ\"}", EVERYBODY},
    {"view.save", NULL, "{\"name\":\"x\",\"operation\":\"task.list\",\"filter\":{\"status\":\"open\"}}", EVERYBODY},
    {"view.update", "saved_view", "{\"id\":\"%s\",\"name\":\"y\"}", {"ynnn", "ynnn", "ynnn", "ynnn"}},
    {"view.list", NULL, NULL, EVERYBODY},
    {"view.delete", "saved_view", "{\"id\":\"%s\"}", {"ynnn", "ynnn", "ynnn", "ynnn"}},
    {"record.export", NULL, "{\"entity\":\"task\"}", EVERYBODY},
    {"record.import", NULL, "{\"entity\":\"prospect\",\"csv\":\"name\\nعلی\\n\"}", {"d", "y", "y", "y"}},
    {"event.list", NULL, "{}", EVERYBODY},
    {"user.list", NULL, "{}", EVERYBODY},
    {"user.create", NULL, "{\"username\":\"$NEW\",\"name\":\"x\",\"role\":\"agent\"}", ADMIN_ONLY},
    {"user.update", "user", "{\"id\":\"%s\",\"name\":\"x\"}", {"dddd", "dddd", "yyyn", "dddd"}},
    {"path.rotate", NULL, "{\"gate\":\"crt\"}", ADMIN_ONLY},
    {"audit.list", NULL, "{}", ADMIN_ONLY},
    {"ai_call.list", NULL, "{}", {"d", "y", "y", "y"}},
    {"report.ai", NULL, "{}", {"d", "y", "y", "y"}},
    {"provider.list", NULL, NULL, ADMIN_ONLY},
    {"provider.test", NULL, "{\"name\":\"x\"}", {"d", "d", "n", "d"}},
    {"job.list", NULL, "{}", ADMIN_ONLY},
    {"job.retry", "job", "{\"id\":\"%s\"}", {"d--d", "d--d", "n--n", "d--d"}},
};

static people p;

/* ---- records of somebody's ---- */

static mcrm_session *session_of(int target, int actor, mcrm_session *me) {
  if (target == 0) return me;
  /* the admin is in omid's team, the others in reza's */
  return (target == 2) == (actor >= 2) ? p.reza : p.omid;
}

static void my_id(mcrm_session *session, char id[24]) {
  char *me = must(session, "session.me", NULL);
  text_of(me, "id", id, 24);
  mcrm_free(me);
}

/* A recording of half a second of silence. */
static const char *audio(void) {
  static char path[128];
  static const unsigned char head[44] =
      "RIFF\x64\x1F\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1F\0\0\x40\x1F\0\0\1\0\x08\0data\x40\x0F\0";
  unsigned char sound[0x0F40];
  snprintf(path, sizeof path, "%s/silence.wav", p.folder);
  FILE *file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  memset(sound, 128, sizeof sound);
  static int n;
  memcpy(sound, &n, sizeof n); /* no two are the same */
  n++;
  ck_assert(fwrite(head, 1, sizeof head, file) == sizeof head && fwrite(sound, 1, sizeof sound, file) == sizeof sound);
  fclose(file);
  return path;
}

static void with_files(mcrm_session *session) {
  ck_assert(!mcrm_session_next(session, &(mcrm_call_options){.size = sizeof(mcrm_call_options), .files = 1}));
}

static char *upload(mcrm_session *owner, const char *rep) {
  with_files(owner);
  return must_print(owner, "voice_note.upload", "{\"rep_id\":\"%s\",\"file\":{\"path\":\"%s\"}}", rep, audio());
}

/* Makes a record of that kind for whoever the session is, and tells its id. */
static void make(mcrm_session *owner, const char *entity, char id[24]) {
  char rep[24], user[24], interaction[24];
  char *made = NULL;
  my_id(owner, user);
  make_rep(&p, "نماینده", rep);
  memcpy(id, rep, 24);
  if (!strcmp(entity, "rep") || !strcmp(entity, "job")) return;
  if (!strcmp(entity, "user")) {
    memcpy(id, user, 24);
    return;
  }
  if (!strcmp(entity, "checklist")) {
    made = must(p.system, "checklist.create", "{\"name\":\"x\",\"items\":[{\"item\":\"قیمت\"}]}");
  } else if (!strcmp(entity, "voice_note")) {
    made = upload(owner, rep);
  } else if (!strcmp(entity, "saved_view")) {
    made = must(owner, "view.save", "{\"name\":\"x\",\"operation\":\"task.list\",\"filter\":{\"status\":\"open\"}}");
  } else if (!strcmp(entity, "task")) {
    made = must(owner, "task.create", "{\"title\":\"کار\"}");
  } else if (!strcmp(entity, "notification")) {
    /* somebody of the same team gives them a task */
    mcrm_session *giver = owner == p.sara || owner == p.reza ? p.mina : owner == p.mina ? p.sara : p.nima;
    mcrm_free(must_print(giver, "task.create", "{\"title\":\"کار\",\"assignee_id\":\"%s\"}", user));
    made = must(owner, "notification.list", "{\"limit\":1}");
  } else {
    ck_assert_msg(!strcmp(entity, "interaction") || !strcmp(entity, "suggestion"), "no way to make a %s", entity);
    made = must_print(owner, "interaction.log",
                      "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"فردا زنگ می‌زنم\"}", rep);
    if (!strcmp(entity, "suggestion")) {
      text_of(made, "id", interaction, sizeof interaction);
      mcrm_free(made);
      mcrm_free(must_print(owner, "note.analyse",
                           "{\"text\":\"قول دادم فردا ساعت ۱۰ زنگ بزنم\",\"interaction_id\":\"%s\"}", interaction));
      made = must_print(p.system, "suggestion.list", "{\"interaction_id\":\"%s\",\"limit\":1}", interaction);
    }
  }
  text_of(made, "id", id, 24);
  mcrm_free(made);
}

/* ---- the state of the database ---- */

static unsigned long long hash_rows(sqlite3 *db, const char *table) {
  char sql[128];
  sqlite3_stmt *statement;
  unsigned long long sum = 0;
  snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
  ck_assert(!sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    unsigned long long hash = 1469598103934665603ULL;
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      const unsigned char *text = sqlite3_column_text(statement, i);
      for (; text && *text; text++) hash = (hash ^ *text) * 1099511628211ULL;
      hash = (hash ^ 0xFF) * 1099511628211ULL;
    }
    sum += hash; /* order does not matter */
  }
  sqlite3_finalize(statement);
  return sum;
}

static unsigned long long state_of_the_file(void) {
  sqlite3 *db;
  sqlite3_stmt *statement;
  unsigned long long sum = 0;
  ck_assert(!sqlite3_open_v2(p.url + 7, &db, SQLITE_OPEN_READONLY, NULL));
  ck_assert(!sqlite3_prepare_v2(db,
                                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' "
                                "AND name NOT IN ('journal', 'change', 'seal', 'journal_pending')",
                                -1, &statement, NULL));
  while (sqlite3_step(statement) == SQLITE_ROW)
    sum = sum * 31 + hash_rows(db, (const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return sum;
}

/* One statement that adds up all rows of all tables; made anew for each schema. */
static const char *sum_of_schema(store_tx *tx) {
  static char sql[8192], schema[80];
  store_rows found;
  size_t at = 0;
  if (!strcmp(schema, strstr(p.url, "&schema="))) return sql;
  store_query_with(tx, &found,
                   "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND "
                   "table_type = 'BASE TABLE' AND table_name NOT IN ('journal', 'change', 'seal', 'journal_pending')",
                   NULL, 0);
  while (store_next(&found))
    at += (size_t)snprintf(sql + at, sizeof sql - at, "%s SELECT hashtextextended(t::text, 0) AS h FROM %s t",
                           at ? " UNION ALL" : "SELECT CAST(sum(h) % 9007199254740881 AS bigint) FROM (",
                           store_get_text(&found, 0));
  ck_assert(!store_end(&found) && at && at < sizeof sql - 8);
  strcat(sql, ") all_rows");
  snprintf(schema, sizeof schema, "%s", strstr(p.url, "&schema="));
  return sql;
}

static unsigned long long state_of_the_schema(void) {
  static const unsigned char key[STORE_KEY_SIZE];
  static store *s;
  static char url[sizeof p.url];
  mcrm_error error = {0};
  store_tx tx;
  int64_t sum;
  if (strcmp(url, p.url)) {
    store_close(s);
    store_options options = {.url = p.url, .key = key};
    ck_assert_msg(!store_open(&options, &error, &s), "%s", error.detail);
    strcpy(url, p.url);
  }
  arena *a = arena_new(0);
  ck_assert_msg(!store_begin(s, a, &error, false, 0, NULL, &tx), "%s", error.detail);
  ck_assert_msg(!store_number_with(&tx, &sum, 0, sum_of_schema(&tx), NULL, 0), "%s", error.detail);
  store_rollback(&tx);
  arena_free(a);
  return (unsigned long long)sum;
}

static unsigned long long state_of_the_database(void) {
  return backend_is_sqlite() ? state_of_the_file() : state_of_the_schema();
}

/* ---- a cell ---- */

static void fill_in(char *json, size_t size, const row *r, const char *id, const char *me) {
  static int names;
  char with_id[512];
  int length =
      r->entity ? snprintf(with_id, sizeof with_id, r->input, id) : snprintf(with_id, sizeof with_id, "%s", r->input);
  ck_assert(length > 0 && (size_t)length < sizeof with_id);
  char *mark = strstr(with_id, "$ME"), *fresh = strstr(with_id, "$NEW"), *sound = strstr(with_id, "$AUDIO");
  if (sound)
    snprintf(json, size, "%.*s%s%s", (int)(sound - with_id), with_id, audio(), sound + 6);
  else if (mark)
    snprintf(json, size, "%.*s%s%s", (int)(mark - with_id), with_id, me, mark + 3);
  else if (fresh)
    snprintf(json, size, "%.*suser%d%s", (int)(fresh - with_id), with_id, names++, fresh + 4);
  else
    snprintf(json, size, "%s", with_id);
}

static void check_cell(const row *r, int actor, int target, mcrm_session *me) {
  char expected = r->expect[actor][target];
  char id[24] = "123456789012345", json[768], user[24];
  if (expected == '-') return;
  if (r->entity && target < 3) make(session_of(target, actor, me), r->entity, id);
  my_id(me, user);
  fill_in(json, sizeof json, r, id, user);
  unsigned long long before = state_of_the_database();
  char *answer = NULL;
  with_files(me);
  int code = mcrm_call(me, r->operation, r->input ? json : NULL, &answer);
  int wanted = expected == 'y' ? MCRM_OK : expected == 'd' ? MCRM_DENIED : MCRM_NOT_FOUND;
  ck_assert_msg(code == wanted, "%s by %s on %s: %s instead of %s: %s -> %s", r->operation, actors[actor],
                r->entity ? targets[target] : "nothing", mcrm_code_name(code), mcrm_code_name(wanted), json, answer);
  if (code)
    ck_assert_msg(state_of_the_database() == before, "%s by %s on %s was refused and changed something", r->operation,
                  actors[actor], targets[target]);
  if (r->entity && target == 2 && code == MCRM_NOT_FOUND && answer) {
    /* somebody else's record reads like an absent one, but for its id */
    char *other = NULL, *at;
    char absent[24] = "123456789012345";
    fill_in(json, sizeof json, r, absent, user);
    with_files(me);
    ck_assert_int_eq(mcrm_call(me, r->operation, json, &other), MCRM_NOT_FOUND);
    while ((at = strstr(answer, id))) memmove(at, at + strlen(id), strlen(at + strlen(id)) + 1);
    while ((at = strstr(other, absent))) memmove(at, at + strlen(absent), strlen(at + strlen(absent)) + 1);
    ck_assert_str_eq(answer, other);
    mcrm_free(other);
  }
  mcrm_free(answer);
}

static void check_actor(int actor, mcrm_session *me) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t cells = rows[i].entity ? TARGETS : 1;
    for (size_t target = 0; target < cells; target++) {
      p.now += 1000;
      check_cell(&rows[i], actor, (int)target, me);
    }
  }
}

START_TEST(no_operation_is_missing) {
  char *json;
  ck_assert(!mcrm_describe("operations", &json));
  for (const char *at = json; (at = strstr(at, "{\"name\":\""));) {
    char name[80];
    text_of(at, "name", name, sizeof name);
    bool found = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) found |= !strcmp(rows[i].operation, name);
    ck_assert_msg(found, "%s has no row in the matrix", name);
    at++;
  }
  mcrm_free(json);
}
END_TEST

START_TEST(every_operation_has_a_permission) {
  char *json;
  ck_assert(!mcrm_describe("operations", &json));
  for (const char *at = json; (at = strstr(at, "\"scopes\":{")); at++)
    ck_assert_msg(at[10] != '}', "an operation's permission is not in the table: %.80s", at - 60);
  mcrm_free(json);
}
END_TEST

/* Whatever an operation takes or gives is among the entities, so that the reference, undo and the schema know it. */
START_TEST(every_entity_that_is_used_is_listed) {
  static const char *const keys[] = {"\"input\":\"", "\"output\":\"", "\"entity\":\""};
  char *operations, *entities, wanted[120], name[80];
  ck_assert(!mcrm_describe("operations", &operations) && !mcrm_describe("entities", &entities));
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
    const char *where = k < 2 ? operations : entities;
    for (const char *at = where; (at = strstr(at, keys[k])); at++) {
      snprintf(name, sizeof name, "%.*s", (int)strcspn(at + strlen(keys[k]), "\""), at + strlen(keys[k]));
      snprintf(wanted, sizeof wanted, "{\"name\":\"%s\",\"help\"", name);
      ck_assert_msg(strstr(entities, wanted) != NULL, "add &model_%s to lib/model/entities.c", name);
    }
  }
  mcrm_free(operations);
  mcrm_free(entities);
}
END_TEST

START_TEST(agents) {
  people_open(&p);
  check_actor(0, p.sara);
  people_close(&p);
}
END_TEST

START_TEST(supervisors) {
  people_open(&p);
  check_actor(1, p.mina);
  people_close(&p);
}
END_TEST

START_TEST(admins) {
  people_open(&p);
  check_actor(2, p.admin);
  people_close(&p);
}
END_TEST

START_TEST(admins_who_came_in_by_the_crts_gate) {
  mcrm_error error = {0};
  mcrm_session *crt;
  people_open(&p);
  ck_assert(!mcrm_session_open(p.crm, "admin", "crt", &crt, &error));
  check_actor(3, crt);
  mcrm_session_close(crt);
  people_close(&p);
}
END_TEST

int main(void) {
  Suite *s = suite_create("who may do what");
  TCase *c = tcase_create("who may do what");
  tcase_set_timeout(c, 300);
  tcase_add_test(c, no_operation_is_missing);
  tcase_add_test(c, every_operation_has_a_permission);
  tcase_add_test(c, every_entity_that_is_used_is_listed);
  tcase_add_test(c, agents);
  tcase_add_test(c, supervisors);
  tcase_add_test(c, admins);
  tcase_add_test(c, admins_who_came_in_by_the_crts_gate);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
