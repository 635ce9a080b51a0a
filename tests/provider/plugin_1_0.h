/* marfacrm/plugin.h as it was in version 1.0 of the plugin interface. Never edited: tests compile plugins with it.
 *
 * A provider is one folder and one shared object that links nothing of ours and exports one function:
 *   const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host);
 * It is a translator and no more: it builds the service's request, reads its reply, and says of a failure which class
 * it is of. Retries, deadlines, budgets, fallbacks, proxies, certificates, redaction and HTTP itself are the host's,
 * once for all providers. docs/plugin-author.md walks through an example, and plugins/template is one to copy.
 *
 * Versions. `abi_major` must be equal on both sides. Everything else grows at the end only, and each struct that
 * crosses begins with the size its maker was compiled with: whoever reads it copies min(theirs, ours) into zeroed
 * memory, so that an old plugin runs in a new library and the reverse. A member beyond the other side's size reads as 0
 * or NULL.
 *
 * Ownership. What a function is handed is borrowed for the call. What a plugin hands back (a reply's texts) it takes
 * from host->alloc, which lives until the call has been answered; nothing is freed by hand. State lives from start to
 * stop.
 *
 * Threads. Calls on one state may run at once, as many as the instance's `concurrency` allows: after start the state is
 * read-only, or guarded by the plugin's own lock. host functions that take a `call` are used on the thread of that
 * call.
 *
 * Process. By default a plugin runs in a process of its own (marfacrm-provider), in a sandbox: no file, no process, no
 * network but through host->http. It must not write to standard output, exit, fork, change signals or the locale, or
 * need constructors. The same binary also runs inside of a host program (isolation: none).
 *
 * Encoding: texts are UTF-8 and NUL-terminated unless a length is given. Times are milliseconds. */
#ifndef PLUGIN_1_0_H
#define PLUGIN_1_0_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { MCRM_PLUGIN_ABI_MAJOR = 1, MCRM_PLUGIN_ABI_MINOR = 0 };

/* What became of a call. The router decides by the class alone what happens next. */
typedef enum mcrm_outcome {
  MCRM_OUTCOME_OK = 0,
  MCRM_OUTCOME_AUTH,           /* the key is missing, wrong or revoked; the signature is refused */
  MCRM_OUTCOME_REGION,         /* the service refuses the country it is called from */
  MCRM_OUTCOME_BILLING,        /* no credit, no plan, quota used up: waiting does not help */
  MCRM_OUTCOME_RATE_LIMIT,     /* too many calls: waiting helps; retry_after_ms where the service says */
  MCRM_OUTCOME_OVERLOAD,       /* the service is down or says that it is too busy */
  MCRM_OUTCOME_TIMEOUT,        /* the deadline passed */
  MCRM_OUTCOME_NETWORK,        /* name, connection, TLS, proxy, reset: `code` says which */
  MCRM_OUTCOME_BAD_REQUEST,    /* the service refuses what it was sent, whoever sends it: model, format, size */
  MCRM_OUTCOME_CONTENT_FILTER, /* refused for what the text says */
  MCRM_OUTCOME_TRUNCATED,      /* the reply ends too early */
  MCRM_OUTCOME_INVALID_OUTPUT, /* a reply, but not of the form that was asked for (said by the host) */
  MCRM_OUTCOME_CANCELLED,      /* the host cancelled */
  MCRM_OUTCOME_BUDGET,         /* not called: it would cost more than allowed (said by the host) */
  MCRM_OUTCOME_PROTOCOL,       /* a reply that cannot be read at all; a provider process that died */
  MCRM_OUTCOME_UNSUPPORTED     /* this provider cannot do that: no such slot, language, media type, length */
} mcrm_outcome;

/* Filled in by whoever returns an outcome other than OK, in the struct that the caller handed over: only members that
 * lie within its `size` may be written. The plugin may hand its own failure on to host->http. */
