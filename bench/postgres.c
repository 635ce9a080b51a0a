/* The CRM on PostgreSQL beside libpq alone, one connection each, on a server of its own with durable settings: what
 * mcrm_call sends is written down and sent again, the same statements with the same values, by bare libpq; and asked
 * for by HTTP. Then the same calls with a history a hundred times as long, and the queue beside a bare SKIP LOCKED
 * loop. bench_postgres SERVER [TIMES as long]; BENCH_FOLDER: where the database stands (/var/tmp). */
#include <jobs/queue.h>
#include <marfacrm/marfacrm.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bare.h"
#include "history.h"
#include "http_client.h"
#include "http_server.h"
#include "measure.h"
#include "postgres.h"

enum { ROUNDS = 11, TURNS = 60, READ_TURNS = 100, FLAT_ROUNDS = 201, JOBS = 100, JOB_ROUNDS = 11 };

typedef struct place {
  char url[200], key_file[100], folder[64];
  history people;
  mcrm *crm;
  mcrm_session *session; /* of user0 */
} place;

static postgres_server server;

static void remove_server(void) { postgres_remove(&server); }

/* The server on the first processor, its clients on the last: this program, libpq in it, and marfacrm-http. Left to the
 * kernel it hung on where a connection's process happened to be put, for as long as it lived, whether a wake-up took 5
 * us or 80: up to two times between two equal sides. */
static void keep_apart(void) {
  cpu_set_t all, one;
  size_t first = 0, last = CPU_SETSIZE - 1;
  if (sched_getaffinity(0, sizeof all, &all)) die("processors", NULL);
  while (!CPU_ISSET(first, &all)) first++;
  while (!CPU_ISSET(last, &all)) last--;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  if (sched_setaffinity(server.pid, sizeof one, &one)) die("processors", NULL);
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (sched_setaffinity(0, sizeof one, &one)) die("processors", NULL);
}

/* ---- places: one database each ---- */

static void place_make(place *p, const char *name, int times) {
  char sql[100];
  snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
  postgres_ask(&server, sql);
  snprintf(p->url, sizeof p->url, "postgresql://postgres@/%s?host=%s", name, server.folder);
  snprintf(p->key_file, sizeof p->key_file, "%s/%s.key", server.folder, name);
  history_make(&p->people, p->url, p->key_file);
  time_t from = time(NULL);
  history_fill(&p->people, p->url, p->key_file);
  if (times > 1) history_lengthen(p->url, p->key_file, times);
  printf("%d conversations filled in, journalled and sealed, in %ld s\n", times * HISTORY_SHORT,
         (long)(time(NULL) - from));
  fflush(stdout);
}

static void place_open(place *p) {
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .storage_url = p->url, .key_file = p->key_file};
  if (mcrm_open(&options, &p->crm, &error) || mcrm_session_open(p->crm, "user0", "local", &p->session, &error))
    die("open", error.detail);
}

static void place_close(place *p) {
  mcrm_session_close(p->session);
  mcrm_close(p->crm);
}

static bare *place_bare(const char *name) {
  char conninfo[200];
  snprintf(conninfo, sizeof conninfo, "host=%s user=postgres dbname=%s", server.folder, name);
  return bare_open(conninfo);
}

/* ---- one operation, in three ways ---- */

typedef struct contest {
  place *place;
  const char *operation;
  char input[600];
  bool write;
  bare *bare;
  recording *turns;  /* a write's: of each turn, played once */
  recording reading; /* a read's: played again and again */
  bool pipelined;
  int socket; /* to the HTTP server */
  char request[2400];
} contest;

static void call(const contest *c) {
  char *answer;
  if (mcrm_call(c->place->session, c->operation, c->input, &answer)) die(c->operation, answer);
  mcrm_free(answer);
}

static void by_call(void *context, size_t turn) {
  (void)turn;
  call(context);
}

static void by_libpq(void *context, size_t turn) {
  contest *c = context;
  const recording *r = c->write ? &c->turns[turn] : &c->reading;
  bare_play(c->bare, r->at, r->count, c->pipelined);
}

