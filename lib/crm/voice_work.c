/* The work on a voice note, in two durable pieces: transcribing, then analysing. Each asks outside of any transaction
 * and commits its effect with its completion, so that whoever dies in between leaves nothing half done and nothing done
 * twice. Both act with the rights of the note's owner, as they are at that moment. */
#include <base/clock.h>
#include <base/error.h>
#include <blob/blob.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdio.h>
#include <string.h>

#include "ids.h"
#include "ledger.h"
#include "notification.h"
#include "voice_note.h"

static const int64_t SECOND = INT64_C(1000000000), PATIENCE_S = 600, RENEW_S = 8;

/* ---- who and what ---- */

static bool is(const char *a, const char *b) { return a && !strcmp(a, b); }

static mcrm_id note_of(const jobs_run *run) {
  const char *text = run->job->payload ? strstr(run->job->payload, "\"id\":\"") : NULL;
  char digits[24] = "";
  mcrm_id id = 0;
  if (text) snprintf(digits, sizeof digits, "%.*s", (int)strspn(text + 6, "0123456789"), text + 6);
  return id_read(digits, &id) ? id : 0;
}

static access_actor system_actor(const workplace *place) {
  return (access_actor){
      .username = "system", .role = "admin", .language = "fa", .gate = "local", .policy = place->policy};
}

/* The note's owner; whoever has left cannot be acted for. */
static int act_as_owner(jobs_run *run, store_tx *tx, mcrm_id user, access_actor *out) {
  const workplace *place = run->context;
  const char *username = NULL;
  store_rows rows;
  if (!user) {
    *out = system_actor(place);
    return MCRM_OK;
  }
  int code = store_query(tx, &rows, "SELECT username FROM user_account WHERE id = $1", store_int(user));
  if (!code && store_next(&rows)) username = store_get_text(&rows, 0);
  code = store_end(&rows);
  if (!code) code = access_actor_load(tx, place->policy, username ? username : "", "local", out);
  if (code != MCRM_UNAUTHENTICATED) return code;
  run->hopeless = true;
  error_clear(tx->error);
  return error_set(tx->error, MCRM_DENIED, NULL, "voice.owner", "user %lld is no longer active", (long long)user);
}

/* NULL: it was deleted since. */
static int load_note(store_tx *tx, mcrm_id id, mcrm_voice_note **out) {
  void *found = NULL;
  int code = store_load(tx, &model_voice_note, id, &found);
  if (code == MCRM_NOT_FOUND) {
    error_clear(tx->error);
    code = MCRM_OK;
  }
  *out = code ? NULL : found;
  return code;
}

/* Shows how far it is; only while it is still so far. */
static int show(jobs_run *run, mcrm_id id, const char *state, double progress, mcrm_error *error) {
  store_tx tx;
  mcrm_voice_note *note, change = {.size = sizeof change};
  const store_origin origin = {.gate = "local", .operation = run->job->kind};
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = store_begin(run->store, a, error, true, 0, &origin, &tx);
  if (!code) {
    code = load_note(&tx, id, &note);
    MCRM_SET(&change, state, state);
    MCRM_SET(&change, progress, progress);
    MCRM_SET(&change, error_code, NULL);
    MCRM_SET(&change, error_detail, NULL);
    if (!code && note && !is(note->state, "ready")) code = store_update(&tx, &model_voice_note, note, &change, NULL);
    if (!code)
      code = store_commit(&tx);
    else
      store_rollback(&tx);
  }
  arena_free(a);
  return code;
}

/* ---- while a provider thinks ---- */

typedef struct watch {
  jobs_run *run;
  mcrm_id note;
  int64_t renewed, shown;
  bool lost;
  blob *audio;
  int unread; /* why it cannot be read; 0 = it can */
} watch;

static int renew(jobs_run *run) {
  mcrm_error ignored = {0};
  jobs_run own = *run;
  own.error = &ignored;
  if (!(own.arena = arena_new(0))) return MCRM_NO_MEMORY;
  int code = jobs_renew(&own);
  arena_free(own.arena);
  return code;
}

/* Asked again and again: the lease is prolonged, and a job that is somebody else's by now is left to them. */
static bool cancelled(void *context) {
  watch *w = context;
  int64_t now = clock_monotonic();
  if (!w->lost && now - w->renewed > RENEW_S * SECOND) {
    w->renewed = now;
    w->lost = renew(w->run) == MCRM_CONFLICT;
  }
  return w->lost;
}

