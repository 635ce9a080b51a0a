/* marfacrm/ai.h: who was asked, what left the house, and what it cost. */
#ifndef MARFACRM_AI_H
#define MARFACRM_AI_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One try at a provider. Nothing of what was said or answered is kept here. */
typedef struct mcrm_ai_call {
  MCRM_STORED;
  const char *task;     /* note.analyse | speech | … */
  const char *provider; /* the instance's name */
  const char *asked;    /* the model that was asked for; NULL = the provider's own */
  const char *model;    /* that answered */
  const char *prompt;   /* name, language and version: note.analyse/fa@1 */
  int64_t attempt;      /* from 1, within one call */
  const char *outcome;  /* ok | auth | region | billing | rate_limit | overload | timeout | network | … */
  const char *code;     /* of a failure: the service's word, or dns, tcp, tls, proxy, … */
  const char *detail;
  const char *request_id; /* the service's */
  mcrm_id user_id;        /* for whom; 0 = the system */
  const char *trace;      /* of the request that led to it */
  int64_t latency_ms;
  int64_t input_tokens;
  int64_t cached_tokens;
  int64_t output_tokens;
  int64_t reasoning_tokens;
  int64_t tokens; /* of all of them, as budgets count */
  int64_t audio_ms;
  int64_t cost; /* 10^-10 USD; 0 where it is unknown */
  int64_t bytes_sent;
  int64_t redactions;   /* identifiers that were left out of what was sent */
  int64_t cached;       /* 1: answered from memory, nothing left */
  const char *retained; /* yes | no: does the service keep it; NULL = it does not say */
} mcrm_ai_call;
MCRM_LIST(mcrm_ai_call);

typedef struct mcrm_ai_call_page {
  MCRM_RECORD;
  mcrm_ai_call_array items;
  const char *next;
} mcrm_ai_call_page;

typedef struct mcrm_ai_call_filter {
  MCRM_RECORD;
  const char *provider;
  const char *task;
  const char *outcome;
  const char *trace;
  const char *cursor;
  int64_t limit;
} mcrm_ai_call_filter;

/* A configured provider and how it does in this process. */
typedef struct mcrm_provider_state {
  MCRM_RECORD;
  const char *name;
  const char *plugin;  /* with its version */
  int64_t chats;       /* 1: it reads and writes */
  int64_t listens;     /* 1: it turns speech into text */
  int64_t local;       /* 1: what it is sent stays on this machine */
  const char *state;   /* ok | busy | cooling | open | unreachable | idle (nobody has asked it yet) | broken (cannot
                          start) */
  const char *because; /* of cooling and broken: what led to it */
  int64_t calls;       /* since the start, and so the sums below */
  int64_t failures;
  int64_t latency_ms;
  int64_t cost; /* 10^-10 USD */
  int64_t bytes_sent;
  const char *detail; /* of broken: one line */
} mcrm_provider_state;
MCRM_LIST(mcrm_provider_state);

typedef struct mcrm_provider_states {
  MCRM_RECORD;
  mcrm_provider_state_array items;
} mcrm_provider_states;

typedef struct mcrm_provider_name {
  MCRM_RECORD;
  const char *name;
} mcrm_provider_name;

/* What a provider says when it is asked whether all is well. */
typedef struct mcrm_provider_answer {
  MCRM_RECORD;
  const char *name;
  const char *outcome; /* ok, or what is wrong */
  const char *code;
  const char *detail;
  const char *said; /* one line of the service's own */
  int64_t latency_ms;
} mcrm_provider_answer;

typedef struct mcrm_report_filter {
  MCRM_RECORD;
  mcrm_time from; /* default: 30 days before `to` */
  mcrm_time to;   /* default: now */
} mcrm_report_filter;

/* How proposals of one provider, model and prompt were taken. */
typedef struct mcrm_ai_acceptance {
  MCRM_RECORD;
  const char *provider;
  const char *model;
  const char *prompt;
  int64_t proposed; /* all of them */
  int64_t accepted;
  int64_t edited;
  int64_t rejected;
  double rate; /* accepted or edited, of those decided; 0 where none is */
} mcrm_ai_acceptance;
MCRM_LIST(mcrm_ai_acceptance);

/* What the calls to one provider, model and prompt came to. */
typedef struct mcrm_ai_usage {
  MCRM_RECORD;
  const char *provider;
  const char *model;
  const char *prompt;
  int64_t calls;
  int64_t failures;
  int64_t tokens;
  int64_t audio_ms;
  int64_t cost;            /* 10^-10 USD */
  int64_t latency_ms;      /* on average */
  int64_t latency_most_ms; /* the slowest */
  int64_t bytes_sent;
} mcrm_ai_usage;
MCRM_LIST(mcrm_ai_usage);

typedef struct mcrm_ai_report {
  MCRM_RECORD;
  mcrm_time from;
  mcrm_time to;
  mcrm_ai_acceptance_array acceptance;
  mcrm_ai_usage_array usage;
} mcrm_ai_report;

#ifdef __cplusplus
}
#endif
#endif
