#include "history.h"

#include <marfacrm/marfacrm.h>
#include <model/entities.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/record.h>
#include <string.h>

#include "measure.h"

enum { BATCH = 500, HOUR_MS = 3600000 };

static void make(mcrm_session *session, const char *operation, const char *json, mcrm_id *id) {
  char *answer;
  if (mcrm_call(session, operation, json, &answer)) die(operation, answer);
  const char *at = strstr(answer, "\"id\":\"");
  *id = at ? atoll(at + 6) : 0;
  mcrm_free(answer);
}

void history_make(history *h, const char *url, const char *key_file) {
  mcrm *crm;
  mcrm_session *session;
  mcrm_error error = {0};
  char json[200];
  mcrm_options options = {.size = sizeof options, .storage_url = url, .create = 1, .key_file = key_file};
  if (mcrm_open(&options, &crm, &error) || mcrm_session_system(crm, &session, &error)) die("open", error.detail);
  for (int i = 0; i < HISTORY_PEOPLE; i++) {
    snprintf(json, sizeof json,
             "{\"username\":\"user%d\",\"name\":\"سارا\",\"role\":\"agent\",\"team\":\"t\",\"password\":\"a long "
             "password\"}",
             i);
    make(session, "user.create", json, &h->people[i]);
  }
  for (int i = 0; i < HISTORY_REPS; i++) {
    snprintf(json, sizeof json, "{\"name\":\"فروشگاه شمارهٔ %d\",\"phones\":[\"+98912%d\"]}", i, 1000000 + i);
    make(session, "prospect.create", json, &h->reps[i]);
  }
  mcrm_session_close(session);
  mcrm_close(crm);
}

store *history_open(const char *url, const char *key_file, unsigned char key[STORE_KEY_SIZE]) {
  mcrm_error error = {0};
  static zone *tehran; /* as long as the program */
  store *s;
  FILE *file = fopen(key_file, "re");
  if (!file || fread(key, 1, STORE_KEY_SIZE, file) != STORE_KEY_SIZE) die("key", key_file);
  fclose(file);
  if (!tehran && !(tehran = zone_load("Asia/Tehran", &error))) die("zone", error.detail);
  store_options options = {.url = url, .key = key, .zone = tehran};
  if (store_open(&options, &error, &s)) die("store", error.detail);
  return s;
}

static const char *const notes[] = {
    "از کندی سرور ناراضی بود و قول دادم خبر بدهم", "پنل را تمدید کرد و از سرعت راضی بود",
    "قیمت عمده را پرسید؛ فهرست قیمت را برایش فرستادم",
    "گفت مشتری‌هایش از قطع شدن کانفیگ‌ها شکایت دارند"};

static int talk(store_tx *tx, const history *h, long i, mcrm_time at) {
  mcrm_interaction one = {.size = sizeof one};
  MCRM_SET(&one, state, "final");
  MCRM_SET(&one, rep_id, h->reps[i % HISTORY_REPS]);
  MCRM_SET(&one, user_id, h->people[i / HISTORY_REPS % HISTORY_PEOPLE]);
  MCRM_SET(&one, type, "call");
  MCRM_SET(&one, direction, i % 3 ? "out" : "in");
  MCRM_SET(&one, started_at, at);
  MCRM_SET(&one, duration_s, 60 + i % 300);
  MCRM_SET(&one, subject, "پیگیری ماهانه");
  MCRM_SET(&one, notes, notes[i % 4]);
  MCRM_SET(&one, summary, "نماینده از کندی سرور گلایه داشت؛ قرار شد خبر بدهیم و برای تمدید زنگ بزنیم");
  MCRM_SET(&one, outcome, "قول پیگیری");
  MCRM_SET(&one, urgency, "normal");
  return store_insert(tx, &model_interaction, &one);
}

static int plan(store_tx *tx, const history *h, long i) {
  mcrm_task one = {.size = sizeof one};
  MCRM_SET(&one, rep_id, h->reps[i % HISTORY_REPS]);
  MCRM_SET(&one, assignee_id, h->people[i % HISTORY_PEOPLE]);
  MCRM_SET(&one, title, "تماس برای تمدید");
  MCRM_SET(&one, due_at, tx->now + (i - HISTORY_TASKS / 2) * HOUR_MS);
  MCRM_SET(&one, due_grain, "minute");
  MCRM_SET(&one, status, "open");
  MCRM_SET(&one, priority, "normal");
  MCRM_SET(&one, source, "user");
  return store_insert(tx, &model_task, &one);
}

void history_fill(const history *h, const char *url, const char *key_file) {
  static const store_origin origin = {.gate = "local", .operation = "bench.fill"};
  unsigned char key[STORE_KEY_SIZE];
  const long conversations = HISTORY_SHORT;
  store *s = history_open(url, key_file, key);
  arena *a = arena_new(0);
  for (long i = 0; a && i < conversations + HISTORY_TASKS;) {
    mcrm_error error = {0};
    store_tx tx;
    arena_reset(a);
    int code = store_begin(s, a, &error, true, 0, &origin, &tx);
    for (int k = 0; !code && k < BATCH && i < conversations + HISTORY_TASKS; k++, i++)
      code = i < conversations ? talk(&tx, h, i, tx.now - (conversations - i) * HISTORY_STEP_MS)
                               : plan(&tx, h, i - conversations);
    if (!code) code = store_commit(&tx);
    if (code) die("fill", error.detail);
  }
  mcrm_error error = {0};
  store_tx tx;
  arena_reset(a);
  if (store_begin(s, a, &error, true, 0, &origin, &tx) ||
      store_run_with(&tx,
                     "UPDATE rep SET last_contact_at = (SELECT MAX(started_at) FROM interaction WHERE rep_id = rep.id)",
                     NULL, 0) ||
      store_commit(&tx))
    die("fill", error.detail);
  arena_free(a);
  store_close(s);
}