static void progress(void *context, double done) {
  watch *w = context;
  mcrm_error ignored = {0};
  int64_t now = clock_monotonic();
  if (now - w->shown < 2 * SECOND) return;
  w->shown = now;
  show(w->run, w->note, "transcribing", 0.1 + 0.5 * (done < 0 ? 0 : done > 1 ? 1 : done), &ignored);
}

/* ---- transcribing ---- */

typedef struct hearing {
  mcrm_voice_note *note; /* NULL: there is nothing to do */
  ai_transcript said;
  bool no_provider;
  const char *const *hints;
  size_t hint_count;
  ai_spent spent;
  const ai_call *unbooked; /* what was asked, until its effect is committed */
} hearing;

static int gather(jobs_run *run, hearing *h) {
  const workplace *place = run->context;
  const store_origin origin = {.gate = "local", .operation = run->job->kind};
  store_tx tx;
  access_actor owner;
  int code = store_begin(run->store, run->arena, run->error, false, 0, &origin, &tx);
  if (code) return code;
  code = load_note(&tx, note_of(run), &h->note);
  if (!code && h->note && (h->note->transcript || h->note->audio_erased_at)) h->note = NULL;
  if (!code && h->note) {
    code = act_as_owner(run, &tx, h->note->user_id, &owner);
    crm_call call = {.tx = &tx, .actor = &owner, .crm = place->crm};
    if (!code) code = voice_hints(&call, h->note, &h->hints, &h->hint_count);
    if (!code) code = ledger_spent(&tx, h->note->user_id, "speech", &h->spent);
  }
  store_rollback(&tx);
  return code;
}

static int open_audio(watch *w, const mcrm_voice_note *note) {
  jobs_run *run = w->run;
  const workplace *place = run->context;
  if (!place->crm->blobs)
    return error_set(run->error, MCRM_UNAVAILABLE, "file", "file.gone", "there is no folder for recordings");
  int code = blob_open(place->crm->blobs, note->sha256, run->error, &w->audio);
  run->hopeless = code == MCRM_NOT_FOUND;
  if (code || blob_size(w->audio) == note->bytes) return code;
  blob_close(w->audio);
  run->hopeless = true;
  return error_set(run->error, MCRM_IO, "file", "file.damaged", "the kept file has another size than it had");
}

/* As it is sent: however many recordings are worked on, a block of each is in memory. */
static int read_audio(void *context, size_t at, void *to, size_t length) {
  watch *w = context;
  return w->unread = blob_read(w->audio, (int64_t)at, to, length, w->run->error);
}

static int listen(jobs_run *run, hearing *h) {
  const workplace *place = run->context;
  const mcrm_voice_note *note = h->note;
  watch w = {.run = run, .note = note->id, .renewed = clock_monotonic()};
  int code = open_audio(&w, note);
  if (code) return code;
  const ai_audio audio = {.length = (size_t)note->bytes,
                          .media_type = note->media_type,
                          .duration_ms = (int64_t)(note->duration_s * 1000),
                          .language = is(note->language, "fa") || is(note->language, "en") ? note->language : NULL,
                          .hints = h->hints,
                          .hint_count = h->hint_count};
  ai_call *ask = arena_alloc(run->arena, sizeof *ask);
  if (ask) {
    *ask = (ai_call){.arena = run->arena,
                     .error = run->error,
                     .zone = store_zone(run->store),
                     .now = store_now(run->store),
                     .language = audio.language,
                     .ai = place->crm->ai,
                     .user_id = note->user_id,
                     .trace = run->job->trace,
                     .deadline = clock_monotonic() + PATIENCE_S * SECOND,
                     .spent = h->spent,
                     .cancelled = cancelled,
                     .progress = progress,
                     .read = read_audio,
                     .context = &w};
    code = ai_transcribe(ask, &audio, &h->said);
  } else {
    code = error_no_memory(run->error);
  }
  blob_close(w.audio);
  if (!code) h->unbooked = ask;
  if (code && ask) ledger_keep(run->store, ask, run->error);
  return w.unread ? w.unread : code;
}

int voice_transcribe_prepare(jobs_run *run) {
  hearing *h = arena_alloc(run->arena, sizeof *h);
  const workplace *place = run->context;
  if (!h) return error_no_memory(run->error);
  run->prepared = h;
  int code = gather(run, h);
  if (code || !h->note) return code;
  if (!ai_listens(place->crm->ai)) {
    h->no_provider = true;
    return MCRM_OK;
  }
  code = show(run, h->note->id, "transcribing", 0.1, run->error);
  if (!code) code = listen(run, h);
  if (code == MCRM_UNSUPPORTED && is(run->error->message, "ai.none")) {
    h->no_provider = true;
    error_clear(run->error);
    return MCRM_OK;
  }
  if (code == MCRM_UNSUPPORTED || code == MCRM_INVALID || (code && is(run->error->message, "file.damaged")))
    run->hopeless = true;
  return code;
}

