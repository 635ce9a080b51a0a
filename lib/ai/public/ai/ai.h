/* The intelligence of an instance: which providers are asked in which order, under which limits, and what each try
 * cost. Retries, fallbacks, budgets and breakers are here and nowhere else (docs/ai.md has the policy as a table).
 *
 * A provider takes seconds, so nothing here may be called while a write transaction is open. The database is the
 * caller's: it hands in what was spent today and stores the records that come back (lib/crm/ledger.c). */
#ifndef AI_AI_H
#define AI_AI_H

#include <base/arena.h>
#include <base/buffer.h>
#include <marfacrm/plugin.h>
#include <marfacrm/types.h>
#include <stdbool.h>

typedef struct ai ai;
typedef struct provider provider; /* <provider/provider.h> */

/* Money is counted in ticks of 10^-10 USD. */
#define AI_TICKS_PER_USD INT64_C(10000000000)

/* Most that may be spent; 0 = any. */
typedef struct ai_limit {
  int64_t cost, tokens;
} ai_limit;

/* What was spent since midnight, as the caller's ledger says. */
typedef struct ai_spent {
  ai_limit all, user, task;
} ai_spent;

/* One try at one provider: a row of the egress ledger. Texts live in the call's arena. */
typedef struct ai_record {
  mcrm_id id;           /* of its row: 0 until it was first written */
  const char *task;     /* "note.analyse", "speech", "probe" */
  const char *provider; /* the instance's name */
  const char *asked;    /* the model that was asked for; NULL = the provider's own */
  const char *model;    /* that answered; NULL = none did */
  const char *prompt;   /* "note.analyse/fa@1" */
  int64_t attempt;      /* from 1, within the call */
  mcrm_outcome outcome;
  const char *code, *detail; /* of a failure */
  const char *request_id;    /* the service's */
  mcrm_time at;
  int64_t latency_ms;
  int64_t input_tokens, cached_tokens, output_tokens, reasoning_tokens; /* -1 = unknown */
  int64_t audio_ms;
  int64_t cost;       /* ticks: as the service says, else by `price`; -1 = unknown */
  int64_t bytes_sent; /* that left for the provider */
  int64_t redactions; /* identifiers that were left out of what was sent */
  bool cached;        /* answered from the cache: nothing left */
  int zero_retention; /* 1 the service keeps nothing, 0 it keeps, -1 unknown */
} ai_record;

enum { AI_RECORDS_MOST = 64 };

typedef struct ai_records {
  ai_record *at[AI_RECORDS_MOST];
  size_t count;
} ai_records;

/* ---- opening ---- */

typedef struct ai_provider {
  provider *provider;       /* becomes the instance's, also where ai_open fails; started at its first use */
  unsigned concurrency;     /* calls at once; 0 = 4 */
  unsigned rate_per_minute; /* 0 = any */
  ai_limit day;             /* of this provider's calls, in this process */
  /* Ticks for a million tokens and an hour of audio, where the service tells no cost. */
  int64_t price_input, price_output, price_audio;
} ai_provider;

typedef struct ai_task_options {
  const char *task;
  mcrm_texts providers; /* instead of chat's; none = chat's */
  ai_limit day;
} ai_task_options;

/* Where time comes from; a test's own hand. NULLs: the system. */
typedef struct ai_time {
  int64_t (*monotonic)(void *context); /* ns */
  mcrm_time (*now)(void *context);
  void (*sleep)(void *context, int64_t ns);
  uint64_t (*noise)(void *context);
  void *context;
} ai_time;

typedef struct ai_options {
  const ai_provider *providers;
  size_t provider_count;
  mcrm_texts chat, speech; /* names, in order of preference */
  const ai_task_options *tasks;
  size_t task_count;
  ai_limit day, user_day;
  bool keep_private_data; /* identifiers are not taken out of what is sent */
  bool no_egress;         /* only providers that keep what they get on this machine */
  const char *prompts;    /* the admin's folder, looked at first; may be NULL */
  const char *installed;  /* the folder of those that come along; NULL: where they are installed */
  ai_time time;
  /* One line of JSON about each try, without a word of what was said. May be NULL. */
  void (*log)(void *context, mcrm_log_level level, const char *line);
  void *log_context;
} ai_options;

/* Texts are copied. */
int ai_open(const ai_options *options, mcrm_error *error, ai **out);
/* Waits for calls that run; closes the providers. NULL is fine. */
void ai_close(ai *a);
/* "ok", "rate_limit", …: as it is recorded. */
const char *ai_outcome_name(mcrm_outcome outcome);

/* ---- how they do ---- */

typedef struct ai_state {
  const char *name, *plugin;
  bool chats, listens, local;
  const char *state;   /* ok | busy | cooling | open (the breaker) | unreachable (egress: none) | idle (nobody has asked
                          it yet, so it was not started) | broken (it could not be started) */
  const char *because; /* of cooling: the outcome */
  mcrm_error broken;   /* why */
  int64_t calls, failures, latency_ms, cost, input_tokens, output_tokens, bytes_sent; /* since the start; sums */
  int64_t running, allowed;
} ai_state;

size_t ai_provider_count(const ai *a); /* NULL is fine */
ai_state ai_provider_state(ai *a, size_t index);
/* Prometheus text. NULL is fine. */
void ai_metrics(ai *a, buffer *out);

/* Is there a provider that could be asked? One that was not started yet counts as such. NULL is fine. */
bool ai_chats(const ai *a);
bool ai_listens(const ai *a);
/* A person says that it shall be tried again now: providers that refused (a key, a country, credit), were down or could
 * not be started are asked with the next call instead of resting on. What a service asked to wait for is waited for. */
void ai_forgive(ai *a); /* NULL is fine */

#endif
