/* What the CRM knows of a rep beside the host. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "reminder.h"
#include "rep.h"

/* A fact that was known keeps its source and time; a new one is the actor's, of now. */
static const mcrm_fact *settle_fact(crm_call *call, const mcrm_profile *before, const mcrm_fact *given) {
  mcrm_fact *fact = arena_alloc(call->tx->arena, sizeof *fact);
  if (!fact) return NULL;
  *fact = *given;
  for (size_t i = 0; before && i < before->facts.count; i++) {
    const mcrm_fact *known = before->facts.at[i];
    if (!known->text || strcmp(known->text, given->text) != 0) continue;
    if (!fact->source) MCRM_SET(fact, source, known->source);
    if (!fact->at) MCRM_SET(fact, at, known->at);
  }
  if (!fact->source) MCRM_SET(fact, source, "user");
  if (!fact->at) MCRM_SET(fact, at, call->tx->now);
  return fact;
}

static int settle_facts(crm_call *call, const mcrm_profile *before, mcrm_fact_array given, mcrm_profile *out) {
  const mcrm_fact **at = arena_array(call->tx->arena, given.count + 1, sizeof *at);
  if (!at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < given.count; i++) {
    if (!given.at[i]->text || !given.at[i]->text[0])
      return error_set(call->tx->error, MCRM_INVALID, "facts", "field.required", "facts[%zu]: a fact needs its text",
                       i);
    at[i] = settle_fact(call, before, given.at[i]);
    if (!at[i]) return error_no_memory(call->tx->error);
  }
  MCRM_SET(out, facts, ((mcrm_fact_array){at, given.count}));
  return MCRM_OK;
}

/* The present fields replace those of the profile. */
static int merge(crm_call *call, const mcrm_profile *before, const mcrm_profile_update *in, mcrm_profile *out) {
  if (before) *out = *before;
  out->size = sizeof *out;
  if (MCRM_HAS(in, preferred_channel)) MCRM_SET(out, preferred_channel, in->preferred_channel);
  if (MCRM_HAS(in, best_times)) MCRM_SET(out, best_times, in->best_times);
  if (MCRM_HAS(in, language)) MCRM_SET(out, language, in->language);
  if (MCRM_HAS(in, notes)) MCRM_SET(out, notes, in->notes);
  if (MCRM_HAS(in, tags)) MCRM_SET(out, tags, in->tags);
  return MCRM_HAS(in, facts) ? settle_facts(call, before, in->facts, out) : MCRM_OK;
}

static bool touches_profile(const mcrm_profile_update *in) {
  return MCRM_HAS(in, preferred_channel) || MCRM_HAS(in, best_times) || MCRM_HAS(in, language) || MCRM_HAS(in, notes) ||
         MCRM_HAS(in, tags) || MCRM_HAS(in, facts);
}

static int check_channel(crm_call *call, const mcrm_profile_update *in) {
  const mcrm_texts *types = &call->crm->interaction_types;
  if (!MCRM_HAS(in, preferred_channel) || !in->preferred_channel) return MCRM_OK;
  for (size_t i = 0; i < types->count; i++)
    if (!strcmp(types->at[i], in->preferred_channel)) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "preferred_channel", "field.choice",
                   "preferred_channel: \"%.20s\" is no interaction type", in->preferred_channel);
}

/* The series begins today: the next check-in is its next day after today. */
static int settle_cadence(crm_call *call, const char *rule, mcrm_rep *change) {
  mcrm_time next = 0;
  MCRM_SET(change, cadence, rule && rule[0] ? rule : NULL);
  int code = change->cadence ? cadence_next(call, rule, call->tx->now, call->tx->now, &next) : MCRM_OK;
  MCRM_SET(change, next_check_in_at, next);
  if (code || !change->cadence || next) return code;
  return error_set(call->tx->error, MCRM_INVALID, "cadence", "recurrence.ended",
                   "cadence: \"%.60s\" has no day after today", rule);
}

int rep_profile_update(crm_call *call, const void *input, void *output) {
  const mcrm_profile_update *in = input;
  mcrm_rep change = {.size = sizeof change};
  mcrm_profile profile = {0};
  void *before, *after;
  int code = access_load_for(call->tx, call->actor, &model_rep, in->id, "rep.read", "rep.profile", &before);
  if (!code) code = check_channel(call, in);
  if (!code && touches_profile(in)) {
    code = merge(call, ((const mcrm_rep *)before)->profile, in, &profile);
    MCRM_SET(&change, profile, &profile);
  }
  if (!code && MCRM_HAS(in, cadence)) code = settle_cadence(call, in->cadence, &change);
  if (MCRM_HAS(in, version)) MCRM_SET(&change, version, in->version);
  if (!code) code = store_update(call->tx, &model_rep, before, &change, &after);
  if (code) return code;
  if (touches_profile(in)) { /* what is returned outlives this function's own copy */
    mcrm_rep *shown = after;
    mcrm_profile *kept = arena_alloc(call->tx->arena, sizeof *kept);
    if (!kept) return error_no_memory(call->tx->error);
    *kept = profile;
    shown->profile = kept;
  }
  return rep_show_one(call, after, output);
}