typedef struct mcrm_failure {
  size_t size;            /* set by the caller */
  int status;             /* of HTTP; 0 = none came */
  int64_t retry_after_ms; /* as the service says; -1 = it does not */
  int64_t server_time;    /* the service's clock (Date header), ms since 1970; 0 = unknown */
  char code[64];          /* the service's own word, or of a NETWORK failure: dns | tcp | tls | proxy | reset; of a
                             TIMEOUT: connect | first_byte | idle | total; of AUTH with a skewed clock: clock */
  char detail[256];       /* one line for people, in English; never with a secret in it */
} mcrm_failure;

/* ---- options: what an admin may write in marfacrm.yaml under the instance ---- */

typedef enum mcrm_option_kind {
  MCRM_OPTION_TEXT,     /* const char *; NULL where it is not given and has no default */
  MCRM_OPTION_URL,      /* const char *; http:// or https:// with a host, without a slash at the end */
  MCRM_OPTION_SECRET,   /* const char *; written as env:NAME or file:PATH; kept out of dumps, logs and swap */
  MCRM_OPTION_INT,      /* int64_t */
  MCRM_OPTION_REAL,     /* double */
  MCRM_OPTION_BOOL,     /* int64_t 0 or 1 */
  MCRM_OPTION_DURATION, /* int64_t ms; written as 30s, 500ms, 2m or a number of seconds */
  MCRM_OPTION_TEXTS     /* mcrm_plugin_texts */
} mcrm_option_kind;

typedef struct mcrm_plugin_texts {
  const char *const *at;
  size_t count;
} mcrm_plugin_texts;

/* One row an option; the table ends with name NULL. From it come the parsing with line numbers, the defaults,
 * `marfacrm provider help`, the JSON Schema and the documentation. `size` is the row's own size, equal in all rows of a
 * table. */
typedef struct mcrm_plugin_option {
  size_t size;
  const char *name;
  mcrm_option_kind kind;
  size_t offset;              /* of the member of the state */
  int required;               /* 1: must be given */
  const char *fallback;       /* as it would be written in the file; NULL = 0 or NULL */
  double least, most;         /* of numbers and durations (ms); both 0 = any */
  const char *const *choices; /* of texts; NULL-terminated; NULL = any */
  const char *help;           /* one line */
} mcrm_plugin_option;
/* These are the host's, for every instance, and must not be named by a plugin: plugin, sha256, isolation, concurrency,
 * rate_per_minute, timeout, connect_timeout, first_byte_timeout, idle_timeout, proxy, no_proxy, ca_file, ip, resolve,
 * price, budget, insecure. */

/* ---- capabilities: what routing goes by ---- */

enum {
  MCRM_CAN_CHAT = 1 << 0,
  MCRM_CAN_STREAM = 1 << 1, /* chat deltas as they come */
  MCRM_CAN_SCHEMA = 1 << 2, /* is held to a JSON Schema by the service; else the host puts it into the prompt */
  MCRM_CAN_SPEECH = 1 << 3,
  MCRM_CAN_SEGMENTS = 1 << 4, /* speech with times */
  MCRM_CAN_HINTS = 1 << 5     /* takes names and words to expect */
};

typedef struct mcrm_capabilities {
  size_t size;
  unsigned flags;
  int64_t context_tokens;         /* most tokens of a request; 0 = unknown */
  int64_t audio_bytes, audio_ms;  /* most of one call; 0 = unknown */
  const char *const *media_types; /* of audio, NULL-terminated: "audio/webm", …; NULL = any */
  const char *const *languages;   /* of speech, ISO 639-1, NULL-terminated; NULL = any */
  int local;                      /* 1: what it is sent stays on this machine (loopback), so egress: none allows it */
} mcrm_capabilities;

/* ---- the host's services ---- */

/* One call, opaque: everything the host knows of it. */
typedef struct mcrm_plugin_call mcrm_plugin_call;

typedef struct mcrm_http_field {
  const char *name, *value;
} mcrm_http_field;

/* A part of multipart/form-data, sent in the order given. */
typedef struct mcrm_http_part {
  size_t size;
  const char *name;
  const char *file_name;  /* NULL: a plain field */
  const char *media_type; /* NULL: none said */
  const void *bytes;
  size_t length;
} mcrm_http_part;

