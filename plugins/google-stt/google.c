/* The provider for Google's Speech-to-Text, version 2, over REST, with a service account. */
#include "google.h"

#include <string.h>

#define ROW(row_name, row_kind, member, ...)                                              \
  {                                                                                       \
    .size = sizeof(mcrm_plugin_option), .name = row_name, .kind = MCRM_OPTION_##row_kind, \
    .offset = offsetof(google, member), __VA_ARGS__                                       \
  }

/* Of one call: a minute, and 10 MB of request, of which base64 takes a quarter. */
enum { CALL_MS = 59000, CALL_BYTES = 7 << 20 };

static const char *const auths[] = {"jwt", "exchange", NULL};

static const mcrm_plugin_option options[] = {
    ROW("credentials", SECRET, credentials, .required = 1,
        .help = "the service account's key: file:PATH of the JSON file"),
    ROW("auth", TEXT, auth, .fallback = "jwt", .choices = auths,
        .help = "jwt: signed here, no other host is asked; exchange: a token is fetched from token_uri"),
    ROW("project", TEXT, project, .help = "by default the service account's"),
    ROW("location", TEXT, location, .fallback = "global",
        .help = "global, us, eu, europe-west4, asia-southeast1 ...; not every model is everywhere"),
    ROW("model", TEXT, model, .fallback = "long", .help = "long, short, telephony, chirp_2, chirp_3 ..."),
    ROW("languages", TEXTS, languages, .help = "where a call does not say; by default fa-IR"),
    ROW("phrases", TEXTS, phrases, .help = "names and words to expect in every recording"),
    ROW("boost", REAL, boost, .fallback = "10", .least = 0, .most = 20, .help = "how strongly phrases are expected"),
    ROW("punctuation", BOOL, punctuation, .fallback = "true", .help = "full stops and commas"),
    ROW("word_times", BOOL, word_times, .fallback = "true",
        .help = "times of words, from which a segment's beginning is known"),
    ROW("silence_db", REAL, silence, .fallback = "-60", .least = -120, .most = 0,
        .help = "pieces of a long recording that are nowhere louder are not sent; -120: all are sent"),
    ROW("base_url", URL, at.base_url, .help = "by default of the location: https://LOCATION-speech.googleapis.com"),
    ROW("token_uri", URL, token_uri, .help = "for auth: exchange; by default the one in the key's file"),
    {.size = sizeof(mcrm_plugin_option)}};

static bool plain(const char *word) {
  size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-_.:");
  return length && !word[length];
}

static mcrm_outcome start(void *state, mcrm_plugin_call *call, const mcrm_plugin_host *host,
                          mcrm_capabilities *capabilities, mcrm_failure *failure) {
  google *g = state;
  work w = {host, call};
  g->host = host;
  g->at.auth_style = "none"; /* the token is a header of its own */
  mcrm_outcome outcome = account_read(&w, g, failure);
  if (outcome) return outcome;
  if (!g->project || !plain(g->project) || !plain(g->location)) {
    account_forget(g);
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, g->project && plain(g->project) ? "location" : "project",
                     "small letters, digits and -");
  }
  if (!g->at.base_url)
    g->at.base_url = strcmp(g->location, "global") ? work_print(&w, "https://%s-speech.googleapis.com", g->location)
                                                   : "https://speech.googleapis.com";
  g->guarded = g->at.base_url && !pthread_mutex_init(&g->guard, NULL) && !pthread_cond_init(&g->fetched, NULL);
  if (!g->guarded) {
    account_forget(g);
    return work_no_memory(failure);
  }
  if (!endpoint_local(g->at.base_url) || (!strcmp(g->auth, "exchange") && !endpoint_local(g->token_uri)))
    capabilities->local = 0;
  return MCRM_OUTCOME_OK;
}

static void stop(void *state) {
  google *g = state;
  account_forget(g);
  if (g->guarded) {
    pthread_cond_destroy(&g->fetched);
    pthread_mutex_destroy(&g->guard);
  }
  g->guarded = false;
}

static bool can_be_cut(const char *media_type) {
  return !strcmp(media_type, "audio/wav") || !strcmp(media_type, "audio/webm") || !strcmp(media_type, "audio/ogg");
}

