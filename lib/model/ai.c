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

static const char *const provider_states[] = {"ok", "busy", "cooling", "open", "unreachable", "idle", "broken", NULL};

static const model_field provider_state_fields[] = {
    FIELD_TEXT(mcrm_provider_state, name),
    FIELD_TEXT(mcrm_provider_state, plugin, .help = "with its version"),
    FIELD_BOOL(mcrm_provider_state, chats, .help = "1: it reads and writes"),
    FIELD_BOOL(mcrm_provider_state, listens, .help = "1: it turns speech into text"),
    FIELD_BOOL(mcrm_provider_state, local, .help = "1: what it is sent stays on this machine"),
    FIELD_TEXT(
        mcrm_provider_state, state, .choices = provider_states,
        .help = "ok | busy | cooling | open | unreachable | idle (nobody has asked it yet) | broken (cannot start)"),
    FIELD_TEXT(mcrm_provider_state, because, .help = "of cooling and broken: what led to it"),
    FIELD_INT(mcrm_provider_state, calls, .help = "since the start, and so the sums below"),
    FIELD_INT(mcrm_provider_state, failures),
    FIELD_INT(mcrm_provider_state, latency_ms),
    FIELD_INT(mcrm_provider_state, cost, .help = "10^-10 USD"),
    FIELD_INT(mcrm_provider_state, bytes_sent),
    FIELD_TEXT(mcrm_provider_state, detail, .help = "of broken: one line"),
};
MODEL_ENTITY(provider_state, provider_state_fields, .help = "A configured provider and how it does in this process.");

static const model_field provider_states_fields[] = {
    FIELD_LIST(mcrm_provider_states, items, provider_state),
};
MODEL_ENTITY(provider_states, provider_states_fields);

static const model_field provider_name_fields[] = {
    FIELD_TEXT(mcrm_provider_name, name, .flags = MODEL_REQUIRED, .max = 64),
};
MODEL_ENTITY(provider_name, provider_name_fields);

static const model_field provider_answer_fields[] = {
    FIELD_TEXT(mcrm_provider_answer, name),
    FIELD_TEXT(mcrm_provider_answer, outcome, .help = "ok, or what is wrong"),
    FIELD_TEXT(mcrm_provider_answer, code),
    FIELD_TEXT(mcrm_provider_answer, detail),
    FIELD_TEXT(mcrm_provider_answer, said, .help = "one line of the service's own"),
    FIELD_INT(mcrm_provider_answer, latency_ms),
};
MODEL_ENTITY(provider_answer, provider_answer_fields,
             .help = "What a provider says when it is asked whether all is well.");

static const model_field report_filter_fields[] = {
    FIELD_TIME(mcrm_report_filter, from, .help = "default: 30 days before `to`"),
    FIELD_TIME(mcrm_report_filter, to, .help = "default: now"),
};
MODEL_ENTITY(report_filter, report_filter_fields);

static const model_field ai_acceptance_fields[] = {
    FIELD_TEXT(mcrm_ai_acceptance, provider),
    FIELD_TEXT(mcrm_ai_acceptance, model),
    FIELD_TEXT(mcrm_ai_acceptance, prompt),
    FIELD_INT(mcrm_ai_acceptance, proposed, .help = "all of them"),
    FIELD_INT(mcrm_ai_acceptance, accepted),
    FIELD_INT(mcrm_ai_acceptance, edited),
    FIELD_INT(mcrm_ai_acceptance, rejected),
    FIELD_REAL(mcrm_ai_acceptance, rate, .help = "accepted or edited, of those decided; 0 where none is"),
};
MODEL_ENTITY(ai_acceptance, ai_acceptance_fields,
             .help = "How proposals of one provider, model and prompt were taken.");

static const model_field ai_usage_fields[] = {
    FIELD_TEXT(mcrm_ai_usage, provider),
    FIELD_TEXT(mcrm_ai_usage, model),
    FIELD_TEXT(mcrm_ai_usage, prompt),
    FIELD_INT(mcrm_ai_usage, calls),
    FIELD_INT(mcrm_ai_usage, failures),
    FIELD_INT(mcrm_ai_usage, tokens),
    FIELD_INT(mcrm_ai_usage, audio_ms),
    FIELD_INT(mcrm_ai_usage, cost, .help = "10^-10 USD"),
    FIELD_INT(mcrm_ai_usage, latency_ms, .help = "on average"),
    FIELD_INT(mcrm_ai_usage, latency_most_ms, .help = "the slowest"),
    FIELD_INT(mcrm_ai_usage, bytes_sent),
};
MODEL_ENTITY(ai_usage, ai_usage_fields, .help = "What the calls to one provider, model and prompt came to.");

static const model_field ai_report_fields[] = {
    FIELD_TIME(mcrm_ai_report, from),
    FIELD_TIME(mcrm_ai_report, to),
    FIELD_LIST(mcrm_ai_report, acceptance, ai_acceptance),
    FIELD_LIST(mcrm_ai_report, usage, ai_usage),
};
MODEL_ENTITY(ai_report, ai_report_fields);