static void by_http(void *context, size_t turn) {
  static char answer[HTTP_ANSWER];
  contest *c = context;
  (void)turn;
  http_send(c->socket, c->request, strlen(c->request));
  if (http_receive(c->socket, answer) != 200) die(c->operation, answer);
}

static void warm_up(contest *c) {
  for (int i = 0; i < 5; i++) call(c);
  record_into(&c->reading);
  call(c);
  record_into(NULL);
}

/* A write's peer plays what the same number of calls sent. They are written down beforehand: that takes memory, and
 * memory that nobody has used yet costs more than what is compared. */
static void record_turns(contest *c, size_t turns) {
  c->turns = calloc(turns, sizeof *c->turns);
  if (!c->turns) die("memory", NULL);
  for (size_t i = 0; c->write && i < turns; i++) {
    record_into(&c->turns[i]);
    call(c);
  }
  record_into(NULL);
}

/* Beside both ways to use libpq: one statement after the other, as PQexecPrepared has it, and what belongs together
 * sent together, as our driver does. By HTTP the second is for information: what is between a server and its client
 * has nothing in libpq to be measured by. */
static void compare(contest *c, const char *title, measured *ours, double aim) {
  size_t turns = c->write ? TURNS : READ_TURNS;
  char what[80];
  for (int way = 0; way < 2; way++) {
    c->pipelined = way == 1;
    record_turns(c, ROUNDS * turns);
    pair_result r = measure_pair(ours, by_libpq, c, ROUNDS, turns, MEASURE_WALL);
    snprintf(what, sizeof what, "%s%s : libpq, %s", title, ours == by_http ? " by HTTP" : "",
             way ? "pipelined as ours" : "each waited for");
    report(what, r, 1 / r.ratio, c->pipelined && ours == by_http ? 0 : aim, false);
    for (size_t i = 0; i < ROUNDS * turns; i++) recording_free(&c->turns[i]);
    free(c->turns);
  }
}

/* ---- the three operations ---- */

static const char create_json[] =
    "{\"rep_id\":\"%lld\",\"type\":\"call\",\"direction\":\"out\",\"subject\":\"پیگیری\",\"notes\":\"با آقای رضایی "
    "صحبت "
    "کردم، از کندی سرور ناراضی بود، قول دادم فردا ساعت ۱۰ خبر بدم\"}";

static void get(contest *c, const http_server *s, const char *path) {
  snprintf(c->request, sizeof c->request, "GET /crm/api/v1/%s HTTP/1.1\r\n%s\r\n", path, s->head);
}

static void set_up(contest c[3], place *p) {
  mcrm_id rep = p->people.reps[77];
  c[0] = (contest){.place = p, .operation = "interaction.list"};
  snprintf(c[0].input, sizeof c[0].input, "{\"rep_id\":\"%lld\",\"limit\":50}", (long long)rep);
  c[1] = (contest){.place = p, .operation = "worklog.get", .input = "{}"};
  c[2] = (contest){.place = p, .operation = "interaction.log", .write = true}; /* last: it makes the day longer */
  snprintf(c[2].input, sizeof c[2].input, create_json, (long long)rep);
}

static void set_up_http(contest c[3], const http_server *s) {
  char path[100];
  snprintf(c[2].request, sizeof c[2].request,
           "POST /crm/api/v1/interactions HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: "
           "%zu\r\n\r\n%s",
           s->head, strlen(c[2].input), c[2].input);
  snprintf(path, sizeof path, "interactions?rep_id=%lld&limit=50", (long long)c[0].place->people.reps[77]);
  get(&c[0], s, path);
  get(&c[1], s, "worklog");
}

static const char *const titles[] = {"list of 50", "work log", "create"};

