#include "option.h"

static const char *const sources[] = {"postgresql", "sqlite", "callbacks", NULL};
static const char *const generations[] = {"v1", "v2", NULL};
static const char *const signs[] = {"positive", "negative", NULL};
static const char *const lives[] = {"listen", "poll", NULL};
static const char *const languages[] = {"fa", "en", NULL};
static const char *const booleans[] = {"true", "false", NULL};
static const char *const isolations[] = {"process", "none", NULL};
static const char *const egresses[] = {"any", "none", NULL};
static const char *const policies[] = {"on_accept", "automatic", NULL};
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};

#define AT(member) offsetof(config, member)

const option config_options[] = {
    {"providers", OPTION_PROVIDERS, AT(providers),
     .help = "A name for each provider, and under it: plugin, the plugin's options, and what all have (docs/ai.md)."},

    {"storage.url", OPTION_URL, AT(storage_url), .fallback = "sqlite:crm.db",
     .help = "The CRM's own database: sqlite:FILE or postgresql://…"},
    {"storage.listen_url", OPTION_URL, AT(storage_listen_url),
     .help = "The same database past a pooler (pooler=transaction), for hearing at once what other processes change; "
             "without it they are looked at every second."},
    {"storage.key_file", OPTION_TEXT, AT(storage_key_file),
     .help = "The instance key: 32 bytes, readable by nobody else. Without it, the database's name with .key."},
    {"storage.readers", OPTION_INT, AT(storage_readers), .least = 1, .most = 64, .fallback = "4",
     .help = "Most connections that read at the same time."},

    {"host.source", OPTION_TEXT, AT(host_source), .choices = sources,
     .help = "Where the representatives come from; callbacks: from functions of the host program. Left out: no host, "
             "prospects only."},
    {"host.url", OPTION_URL, AT(host_url), .help = "The host's database, read-only: postgresql://… or sqlite:FILE."},
    {"host.listen_url", OPTION_URL, AT(host_listen_url),
     .help = "For live: listen, where url leads through a pooler: the same database past it."},
    {"host.generation", OPTION_TEXT, AT(host_generation), .choices = generations,
     .help = "A ready mapping of the host's tables; the mappings below replace parts of it."},
    {"host.time_zone", OPTION_ZONE, AT(host_time_zone),
     .help = "Of the host's times that have no offset; default: the generation's, else UTC."},
    {"host.live", OPTION_TEXT, AT(host_live), .choices = lives, .fallback = "poll",
     .help = "How changes of the host's data are noticed; listen: its own triggers tell (marfacrm host)."},
    {"host.poll_seconds", OPTION_INT, AT(host_poll_seconds), .least = 1, .most = 3600, .fallback = "20",
     .help = "The pause between two looks at the host's data; with listen, only in case a word was missed."},
    {"host.rep_url", OPTION_TEXT, AT(host_rep_url), .help = "The rep's page in the host, with {key} in it."},
    {"host.representatives", OPTION_PAIRS, AT(host_representatives),
     .help = "from: the table; then for each field a column or SQL expression of the host."},
    {"host.invoices", OPTION_PAIRS, AT(host_invoices), .help = "The same for invoices."},
    {"host.payments", OPTION_PAIRS, AT(host_payments), .help = "The same for payments."},

    {"host.ledger", OPTION_PAIRS, AT(host_ledger),
     .help = "The same for balances as they were; without it they are worked out from invoices and payments."},
    {"host.debtor_sign", OPTION_TEXT, AT(host_debtor_sign), .choices = signs,
     .help = "The sign of a debtor's balance in the host; default: the generation's, else positive."},

    {"locale.language", OPTION_TEXT, AT(locale_language), .choices = languages, .fallback = "fa",
     .help = "Of messages and of the built-in intelligence, where a user has set none."},
    {"locale.time_zone", OPTION_ZONE, AT(locale_time_zone), .fallback = "Asia/Tehran",
     .help = "In which days begin and times are shown."},

    {"access.scopes", OPTION_SCOPES, AT(access_scopes),
     .help = "Narrows or widens a right: permission, then role, then none, own, team or all."},

    {"access.session_idle_minutes", OPTION_INT, AT(access_idle_minutes), .least = 1, .most = 1440, .fallback = "30",
     .help = "A login ends after so long without a request."},
    {"access.session_absolute_hours", OPTION_INT, AT(access_absolute_hours), .least = 1, .most = 720, .fallback = "12",
     .help = "A login ends after so long in any case."},

    {"gateway.public_url", OPTION_TEXT, AT(gateway_public_url),
     .help = "Where browsers find the CRM, with its mount: https://crm.example.ir/crm."},
    {"gateway.prefix", OPTION_TEXT, AT(gateway_prefix), .fallback = "/",
     .help = "What stands before the secret in the address of a gate: / gives https://host/SECRET."},
    {"gateway.tag", OPTION_TEXT, AT(gateway_tag),
     .help = "A word in the cookies' names, where one host carries two instances."},
    {"gateway.host_secret", OPTION_SECRET, AT(gateway_host_secret),
     .help = "Shared with the host, which signs with it who is signed in there (docs/gateway.md): env:NAME or "
             "file:PATH, at least 32 characters."},
    {"gateway.ui_folder", OPTION_TEXT, AT(gateway_ui_folder), .help = "The files of the frontend."},
    {"gateway.upload_folder", OPTION_TEXT, AT(gateway_upload_folder),
     .help = "Where large uploads wait; default: /var/tmp."},
    {"gateway.upload_mib", OPTION_INT, AT(gateway_upload_mib), .least = 1, .most = 4096, .fallback = "25",
     .help = "The largest upload."},

    {"voice.folder", OPTION_TEXT, AT(voice_folder),
     .help = "Of the recordings; default: the database's name with .voice."},
    {"voice.key_file", OPTION_TEXT, AT(voice_key_file),
     .help = "32 bytes, readable by nobody else (made where it is missing): recordings are encrypted with it."},
    {"voice.max_mib", OPTION_INT, AT(voice_max_mib), .least = 1, .most = 4096, .fallback = "25",
     .help = "The largest recording."},
    {"voice.max_minutes", OPTION_INT, AT(voice_max_minutes), .least = 1, .most = 600, .fallback = "10",
     .help = "The longest recording."},
    {"voice.quota_mib", OPTION_INT, AT(voice_quota_mib), .least = 0, .most = 1048576, .fallback = "2048",
     .help = "What one person's recordings may take together; 0 = anything."},
    {"voice.keep_days", OPTION_INT, AT(voice_keep_days), .least = 0, .most = 36500, .fallback = "0",
     .help = "Then the audio is erased and the text stays; 0 = never."},

    {"interaction.types", OPTION_TEXTS, AT(interaction_types),
     .help = "Kinds of conversation beside call, telegram, email and meeting."},

    {"ai.policy", OPTION_TEXT, AT(ai_policy), .choices = policies, .fallback = "on_accept",
     .help = "Action items of voice notes become tasks when they are accepted, or automatically."},
    {"ai.chat", OPTION_NAMES, AT(ai_chat),
     .help = "Providers that read and write, in order of preference. None: the built-in intelligence alone."},
    {"ai.speech", OPTION_NAMES, AT(ai_speech), .help = "Providers that turn speech into text, in order."},
    {"ai.tasks", OPTION_TASKS, AT(ai_tasks), .help = "For a task of its own choice: providers, day_usd, day_tokens."},
    {"ai.day_usd", OPTION_USD, AT(ai_day_ticks), .help = "Most that a day's calls may cost together."},
    {"ai.day_tokens", OPTION_INT, AT(ai_day_tokens), .least = 1, .most = 1000000000000, .help = "The same in tokens."},
    {"ai.user_day_usd", OPTION_USD, AT(ai_user_day_ticks), .help = "Most that one person's calls may cost in a day."},
    {"ai.user_day_tokens", OPTION_INT, AT(ai_user_day_tokens), .least = 1, .most = 1000000000000,
     .help = "The same in tokens."},
    {"ai.redact", OPTION_TEXT, AT(ai_redact), .choices = booleans, .fallback = "true",
     .help = "Phones, accounts and addresses are taken out of what is sent, and put in again."},
    {"ai.egress", OPTION_TEXT, AT(ai_egress), .choices = egresses, .fallback = "any",
     .help = "none: no byte leaves this machine; only providers that say they are local are asked."},
    {"ai.isolation", OPTION_TEXT, AT(ai_isolation), .choices = isolations, .fallback = "process",
     .help = "process: each provider in a process of its own. none: in this one."},
    {"ai.prompts", OPTION_TEXT, AT(ai_prompts), .help = "A folder with prompts of your own, looked at first."},
    {"ai.plugins", OPTION_TEXT, AT(ai_plugins), .help = "The folder of plugins; default: where they are installed."},
    {"ai.program", OPTION_TEXT, AT(ai_program), .help = "marfacrm-provider; default: where it is installed."},

    {"jobs.pause", OPTION_INT, AT(jobs_pause), .least = 1, .most = 3600, .fallback = "5",
     .help = "Seconds that a worker waits when there is nothing to do."},

    {"log.level", OPTION_TEXT, AT(log_level), .choices = levels, .fallback = "info",
     .help = "What programs such as the worker write to standard error."},
    {0},
};
