#include <base/error.h>
#include <string.h>

#include "router.h"

typedef struct listening {
  const ai_audio *audio;
  mcrm_speech_reply reply;
  bool takes_nothing; /* no provider takes this audio */
} listening;

static bool listed(const char *const *list, const char *word) {
  if (!list || !word) return true;
  for (; *list; list++)
    if (!strcmp(*list, word)) return true;
  return false;
}

static bool fits(const router_request *r, const mcrm_capabilities *can) {
  const ai_audio *audio = ((const listening *)r->context)->audio;
  return listed(can->media_types, audio->media_type) && listed(can->languages, audio->language) &&
         (!can->audio_bytes || audio->length <= (size_t)can->audio_bytes) &&
         (!can->audio_ms || audio->duration_ms <= can->audio_ms);
}

static int read_audio(void *context, size_t at, void *to, size_t length) {
  const ai_call *call = context;
  return call->read(call->context, at, to, length);
}

static mcrm_outcome ask(router_request *r, provider *p, provider_call *call, ai_record *record) {
  listening *l = r->context;
  const ai_audio *audio = l->audio;
  arena *a = r->call->arena;
  bool hints = provider_capabilities(p)->flags & MCRM_CAN_HINTS;
  mcrm_speech_request request = {.size = sizeof request,
                                 .audio = audio->bytes,
                                 .length = audio->length,
                                 .media_type = audio->media_type,
                                 .duration_ms = audio->duration_ms,
                                 .language = audio->language,
                                 .hints = hints ? audio->hints : NULL,
                                 .hint_count = hints ? audio->hint_count : 0};
  if (!audio->bytes) call->read = read_audio;
  l->reply = (mcrm_speech_reply){.size = sizeof l->reply, .confidence = -1, .cost = -1};
  mcrm_outcome outcome = provider_speech(p, call, &request, &l->reply);
  record->audio_ms = l->reply.duration_ms > 0 ? l->reply.duration_ms : audio->duration_ms;
  record->cost = l->reply.cost;
  record->model = arena_text(a, l->reply.model);
  record->request_id = arena_text(a, l->reply.request_id);
  return outcome == MCRM_OUTCOME_OK && !l->reply.text ? MCRM_OUTCOME_PROTOCOL : outcome;
}

static int code_of(mcrm_outcome outcome) {
  switch (outcome) {
    case MCRM_OUTCOME_OK:
      return MCRM_OK;
    case MCRM_OUTCOME_BUDGET:
    case MCRM_OUTCOME_RATE_LIMIT:
      return MCRM_BUSY;
    case MCRM_OUTCOME_TIMEOUT:
      return MCRM_TIMEOUT;
    case MCRM_OUTCOME_CANCELLED:
      return MCRM_CANCELLED;
    case MCRM_OUTCOME_BAD_REQUEST:
    case MCRM_OUTCOME_CONTENT_FILTER:
      return MCRM_INVALID;
    case MCRM_OUTCOME_UNSUPPORTED:
      return MCRM_UNSUPPORTED;
    default:
      return MCRM_UNAVAILABLE;
  }
}

static int fail(ai_call *call, mcrm_outcome outcome, const router_request *r) {
  const ai_record *last = r->last;
  const char *message = arena_print(call->arena, "ai.%s", ai_outcome_name(outcome));
  if (!message) return error_no_memory(call->error);
  if (!last && r->resting)
    return error_set(call->error, code_of(outcome), NULL, message, "%.60s is left alone for a while after: %s",
                     r->resting, ai_outcome_name(outcome));
  if (!last) {
    return error_set(call->error, code_of(outcome), NULL, message,
                     outcome == MCRM_OUTCOME_UNSUPPORTED
                         ? "no speech provider takes this audio (format, length or language)"
                         : "no speech provider could be asked now");
  }
  return error_set(call->error, code_of(outcome), NULL, message, "%.60s: %s%s%.40s%s%.120s", last->provider,
                   ai_outcome_name(outcome), last->code ? " " : "", last->code ? last->code : "",
                   last->detail ? ": " : "", last->detail ? last->detail : "");
}

static int none(ai_call *call) {
  return error_set(call->error, MCRM_UNSUPPORTED, NULL, "ai.none",
                   "no speech provider is configured that may be asked");
}

int ai_transcribe(ai_call *call, const ai_audio *audio, ai_transcript *out) {
  *out = (ai_transcript){.text = "", .confidence = -1};
  if (!ai_listens(call->ai)) return none(call);
  listening l = {.audio = audio};
  router_request request = {.call = call,
                            .task = "speech",
                            .route = ai_route(call->ai, "speech", true),
                            .need = MCRM_CAN_SPEECH,
                            .audio_ms = audio->duration_ms,
                            .fits = fits,
                            .ask = ask,
                            .context = &l};
  mcrm_outcome outcome = router_run(call->ai, &request);
  /* as turned out when they were started */
  if (outcome == MCRM_OUTCOME_UNSUPPORTED && !ai_listens(call->ai)) return none(call);
  if (outcome != MCRM_OUTCOME_OK) return fail(call, outcome, &request);
  *out = (ai_transcript){.text = l.reply.text,
                         .language = l.reply.language,
                         .provider = request.last ? request.last->provider : "",
                         .model = l.reply.model,
                         .confidence = l.reply.confidence,
                         .duration_ms = l.reply.duration_ms,
                         .segments = l.reply.segments,
                         .segment_count = l.reply.segment_count,
                         .dropped = l.reply.dropped};
  return MCRM_OK;
}
