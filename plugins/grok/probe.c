/* Whether key, service and model are good, at no cost. */
#include <string.h>

#include "grok.h"

/* 2xx of JSON, or the failure. */
static mcrm_outcome get(const work *w, const grok *g, const char *path, const json **body, mcrm_failure *failure) {
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  if (!endpoint_begin(w, &g->at, "GET", path, &r)) return work_no_memory(failure);
  mcrm_outcome outcome = w->host->http(w->call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status < 200 || http.status > 299) return complaint_of(w, &http, g->at.key, failure);
  *body = json_read(w, NULL, http.body, http.length);
  failure->server_time = http.server_time;
  if (*body) return MCRM_OUTCOME_OK;
  failure->status = http.status;
  return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_json",
                   "%s answers with something else than JSON: is base_url right?", path);
}

static bool lists(const json *models, const char *model, draft *names) {
  bool found = false;
  for (const json *m = models && models->kind == JSON_LIST ? models->first : NULL; m; m = m->next) {
    const char *id = json_text(m, "id", "");
    if (work_starts(id, "models/")) id += strlen("models/");
    found = found || !strcmp(id, model);
    const json *aliases = json_at(m, "aliases");
    for (const json *a = aliases ? aliases->first : NULL; a; a = a->next)
      found = found || !strcmp(json_text(a, "", ""), model);
    if (names->length < 120) {
      if (names->length) draft_text(names, ", ");
      draft_text(names, id);
    }
  }
  return found;
}

/* A model that is not listed may still answer, by another one: that is what the admin should hear of. */
static mcrm_outcome check_model(const work *w, const grok *g, const json *body, mcrm_failure *failure) {
  const json *models = json_at(body, "models");
  draft names;
  draft_init(&names, w, 0);
  if (!models) models = json_at(body, "data");
  bool found = g->model && lists(models, g->model, &names);
  if (found || !names.length || !strcmp(g->server, "azure") || !strcmp(g->server, "llama.cpp")) return MCRM_OUTCOME_OK;
  failure->status = 200;
  return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "model", "the service does not list %s, but %s", g->model,
                   names.bytes);
}

/* What xAI tells of a key; a blocked one still answers. */
static mcrm_outcome probe_key(const work *w, const grok *g, const char **said, mcrm_failure *failure) {
  const json *key = NULL, *models = NULL;
  mcrm_outcome outcome = get(w, g, "/api-key", &key, failure);
  if (outcome) return outcome;
  if (json_true(key, "api_key_blocked") || json_true(key, "api_key_disabled"))
    return work_fail(failure, MCRM_OUTCOME_AUTH, "key_blocked", "the key is %s: make another in the service's console",
                     json_true(key, "api_key_disabled") ? "disabled" : "blocked");
  if (json_true(key, "team_blocked"))
    return work_fail(failure, MCRM_OUTCOME_BILLING, "team_blocked", "the key's team is blocked: look at its billing");
  *said = work_print(w, "key %s, model %s", json_text(key, "name", "without a name"), g->model);
  mcrm_failure missing = {.size = sizeof missing};
  if (get(w, g, "/language-models", &models, &missing)) return MCRM_OUTCOME_OK; /* a mirror may not have it */
  return check_model(w, g, models, failure);
}

/* llama.cpp: 503 while it loads. The address has no /v1 before it. */
static mcrm_outcome probe_health(const work *w, const grok *g, const char **said, mcrm_failure *failure) {
  grok above = *g;
  size_t length = strlen(g->at.base_url);
  const json *body = NULL;
  if (length > 3 && !strcmp(g->at.base_url + length - 3, "/v1")) length -= 3;
  above.at.base_url = work_copy(w, g->at.base_url, length);
  if (!above.at.base_url) return work_no_memory(failure);
  mcrm_outcome outcome = get(w, &above, "/health", &body, failure);
  if (!outcome) *said = work_print(w, "health %s", json_text(body, "status", "good"));
  return outcome;
}

mcrm_outcome probe_run(void *state, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  const grok *g = state;
  work w = {g->host, call};
  const json *body = NULL;
  if (!strcmp(g->probe, "key")) return probe_key(&w, g, said, failure);
  if (!strcmp(g->probe, "health")) return probe_health(&w, g, said, failure);
  mcrm_outcome outcome = get(&w, g, "/models", &body, failure);
  if (outcome) return outcome;
  *said = work_print(&w, "model %s", g->model ? g->model : "as the service likes");
  return check_model(&w, g, body, failure);
}