static int pieces(store_tx *tx, const ai_transcript *said, mcrm_speech_piece_array *out) {
  const mcrm_speech_piece **at = arena_array(tx->arena, said->segment_count, sizeof *at);
  *out = (mcrm_speech_piece_array){0};
  if (!said->segment_count) return MCRM_OK;
  if (!at) return error_no_memory(tx->error);
  for (size_t i = 0; i < said->segment_count; i++) {
    const mcrm_speech_segment *from = said->segments[i];
    mcrm_speech_piece *to = arena_alloc(tx->arena, sizeof *to);
    if (!to) return error_no_memory(tx->error);
    to->size = sizeof *to;
    MCRM_SET(to, from_s, (double)from->start_ms / 1000);
    MCRM_SET(to, to_s, (double)from->end_ms / 1000);
    MCRM_SET(to, text, from->text);
    MCRM_SET(to, speaker, from->speaker);
    at[i] = to;
  }
  *out = (mcrm_speech_piece_array){at, said->segment_count};
  return MCRM_OK;
}

static bool silent(const ai_transcript *said) { return !said->text || !said->text[strspn(said->text, " \t\r\n.…")]; }

static int fail_note(crm_call *call, const mcrm_voice_note *note, const char *code_name, const char *detail) {
  mcrm_voice_note change = {.size = sizeof change};
  void *after;
  MCRM_SET(&change, state, "failed");
  MCRM_SET(&change, error_code, code_name);
  MCRM_SET(&change, error_detail, detail);
  int code = store_update(call->tx, &model_voice_note, note, &change, &after);
  if (!code) code = voice_fill(call, after);
  return code ? code : notification_voice_failed(call, after);
}

static int keep_transcript(crm_call *call, const mcrm_voice_note *note, const ai_transcript *said) {
  mcrm_voice_note change = {.size = sizeof change};
  mcrm_speech_piece_array segments;
  void *after;
  int code = pieces(call->tx, said, &segments);
  if (code) return code;
  MCRM_SET(&change, transcript, said->text);
  MCRM_SET(&change, segments, segments);
  MCRM_SET(&change, confidence, said->confidence < 0 ? 0 : said->confidence);
  MCRM_SET(&change, provider, said->provider);
  MCRM_SET(&change, model, said->model);
  if (said->language) MCRM_SET(&change, language, said->language);
  MCRM_SET(&change, state, "transcribed");
  MCRM_SET(&change, progress, 0.6);
  MCRM_SET(&change, error_code, NULL);
  MCRM_SET(&change, error_detail, NULL);
  code = store_update(call->tx, &model_voice_note, note, &change, &after);
  if (!code) code = voice_to_interaction(call, after);
  if (!code) code = jobs_wake(call->tx, voice_transcribe_kind); /* a provider is there again */
  return code ? code : voice_enqueue(call->tx, voice_analyse_kind, note->id);
}

static int wait_for_provider(crm_call *call, const mcrm_voice_note *note) {
  mcrm_voice_note change = {.size = sizeof change};
  MCRM_SET(&change, state, "stored");
  MCRM_SET(&change, progress, 0);
  MCRM_SET(&change, error_code, "ai.none");
  return store_update(call->tx, &model_voice_note, note, &change, NULL);
}

/* The owner acts, in the job's own transaction, and the journal says so. */
static int as_owner(jobs_run *run, mcrm_id user, access_actor *owner, crm_call *call) {
  const workplace *place = run->context;
  int code = act_as_owner(run, run->tx, user, owner);
  *call = (crm_call){.tx = run->tx, .actor = owner, .crm = place->crm};
  run->tx->origin.user_id = user;
  return code;
}

int voice_transcribe_effect(jobs_run *run) {
  const hearing *h = run->prepared;
  mcrm_voice_note *note;
  access_actor owner;
  crm_call call;
  if (!h->note) return MCRM_OK;
  int code = h->unbooked ? ledger_write(run->tx, h->unbooked) : MCRM_OK;
  if (!code) code = load_note(run->tx, h->note->id, &note);
  if (code || !note || note->transcript) return code; /* deleted, or typed up meanwhile */
  code = as_owner(run, note->user_id, &owner, &call);
  if (code) return code;
  if (h->no_provider) return wait_for_provider(&call, note);
  if (silent(&h->said)) return fail_note(&call, note, "voice.silent", "no speech was found in the recording");
  return keep_transcript(&call, note, &h->said);
}

