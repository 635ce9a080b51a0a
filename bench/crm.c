/* The CRM beside what it stands on: the same rows by bare prepared statements, the same query bare, a hundred times
 * the data, jansson's writer. Each figure is a ratio of two things measured in turn in this run. */
#include <jansson.h>
#include <marfacrm/marfacrm.h>
#include <model/entities.h>
#include <model/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

typedef struct place {
  char folder[64], file[96], url[112];
  mcrm *crm;
  mcrm_session *session;
} place;

static void place_open(place *p, const char *folder) {
  mcrm_error error = {0};
  snprintf(p->folder, sizeof p->folder, "%s", folder);
  snprintf(p->file, sizeof p->file, "%s/crm.db", p->folder);
  snprintf(p->url, sizeof p->url, "sqlite:%s", p->file);
  mcrm_options options = {.size = sizeof options, .storage_url = p->url, .create = 1};
  if (mcrm_open(&options, &p->crm, &error) || mcrm_session_system(p->crm, &p->session, &error))
    die("open", error.detail);
}

static void place_make(place *p) {
  char folder[] = "/var/tmp/marfacrm-bench-XXXXXX";
  if (!mkdtemp(folder)) die("mkdtemp", folder);
  place_open(p, folder);
}

static void place_close(place *p) {
  static const char *const names[] = {"crm.db", "crm.db-wal", "crm.db-shm", "crm.db.key"};
  mcrm_session_close(p->session);
  mcrm_close(p->crm);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", p->folder, names[i]);
    unlink(path);
  }
  rmdir(p->folder);
}

static char *call(mcrm_session *session, const char *operation, const char *json) {
  char *answer;
  if (mcrm_call(session, operation, json, &answer)) die(operation, answer);
  return answer;
}

static void id_in(const char *json, char id[24]) {
  const char *at = strstr(json, "\"id\":\"");
  if (!at) die("no id in", json);
  snprintf(id, 24, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
}

static sqlite3 *open_bare(const place *p) {
  sqlite3 *db;
  if (sqlite3_open(p->file, &db)) die("sqlite", sqlite3_errmsg(db));
  sqlite3_exec(db,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
               "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456",
               NULL, NULL, NULL);
  return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL)) die(sql, sqlite3_errmsg(db));
  return statement;
}

/* ---- interaction.log beside the same rows ---- */

enum { LOGGED = 2400, TABLES = 5 };
static const char *const log_tables[TABLES] = {"interaction", "journal", "seal", "search_doc", "provenance"};

typedef struct copied_row {
  int table;
  int count;
  sqlite3_value *values[48];
} copied_row;

typedef struct logging {
  place ours, theirs;
  mcrm_id rep;
  sqlite3_int64 contact;
  sqlite3 *db;
  sqlite3_stmt *begin, *commit, *touch, *insert[TABLES];
  copied_row *rows[LOGGED]; /* of each interaction, ended by table -1 */
} logging;

static const char note[] =
    "با آقای رضایی صحبت کردم، از کندی سرور ناراضی بود، قول دادم فردا ساعت ۱۰ خبر بدم و شنبه هفته آینده برای تمدید "
    "زنگ بزنم. گفت مشتری‌هایش از قطع شدن کانفیگ‌ها شکایت دارند و اگر تا آخر "
    "هفته "
    "درست "
    "نشود "
    "پنل "
    "دیگری "
    "می‌گیرد.";

static void log_ours(void *context, size_t turn) {
  logging *l = context;
  mcrm_interaction in = {.size = sizeof in, .rep_id = l->rep, .type = "call", .notes = note, .subject = "پیگیری"};
  (void)turn;
  if (mcrm_interaction_log(l->ours.session, &in, NULL)) die("log", mcrm_session_error(l->ours.session)->detail);
}

static void run_bare(sqlite3_stmt *statement) {
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
  }
  if (code != SQLITE_DONE) die("bare", sqlite3_errmsg(sqlite3_db_handle(statement)));
  sqlite3_reset(statement);
}

static void log_bare(void *context, size_t turn) {
  logging *l = context;
  run_bare(l->begin);
  for (const copied_row *r = l->rows[turn]; r->table >= 0; r++) {
    for (int i = 0; i < r->count; i++) sqlite3_bind_value(l->insert[r->table], i + 1, r->values[i]);
    run_bare(l->insert[r->table]);
  }
  sqlite3_bind_int64(l->touch, 1, ++l->contact);
  run_bare(l->touch);
  run_bare(l->commit);
}

