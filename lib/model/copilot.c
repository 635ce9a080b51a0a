/* What the intelligence proposes. See <marfacrm/copilot.h>. */
#include <marfacrm/copilot.h>
#include <model/entities.h>

static const char *const grains[] = {"day", "minute", NULL};
static const char *const decision_states[] = {"proposed", "accepted", "edited", "rejected", NULL};
static const char *const decisions[] = {"accept", "edit", "reject", NULL};
static const char *const languages[] = {"fa", "en", NULL};

static const model_field note_fields[] = {
    FIELD_TEXT(mcrm_note, text, .flags = MODEL_REQUIRED, .max = 200000),
    FIELD_ID(mcrm_note, rep_id),
    FIELD_ID(mcrm_note, interaction_id),
    FIELD_TIME(mcrm_note, now, .help = "what \"tomorrow\" is relative to; default: now, or the interaction's start"),
    FIELD_TEXT(mcrm_note, language, .choices = languages, .help = "fa | en; default: told from the text"),
};
MODEL_ENTITY(note, note_fields,
             .help =
                 "Input of note.analyse. With an interaction the result is stored: proposals in its fields, "
                 "suggestions for * tasks.");

static const model_field words_fields[] = {
    FIELD_TEXT(mcrm_words, text, .flags = MODEL_REQUIRED, .max = 2000),
    FIELD_TIME(mcrm_words, now, .help = "what \"tomorrow\" is relative to; default: now"),
    FIELD_TEXT(mcrm_words, language, .choices = languages, .help = "fa | en; default: told from the text"),
};
MODEL_ENTITY(words, words_fields, .help = "Input of text.when: words that name a time.");

static const model_field time_span_fields[] = {
    FIELD_TEXT(mcrm_time_span, text),
    FIELD_INT(mcrm_time_span, start),
    FIELD_INT(mcrm_time_span, end),
    FIELD_TIME(mcrm_time_span, due_at, .help = "what it means as a due time; null: none (past, a duration)"),
    FIELD_TEXT(mcrm_time_span, due_grain, .choices = grains, .help = "day | minute"),
};
MODEL_ENTITY(time_span, time_span_fields,
             .help = "A time that was named. Positions count code points, the end is exclusive.");

static const model_field time_spans_fields[] = {
    FIELD_LIST(mcrm_time_spans, spans, time_span),
};
MODEL_ENTITY(time_spans, time_spans_fields);

static const model_field action_item_fields[] = {
    FIELD_TEXT(mcrm_action_item, text),
    FIELD_TEXT(mcrm_action_item, who, .help = "user | rep | a name"),
    FIELD_TIME(mcrm_action_item, due_at),
    FIELD_TEXT(mcrm_action_item, due_grain, .choices = grains, .help = "day | minute"),
    FIELD_BOOL(mcrm_action_item, due_suggested, .help = "1: nothing was said; a sensible time is proposed"),
    FIELD_TEXT(mcrm_action_item, quote, .help = "the words it stands on"),
    FIELD_REAL(mcrm_action_item, confidence),
};
MODEL_ENTITY(action_item, action_item_fields);

static const model_field promise_fields[] = {
    FIELD_TEXT(mcrm_promise, by),
    FIELD_TEXT(mcrm_promise, text),
    FIELD_TIME(mcrm_promise, due_at),
};
MODEL_ENTITY(promise, promise_fields);

