/* Conversations. See <marfacrm/interaction.h>. */
#include <marfacrm/interaction.h>
#include <model/entities.h>

static const char *const interaction_states[] = {"draft", "final", NULL};
static const char *const directions[] = {"in", "out", NULL};
static const char *const urgencies[] = {"low", "normal", "high", "critical", NULL};
static const char *const sentiment_labels[] = {"positive", "neutral", "negative", "mixed", NULL};
static const char *const mark_states[] = {"met", "missed", "unclear", NULL};
static const char *const interaction_sorts[] = {"-started_at", "started_at", NULL};
static const char *const record_entities[] = {"interaction", "task", "rep", NULL};

static const model_field provenance_fields[] = {
    FIELD_TEXT(mcrm_provenance, field, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_provenance, source, .help = "user | ai | import"),
    FIELD_TEXT(mcrm_provenance, provider, .help = "\"local\": the built-in intelligence"),
    FIELD_TEXT(mcrm_provenance, model),
    FIELD_TEXT(mcrm_provenance, prompt, .help = "name and version of the prompt"),
    FIELD_REAL(mcrm_provenance, confidence, .help = "0 to 1"),
    FIELD_TEXT(mcrm_provenance, state, .help = "proposed | accepted | edited | rejected"),
    FIELD_ID(mcrm_provenance, by, .help = "who wrote, or decided"),
    FIELD_TIME(mcrm_provenance, at),
};
MODEL_ENTITY(provenance, provenance_fields, .help = "Who or what wrote a field, and what became of it.");

static const model_field sentiment_fields[] = {
    FIELD_TEXT(mcrm_sentiment, label, .choices = sentiment_labels, .help = "positive | neutral | negative | mixed"),
    FIELD_REAL(mcrm_sentiment, score),
    FIELD_TEXTS(mcrm_sentiment, emotions,
                .help = "angry, worried, disappointed, confused, hurried, satisfied, grateful, interested"),
    FIELD_REAL(mcrm_sentiment, shift),
    FIELD_TEXTS(mcrm_sentiment, cues, .help = "the words that show it"),
};
MODEL_ENTITY(sentiment, sentiment_fields,
             .help = "How the rep felt. score is in [-1, 1]; shift is against what is usual for this rep.");

static const model_field next_step_fields[] = {
    FIELD_TEXT(mcrm_next_step, text, .flags = MODEL_REQUIRED),
    FIELD_TIME(mcrm_next_step, due_at),
};
MODEL_ENTITY(next_step, next_step_fields);

static const model_field mention_fields[] = {
    FIELD_TEXT(mcrm_mention, kind,
               .help = "phone | telegram | email | url | ip | money | card | sheba | national_id | product | person"),
    FIELD_TEXT(mcrm_mention, value),
    FIELD_TEXT(mcrm_mention, text, .help = "as it was written"),
};
MODEL_ENTITY(mention, mention_fields, .help = "Something named in the conversation.");

static const model_field check_mark_fields[] = {
    FIELD_TEXT(mcrm_check_mark, item, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_check_mark, state, .choices = mark_states, .help = "met | missed | unclear"),
    FIELD_TEXT(mcrm_check_mark, quote),
};
MODEL_ENTITY(check_mark, check_mark_fields,
             .help = "A point of a compliance checklist and whether the conversation met it.");

