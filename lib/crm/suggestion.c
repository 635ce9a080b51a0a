#include "suggestion.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <model/json.h>
#include <model/validate.h>
#include <string.h>

#include "interaction.h"
#include "notification.h"
#include "page.h"
#include "provenance.h"
#include "task.h"

enum { VALUE_LIMIT = 1 << 20, SUGGESTIONS_MOST = 128 };

/* The fields of an interaction that an analysis may fill in: those that both entities have by the same name. */
static const model_field *target_of(const model_field *found) {
  const model_field *f = model_field_find(&model_interaction, found->name, strlen(found->name));
  return f && (f->flags & MODEL_AI) && f->kind == found->kind ? f : NULL;
}

static void copy_field(const model_field *from, const void *source, const model_field *to, void *target) {
  switch (from->kind) {
    case MODEL_TEXTS:
      model_set_texts(target, to, model_texts(source, from));
      break;
    case MODEL_LIST:
    case MODEL_MAP:
      model_set_list(target, to, model_list(source, from));
      break;
    case MODEL_TEXT:
    case MODEL_JSON:
      model_set_text(target, to, model_text(source, from));
      break;
    case MODEL_OBJECT:
      model_set_object(target, to, model_object(source, from));
      break;
    case MODEL_REAL:
      model_set_real(target, to, model_real(source, from));
      break;
    default:
      model_set_number(target, to, model_number(source, from));
  }
}

static const char *value_text(crm_call *call, buffer *value) {
  const char *text = value->failed ? NULL : arena_copy(call->tx->arena, value->bytes, value->length);
  if (!text) error_no_memory(call->tx->error);
  return text;
}

/* ---- keeping ---- */

typedef struct keeper {
  crm_call *call;
  const mcrm_interaction *interaction;
  const mcrm_analysis *analysis;
  const ai_answer *answer;
  const mcrm_suggestion **made;
  size_t count;
} keeper;

static int keep(keeper *k, const char *field, const char *value, const char *quote, double confidence) {
  if (k->count == SUGGESTIONS_MOST) return MCRM_OK;
  mcrm_suggestion *s = arena_alloc(k->call->tx->arena, sizeof *s);
  if (!s || !value) return error_no_memory(k->call->tx->error);
  s->size = sizeof *s;
  MCRM_SET(s, interaction_id, k->interaction->id);
  MCRM_SET(s, rep_id, k->interaction->rep_id);
  MCRM_SET(s, user_id, k->interaction->user_id);
  MCRM_SET(s, field, field);
  MCRM_SET(s, value, value);
  MCRM_SET(s, quote, quote);
  MCRM_SET(s, provider, k->answer->provider);
  MCRM_SET(s, model, k->answer->model);
  MCRM_SET(s, prompt, k->answer->prompt);
  MCRM_SET(s, confidence, confidence);
  MCRM_SET(s, state, "proposed");
  k->made[k->count++] = s;
  return store_insert(k->call->tx, &model_suggestion, s);
}

/* One field: proposed in the interaction unless a person has written or decided it. */
static int keep_field(keeper *k, const model_field *found, const model_field *target,
                      const mcrm_provenance_array *provenance, void *change) {
  const mcrm_provenance *old = provenance_find(provenance, target->name);
  bool decided = old ? !old->state || strcmp(old->state, "proposed") : !model_null(k->interaction, target);
  if (decided) return MCRM_OK;
  buffer value;
  buffer_init(&value, VALUE_LIMIT);
  copy_field(found, k->analysis, target, change);
  model_encode_field(&value, found, k->analysis, store_zone(k->call->tx->store));
  const char *text = value_text(k->call, &value);
  buffer_free(&value);
  mcrm_provenance p = {.size = sizeof p,
                       .field = target->name,
                       .source = "ai",
                       .provider = k->answer->provider,
                       .model = k->answer->model,
                       .prompt = k->answer->prompt,
                       .confidence = k->analysis->confidence,
                       .state = "proposed"};
  int code = text ? provenance_write(k->call, k->interaction->id, &p) : k->call->tx->error->code;
  return code ? code : keep(k, target->name, text, NULL, k->analysis->confidence);
}