typedef struct mcrm_http_request {
  size_t size;
  const char *method;
  const char *url;                /* whole, http:// or https:// */
  const mcrm_http_field *headers; /* one a line; the host adds only what transport needs */
  size_t header_count;
  const void *body; /* with its Content-Type among the headers; or parts */
  size_t body_length;
  const mcrm_http_part *parts;
  size_t part_count;
  size_t reply_limit; /* most bytes of the reply after decoding; 0 = 8 MiB; the host may set less */
  /* Takes a 2xx reply as it comes (event streams); any other status is collected. NULL: all is collected. Returns 0, or
   * anything else to stop: the call then ends as MCRM_OUTCOME_OK with what came. */
  int (*data)(void *context, const char *bytes, size_t length);
  void *context;
} mcrm_http_request;

typedef struct mcrm_http_reply {
  size_t size; /* set by the plugin before the call */
  int status;
  const mcrm_http_field *headers; /* names in lower case */
  size_t header_count;
  const char *body; /* NUL-terminated behind `length` bytes; "" where `data` took it */
  size_t length;
  int64_t retry_after_ms; /* Retry-After or retry-after-ms, seconds or date; -1 = none */
  int64_t server_time;    /* Date, ms since 1970; 0 = none */
} mcrm_http_reply;

typedef enum mcrm_log_level { MCRM_LOG_ERROR, MCRM_LOG_WARNING, MCRM_LOG_INFO, MCRM_LOG_DEBUG } mcrm_log_level;

typedef struct mcrm_plugin_host {
  size_t size;
  unsigned abi_major, abi_minor;
  /* One line; secrets of the instance are blotted out. */
  void (*log)(mcrm_plugin_call *call, mcrm_log_level level, const char *line);
  /* ms since 1970, UTC. */
  int64_t (*now)(void);
  /* Zeroed memory that lives until the call is answered; NULL where there is none. Aligned for any type. */
  void *(*alloc)(mcrm_plugin_call *call, size_t bytes);
  /* Sends one request and waits for the reply, within the call's deadline, with the instance's proxy, certificates and
   * limits. No redirect is followed, no cookie kept, no compressed reply beyond reply_limit taken. An answer of any
   * status is MCRM_OUTCOME_OK; otherwise TIMEOUT, NETWORK, CANCELLED, PROTOCOL or BAD_REQUEST (the request itself is
   * malformed) with *failure filled in. */
  mcrm_outcome (*http)(mcrm_plugin_call *call, const mcrm_http_request *request, mcrm_http_reply *reply,
                       mcrm_failure *failure);
  /* 1: nobody waits for the answer any more: come home. For a plugin's own long work; http looks by itself. */
  int (*cancelled)(mcrm_plugin_call *call);
  /* How far the work is, 0 to 1. */
  void (*progress)(mcrm_plugin_call *call, double done);
  /* The next piece of a streamed chat reply. */
  void (*delta)(mcrm_plugin_call *call, const char *text, size_t length);
} mcrm_plugin_host;

/* ---- chat ---- */

typedef struct mcrm_chat_message {
  size_t size;
  const char *role; /* system | user | assistant */
  const char *text;
} mcrm_chat_message;

typedef struct mcrm_chat_request {
  size_t size;
  const char *model; /* NULL: the instance's */
  const mcrm_chat_message *const *messages;
  size_t message_count;
  const char *schema_name; /* [A-Za-z0-9_-]{1,64} */
  const char *schema;      /* a JSON Schema that the reply must fit; NULL = plain text */
  int64_t max_tokens;      /* of the visible reply; 0 = the service's default */
  double temperature;      /* below 0 = the service's default */
  const char *effort;      /* of reasoning: none | low | medium | high; NULL = the instance's */
  const char
      *conversation; /* the same for calls that share their beginning, so that the service may cache it; or NULL */
  int stream;        /* 1: hand over deltas as they come */
} mcrm_chat_request;

typedef struct mcrm_chat_reply {
  size_t size; /* set by the host */
  const char *text;
  const char *model;  /* that answered, as the service says; it need not be the one that was asked */
  const char *finish; /* stop | length | content_filter | other */
  const char *request_id;
  /* As the service counts; -1 = unknown. reasoning is not part of output. */
  int64_t input_tokens, cached_tokens, output_tokens, reasoning_tokens;
  int64_t cost;       /* 10^-10 USD, as the service says; -1 = it does not */
  int zero_retention; /* 1 the service keeps nothing, 0 it keeps, -1 unknown */
} mcrm_chat_reply;