static void book(jobs_run *run, const ai_call *call) {
  mcrm_error ignored = {0};
  if (call) ledger_keep(run->store, call, &ignored);
}

void voice_transcribe_undone(jobs_run *run) {
  const hearing *h = run->prepared;
  if (h) book(run, h->unbooked);
}

/* ---- analysing ---- */

typedef struct thinking {
  mcrm_voice_note *note; /* NULL: there is nothing to do */
  mcrm_note in;
  void *reading; /* of note.analyse */
  const ai_call *unbooked;
} thinking;

static int gather_analysis(jobs_run *run, thinking *t, access_actor *owner) {
  const workplace *place = run->context;
  const store_origin origin = {.gate = "local", .operation = run->job->kind};
  const char *text = NULL;
  store_tx tx;
  int code = store_begin(run->store, run->arena, run->error, false, 0, &origin, &tx);
  if (code) return code;
  code = load_note(&tx, note_of(run), &t->note);
  if (!code && t->note && !t->note->transcript) t->note = NULL;
  if (!code && t->note) code = act_as_owner(run, &tx, t->note->user_id, owner);
  crm_call call = {.tx = &tx, .actor = owner, .crm = place->crm};
  if (!code && t->note) code = voice_text(&call, t->note->interaction_id, &text);
  if (!code && !text) t->note = NULL;
  if (!code && t->note) {
    t->in.size = sizeof t->in;
    MCRM_SET(&t->in, text, text);
    MCRM_SET(&t->in, interaction_id, t->note->interaction_id);
    if (is(t->note->language, "fa") || is(t->note->language, "en")) MCRM_SET(&t->in, language, t->note->language);
    code = note_analyse_gather(&call, &t->in, &t->reading);
    if (code == MCRM_NOT_FOUND || code == MCRM_DENIED) run->hopeless = true;
  }
  store_rollback(&tx);
  return code;
}

static int think(jobs_run *run, thinking *t, const access_actor *owner) {
  const workplace *place = run->context;
  watch w = {.run = run, .note = t->note->id, .renewed = clock_monotonic()};
  crm_asking asking = {.store = run->store,
                       .trace = run->job->trace,
                       .arena = run->arena,
                       .error = run->error,
                       .actor = owner,
                       .crm = place->crm,
                       .deadline = clock_monotonic() + PATIENCE_S * SECOND,
                       .background = true,
                       .cancelled = cancelled,
                       .context = &w,
                       .unbooked = &t->unbooked};
  return note_analyse_ask(&asking, t->reading);
}

int voice_analyse_prepare(jobs_run *run) {
  thinking *t = arena_alloc(run->arena, sizeof *t);
  access_actor owner;
  if (!t) return error_no_memory(run->error);
  run->prepared = t;
  int code = gather_analysis(run, t, &owner);
  if (code || !t->note) return code;
  code = show(run, t->note->id, "analysing", 0.7, run->error);
  return code ? code : think(run, t, &owner);
}

/* Policy "automatic": what the team is to do becomes tasks at once. Each can be undone like anything its owner does. */
static int make_tasks(crm_call *call, const mcrm_analysis *analysis) {
  for (size_t i = 0; call->crm->voice.automatic && i < analysis->suggestions.count; i++) {
    const mcrm_suggestion *s = analysis->suggestions.at[i];
    mcrm_decide accept = {.size = sizeof accept};
    mcrm_decision made = {.size = sizeof made};
    if (!is(s->field, "task")) continue;
    MCRM_SET(&accept, id, s->id);
    MCRM_SET(&accept, decision, "accept");
    int code = suggestion_decide(call, &accept, &made);
    if (code) return code;
  }
  return MCRM_OK;
}

/* An outage, not a refusal of this very text: what the rules made of it may be deepened later. */
static bool passes(const char *fallback) {
  return fallback && !is(fallback, "bad_request") && !is(fallback, "content_filter") && !is(fallback, "unsupported");
}