static void copy_rows(logging *l, sqlite3 *from, size_t turn, sqlite3_int64 interaction) {
  static const char *const where[TABLES] = {"id = ?1", "entity_id = ?1",
                                            "journal_id IN (SELECT id FROM journal WHERE entity_id = ?1)", "id = ?1",
                                            "entity_id = ?1"};
  copied_row *rows = calloc(16, sizeof *rows);
  size_t count = 0;
  for (int t = 0; t < TABLES; t++) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s", log_tables[t], where[t]);
    sqlite3_stmt *s = prepare(from, sql);
    sqlite3_bind_int64(s, 1, interaction);
    while (sqlite3_step(s) == SQLITE_ROW && count < 15) {
      rows[count].table = t;
      rows[count].count = sqlite3_column_count(s);
      for (int i = 0; i < rows[count].count; i++) rows[count].values[i] = sqlite3_value_dup(sqlite3_column_value(s, i));
      count++;
    }
    sqlite3_finalize(s);
  }
  rows[count].table = -1;
  l->rows[turn] = rows;
}

static mcrm_id make_rep(place *p) {
  char *made = call(p->session, "prospect.create", "{\"name\":\"رضایی\"}"), id[24];
  id_in(made, id);
  mcrm_free(made);
  return atoll(id);
}

/* What interaction.log writes, row by row, from a database that is then thrown away. */
static void collect_rows(logging *l) {
  place_make(&l->ours);
  l->rep = make_rep(&l->ours);
  for (size_t i = 0; i < LOGGED; i++) log_ours(l, i);
  sqlite3 *from = open_bare(&l->ours);
  sqlite3_stmt *ids = prepare(from, "SELECT id FROM interaction ORDER BY id");
  for (size_t i = 0; i < LOGGED && sqlite3_step(ids) == SQLITE_ROW; i++)
    copy_rows(l, from, i, sqlite3_column_int64(ids, 0));
  sqlite3_finalize(ids);
  sqlite3_close(from);
  place_close(&l->ours);
}

/* Appending to a log that grows costs more than writing over one that is long enough already, so both begin behind a
 * checkpoint with a log of the same length. */
static void level(const place *p) {
  sqlite3 *db = open_bare(p);
  sqlite3_exec(db,
               "CREATE TABLE filler (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
               "INSERT INTO filler SELECT zeroblob(1000000) FROM n; DROP TABLE filler; PRAGMA wal_checkpoint(RESTART)",
               NULL, NULL, NULL);
  sqlite3_close(db);
}

static void prepare_log(logging *l) {
  collect_rows(l);
  place_make(&l->ours);
  place_make(&l->theirs);
  l->rep = make_rep(&l->ours);
  make_rep(&l->theirs);
  level(&l->ours);
  level(&l->theirs);
  l->db = open_bare(&l->theirs);
  /* without a worker the library folds its log in every 16 MiB, in the writer's own time; so does the peer */
  sqlite3_exec(l->db, "PRAGMA wal_autocheckpoint = 4096", NULL, NULL, NULL);
  sqlite3_exec(l->db, "PRAGMA foreign_keys=ON", NULL, NULL, NULL);
  l->begin = prepare(l->db, "BEGIN IMMEDIATE");
  l->commit = prepare(l->db, "COMMIT");
  l->touch =
      prepare(l->db, "UPDATE rep SET last_contact_at = ?1 WHERE last_contact_at IS NULL OR last_contact_at < ?1");
  for (int t = 0; t < TABLES; t++) {
    char sql[400];
    int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", log_tables[t]);
    sqlite3_stmt *shape = prepare(l->db, t == 0   ? "SELECT * FROM interaction"
                                         : t == 1 ? "SELECT * FROM journal"
                                         : t == 2 ? "SELECT * FROM seal"
                                         : t == 3 ? "SELECT * FROM search_doc"
                                                  : "SELECT * FROM provenance");
    for (int i = 1; i < sqlite3_column_count(shape); i++)
      length += snprintf(sql + length, sizeof sql - (size_t)length, ",?");
    snprintf(sql + length, sizeof sql - (size_t)length, ")");
    sqlite3_finalize(shape);
    l->insert[t] = prepare(l->db, sql);
  }
}

static void bench_log(void) {
  static logging l;
  prepare_log(&l);
  pair_result r = measure_pair(log_ours, log_bare, &l, 12, LOGGED / 12, MEASURE_WALL);
  /* a speed: how many of ours are done while one of the peer's is */
  report("interaction.log : the same rows, bare, FULL", r, 1 / r.ratio, 0.8, false);
  sqlite3_stmt *all[] = {l.begin, l.commit, l.touch, l.insert[0], l.insert[1], l.insert[2], l.insert[3], l.insert[4]};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) sqlite3_finalize(all[i]);
  for (size_t i = 0; i < LOGGED; i++) {
    for (copied_row *row = l.rows[i]; row && row->table >= 0; row++)
      for (int k = 0; k < row->count; k++) sqlite3_value_free(row->values[k]);
    free(l.rows[i]);
  }
  sqlite3_close(l.db);
  place_close(&l.ours);
  place_close(&l.theirs);
}