static mcrm_outcome run(void *state, mcrm_plugin_call *call, const mcrm_speech_request *request,
                        mcrm_speech_reply *reply, mcrm_failure *failure) {
  google *g = state;
  work w = {g->host, call};
  heard h = {.w = &w};
  draft body;
  bool cut = can_be_cut(request->media_type);
  draft_init(&h.text, &w, 0);
  draft_init(&body, &w, 0);
  bool fits = request->length <= CALL_BYTES && request->duration_ms <= CALL_MS && (request->duration_ms || !cut);
  if (!fits && !cut)
    return work_fail(
        failure, MCRM_OUTCOME_UNSUPPORTED, "length",
        "over the minute or 7 MB of one call, and %s cannot be cut here: send wav, or webm or ogg with Opus, "
        "or name another provider before this one",
        request->media_type);
  mcrm_outcome outcome = fits ? recognize(g, &h, request, &body, request->audio, request->length, 0, failure)
                              : pieces_run(g, &h, request, failure);
  if (outcome) return outcome;
  reply->model = request->model ? request->model : g->model;
  reply->duration_ms = request->duration_ms;
  return heard_end(&h, reply, failure);
}

/* Does the location know the model? It lists languages by models, in metadata. */
static mcrm_outcome judge_location(const work *w, const google *g, const json *body, const char **said,
                                   mcrm_failure *failure) {
  const json *languages = json_at(body, "metadata.languages.models");
  bool listed = false, found = false;
  for (const json *l = languages && languages->kind == JSON_OBJECT ? languages->first : NULL; l; l = l->next) {
    const json *models = json_at(l, "modelFeatures");
    for (const json *m = models && models->kind == JSON_OBJECT ? models->first : NULL; m; m = m->next) {
      listed = true;
      found = found || !strcmp(m->key, g->model);
    }
  }
  *said = work_print(w, "project %s, location %s, model %s", g->project, g->location, g->model);
  if (!listed || found) return MCRM_OUTCOME_OK;
  return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "model", "location %s does not have %s", g->location, g->model);
}

static mcrm_outcome probe(void *state, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  google *g = state;
  work w = {g->host, call};
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  const char *token, *bearer;
  mcrm_outcome outcome = token_get(&w, g, &token, failure);
  if (outcome) return outcome;
  const char *path = work_print(&w, "/v2/projects/%s/locations/%s", g->project, g->location);
  if (!path || !endpoint_begin(&w, &g->at, "GET", path, &r) || !(bearer = work_print(&w, "Bearer %s", token)))
    return work_no_memory(failure);
  endpoint_header(&r, "Authorization", bearer);
  outcome = g->host->http(call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status < 200 || http.status > 299) {
    outcome = token_judge(&w, &http, complaint_of(&w, &http, token, failure), failure);
    if (outcome == MCRM_OUTCOME_AUTH) token_forget(g, token);
    return outcome;
  }
  failure->status = http.status;
  failure->server_time = http.server_time;
  const json *body = json_read(&w, NULL, http.body, http.length);
  if (!body)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_json",
                     "answers with something else than JSON: is base_url right?");
  return judge_location(&w, g, body, said, failure);
}

static const char *const media_types[] = {"audio/webm", "audio/ogg", "audio/wav", "audio/mpeg", "audio/mp4", NULL};

static const mcrm_capabilities capabilities = {.size = sizeof capabilities,
                                               .flags = MCRM_CAN_SPEECH | MCRM_CAN_SEGMENTS | MCRM_CAN_HINTS,
                                               .media_types = media_types,
                                               .local = 1 /* until start has seen where it is */};

static const mcrm_speech_ops speech = {.size = sizeof speech, .run = run};

static const mcrm_plugin plugin = {.abi_major = MCRM_PLUGIN_ABI_MAJOR,
                                   .abi_minor = MCRM_PLUGIN_ABI_MINOR,
                                   .size = sizeof plugin,
                                   .name = "google-stt",
                                   .version = "1.0",
                                   .help = "Google's Speech-to-Text, version 2, with a service account",
                                   .options = options,
                                   .state_size = sizeof(google),
                                   .capabilities = &capabilities,
                                   .start = start,
                                   .stop = stop,
                                   .probe = probe,
                                   .speech = &speech};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->abi_major == MCRM_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
