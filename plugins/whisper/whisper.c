/* The provider for speech to text as OpenAI's Whisper is asked for it: OpenAI, Groq, Azure, speaches, whisper.cpp and
 * others. What differs between them is options, and `server` sets the options' defaults. */
#include "whisper.h"

#include <string.h>

#include "../common/wav.h"

#define ROW(row_name, row_kind, member, ...)                                              \
  {                                                                                       \
    .size = sizeof(mcrm_plugin_option), .name = row_name, .kind = MCRM_OPTION_##row_kind, \
    .offset = offsetof(whisper, member), __VA_ARGS__                                      \
  }

static const char *const servers[] = {"openai", "groq", "azure", "speaches", "whisper.cpp", "other", NULL};
static const char *const formats[] = {"json", "verbose_json", "text", "diarized_json", NULL};
static const char *const array_styles[] = {"brackets", "plain", NULL};
static const char *const hint_styles[] = {"prompt", "keywords", "hotwords", "none", NULL};
static const char *const probes[] = {"models", "health", NULL};
static const char *const chunkings[] = {"auto", "none", NULL};

static const mcrm_plugin_option options[] = {
    ROW("server", TEXT, server, .fallback = "openai", .choices = servers,
        .help = "whose ways are the defaults of the other options"),
    ENDPOINT_OPTIONS(whisper, at),
    ROW("path", TEXT, path, .help = "behind base_url; whisper.cpp: /inference, others: /audio/transcriptions"),
    ROW("model", TEXT, model, .help = "OpenAI: whisper-1, Groq: whisper-large-v3; speaches, others: must be given"),
    ROW("send_model", BOOL, send_model, .fallback = "true", .help = "say the model in the request"),
    ROW("response_format", TEXT, response_format, .choices = formats,
        .help = "by the model: verbose_json where it has times, else json"),
    ROW("word_times", BOOL, word_times, .fallback = "false", .help = "ask for the times of words too (verbose_json)"),
    ROW("array_style", TEXT, array_style, .fallback = "brackets", .choices = array_styles,
        .help = "how repeated fields are named: timestamp_granularities[] or without brackets"),
    ROW("hints", TEXT, hints, .choices = hint_styles,
        .help =
            "how names to expect are sent: in the prompt, as keywords[], as hotwords, not at all; by server and model"),
    ROW("prompt", TEXT, prompt, .help = "words before the hints: the house's own style and names"),
    ROW("temperature", REAL, temperature, .fallback = "0", .least = 0, .most = 1, .help = "0: as sure as it can be"),
    ROW("chunking", TEXT, chunking, .choices = chunkings, .help = "auto: the service cuts long audio; by the model"),
    ROW("probe", TEXT, probe, .choices = probes, .help = "how the server is tried: /models or /health; by the server"),
    ROW("drop_no_speech", REAL, no_speech, .fallback = "0.6", .least = 0, .most = 1,
        .help = "segments over this no_speech_prob and under drop_log_probability are left out; 1: none"),
    ROW("drop_log_probability", REAL, log_probability, .fallback = "-1", .least = -100, .most = 0,
        .help = "see drop_no_speech"),
    ROW("drop_compression", REAL, compression, .fallback = "2.4", .least = 0, .most = 1000,
        .help = "segments over this compression_ratio are left out; 0: none"),
    ROW("collapse_loops", BOOL, loops, .fallback = "true", .help = "keep once what is said over and over"),
    ROW("outros", TEXTS, outros, .help = "further phrases that the model invents in silence"),
    ROW("silence_db", REAL, silence, .fallback = "-60", .least = -120, .most = 0,
        .help = "a WAV file that is nowhere louder is not sent: nothing was said; -120: all are sent"),
    {.size = sizeof(mcrm_plugin_option)}};

/* What each server does unless it is told otherwise. */
typedef struct ways {
  const char *server, *base_url, *path, *auth_style, *model, *probe;
} ways;

static const ways known[] = {
    {"openai", "https://api.openai.com/v1", "/audio/transcriptions", "bearer", "whisper-1", "models"},
    {"groq", "https://api.groq.com/openai/v1", "/audio/transcriptions", "bearer", "whisper-large-v3", "models"},
    {"azure", NULL, "/audio/transcriptions", "api-key", "whisper-1", "models"},
    {"speaches", "http://127.0.0.1:8000/v1", "/audio/transcriptions", "none", NULL, "models"},
    {"whisper.cpp", "http://127.0.0.1:8080", "/inference", "none", "whisper.cpp", "health"},
    {"other", NULL, "/audio/transcriptions", "bearer", NULL, "models"}};

static void take_default(const char **option, const char *value) {
  if (!*option) *option = value;
}

static bool newer(const char *model) { return work_starts(model, "gpt-"); }

const char *whisper_format(const whisper *o, const char *model) {
  if (o->response_format) return o->response_format;
  if (!newer(model)) return "verbose_json";
  return work_has(model, "diarize") ? "diarized_json" : "json";
}

