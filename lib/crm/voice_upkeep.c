/* Files and rows of voice notes kept in step: what is no longer named goes, what was kept long enough goes, what waited
 * for a provider goes on. */
#include <base/clock.h>
#include <base/error.h>
#include <blob/blob.h>
#include <crm/recordings.h>
#include <model/entities.h>
#include <stdio.h>
#include <string.h>

#include "voice_note.h"

enum { AT_ONCE = 200, ORPHANS_MOST = 1000 };
static const int64_t HOUR = 60 * 60 * 1000, DAY = 24 * 60 * 60 * 1000;

/* The text of a member; payloads are written by us alone. */
static bool member(const char *json, const char *name, char *out, size_t size) {
  char key[24];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const char *at = json ? strstr(json, key) : NULL;
  if (!at) return false;
  at += strlen(key);
  size_t length = strcspn(at, "\"");
  if (length >= size) return false;
  memcpy(out, at, length);
  out[length] = 0;
  return true;
}

static int named(store_tx *tx, const char *sha256, bool *yes) {
  int64_t rows = 0;
  int code =
      store_number(tx, &rows, 0, "SELECT 1 FROM voice_note WHERE sha256 = $1 AND audio_erased_at IS NULL LIMIT 1",
                   store_text(sha256));
  *yes = rows != 0;
  return code;
}

int voice_erase(jobs_run *run) {
  const workplace *place = run->context;
  char name[BLOB_NAME_SIZE], stamp[BLOB_STAMP_SIZE];
  bool still;
  if (!place->crm->blobs || !member(run->job->payload, "sha256", name, sizeof name) ||
      !member(run->job->payload, "stamp", stamp, sizeof stamp))
    return MCRM_OK;
  int code = named(run->tx, name, &still);
  return code || still ? code : blobs_erase(place->crm->blobs, name, stamp, run->error);
}

int voice_resume(jobs_run *run) {
  const workplace *place = run->context;
  store_select s;
  model_records found;
  if (!ai_listens(place->crm->ai)) return MCRM_OK;
  store_select_begin(&s, run->tx, &model_voice_note);
  store_where_plain(&s, "state = 'stored' AND error_code = 'ai.none' AND transcript IS NULL");
  store_where_plain(&s, "audio_erased_at IS NULL");
  store_order(&s, "id");
  store_limit(&s, AT_ONCE);
  int code = store_select_end(&s, &found);
  for (size_t i = 0; i < found.count && !code; i++) {
    const mcrm_voice_note *note = found.at[i];
    mcrm_voice_note change = {.size = sizeof change};
    MCRM_SET(&change, error_code, NULL);
    code = store_update(run->tx, &model_voice_note, note, &change, NULL);
    if (!code) code = voice_enqueue(run->tx, voice_transcribe_kind, note->id);
  }
  return code;
}

int voice_expire(jobs_run *run) {
  const workplace *place = run->context;
  store_select s;
  model_records found;
  if (!place->crm->voice.keep_days) return MCRM_OK;
  store_select_begin(&s, run->tx, &model_voice_note);
  store_where(&s, "created_at < ? AND audio_erased_at IS NULL",
              store_int(run->tx->now - place->crm->voice.keep_days * DAY));
  store_order(&s, "created_at, id");
  store_limit(&s, AT_ONCE);
  int code = store_select_end(&s, &found);
  const access_actor system = {.username = "system", .role = "admin", .policy = place->policy};
  crm_call call = {.tx = run->tx, .actor = &system, .crm = place->crm};
  for (size_t i = 0; i < found.count && !code; i++) {
    const mcrm_voice_note *note = found.at[i];
    mcrm_voice_note change = {.size = sizeof change};
    MCRM_SET(&change, audio_erased_at, run->tx->now);
    code = voice_drop_file(&call, note);
    if (!code) code = store_update(run->tx, &model_voice_note, note, &change, NULL);
  }
  return code;
}

/* ---- files that no row names ---- */

typedef struct orphan {
  char name[BLOB_NAME_SIZE], stamp[BLOB_STAMP_SIZE];
} orphan;

typedef struct orphans {
  blobs *files;
  orphan *at;
  size_t count;
} orphans;

static int note_file(void *context, const char *name, int64_t bytes) {
  orphans *o = context;
  (void)bytes;
  if (o->count == ORPHANS_MOST) return 1;
  orphan *one = &o->at[o->count++];
  memcpy(one->name, name, sizeof one->name);
  blobs_stamp(o->files, name, one->stamp); /* before the rows are asked: what comes later has another stamp */
  return 0;
}

/* ---- looking, without mending ---- */

static int count_missing(const crm *instance, store_tx *tx, voice_files *out) {
  store_rows rows;
  int code = store_query(tx, &rows, "SELECT DISTINCT sha256 FROM voice_note WHERE audio_erased_at IS NULL");
  while (!code && store_next(&rows)) {
    const char *name = store_get_text(&rows, 0);
    blob *file = NULL;
    mcrm_error why = {0};
    if (!name) continue;
    int opened = blob_open(instance->blobs, name, &why, &file);
    if (opened) {
      out->missing++;
      if (!out->reason[0]) snprintf(out->reason, sizeof out->reason, "%s", why.detail);
    } else {
      blob_close(file);
    }
  }
  return code ? code : store_end(&rows);
}

int voice_look(const crm *instance, store *s, mcrm_error *error, voice_files *out) {
  const store_origin origin = {.gate = "local", .operation = "doctor"};
  store_tx tx;
  *out = (voice_files){0};
  if (!instance->blobs) return MCRM_OK;
  arena *a = arena_new(0);
  orphans o = {.files = instance->blobs, .at = a ? arena_array(a, ORPHANS_MOST, sizeof *o.at) : NULL};
  if (!o.at) {
    arena_free(a);
    return error_no_memory(error);
  }
  int code = blobs_each(o.files, clock_system(NULL) - HOUR, note_file, &o, &out->files, error);
  if (code > 0) code = MCRM_OK; /* there are more than are looked at */
  if (!code && !(code = store_begin(s, a, error, false, 0, &origin, &tx))) {
    for (size_t i = 0; i < o.count && !code; i++) {
      bool yes;
      code = named(&tx, o.at[i].name, &yes);
      if (!code && !yes) out->orphans++;
    }
    if (!code) code = count_missing(instance, &tx, out);
    store_rollback(&tx);
  }
  arena_free(a);
  return code;
}

/* Outside of a transaction; an upload between its file and its row is no older than an hour. */
int voice_sweep_prepare(jobs_run *run) {
  const workplace *place = run->context;
  const store_origin origin = {.gate = "local", .operation = run->job->kind};
  store_tx tx;
  orphans o = {.files = place->crm->blobs};
  if (!o.files) return MCRM_OK;
  o.at = arena_array(run->arena, ORPHANS_MOST, sizeof *o.at);
  if (!o.at) return error_no_memory(run->error);
  int code = blobs_each(o.files, clock_system(NULL) - HOUR, note_file, &o, NULL, run->error);
  if (code < 0) return code;
  code = store_begin(run->store, run->arena, run->error, false, 0, &origin, &tx);
  if (code) return code;
  size_t left = 0;
  for (size_t i = 0; i < o.count && !code; i++) {
    bool yes;
    code = named(&tx, o.at[i].name, &yes);
    if (!code && !yes) o.at[left++] = o.at[i];
  }
  store_rollback(&tx);
  for (size_t i = 0; i < left && !code; i++) code = blobs_erase(o.files, o.at[i].name, o.at[i].stamp, run->error);
  return code;
}