static const model_field interaction_fields[] = {
    FIELDS_STORED(mcrm_interaction),
    FIELD_TEXT(mcrm_interaction, state, .choices = interaction_states, .help = "draft | final"),
    FIELD_ID(mcrm_interaction, rep_id, .flags = MODEL_REQUIRED),
    FIELD_ID(mcrm_interaction, user_id, .help = "whose conversation it was; default: the actor"),
    FIELD_TEXT(mcrm_interaction, type, .flags = MODEL_REQUIRED, .max = 40,
               .help = "call | telegram | email | meeting, or a type the admin has added"),
    FIELD_TEXT(mcrm_interaction, direction, .choices = directions, .help = "in | out"),
    FIELD_TEXT(mcrm_interaction, purpose, .max = 200,
               .help = "support | sales | follow_up | debt | onboarding, or free text"),
    FIELD_TIME(mcrm_interaction, started_at, .help = "default: now"),
    FIELD_INT(mcrm_interaction, duration_s),
    FIELD_TEXT(mcrm_interaction, subject, .flags = MODEL_SEARCHABLE, .max = 300),
    FIELD_TEXT(mcrm_interaction, notes, .flags = MODEL_SEARCHABLE, .max = 20000, .help = "what was typed"),
    FIELD_TEXT(mcrm_interaction, transcript, .flags = MODEL_AI | MODEL_SEARCHABLE, .max = 200000),
    FIELD_TEXT(mcrm_interaction, summary, .flags = MODEL_AI | MODEL_SEARCHABLE, .max = 8000),
    FIELD_TEXT(mcrm_interaction, outcome, .flags = MODEL_AI | MODEL_SEARCHABLE, .max = 500),
    FIELD_OBJECT(mcrm_interaction, sentiment, sentiment, .flags = MODEL_AI),
    FIELD_TEXT(mcrm_interaction, feedback, .flags = MODEL_AI, .max = 8000),
    FIELD_TEXT(mcrm_interaction, urgency, .flags = MODEL_AI, .choices = urgencies,
               .help = "low | normal | high | critical"),
    FIELD_TEXTS(mcrm_interaction, topics, .flags = MODEL_AI),
    FIELD_LIST(mcrm_interaction, entities, mention, .flags = MODEL_AI),
    FIELD_LIST(mcrm_interaction, next_steps, next_step, .flags = MODEL_AI),
    FIELD_TIME(mcrm_interaction, follow_up_at, .flags = MODEL_AI),
    FIELD_LIST(mcrm_interaction, checklist, check_mark, .flags = MODEL_AI),
    FIELD_TIME(mcrm_interaction, archived_at, .flags = MODEL_READ_ONLY),
    FIELD_MAP(mcrm_interaction, provenance, provenance, .flags = MODEL_DERIVED,
              .help = "of the fields an AI may write"),
    FIELD_TEXT(mcrm_interaction, mood, .flags = MODEL_SECRET | MODEL_READ_ONLY, .max = 30,
               .help = "the sentiment's score by itself, for orders and figures"),
};
MODEL_ENTITY(interaction, interaction_fields, .table = "interaction", .read = "interaction.read", .owner = "user_id");

static const model_field interaction_page_fields[] = {
    FIELD_LIST(mcrm_interaction_page, items, interaction),
    FIELD_TEXT(mcrm_interaction_page, next),
};
MODEL_ENTITY(interaction_page, interaction_page_fields);

static const model_field interaction_filter_fields[] = {
    FIELD_ID(mcrm_interaction_filter, rep_id),
    FIELD_ID(mcrm_interaction_filter, user_id),
    FIELD_TEXT(mcrm_interaction_filter, type, .max = 40),
    FIELD_TEXT(mcrm_interaction_filter, direction, .choices = directions),
    FIELD_TEXT(mcrm_interaction_filter, state, .choices = interaction_states),
    FIELD_TEXT(mcrm_interaction_filter, urgency, .choices = urgencies),
    FIELD_TIME(mcrm_interaction_filter, after, .help = "started at or after"),
    FIELD_TIME(mcrm_interaction_filter, before, .help = "started before"),
    FIELD_BOOL(mcrm_interaction_filter, archived),
    FIELD_TEXT(mcrm_interaction_filter, sort, .choices = interaction_sorts,
               .help = "-started_at (default) | started_at"),
    FIELD_TEXT(mcrm_interaction_filter, cursor, .max = 300),
    FIELD_INT(mcrm_interaction_filter, limit),
};
MODEL_ENTITY(interaction_filter, interaction_filter_fields);

static const model_field change_fields[] = {
    FIELD_INT(mcrm_change, seq),
    FIELD_TIME(mcrm_change, at),
    FIELD_ID(mcrm_change, user_id),
    FIELD_TEXT(mcrm_change, operation),
    FIELD_TEXT(mcrm_change, action),
    FIELD_INT(mcrm_change, entity_version),
    FIELD_JSON(mcrm_change, before, .help = "JSON object, NULL at creation or where erased"),
    FIELD_JSON(mcrm_change, after),
};
MODEL_ENTITY(change, change_fields, .help = "One change of a record: the changed fields before and after.");

static const model_field change_page_fields[] = {
    FIELD_LIST(mcrm_change_page, items, change, .help = "newest first"),
    FIELD_TEXT(mcrm_change_page, next),
};
MODEL_ENTITY(change_page, change_page_fields);

static const model_field ref_fields[] = {
    FIELD_ID(mcrm_ref, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_ref, version),
};
MODEL_ENTITY(ref, ref_fields, .help = "Names one record.");

static const model_field history_fields[] = {
    FIELD_ID(mcrm_history, id, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_history, cursor, .max = 300),
    FIELD_INT(mcrm_history, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(history, history_fields, .help = "Asks for the changes of one record.");

static const model_field record_ref_fields[] = {
    FIELD_TEXT(mcrm_record_ref, entity, .flags = MODEL_REQUIRED, .choices = record_entities,
               .help = "interaction | task | rep"),
    FIELD_ID(mcrm_record_ref, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_record_ref, version),
};
MODEL_ENTITY(record_ref, record_ref_fields, .help = "Names one record of any kind.");