/* ---- reads: beside the bare query, and at a hundred times the data ---- */

/* A history as it grows: 400 conversations a day, of ten people with 250 reps, up to now. */
static void fill(place *p, long interactions) {
  char sql[2048];
  sqlite3 *db;
  place_make(p);
  char id[24];
  char *first = NULL;
  for (int i = 0; i < 10; i++) {
    char json[160];
    snprintf(json, sizeof json, "{\"username\":\"user%d\",\"name\":\"سارا\",\"role\":\"agent\",\"team\":\"t\"}", i);
    char *user = call(p->session, "user.create", json);
    if (i == 0)
      first = user;
    else
      mcrm_free(user);
  }
  id_in(first, id);
  mcrm_free(first);
  db = open_bare(p);
  sqlite3_exec(db, "PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL);
  snprintf(
      sql, sizeof sql,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) INSERT INTO rep (id, created_at, "
      "updated_at, version, kind, name, sort_key, phones) SELECT i, 1, 1, 1, 'prospect', 'نماینده ' || i, 'k' || i, "
      "'[\"+98912' || (1000000 + i) || '\"]' FROM n;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %ld) INSERT INTO interaction (id, "
      "created_at, updated_at, version, state, rep_id, user_id, type, direction, started_at, duration_s, subject, "
      "notes, "
      "summary, outcome, urgency, sentiment, topics) SELECT i + 1000, 1, 1, 1, 'final', 1 + i %% 250, %s, 'call', "
      "'out', "
      "CAST(strftime('%%s', 'now') AS INTEGER) * 1000 - (%ld - i) * 216000, 120, 'پیگیری ماهانه', 'از کندی سرور ناراضی "
      "بود و قول دادم خبر بدهم', "
      "'نماینده از کندی سرور گلایه داشت؛ قرار شد خبر بدهیم و برای تمدید زنگ بزنیم', 'قول پیگیری', 'normal', "
      "'{\"label\":\"negative\",\"score\":-0.4,\"emotions\":[\"disappointed\"],\"shift\":-0.1,\"cues\":[]}', "
      "'[\"server\",\"renewal\"]' FROM n;",
      interactions, id, interactions);
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message)) die("fill", message);
  snprintf(
      sql, sizeof sql,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO task (id, "
      "created_at, "
      "updated_at, version, rep_id, assignee_id, title, due_at, due_grain, status, priority, source) SELECT i + "
      "900000000, 1, 1, 1, 1 + i %% 250, %s, 'تماس برای تمدید', CAST(strftime('%%s', 'now') AS INTEGER) * 1000 + (i - "
      "1000) * 3600000, 'minute', 'open', 'normal', 'user' FROM n; COMMIT; PRAGMA wal_checkpoint(TRUNCATE);",
      id);
  if (sqlite3_exec(db, sql, NULL, NULL, &message)) die("fill", message);
  sqlite3_close(db);
  mcrm_error error = {0};
  mcrm_session_close(p->session);
  if (mcrm_session_open(p->crm, "user0", "local", &p->session, &error)) die("session", error.detail);
}

typedef struct reading {
  place *place;
  const char *operation;
  char input[128];
  sqlite3 *db;
  sqlite3_stmt *query;
} reading;

static void read_ours(void *context, size_t turn) {
  reading *r = context;
  (void)turn;
  mcrm_free(call(r->place->session, r->operation, r->input));
}

static volatile unsigned long long sink;

static void read_bare(void *context, size_t turn) {
  reading *r = context;
  (void)turn;
  while (sqlite3_step(r->query) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count(r->query); i++)
      sink += (unsigned long long)(sqlite3_column_type(r->query, i) == SQLITE_TEXT ? sqlite3_column_text(r->query, i)[0]
                                                                                   : sqlite3_column_int64(r->query, i));
  sqlite3_reset(r->query);
}