static const model_field suggestion_fields[] = {
    FIELDS_STORED(mcrm_suggestion),
    FIELD_ID(mcrm_suggestion, interaction_id),
    FIELD_ID(mcrm_suggestion, rep_id),
    FIELD_ID(mcrm_suggestion, user_id, .help = "who is to decide"),
    FIELD_TEXT(mcrm_suggestion, field),
    FIELD_JSON(mcrm_suggestion, value, .help = "JSON"),
    FIELD_TEXT(mcrm_suggestion, quote),
    FIELD_TEXT(mcrm_suggestion, provider),
    FIELD_TEXT(mcrm_suggestion, model),
    FIELD_TEXT(mcrm_suggestion, prompt),
    FIELD_REAL(mcrm_suggestion, confidence),
    FIELD_TEXT(mcrm_suggestion, state, .choices = decision_states, .help = "proposed | accepted | edited | rejected"),
    FIELD_ID(mcrm_suggestion, decided_by),
    FIELD_TIME(mcrm_suggestion, decided_at),
    FIELD_ID(mcrm_suggestion, made_id, .help = "the task that accepting made"),
};
MODEL_ENTITY(suggestion, suggestion_fields,
             .help =
                 "A proposal that waits for a decision. For a field of an interaction: field and value. For a task: "
                 "field * \"task\", value the task as JSON.",
             .table = "suggestion", .read = "suggestion.decide", .owner = "user_id");

static const model_field suggestion_page_fields[] = {
    FIELD_LIST(mcrm_suggestion_page, items, suggestion),
    FIELD_TEXT(mcrm_suggestion_page, next),
};
MODEL_ENTITY(suggestion_page, suggestion_page_fields);

static const model_field suggestion_filter_fields[] = {
    FIELD_ID(mcrm_suggestion_filter, interaction_id),
    FIELD_TEXT(mcrm_suggestion_filter, state, .choices = decision_states),
    FIELD_TEXT(mcrm_suggestion_filter, cursor, .max = 300),
    FIELD_INT(mcrm_suggestion_filter, limit),
};
MODEL_ENTITY(suggestion_filter, suggestion_filter_fields);

static const model_field analysis_fields[] = {
    FIELD_TEXT(mcrm_analysis, summary),
    FIELD_TEXT(mcrm_analysis, story),
    FIELD_TEXT(mcrm_analysis, outcome),
    FIELD_TEXT(mcrm_analysis, feedback),
    FIELD_LIST(mcrm_analysis, next_steps, next_step),
    FIELD_LIST(mcrm_analysis, action_items, action_item),
    FIELD_TIME(mcrm_analysis, follow_up_at),
    FIELD_OBJECT(mcrm_analysis, sentiment, sentiment),
    FIELD_TEXT(mcrm_analysis, urgency),
    FIELD_TEXTS(mcrm_analysis, urgency_reasons),
    FIELD_TEXTS(mcrm_analysis, topics),
    FIELD_LIST(mcrm_analysis, entities, mention),
    FIELD_LIST(mcrm_analysis, promises, promise),
    FIELD_TEXTS(mcrm_analysis, open_questions),
    FIELD_LIST(mcrm_analysis, checklist, check_mark),
    FIELD_TEXT(mcrm_analysis, language),
    FIELD_TEXT(mcrm_analysis, provider),
    FIELD_TEXT(mcrm_analysis, model),
    FIELD_REAL(mcrm_analysis, confidence),
    FIELD_LIST(mcrm_analysis, suggestions, suggestion, .help = "what was stored, where an interaction was given"),
    FIELD_OBJECT(mcrm_analysis, interaction, interaction, .help = "likewise"),
    FIELD_TEXTS(
        mcrm_analysis, flags,
        .help = "injection: the text speaks to a machine, look twice; and why no provider answered: timeout, …"),
};
MODEL_ENTITY(analysis, analysis_fields);

static const model_field decide_fields[] = {
    FIELD_ID(mcrm_decide, id, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_decide, decision, .flags = MODEL_REQUIRED, .choices = decisions, .help = "accept | edit | reject"),
    FIELD_JSON(mcrm_decide, value, .help = "edit: the value instead, as JSON"),
};
MODEL_ENTITY(decide, decide_fields);

static const model_field decision_fields[] = {
    FIELD_OBJECT(mcrm_decision, suggestion, suggestion),
    FIELD_OBJECT(mcrm_decision, task, task, .help = "made by accepting"),
    FIELD_OBJECT(mcrm_decision, interaction, interaction, .help = "as the decision left it"),
};
MODEL_ENTITY(decision, decision_fields);
