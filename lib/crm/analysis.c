/* note.analyse: gathers what the intelligence may know with the actor's own rights, asks it, and keeps its findings as
 * proposals. */
#include <ai/task.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/copilot.h>
#include <model/entities.h>
#include <string.h>

#include "suggestion.h"

enum { BASELINE_OF = 20 };

/* The rep's usual mood, from the latest conversations before this one. */
static int read_baseline(crm_call *call, mcrm_id rep, mcrm_id except, ai_note *note) {
  store_select s;
  model_records found;
  if (!rep) return MCRM_OK;
  store_select_begin(&s, call->tx, &model_interaction);
  store_where(&s, "rep_id = ? AND id <> ?", store_int(rep), store_int(except));
  store_where_plain(&s, "sentiment IS NOT NULL AND archived_at IS NULL");
  access_where(&s, call->actor, "interaction.read", "user_id");
  store_order(&s, "started_at DESC, id DESC");
  store_limit(&s, BASELINE_OF);
  int code = store_select_end(&s, &found);
  for (size_t i = code ? 0 : found.count; i-- > 0;) { /* oldest first: what is older fades */
    const mcrm_interaction *one = found.at[i];
    if (one->sentiment) text_baseline_add(&note->baseline, one->sentiment->score);
  }
  return code;
}

int note_analyse(crm_call *call, const void *input, void *output) {
  const mcrm_note *in = input;
  mcrm_analysis *analysis = output;
  const mcrm_interaction *interaction = NULL;
  ai_note note = {.text = in->text};
  ai_answer answer;
  void *found;
  mcrm_id rep = in->rep_id;
  int code = MCRM_OK;
  if (in->interaction_id) {
    code = access_load_for(call->tx, call->actor, &model_interaction, in->interaction_id, "interaction.read",
                           "interaction.write", &found);
    if (code) {
      if (!strcmp(call->tx->error->field, "id"))
        memcpy(call->tx->error->field, "interaction_id", sizeof "interaction_id");
      return code;
    }
    interaction = found;
    if (rep && rep != interaction->rep_id)
      return error_set(call->tx->error, MCRM_INVALID, "rep_id", "note.other_rep",
                       "rep_id: interaction %lld is of another rep", (long long)in->interaction_id);
    rep = interaction->rep_id;
  } else if (rep && (code = access_load(call->tx, call->actor, &model_rep, rep, "rep.read", &found))) {
    memcpy(call->tx->error->field, "rep_id", sizeof "rep_id");
    return code;
  }
  code = read_baseline(call, rep, in->interaction_id, &note);
  if (code) return code;
  mcrm_time now = in->now ? in->now : interaction ? interaction->started_at : call->tx->now;
  ai_call ai = {.arena = call->tx->arena,
                .error = call->tx->error,
                .zone = store_zone(call->tx->store),
                .now = now,
                .language = in->language};
  code = ai_run(&ai, "note.analyse", &note, analysis, &answer);
  if (code) return code;
  MCRM_SET(analysis, provider, answer.provider);
  MCRM_SET(analysis, model, answer.model);
  return interaction ? suggestion_store(call, interaction, analysis, &answer) : MCRM_OK;
}