/* An action item of the team's becomes a task when accepted. What the rep is to do is shown, not assigned. */
static int keep_action(keeper *k, const mcrm_action_item *item) {
  mcrm_task task = {.size = sizeof task};
  buffer value;
  if (item->who && !strcmp(item->who, "rep")) return MCRM_OK;
  MCRM_SET(&task, title, item->text);
  MCRM_SET(&task, due_at, item->due_at);
  MCRM_SET(&task, due_grain, item->due_grain ? item->due_grain : "day");
  if (k->analysis->urgency && !strcmp(k->analysis->urgency, "critical")) MCRM_SET(&task, priority, "urgent");
  if (k->analysis->urgency && !strcmp(k->analysis->urgency, "high")) MCRM_SET(&task, priority, "high");
  buffer_init(&value, VALUE_LIMIT);
  model_encode(&value, &model_task, &task, store_zone(k->call->tx->store));
  const char *text = value_text(k->call, &value);
  buffer_free(&value);
  return text ? keep(k, "task", text, item->quote, item->confidence) : k->call->tx->error->code;
}

/* What an earlier analysis proposed and nobody decided makes way for the new one. */
static int forget_undecided(crm_call *call, mcrm_id interaction) {
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_suggestion);
  store_where(&s, "interaction_id = ? AND state = 'proposed'", store_int(interaction));
  store_limit(&s, SUGGESTIONS_MOST * 4);
  int code = store_select_end(&s, &found);
  for (size_t i = 0; !code && i < found.count; i++) code = store_delete(call->tx, &model_suggestion, found.at[i]);
  return code;
}

int suggestion_store(crm_call *call, const mcrm_interaction *interaction, mcrm_analysis *analysis,
                     const ai_answer *answer) {
  mcrm_provenance_array provenance;
  mcrm_interaction change = {.size = sizeof change};
  void *after;
  keeper k = {.call = call, .interaction = interaction, .analysis = analysis, .answer = answer};
  k.made = arena_array(call->tx->arena, SUGGESTIONS_MOST, sizeof *k.made);
  if (!k.made) return error_no_memory(call->tx->error);
  int code = forget_undecided(call, interaction->id);
  if (!code) code = provenance_load(call, interaction->id, &provenance);
  for (const model_field *f = model_analysis.fields, *end = f + model_analysis.count; !code && f < end; f++) {
    const model_field *target = target_of(f);
    if (target && model_has(analysis, f) && !model_null(analysis, f))
      code = keep_field(&k, f, target, &provenance, &change);
  }
  for (size_t i = 0; !code && i < analysis->action_items.count; i++)
    code = keep_action(&k, analysis->action_items.at[i]);
  if (!code) code = store_update(call->tx, &model_interaction, interaction, &change, &after);
  if (!code) code = interaction_fill(call, after);
  if (code) return code;
  MCRM_SET(analysis, suggestions, ((mcrm_suggestion_array){k.made, k.count}));
  MCRM_SET(analysis, interaction, after);
  return MCRM_OK;
}

/* ---- listing ---- */