int voice_analyse_effect(jobs_run *run) {
  thinking *t = run->prepared;
  mcrm_voice_note *note, change = {.size = sizeof change};
  mcrm_analysis analysis = {.size = sizeof analysis};
  access_actor owner;
  crm_call call;
  const char *text;
  if (!t->note) return MCRM_OK;
  int code = t->unbooked ? ledger_write(run->tx, t->unbooked) : MCRM_OK;
  if (!code) code = load_note(run->tx, t->note->id, &note);
  if (code || !note) return code;
  code = as_owner(run, note->user_id, &owner, &call);
  if (!code) code = voice_text(&call, note->interaction_id, &text);
  if (code) return code;
  /* what was said has been put right meanwhile: that has its own piece of work */
  if (!text || strcmp(text, t->in.text)) return voice_enqueue(run->tx, voice_analyse_kind, note->id);
  call.prepared = t->reading;
  code = note_analyse(&call, &t->in, &analysis);
  call.prepared = NULL;
  if (!code) code = make_tasks(&call, &analysis);
  if (code) return code;
  analysis.present &= ~(MCRM_BIT_OF(&analysis, suggestions) | MCRM_BIT_OF(&analysis, interaction));
  analysis.suggestions = (mcrm_suggestion_array){0};
  analysis.interaction = NULL;
  MCRM_SET(&change, analysis, &analysis);
  MCRM_SET(&change, state, "ready");
  MCRM_SET(&change, progress, 1);
  MCRM_SET(&change, error_code, NULL);
  MCRM_SET(&change, error_detail, NULL);
  code = store_update(call.tx, &model_voice_note, note, &change, NULL);
  if (!code && passes(note_analyse_fallback(t->reading))) code = voice_enqueue(run->tx, voice_deepen_kind, note->id);
  return code;
}

/* ---- deepening ---- */

/* Read by the rules alone, and nobody has decided anything by that. */
static int untouched(store_tx *tx, const mcrm_voice_note *note, bool *yes) {
  int64_t decided = 0;
  *yes = note && is(note->state, "ready") && note->analysis && is(note->analysis->provider, "local");
  if (!*yes) return MCRM_OK;
  int code = store_number(tx, &decided, 0,
                          "SELECT 1 FROM suggestion WHERE interaction_id = $1 AND state <> 'proposed' UNION ALL "
                          "SELECT 1 FROM interaction WHERE id = $1 AND state = 'final' LIMIT 1",
                          store_int(note->interaction_id));
  *yes = !decided;
  return code;
}

static int look_untouched(jobs_run *run, thinking *t) {
  const store_origin origin = {.gate = "local", .operation = run->job->kind};
  store_tx tx;
  bool yes;
  int code = store_begin(run->store, run->arena, run->error, false, 0, &origin, &tx);
  if (code) return code;
  code = untouched(&tx, t->note, &yes);
  store_rollback(&tx);
  if (!yes) t->note = NULL;
  return code;
}

int voice_deepen_prepare(jobs_run *run) {
  thinking *t = arena_alloc(run->arena, sizeof *t);
  access_actor owner;
  if (!t) return error_no_memory(run->error);
  run->prepared = t;
  int code = gather_analysis(run, t, &owner);
  if (!code && t->note) code = look_untouched(run, t);
  if (!code && t->note) code = think(run, t, &owner);
  if (code || !t->note) return code;
  const char *why = note_analyse_fallback(t->reading);
  if (!why) return MCRM_OK;
  run->hopeless = !passes(why);
  const char *message = arena_print(run->arena, "ai.%s", why);
  if (!message) return error_no_memory(run->error);
  return error_set(run->error, MCRM_UNAVAILABLE, NULL, message, "no provider reads the note: %s", why);
}

int voice_deepen_effect(jobs_run *run) {
  const thinking *t = run->prepared;
  mcrm_voice_note *note;
  bool yes;
  if (!t->note) return MCRM_OK;
  int code = load_note(run->tx, t->note->id, &note);
  if (!code) code = untouched(run->tx, note, &yes);
  if (!code && !yes) return t->unbooked ? ledger_write(run->tx, t->unbooked) : MCRM_OK;
  return code ? code : voice_analyse_effect(run);
}

void voice_analyse_undone(jobs_run *run) {
  const thinking *t = run->prepared;
  if (t) book(run, t->unbooked);
}

/* ---- what did not work ---- */

/* The note says why it waits; given up, it has failed and its owner is told. */
int voice_work_failed(jobs_run *run, const mcrm_error *why, bool dead) {
  const workplace *place = run->context;
  mcrm_voice_note *note;
  int code = load_note(run->tx, note_of(run), &note);
  if (code || !note || is(note->state, "ready")) return code;
  const access_actor system = system_actor(place);
  crm_call call = {.tx = run->tx, .actor = &system, .crm = place->crm};
  if (dead) return fail_note(&call, note, why->message, why->detail);
  mcrm_voice_note change = {.size = sizeof change};
  MCRM_SET(&change, error_code, why->message);
  MCRM_SET(&change, error_detail, why->detail);
  code = store_update(run->tx, &model_voice_note, note, &change, NULL);
  /* once, when it is no longer a matter of moments */
  return code || run->job->failures + 1 != JOBS_FAILURES ? code : notification_voice_waits(&call, note);
}