static void bench_reads(void) {
  static const char *const flat[][2] = {{"worklog.get", "{}"},
                                        {"rep.timeline", "{\"id\":\"77\",\"limit\":50}"},
                                        {"interaction.list", "{\"rep_id\":\"77\",\"limit\":50}"},
                                        {"task.list", "{\"status\":\"active\",\"limit\":50}"}};
  place small, large;
  fill(&small, 10000);
  fill(&large, 1000000);
  for (size_t i = 0; i < sizeof flat / sizeof *flat; i++) {
    reading a = {.place = &large, .operation = flat[i][0]}, b = {.place = &small, .operation = flat[i][0]};
    snprintf(a.input, sizeof a.input, "%s", flat[i][1]);
    snprintf(b.input, sizeof b.input, "%s", flat[i][1]);
    for (int warm = 0; warm < 20; warm++) {
      read_ours(&a, 0);
      read_ours(&b, 0);
    }
    pair_result r = {.ours = measure_median(read_ours, &a, 301), .peer = measure_median(read_ours, &b, 301)};
    char title[80];
    snprintf(title, sizeof title, "%s, 1 M : 10 k interactions", flat[i][0]);
    report(title, r, r.ours / r.peer, 1.3, true);
  }
  reading list = {.place = &large, .operation = "interaction.list", .input = "{\"rep_id\":\"77\",\"limit\":50}"};
  list.db = open_bare(&large);
  list.query =
      prepare(list.db,
              "SELECT * FROM interaction WHERE archived_at IS NULL AND rep_id = 77 AND (user_id IN (SELECT id FROM "
              "user_account WHERE team = 't') OR user_id = 1) ORDER BY started_at DESC, id DESC LIMIT 51");
  pair_result r = measure_pair(read_ours, read_bare, &list, 31, 50, MEASURE_CPU);
  report("mcrm_call interaction.list (50) : bare query", r, r.ratio, 1.5, true);
  sqlite3_finalize(list.query);
  reading one = {.place = &large, .operation = "task.get", .input = "{\"id\":\"900000077\"}", .db = list.db};
  one.query = prepare(list.db, "SELECT * FROM task WHERE id = 900000077");
  r = measure_pair(read_ours, read_bare, &one, 31, 200, MEASURE_CPU);
  report("mcrm_call task.get : bare query", r, r.ratio, 1.5, true);
  sqlite3_finalize(one.query);
  sqlite3_close(list.db);
  place_close(&small);
  place_close(&large);
}

/* ---- the JSON writer beside jansson's ---- */

typedef struct writing {
  const void *record;
  const zone *zone;
  json_t *tree;
  buffer out;
} writing;

static void write_ours(void *context, size_t turn) {
  writing *w = context;
  (void)turn;
  buffer_clear(&w->out);
  model_encode(&w->out, &model_interaction, w->record, w->zone);
  sink += w->out.length;
}

static void write_jansson(void *context, size_t turn) {
  writing *w = context;
  (void)turn;
  char *text = json_dumps(w->tree, JSON_COMPACT);
  sink += (unsigned char)text[0];
  free(text);
}

static void bench_json(void) {
  mcrm_error error = {0};
  zone *z = zone_load("Asia/Tehran", &error);
  char text[900] = "";
  for (int i = 0; i < 5; i++) strcat(text, "از کندی سرور ناراضی بود و قول دادم فردا خبر بدهم. ");
  mcrm_interaction record = {.size = sizeof record};
  MCRM_SET(&record, id, INT64_C(912345678901234567));
  MCRM_SET(&record, created_at, INT64_C(1795332600000));
  MCRM_SET(&record, updated_at, INT64_C(1795332600000));
  MCRM_SET(&record, version, 3);
  MCRM_SET(&record, state, "final");
  MCRM_SET(&record, rep_id, INT64_C(912345678901234568));
  MCRM_SET(&record, type, "call");
  MCRM_SET(&record, direction, "out");
  MCRM_SET(&record, started_at, INT64_C(1795332600000));
  MCRM_SET(&record, duration_s, 340);
  MCRM_SET(&record, subject, "پیگیری کندی سرور و تمدید");
  MCRM_SET(&record, notes, text);
  MCRM_SET(&record, summary, text);
  MCRM_SET(&record, transcript, text);
  MCRM_SET(&record, outcome, "قول پیگیری");
  MCRM_SET(&record, urgency, "normal");
  writing w = {.record = &record, .zone = z};
  buffer_init(&w.out, 1 << 20);
  write_ours(&w, 0);
  printf("%-46s %zu bytes\n", "JSON document", w.out.length);
  w.tree = json_loads(w.out.bytes, 0, NULL);
  if (!w.tree) die("jansson cannot read", w.out.bytes);
  pair_result r = measure_pair(write_ours, write_jansson, &w, 31, 2000, MEASURE_CPU);
  report("JSON writer : jansson's (times as fast)", r, 1 / r.ratio, 8, false);
  json_decref(w.tree);
  buffer_free(&w.out);
  zone_free(z);
}

int main(int argc, char **argv) {
  const char *only = argc > 1 ? argv[1] : "";
  if (!*only || !strcmp(only, "json")) bench_json();
  if (!*only || !strcmp(only, "log")) bench_log();
  if (!*only || !strcmp(only, "reads")) bench_reads();
  return 0;
}