typedef struct mcrm_chat_ops {
  size_t size;
  /* Required. The texts of the reply come from host->alloc. A reply that ended for length is OK with finish "length".
   */
  mcrm_outcome (*run)(void *state, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                      mcrm_failure *failure);
} mcrm_chat_ops;

/* ---- speech to text ---- */

typedef struct mcrm_speech_request {
  size_t size;
  const char *model; /* NULL: the instance's */
  const void *audio; /* a whole file */
  size_t length;
  const char *media_type;   /* audio/webm, audio/ogg, audio/mpeg, audio/mp4, audio/wav, as sniffed by the host */
  int64_t duration_ms;      /* 0 = unknown */
  const char *language;     /* fa, en; NULL = the service finds out */
  const char *const *hints; /* names and words that may occur */
  size_t hint_count;
} mcrm_speech_request;

typedef struct mcrm_speech_segment {
  size_t size;
  int64_t start_ms, end_ms;
  const char *text;
  double confidence;   /* 0 to 1; -1 = unknown */
  const char *speaker; /* or NULL */
} mcrm_speech_segment;

typedef struct mcrm_speech_reply {
  size_t size;      /* set by the host */
  const char *text; /* "" = nothing was said */
  const char *language;
  const char *model;
  const char *request_id;
  int64_t duration_ms; /* of the audio, as the service counts; 0 = unknown */
  double confidence;   /* -1 = unknown */
  const mcrm_speech_segment *const *segments;
  size_t segment_count;
  int64_t dropped; /* segments that were left out as invented (silence, loops, outro phrases) */
  int64_t cost;    /* 10^-10 USD; -1 = unknown */
} mcrm_speech_reply;

typedef struct mcrm_speech_ops {
  size_t size;
  mcrm_outcome (*run)(void *state, mcrm_plugin_call *call, const mcrm_speech_request *request, mcrm_speech_reply *reply,
                      mcrm_failure *failure); /* required */
} mcrm_speech_ops;

/* ---- the plugin ---- */

typedef struct mcrm_plugin {
  unsigned abi_major, abi_minor; /* of the header it was compiled with */
  size_t size;
  const char *name;    /* "grok" */
  const char *version; /* its own */
  const char *help;    /* one line */
  const mcrm_plugin_option *options;
  size_t state_size; /* of the struct that the options' offsets point into; zeroed, then filled in by the options */
  const mcrm_capabilities *capabilities; /* a pointer, so that it may grow; required */
  /* Optional. Checks the options together and prepares; no network. OK, or BAD_REQUEST with `code` = the option that is
   * wrong. May lower `capabilities` (a copy for this instance). `call` is that of the start: what host->alloc gives for
   * it lives until stop. */
  mcrm_outcome (*start)(void *state, mcrm_plugin_call *call, const mcrm_plugin_host *host,
                        mcrm_capabilities *capabilities, mcrm_failure *failure);
  void (*stop)(void *state); /* optional */
  /* Optional. Asks the service, at no cost if it can, whether key, model and endpoint are good. `said` (from
   * host->alloc) is one line of what the service told: "key marfanet-crm, model grok-4.3". */
  mcrm_outcome (*probe)(void *state, mcrm_plugin_call *call, const char **said, mcrm_failure *failure);
  const mcrm_chat_ops *chat;     /* NULL: it does not chat */
  const mcrm_speech_ops *speech; /* NULL: it does not listen */
} mcrm_plugin;

typedef const mcrm_plugin *mcrm_plugin_entry_function(const mcrm_plugin_host *host);

#if defined(__GNUC__)
#define MCRM_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define MCRM_PLUGIN_EXPORT
#endif

/* The one symbol. It only returns the descriptor; `host` lives as long as the plugin. NULL: it does not run with this
 * host. */
MCRM_PLUGIN_EXPORT const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host);

#ifdef __cplusplus
}
#endif
#endif