static void serve(place *p, const char *program, http_server *s) {
  char file[100], log[100], secret[64], *answer;
  mcrm_session *system;
  mcrm_error error = {0};
  snprintf(file, sizeof file, "%s/server.yaml", server.folder);
  snprintf(log, sizeof log, "%s/server.log", server.folder);
  FILE *config = fopen(file, "we");
  if (!config || fprintf(config, "storage:\n  url: %s\n  key_file: %s\n", p->url, p->key_file) < 0 || fclose(config))
    die("config", file);
  chmod(file, 0600);
  if (mcrm_session_system(p->crm, &system, &error)) die("session", error.detail);
  if (mcrm_call(system, "path.rotate", "{\"gate\":\"crt\"}", &answer)) die("path.rotate", answer);
  http_text_of(answer, "secret", secret, sizeof secret);
  mcrm_free(answer);
  mcrm_session_close(system);
  http_server_start(s, program, "--config", file, log);
  http_server_sign_in(s, secret, "user0");
}

static void through_server(contest *c, const char *title, const http_server *s) {
  c->socket = http_connect(s->port);
  compare(c, title, by_http, 0.7);
  close(c->socket);
}

/* What mcrm_call writes into the small one, libpq writes into its twin: the same rows. While it does the server is not
 * there, for it listens to every change and looks at it, which nobody does in the twin. */
static void bench_calls(place *small, const char *program) {
  http_server http = {0};
  contest c[3];
  postgres_ask(&server, "CREATE DATABASE twin TEMPLATE small");
  place_open(small);
  set_up(c, small);
  for (int i = 0; i < 3; i++) {
    c[i].bare = place_bare(c[i].write ? "twin" : "small");
    if (!c[i].write)
      bare_ask(c[i].bare, "SET plan_cache_mode = force_generic_plan; SET random_page_cost = 1.1"); /* as our
                                                                                            readers */
    warm_up(&c[i]);
    compare(&c[i], titles[i], by_call, 0.8);
    serve(small, program, &http);
    set_up_http(c, &http);
    through_server(&c[i], titles[i], &http);
    http_server_stop(&http);
    bare_close(c[i].bare);
    recording_free(&c[i].reading);
  }
  place_close(small);
}

/* ---- a hundred times the history ---- */

typedef struct pair {
  contest small, large;
} pair;

static void in_large(void *context, size_t turn) {
  (void)turn;
  call(&((pair *)context)->large);
}

static void in_small(void *context, size_t turn) {
  (void)turn;
  call(&((pair *)context)->small);
}

static void bench_flat(place *small, place *large, int times) {
  contest a[4], b[4];
  char title[80];
  place_open(small);
  place_open(large);
  set_up(a, small);
  set_up(b, large);
  a[3] = a[2];
  b[3] = b[2];
  a[2] = (contest){.place = small, .operation = "rep.timeline"};
  b[2] = (contest){.place = large, .operation = "rep.timeline"};
  snprintf(a[2].input, sizeof a[2].input, "{\"id\":\"%lld\",\"limit\":50}", (long long)small->people.reps[77]);
  snprintf(b[2].input, sizeof b[2].input, "{\"id\":\"%lld\",\"limit\":50}", (long long)large->people.reps[77]);
  for (int i = 0; i < 4; i++) {
    pair p = {a[i], b[i]};
    for (int warm = 0; warm < 20; warm++) {
      in_small(&p, 0);
      in_large(&p, 0);
    }
    pair_result r = measure_pair(in_large, in_small, &p, FLAT_ROUNDS, 1, MEASURE_WALL);
    snprintf(title, sizeof title, "%s, %d k : %d k conversations", b[i].operation, times * HISTORY_SHORT / 1000,
             HISTORY_SHORT / 1000);
    report(title, r, r.ours / r.peer, 1.3, true);
  }
  place_close(small);
  place_close(large);
}

/* ---- jobs ---- */

typedef struct queueing {
  store *store;
  bare *bare;
  arena *arena;
} queueing;

static const jobs_kind kinds[] = {{.name = "bench"}};

static void enqueue(void *context, size_t turn) {
  queueing *q = context;
  static const store_origin origin = {.gate = "local", .operation = "bench"};
  mcrm_error error = {0};
  store_tx tx;
  (void)turn;
  arena_reset(q->arena);
  int code = store_begin(q->store, q->arena, &error, true, 0, &origin, &tx);
  for (int i = 0; !code && i < JOBS; i++) code = jobs_enqueue(&tx, "bench", NULL, 0, NULL);
  if (!code) code = store_commit(&tx);
  if (code) die("enqueue", error.detail);
}

