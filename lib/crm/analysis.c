/* note.analyse: gathers what the intelligence may know with the actor's own rights, asks it, and keeps its findings as
 * proposals. */
#include <ai/checklist.h>
#include <ai/task.h>
#include <base/clock.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/copilot.h>
#include <model/entities.h>
#include <string.h>

#include "checklist.h"
#include "ledger.h"
#include "suggestion.h"

enum { BASELINE_OF = 20 };

static const int64_t INTERACTIVE_NS = INT64_C(4000000000), /* that a person is made to wait for a provider */
    WRITE_NS = INT64_C(500000000);                         /* kept back for storing what came */

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

/* What an analysis needs and makes; lives in the request's arena. */
typedef struct reading {
  const mcrm_note *in;
  ai_note note;
  mcrm_time now;
  ai_spent spent;
  const mcrm_interaction *interaction; /* as it was when gathered; NULL: none was given */
  mcrm_analysis *analysis;
  ai_answer answer;
} reading;

static int load_interaction(crm_call *call, const mcrm_note *in, const mcrm_interaction **out) {
  void *found;
  int code = access_load_for(call->tx, call->actor, &model_interaction, in->interaction_id, "interaction.read",
                             "interaction.write", &found);
  if (code) {
    if (!strcmp(call->tx->error->field, "id"))
      memcpy(call->tx->error->field, "interaction_id", sizeof "interaction_id");
    return code;
  }
  *out = found;
  return MCRM_OK;
}

static int gather(crm_call *call, const mcrm_note *in, reading *r) {
  void *found;
  mcrm_id rep = in->rep_id;
  int code = MCRM_OK;
  *r = (reading){.in = in, .note = {.text = in->text}};
  if (in->interaction_id) {
    if ((code = load_interaction(call, in, &r->interaction))) return code;
    if (rep && rep != r->interaction->rep_id)
      return error_set(call->tx->error, MCRM_INVALID, "rep_id", "note.other_rep",
                       "rep_id: interaction %lld is of another rep", (long long)in->interaction_id);
    rep = r->interaction->rep_id;
  } else if (rep && (code = access_load(call->tx, call->actor, &model_rep, rep, "rep.read", &found))) {
    memcpy(call->tx->error->field, "rep_id", sizeof "rep_id");
    return code;
  }
  r->now = in->now ? in->now : r->interaction ? r->interaction->started_at : call->tx->now;
  r->analysis = arena_alloc(call->tx->arena, sizeof *r->analysis);
  if (!r->analysis) return error_no_memory(call->tx->error);
  r->analysis->size = sizeof *r->analysis;
  code = read_baseline(call, rep, in->interaction_id, &r->note);
  if (!code && r->interaction) code = checklist_points(call, r->interaction, &r->note.checklist);
  if (!code) code = ledger_spent(call->tx, call->actor->user_id, "note.analyse", &r->spent);
  return code;
}

int note_analyse_gather(crm_call *call, const void *input, void **prepared) {
  *prepared = arena_alloc(call->tx->arena, sizeof(reading));
  return *prepared ? gather(call, input, *prepared) : error_no_memory(call->tx->error);
}

static int analyse(reading *r, ai_call *ask) {
  int code = ai_run(ask, "note.analyse", &r->note, r->analysis, &r->answer);
  if (code) return code;
  MCRM_SET(r->analysis, provider, r->answer.provider);
  MCRM_SET(r->analysis, model, r->answer.model);
  const char **flags = arena_array(ask->arena, 2, sizeof *flags);
  size_t count = 0;
  if (!flags) return error_no_memory(ask->error);
  if (r->answer.suspicious) flags[count++] = "injection";
  if (r->answer.fallback) flags[count++] = r->answer.fallback;
  MCRM_SET(r->analysis, flags, ((mcrm_texts){flags, count}));
  if (!r->note.checklist.count) return MCRM_OK;
  mcrm_check_mark_array marks;
  code = ai_checklist(ask, r->note.text, r->note.checklist, r->analysis->checklist, &marks);
  if (!code) MCRM_SET(r->analysis, checklist, marks);
  return code;
}

/* Somebody waits before a screen, so a provider gets a few seconds; then the built-in findings stand. */
int note_analyse_ask(crm_asking *asking, void *prepared) {
  reading *r = prepared;
  int64_t patience = asking->background ? INT64_MAX : clock_monotonic() + INTERACTIVE_NS;
  int64_t last = asking->deadline - WRITE_NS;
  ai_call ask = {.arena = asking->arena,
                 .error = asking->error,
                 .zone = store_zone(asking->store),
                 .now = r->now,
                 .language = r->in->language,
                 .ai = asking->crm->ai,
                 .user_id = asking->actor->user_id,
                 .trace = asking->trace,
                 .deadline = patience < last ? patience : last,
                 .spent = r->spent,
                 .cancelled = asking->cancelled,
                 .context = asking->context};
  int code = analyse(r, &ask);
  if (!code && asking->unbooked) {
    ai_call *copy = arena_alloc(ask.arena, sizeof *copy);
    if (copy) *copy = ask;
    *asking->unbooked = copy;
    if (copy) return MCRM_OK;
  }
  int kept = ledger_keep(asking->store, &ask, asking->error);
  return code ? code : kept;
}

const char *note_analyse_fallback(const void *prepared) { return ((const reading *)prepared)->answer.fallback; }

int note_analyse(crm_call *call, const void *input, void *output) {
  const mcrm_note *in = input;
  mcrm_analysis *analysis = output;
  const mcrm_interaction *interaction = NULL;
  const reading *r = call->prepared;
  reading here;
  int code = MCRM_OK;
  if (!r) { /* called by another operation, in its transaction: nobody is asked */
    code = gather(call, in, &here);
    ai_call ask = {.arena = call->tx->arena,
                   .error = call->tx->error,
                   .zone = store_zone(call->tx->store),
                   .now = here.now,
                   .language = in->language};
    if (!code) code = analyse(&here, &ask);
    r = &here;
  }
  /* again: it may have changed while the provider was thinking */
  if (!code && in->interaction_id) code = load_interaction(call, in, &interaction);
  if (code) return code;
  *analysis = *r->analysis;
  return interaction ? suggestion_store(call, interaction, analysis, &r->answer) : MCRM_OK;
}