static void take_defaults(whisper *o) {
  const ways *w = known;
  while (strcmp(w->server, o->server) && w < known + sizeof known / sizeof *known - 1) w++;
  take_default(&o->at.base_url, w->base_url);
  take_default(&o->at.auth_style, w->auth_style);
  take_default(&o->path, w->path);
  take_default(&o->model, w->model);
  take_default(&o->probe, w->probe);
  if (!strcmp(w->server, "whisper.cpp")) o->send_model = 0;
}

static mcrm_outcome start(void *state, mcrm_plugin_call *call, const mcrm_plugin_host *host,
                          mcrm_capabilities *capabilities, mcrm_failure *failure) {
  whisper *o = state;
  (void)call;
  o->host = host;
  take_defaults(o);
  if (o->path[0] != '/') return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "path", "begins with /");
  if (!o->model)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "model", "must be given for server: %s", o->server);
  const char *format = whisper_format(o, o->model);
  if (newer(o->model) && !work_has(o->model, "diarize") && strcmp(format, "json"))
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "response_format", "%s answers in json only", o->model);
  if (strcmp(format, "verbose_json") && strcmp(format, "diarized_json"))
    capabilities->flags &= ~(unsigned)MCRM_CAN_SEGMENTS;
  if (o->hints && !strcmp(o->hints, "none")) capabilities->flags &= ~(unsigned)MCRM_CAN_HINTS;
  if (!endpoint_local(o->at.base_url)) capabilities->local = 0;
  return endpoint_check(&o->at, failure);
}

/* What is silence for the ear is a film's last words for the model: it is not asked. */
static bool silent(const whisper *o, const mcrm_speech_request *q) {
  wav sound;
  return !strcmp(q->media_type, "audio/wav") && wav_read(q->audio, q->length, &sound) &&
         wav_loudest(&sound) < o->silence;
}

static mcrm_outcome run(void *state, mcrm_plugin_call *call, const mcrm_speech_request *request,
                        mcrm_speech_reply *reply, mcrm_failure *failure) {
  const whisper *o = state;
  work w = {o->host, call};
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  reply->confidence = -1;
  reply->cost = -1;
  if (silent(o, request)) {
    reply->text = "";
    return MCRM_OUTCOME_OK;
  }
  if (!endpoint_begin(&w, &o->at, "POST", o->path, &r) || !request_parts(&w, o, request, &r.http))
    return work_no_memory(failure);
  mcrm_outcome outcome = o->host->http(call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status < 200 || http.status > 299) return complaint_of(&w, &http, o->at.key, failure);
  reply->model = request->model ? request->model : o->model;
  return reply_read(&w, o, &http, reply, failure);
}

/* 503 while whisper.cpp loads its model; other servers list their models. */
static mcrm_outcome probe(void *state, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  const whisper *o = state;
  work w = {o->host, call};
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  bool health = !strcmp(o->probe, "health");
  if (!endpoint_begin(&w, &o->at, "GET", health ? "/health" : "/models", &r)) return work_no_memory(failure);
  mcrm_outcome outcome = o->host->http(call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status < 200 || http.status > 299) return complaint_of(&w, &http, o->at.key, failure);
  failure->status = http.status;
  failure->server_time = http.server_time;
  const json *body = json_read(&w, NULL, http.body, http.length);
  if (!body)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_json",
                     "answers with something else than JSON: is base_url right?");
  *said =
      health ? work_print(&w, "health %s", json_text(body, "status", "good")) : work_print(&w, "model %s", o->model);
  const json *models = health || !strcmp(o->server, "azure") ? NULL : json_at(body, "data");
  const json *m = models ? models->first : NULL;
  while (m && strcmp(json_text(m, "id", ""), o->model)) m = m->next;
  if (m || !models || !models->first) return MCRM_OUTCOME_OK;
  return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "model", "the server does not list %s, but %s%s", o->model,
                   json_text(models, "0.id", "others"), models->first->next ? " and others" : "");
}

static const mcrm_capabilities capabilities = {.size = sizeof capabilities,
                                               .flags = MCRM_CAN_SPEECH | MCRM_CAN_SEGMENTS | MCRM_CAN_HINTS,
                                               .audio_bytes = 25 << 20,
                                               .local = 1 /* until start has seen where it is */};

static const mcrm_speech_ops speech = {.size = sizeof speech, .run = run};

static const mcrm_plugin plugin = {
    .abi_major = MCRM_PLUGIN_ABI_MAJOR,
    .abi_minor = MCRM_PLUGIN_ABI_MINOR,
    .size = sizeof plugin,
    .name = "whisper",
    .version = "1.0",
    .help = "speech to text by OpenAI, Groq, Azure, speaches, whisper.cpp or any server that is asked like them",
    .options = options,
    .state_size = sizeof(whisper),
    .capabilities = &capabilities,
    .start = start,
    .probe = probe,
    .speech = &speech};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->abi_major == MCRM_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