static void run_ours(void *context, size_t turn) {
  queueing *q = context;
  mcrm_error error = {0};
  unsigned ran;
  (void)turn;
  if (jobs_run_due(q->store, kinds, 1, NULL, &error, &ran, NULL)) die("jobs", error.detail);
  if (ran != JOBS) die("jobs", "not all ran");
}

/* One transaction a job: take it, do nothing, done. */
static void run_bare(void *context, size_t turn) {
  queueing *q = context;
  static char take[] =
      "UPDATE job SET state = 'done' WHERE id = (SELECT id FROM job WHERE state = 'waiting' AND kind = "
      "'bench' ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)";
  static const recorded loop[] = {{.kind = RECORDED_BEGIN, .write = true},
                                  {.kind = RECORDED_STATEMENT, .sql = take},
                                  {.kind = RECORDED_WAIT},
                                  {.kind = RECORDED_COMMIT}};
  (void)turn;
  for (int i = 0; i < JOBS; i++) bare_play(q->bare, loop, sizeof loop / sizeof *loop, true);
}

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double timed(measured *what, queueing *q) {
  enqueue(q, 0);
  double from = now_us();
  what(q, 0);
  return (now_us() - from) / JOBS;
}

static void bench_jobs(place *small) {
  unsigned char key[STORE_KEY_SIZE];
  queueing q = {
      .store = history_open(small->url, small->key_file, key), .bare = place_bare("small"), .arena = arena_new(0)};
  double ours[JOB_ROUNDS], theirs[JOB_ROUNDS], ratios[JOB_ROUNDS];
  for (int i = 0; i < JOB_ROUNDS; i++) {
    ours[i] = timed(run_ours, &q);
    theirs[i] = timed(run_bare, &q);
    ratios[i] = ours[i] / theirs[i];
  }
  qsort(ours, JOB_ROUNDS, sizeof *ours, by_size);
  qsort(theirs, JOB_ROUNDS, sizeof *theirs, by_size);
  qsort(ratios, JOB_ROUNDS, sizeof *ratios, by_size);
  pair_result r = {.ours = ours[JOB_ROUNDS / 2], .peer = theirs[JOB_ROUNDS / 2], .ratio = ratios[JOB_ROUNDS / 2]};
  report("jobs : bare SKIP LOCKED loop", r, 1 / r.ratio, 0.7, false);
  if (bare_ask(q.bare, "SELECT count(*) FROM job WHERE state = 'waiting' AND kind = 'bench'")) die("jobs", "left over");
  bare_close(q.bare);
  arena_free(q.arena);
  store_close(q.store);
}

int main(int argc, char **argv) {
  int times = argc > 2 ? atoi(argv[2]) : 100;
  if (argc < 2) die("usage", "bench_postgres SERVER [TIMES]");
  if (!postgres_installed()) die("PostgreSQL", "it is not installed");
  signal(SIGPIPE, SIG_IGN);
  server.on_disk = getenv("BENCH_FOLDER") ? getenv("BENCH_FOLDER") : "/var/tmp";
  postgres_start(&server, false,
                 "shared_buffers = 256MB\nmax_wal_size = 4GB\nfsync = on\nsynchronous_commit = on\n"
                 "full_page_writes = on\ncheckpoint_timeout = 15min");
  atexit(remove_server);
  keep_apart();
  place small = {0}, large = {0};
  place_make(&small, "small", 1);
  bare *b = place_bare("small");
  bare_ask(b, "VACUUM ANALYZE");
  bare_close(b);
  if (times > 1) {
    place_make(&large, "large", times);
    postgres_ask(&server, "CHECKPOINT"); /* what filling left to do is done */
    bench_flat(&small, &large, times);
  }
  bench_calls(&small, argv[1]);
  bench_jobs(&small);
  return 0;
}
