/* The configuration: marfacrm.yaml as a struct. One table (option.c) says what may stand in the file; the reader,
 * the defaults and the JSON Schema all come from it.
 *
 * Strict on purpose: an unknown key, a second value for a key, a wrong type or an alias is an error with file, line
 * and column, because a setting that is silently ignored is worse than one that is refused. Secrets are named, never
 * written: a URL with a password is given as env:NAME, or as file:PATH of a file that only its owner (whoever runs the
 * program) can read. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <base/buffer.h>
#include <marfacrm/types.h>
#include <stdbool.h>

/* name: value, in the order of the file */
typedef struct config_pair {
  const char *name, *value;
} config_pair;

typedef struct config_pairs {
  const config_pair *at;
  size_t count;
} config_pairs;

/* access.scopes: {permission: {role: scope}} */
typedef struct config_scope {
  const char *permission, *role, *scope;
} config_scope;

typedef struct config_scopes {
  const config_scope *at;
  size_t count;
} config_scopes;

/* providers.NAME: what stands there, lists as one setting an item; secrets are resolved. */
typedef struct config_setting {
  const char *name, *value;
  const char *where; /* file:line:column */
} config_setting;

typedef struct config_provider {
  const char *name, *where;
  const config_setting *settings;
  size_t count;
} config_provider;

typedef struct config_providers {
  const config_provider *at;
  size_t count;
} config_providers;

/* ai.tasks.NAME */
typedef struct config_task {
  const char *name;
  mcrm_texts providers; /* none = ai.chat's */
  int64_t day_ticks;    /* 10^-10 USD; 0 = any */
  int64_t day_tokens;
} config_task;

typedef struct config_tasks {
  const config_task *at;
  size_t count;
} config_tasks;

/* The value of a provider's setting, or NULL. */
const config_setting *config_setting_of(const config_provider *p, const char *name);
/* "1.5" as ticks of 10^-10; false where it is no such number. */
bool config_ticks(const char *text, size_t length, int64_t *out);

/* What is not in the file and has no default is NULL or 0. Paths are relative to the working directory. */
typedef struct config {
  const char *storage_url;           /* storage.url: sqlite:FILE */
  const char *storage_listen_url;    /* storage.listen_url: postgresql://…, past a pooler; NULL: storage.url */
  const char *storage_key_file;      /* storage.key_file: the instance key; NULL: <database>.key */
  int64_t storage_readers;           /* storage.readers */
  const char *host_source;           /* host.source: postgresql | sqlite | callbacks; NULL: no host */
  const char *host_url;              /* host.url: postgresql://… or sqlite:FILE */
  const char *host_listen_url;       /* host.listen_url: postgresql://…, past a pooler; NULL: host.url */
  const char *host_generation;       /* host.generation: v1 | v2, a ready mapping; the mappings below add to it */
  const char *host_time_zone;        /* host.time_zone: of the host's times without an offset */
  const char *host_live;             /* host.live: listen | poll */
  int64_t host_poll_seconds;         /* host.poll_seconds */
  const char *host_rep_url;          /* host.rep_url: of a rep's page in the host, with {key} */
  config_pairs host_representatives; /* host.representatives: from, and a column or SQL expression for each field */
  config_pairs host_invoices;        /* host.invoices */
  config_pairs host_payments;        /* host.payments */
  config_pairs host_ledger;          /* host.ledger */
  const char *host_debtor_sign;      /* host.debtor_sign: positive | negative */
  const char *locale_language;       /* locale.language: fa | en */
  const char *locale_time_zone;      /* locale.time_zone */
  config_scopes access_scopes;       /* access.scopes */
  int64_t access_idle_minutes;       /* access.session_idle_minutes: a login ends after so long unused */
  int64_t access_absolute_hours;     /* access.session_absolute_hours: … and after so long in any case */
  const char *gateway_public_url;    /* gateway.public_url: where browsers find the CRM */
  const char *gateway_prefix;        /* gateway.prefix: what stands before a secret path */
  const char *gateway_tag;           /* gateway.tag: tells the cookies of two instances on one host apart */
  const char *gateway_host_secret;   /* gateway.host_secret: with which the host signs who is signed in */
  const char *gateway_ui_folder;     /* gateway.ui_folder */
  const char *gateway_upload_folder; /* gateway.upload_folder */
  int64_t gateway_upload_mib;        /* gateway.upload_mib */
  const char *ai_policy;             /* ai.policy: on_accept | automatic */
  const char *voice_folder;          /* voice.folder: of the recordings */
  const char *voice_key_file;        /* voice.key_file: encrypts them */
  int64_t voice_max_mib;             /* voice.max_mib */
  int64_t voice_max_minutes;         /* voice.max_minutes */
  int64_t voice_quota_mib;           /* voice.quota_mib: of one person */
  int64_t voice_keep_days;           /* voice.keep_days */
  mcrm_texts interaction_types;      /* interaction.types: beside call, telegram, email and meeting */
  int64_t jobs_pause;                /* jobs.pause: seconds between two looks at an empty queue */
  const char *log_level;             /* log.level: error | warning | info | debug */
  config_providers providers;        /* providers */
  mcrm_texts ai_chat, ai_speech;     /* ai.chat, ai.speech: names of providers, in order */
  config_tasks ai_tasks;             /* ai.tasks */
  int64_t ai_day_ticks;              /* ai.day_usd: of all calls */
  int64_t ai_day_tokens;             /* ai.day_tokens */
  int64_t ai_user_day_ticks;         /* ai.user_day_usd: of one user's calls */
  int64_t ai_user_day_tokens;        /* ai.user_day_tokens */
  const char *ai_redact;             /* ai.redact: true | false */
  const char *ai_egress;             /* ai.egress: any | none */
  const char *ai_isolation;          /* ai.isolation: process | none */
  const char *ai_prompts;            /* ai.prompts: the admin's folder */
  const char *ai_plugins;            /* ai.plugins: the folder of plugins */
  const char *ai_program;            /* ai.program: marfacrm-provider */
} config;

enum { CONFIG_BYTES = 256 << 10, CONFIG_DEPTH = 8, CONFIG_NODES = 4000 };

/* Reads a file. MCRM_NOT_FOUND where there is none; MCRM_INVALID with field = the key and detail =
 * "file:line:column: what is wrong with which value". */
int config_load(const char *file, mcrm_error *error, config **out);
/* Reads a text; `name` stands for the file in errors. An empty text gives the defaults. */
int config_parse(const char *text, size_t length, const char *name, mcrm_error *error, config **out);
/* Overwrites the secrets before it frees them. NULL is fine. */
void config_free(config *c);
/* The value of a name among the pairs, or NULL. */
const char *config_pair_value(const config_pairs *pairs, const char *name);

/* Appends the JSON Schema (draft 2020-12) of the file. */
void config_schema(buffer *out);

#endif
