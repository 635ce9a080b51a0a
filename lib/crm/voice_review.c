/* What a person decides about a voice note: the transcript put right, each proposal taken or not, in one step; and
 * trying again. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <stdio.h>
#include <string.h>

#include "interaction.h"
#include "page.h"
#include "provenance.h"
#include "voice_note.h"

enum { PROPOSALS_MOST = 200 };

typedef struct review {
  crm_call *call;
  const mcrm_voice_review *in;
  const mcrm_voice_note *note;
  const mcrm_task **tasks;
  const mcrm_suggestion **suggestions;
  size_t task_count, suggestion_count;
} review;

static int decide(review *r, const mcrm_decide *what) {
  mcrm_decision *made = arena_alloc(r->call->tx->arena, sizeof *made);
  if (!made) return error_no_memory(r->call->tx->error);
  made->size = sizeof *made;
  int code = suggestion_decide(r->call, what, made);
  if (code) return code;
  if (made->suggestion->interaction_id != r->note->interaction_id)
    return error_set(r->call->tx->error, MCRM_INVALID, "id", "voice.other_suggestion",
                     "suggestion %lld is about another conversation", (long long)what->id);
  if (made->task) r->tasks[r->task_count++] = made->task;
  r->suggestions[r->suggestion_count++] = made->suggestion;
  return MCRM_OK;
}

static int decide_given(review *r) {
  char place[32];
  for (size_t i = 0; i < r->in->decisions.count; i++) {
    int code = r->suggestion_count < PROPOSALS_MOST ? decide(r, r->in->decisions.at[i]) : MCRM_OK;
    if (!code) continue;
    snprintf(place, sizeof place, "decisions[%zu]", i);
    error_within(r->call->tx->error, place);
    return code;
  }
  return MCRM_OK;
}

static int accept_rest(review *r) {
  store_select s;
  model_records found;
  if (!r->in->accept_rest) return MCRM_OK;
  store_select_begin(&s, r->call->tx, &model_suggestion);
  store_where(&s, "interaction_id = ? AND state = 'proposed'", store_int(r->note->interaction_id));
  store_order(&s, "id");
  store_limit(&s, PROPOSALS_MOST);
  int code = store_select_end(&s, &found);
  for (size_t i = 0; i < found.count && !code && r->suggestion_count < PROPOSALS_MOST; i++) {
    const mcrm_suggestion *one = found.at[i];
    mcrm_decide what = {.size = sizeof what};
    MCRM_SET(&what, id, one->id);
    MCRM_SET(&what, decision, "accept");
    code = decide(r, &what);
  }
  return code;
}

/* A transcript that was put right is the person's; what follows from it is worked out again. */
static int correct(review *r, mcrm_voice_note **after) {
  crm_call *call = r->call;
  mcrm_voice_note change = {.size = sizeof change};
  void *changed;
  if (MCRM_HAS(r->in, version)) MCRM_SET(&change, version, r->in->version);
  bool other = r->in->transcript && (!r->note->transcript || strcmp(r->note->transcript, r->in->transcript));
  if (other && !*r->in->transcript)
    return error_set(call->tx->error, MCRM_INVALID, "transcript", "field.required", "transcript: it is empty");
  if (other) {
    MCRM_SET(&change, transcript, r->in->transcript);
    MCRM_SET(&change, segments, ((mcrm_speech_piece_array){0})); /* their places no longer fit the words */
    MCRM_SET(&change, confidence, 1);
    MCRM_SET(&change, state, "transcribed");
    MCRM_SET(&change, progress, 0.6);
    MCRM_SET(&change, error_code, NULL);
    MCRM_SET(&change, error_detail, NULL);
    if (!r->note->provider) MCRM_SET(&change, provider, "user");
  }
  int code = store_update(call->tx, &model_voice_note, r->note, &change, &changed);
  if (code) return code;
  *after = changed;
  if (!other) return MCRM_OK;
  const char *payload = arena_print(call->tx->arena, "{\"id\":\"%lld\"}", (long long)r->note->id);
  if (!payload) return error_no_memory(call->tx->error);
  code = jobs_drop(call->tx, voice_transcribe_kind, payload);
  if (!code) code = voice_to_interaction(call, *after);
  return code ? code : voice_enqueue(call->tx, voice_analyse_kind, r->note->id);
}

