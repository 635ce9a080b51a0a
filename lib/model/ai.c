/* The egress ledger and what stands in it. See <marfacrm/ai.h>. */
#include <marfacrm/ai.h>
#include <model/entities.h>

static const char *const retentions[] = {"yes", "no", NULL};

static const model_field ai_call_fields[] = {
    FIELDS_STORED(mcrm_ai_call),
    FIELD_TEXT(mcrm_ai_call, task, .help = "note.analyse | speech | …"),
    FIELD_TEXT(mcrm_ai_call, provider, .help = "the instance's name"),
    FIELD_TEXT(mcrm_ai_call, asked, .help = "the model that was asked for; null = the provider's own"),
    FIELD_TEXT(mcrm_ai_call, model, .help = "that answered"),
    FIELD_TEXT(mcrm_ai_call, prompt, .help = "name, language and version: note.analyse/fa@1"),
    FIELD_INT(mcrm_ai_call, attempt, .help = "from 1, within one call"),
    FIELD_TEXT(mcrm_ai_call, outcome,
               .help = "ok | auth | region | billing | rate_limit | overload | timeout | network | …"),
    FIELD_TEXT(mcrm_ai_call, code, .help = "of a failure: the service's word, or dns, tcp, tls, proxy, …"),
    FIELD_TEXT(mcrm_ai_call, detail),
    FIELD_TEXT(mcrm_ai_call, request_id, .help = "the service's"),
    FIELD_ID(mcrm_ai_call, user_id, .help = "for whom; null = the system"),
    FIELD_TEXT(mcrm_ai_call, trace, .help = "of the request that led to it"),
    FIELD_INT(mcrm_ai_call, latency_ms),
    FIELD_INT(mcrm_ai_call, input_tokens),
    FIELD_INT(mcrm_ai_call, cached_tokens),
    FIELD_INT(mcrm_ai_call, output_tokens),
    FIELD_INT(mcrm_ai_call, reasoning_tokens),
    FIELD_INT(mcrm_ai_call, tokens, .help = "of all of them, as budgets count"),
    FIELD_INT(mcrm_ai_call, audio_ms),
    FIELD_INT(mcrm_ai_call, cost, .help = "10^-10 USD; 0 where it is unknown"),
    FIELD_INT(mcrm_ai_call, bytes_sent),
    FIELD_INT(mcrm_ai_call, redactions, .help = "identifiers that were left out of what was sent"),
    FIELD_BOOL(mcrm_ai_call, cached, .help = "1: answered from memory, nothing left"),
    FIELD_TEXT(mcrm_ai_call, retained, .choices = retentions,
               .help = "yes | no: does the service keep it; null = it does not say"),
};
MODEL_ENTITY(ai_call, ai_call_fields,
             .help = "One try at a provider. Nothing of what was said or answered is kept here.", .table = "ai_call",
             .read = "report", .owner = "user_id");

static const model_field ai_call_page_fields[] = {
    FIELD_LIST(mcrm_ai_call_page, items, ai_call),
    FIELD_TEXT(mcrm_ai_call_page, next, .help = "cursor of the next page; null at the end"),
};
MODEL_ENTITY(ai_call_page, ai_call_page_fields);

static const model_field ai_call_filter_fields[] = {
    FIELD_TEXT(mcrm_ai_call_filter, provider),
    FIELD_TEXT(mcrm_ai_call_filter, task),
    FIELD_TEXT(mcrm_ai_call_filter, outcome),
    FIELD_TEXT(mcrm_ai_call_filter, trace),
    FIELD_TEXT(mcrm_ai_call_filter, cursor, .max = 300),
    FIELD_INT(mcrm_ai_call_filter, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(ai_call_filter, ai_call_filter_fields);