int suggestion_list(crm_call *call, const void *input, void *output) {
  const mcrm_suggestion_filter *in = input;
  mcrm_suggestion_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_suggestion);
  store_where(&s, "state = ?", store_text(in->state ? in->state : "proposed"));
  if (in->interaction_id) store_where(&s, "interaction_id = ?", store_int(in->interaction_id));
  access_where(&s, call->actor, "suggestion.decide", "user_id");
  int code = page_select(call, &s, &(page_order){NULL, true}, in->cursor, in->limit, &found, &next);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_suggestion_array){(const mcrm_suggestion *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}

/* ---- deciding ---- */

typedef struct decision {
  crm_call *call;
  const mcrm_decide *in;
  const mcrm_suggestion *suggestion;
  const char *state;
  mcrm_decision *out;
  mcrm_id made;
} decision;

static int decode(decision *d, const model_entity *e, const char *json, void **out) {
  return model_decode(d->call->tx->arena, e, json, strlen(json), store_zone(d->call->tx->store), d->call->tx->error,
                      out);
}

/* The proposed task with the fields that were edited. */
static int decide_task(decision *d) {
  void *proposed, *edited;
  if (!strcmp(d->state, "rejected")) return MCRM_OK;
  int code = decode(d, &model_task, d->suggestion->value, &proposed);
  if (!code && d->in->value) {
    code = decode(d, &model_task, d->in->value, &edited);
    if (!code) code = model_validate(&model_task, edited, MODEL_UPDATE, d->call->tx->error);
    for (const model_field *f = model_task.fields, *end = f + model_task.count; !code && f < end; f++)
      if (model_has(edited, f)) copy_field(f, edited, f, proposed);
    if (code) error_within(d->call->tx->error, "value");
  }
  if (code) return code;
  mcrm_task *task = proposed, *made;
  if (!task->rep_id) MCRM_SET(task, rep_id, d->suggestion->rep_id);
  if (!task->assignee_id) MCRM_SET(task, assignee_id, d->suggestion->user_id);
  MCRM_SET(task, interaction_id, d->suggestion->interaction_id);
  code = task_make(d->call, task, "ai", &made);
  if (code) return code;
  d->made = made->id;
  MCRM_SET(d->out, task, made);
  return MCRM_OK;
}

/* The interaction's field stays, is replaced, or is emptied. */
static int decide_field(decision *d, const mcrm_interaction *interaction) {
  const model_field *f = model_field_find(&model_interaction, d->suggestion->field, strlen(d->suggestion->field));
  mcrm_interaction change = {.size = sizeof change};
  const char *value = d->in->value ? d->in->value : d->suggestion->value;
  crm_call *call = d->call;
  void *after;
  if (!f || !(f->flags & MODEL_AI))
    return error_set(call->tx->error, MCRM_INTERNAL, NULL, "internal", "no field \"%.40s\"", d->suggestion->field);
  if (!strcmp(d->state, "rejected")) value = "null";
  int code = model_decode_field(call->tx->arena, f, value, strlen(value), store_zone(call->tx->store), call->tx->error,
                                &change);
  if (!code) code = model_validate(&model_interaction, &change, MODEL_UPDATE, call->tx->error);
  if (code) {
    error_within(call->tx->error, "value");
    return code;
  }
  code = store_update(call->tx, &model_interaction, interaction, &change, &after);
  mcrm_provenance p = {.size = sizeof p,
                       .field = f->name,
                       .source = "ai",
                       .provider = d->suggestion->provider,
                       .model = d->suggestion->model,
                       .prompt = d->suggestion->prompt,
                       .confidence = d->suggestion->confidence,
                       .state = d->state};
  if (!code) code = provenance_write(call, interaction->id, &p);
  if (!code) code = notification_critical(call, interaction, after);
  if (!code) code = interaction_fill(call, after);
  if (!code) MCRM_SET(d->out, interaction, after);
  return code;
}

static int close_suggestion(decision *d) {
  mcrm_suggestion change = {.size = sizeof change};
  void *after;
  MCRM_SET(&change, state, d->state);
  MCRM_SET(&change, decided_by, d->call->actor->user_id);
  MCRM_SET(&change, decided_at, d->call->tx->now);
  if (d->in->value) MCRM_SET(&change, value, d->in->value);
  if (d->made) MCRM_SET(&change, made_id, d->made);
  int code = store_update(d->call->tx, &model_suggestion, d->suggestion, &change, &after);
  if (!code) MCRM_SET(d->out, suggestion, after);
  return code;
}

int suggestion_decide(crm_call *call, const void *input, void *output) {
  decision d = {.call = call, .in = input, .out = output};
  void *suggestion, *interaction;
  bool edit = !strcmp(d.in->decision, "edit");
  d.state = edit ? "edited" : !strcmp(d.in->decision, "accept") ? "accepted" : "rejected";
  if (edit != (d.in->value != NULL))
    return error_set(call->tx->error, MCRM_INVALID, "value", "suggestion.value",
                     edit ? "an edit needs the value instead" : "a value goes with \"edit\" only");
  int code = access_load_for(call->tx, call->actor, &model_suggestion, d.in->id, "note.analyse", "suggestion.decide",
                             &suggestion);
  if (code) return code;
  d.suggestion = suggestion;
  if (strcmp(d.suggestion->state, "proposed"))
    return error_set(call->tx->error, MCRM_CONFLICT, "id", "suggestion.decided", "suggestion %lld was already %s",
                     (long long)d.in->id, d.suggestion->state);
  code = access_load_for(call->tx, call->actor, &model_interaction, d.suggestion->interaction_id, "interaction.read",
                         "interaction.write", &interaction);
  if (!code) code = !strcmp(d.suggestion->field, "task") ? decide_task(&d) : decide_field(&d, interaction);
  return code ? code : close_suggestion(&d);
}