static int finish_interaction(review *r, mcrm_voice_reviewed *out) {
  crm_call *call = r->call;
  void *found, *after;
  int code = access_load_for(call->tx, call->actor, &model_interaction, r->note->interaction_id, "interaction.read",
                             "interaction.write", &found);
  if (code == MCRM_NOT_FOUND) { /* the conversation is gone, the note is not */
    error_clear(call->tx->error);
    return MCRM_OK;
  }
  if (code) return code;
  after = found;
  if (r->in->final && strcmp(((const mcrm_interaction *)found)->state, "final")) {
    mcrm_interaction change = {.size = sizeof change}, *updated = arena_alloc(call->tx->arena, sizeof *updated);
    if (!updated) return error_no_memory(call->tx->error);
    updated->size = sizeof *updated;
    MCRM_SET(&change, id, r->note->interaction_id);
    MCRM_SET(&change, state, "final");
    code = interaction_update(call, &change, updated);
    after = updated;
  } else {
    code = interaction_fill(call, after);
  }
  if (!code) MCRM_SET(out, interaction, after);
  return code;
}

int voice_note_review(crm_call *call, const void *input, void *output) {
  mcrm_voice_reviewed *out = output;
  void *found;
  mcrm_voice_note *after = NULL;
  review r = {.call = call, .in = input};
  int code = access_load_for(call->tx, call->actor, &model_voice_note, r.in->id, "voice_note.read", "voice_note.write",
                             &found);
  if (code) return code;
  r.note = found;
  r.tasks = arena_array(call->tx->arena, PROPOSALS_MOST, sizeof *r.tasks);
  r.suggestions = arena_array(call->tx->arena, PROPOSALS_MOST, sizeof *r.suggestions);
  if (!r.tasks || !r.suggestions) return error_no_memory(call->tx->error);
  code = correct(&r, &after);
  if (!code) code = decide_given(&r);
  if (!code) code = accept_rest(&r);
  if (!code) code = finish_interaction(&r, out);
  if (!code) code = voice_fill(call, after);
  if (code) return code;
  MCRM_SET(out, voice_note, after);
  MCRM_SET(out, tasks, ((mcrm_task_array){r.tasks, r.task_count}));
  MCRM_SET(out, suggestions, ((mcrm_suggestion_array){r.suggestions, r.suggestion_count}));
  return MCRM_OK;
}

/* Tried again from where it stopped: what is transcribed already is not paid for twice. */
int voice_note_retry(crm_call *call, const void *input, void *output) {
  const mcrm_ref *in = input;
  void *found, *after;
  int code =
      access_load_for(call->tx, call->actor, &model_voice_note, in->id, "voice_note.read", "voice_note.write", &found);
  if (code) return code;
  const mcrm_voice_note *note = found;
  bool heard = note->transcript != NULL;
  if (!heard && note->audio_erased_at)
    return error_set(call->tx->error, MCRM_CONFLICT, "id", "voice.erased", "the audio of note %lld was erased",
                     (long long)note->id);
  mcrm_voice_note change = {.size = sizeof change};
  if (MCRM_HAS(in, version)) MCRM_SET(&change, version, in->version);
  MCRM_SET(&change, state, heard ? "transcribed" : "stored");
  MCRM_SET(&change, progress, heard ? 0.6 : 0);
  MCRM_SET(&change, error_detail, NULL);
  bool waits = !heard && !ai_listens(call->crm->ai);
  ai_forgive(call->crm->ai);
  MCRM_SET(&change, error_code, waits ? "ai.none" : NULL);
  code = store_update(call->tx, &model_voice_note, note, &change, &after);
  if (!code && !waits) code = voice_enqueue(call->tx, heard ? voice_analyse_kind : voice_transcribe_kind, note->id);
  if (!code) code = voice_fill(call, after);
  if (!code) *(mcrm_voice_note *)output = *(const mcrm_voice_note *)after;
  return code;
}
