/* A configured instance of a plugin, wherever it runs: in its own process (the default) or in this one. One call is one
 * try at one provider: retries, fallbacks, budgets and the record of the call are the router's (lib/ai). */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include <base/arena.h>
#include <marfacrm/plugin.h>
#include <marfacrm/types.h>
#include <stdbool.h>

typedef struct provider provider;

/* One option as the admin wrote it; secrets are resolved already. The items of a list are settings of the same name, in
 * order. The transport's own: timeout, connect_timeout, first_byte_timeout, idle_timeout, proxy, no_proxy, ca_file, ip,
 * resolve, insecure; what else there is belongs to the plugin, so that the router takes out what is its own. */
typedef struct provider_setting {
  const char *name, *value;
  const char *where; /* "marfacrm.yaml:12:5", for errors; may be NULL */
} provider_setting;

typedef struct provider_options {
  const char *name;                 /* of the instance: "grok-main" */
  const char *plugin;               /* "grok": looked up in `folder`; or an absolute path */
  const char *sha256;               /* 64 hex digits the file must have; NULL = not pinned */
  bool isolated;                    /* in a process of its own */
  const char *folder;               /* where plugins are; NULL = where they are installed */
  const char *program;              /* marfacrm-provider; NULL = where it is installed */
  const provider_setting *settings; /* the plugin's options and the transport's */
  size_t setting_count;
  unsigned concurrency;        /* calls at once; 0 = 4 */
  const mcrm_plugin *built_in; /* a descriptor instead of a file; never isolated */
  /* A line of the plugin or its process, secrets blotted out; any thread. NULL = dropped. */
  void (*log)(void *context, mcrm_log_level level, const char *instance, const char *line);
  void *context;
} provider_options;

/* Checks the file and every option and starts the plugin, in its process (which is started again after it died).
 * MCRM_INVALID with field "providers.NAME.OPTION" and the place in the file; MCRM_NOT_FOUND where there is no such
 * plugin; MCRM_DENIED where its file or folder may be written by others or its digest differs; MCRM_UNAVAILABLE where
 * it does not start. */
int provider_open(const provider_options *options, mcrm_error *error, provider **out);
/* How long somebody waits: until then (clock_monotonic), and no longer than he wants. */
typedef struct provider_patience {
  int64_t deadline;
  bool (*cancelled)(void *context); /* may be NULL */
  void *context;
} provider_patience;

/* The same in two steps, for who may never need it: copies the options; then checks and starts, once. One that could
 * not be started may be tried again. Until it was, it has no capabilities and its calls are UNSUPPORTED. Any thread. */
int provider_new(const provider_options *options, mcrm_error *error, provider **out);
int provider_start(provider *p, const provider_patience *patience, mcrm_error *error);
/* Cancels what runs and waits for it, two seconds at most. */
void provider_close(provider *p);

const char *provider_name(const provider *p);
const char *provider_plugin(const provider *p); /* "grok 1.0"; before it was started as it was named */
/* As the plugin declares them; `local` not where a proxy or a name of the admin's leads elsewhere. NULL: not started.
 */
const mcrm_capabilities *provider_capabilities(const provider *p);
/* What holds it: "process; landlock 4, seccomp, limits", "process; no landlock, …", "none". */
const char *provider_sandbox(const provider *p);

/* A recording that is read as it is sent, so that it is never in memory as a whole: a piece of it; 0, or it cannot be
 * read, which makes the call BAD_REQUEST (code "audio"). */
typedef int (*provider_reader)(void *context, size_t at, void *to, size_t length);

/* One try. Fill in the first part. */
typedef struct provider_call {
  arena *arena;      /* the reply's texts */
  int64_t deadline;  /* clock_monotonic; the call comes home by then, whatever the peer does */
  const char *trace; /* goes along to the log lines; may be NULL */
  bool (*cancelled)(void *context);
  void (*delta)(void *context, const char *text, size_t length); /* may be NULL */
  void (*progress)(void *context, double done);                  /* may be NULL */
  void *context;
  provider_reader read; /* of speech: where the request has no audio but its length */
  /* ---- told afterwards, whatever became of it ---- */
  mcrm_failure failure;
  int64_t bytes_sent, bytes_received; /* of HTTP bodies */
  unsigned requests;                  /* HTTP requests that left */
  int64_t first_byte_ns;              /* until the first byte of a reply; 0 = none came */
} provider_call;

/* Any thread, several at once. What is above `concurrency` waits for its turn. After fork() the child's calls are
 * refused (UNSUPPORTED, code "forked"). */
mcrm_outcome provider_chat(provider *p, provider_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply);
mcrm_outcome provider_speech(provider *p, provider_call *call, const mcrm_speech_request *request,
                             mcrm_speech_reply *reply);
/* *said: one line of what the service told; may stay NULL. */
mcrm_outcome provider_probe(provider *p, provider_call *call, const char **said);

/* "rate_limit", … : the name of an outcome as it is recorded. */
const char *provider_outcome_name(mcrm_outcome outcome);

/* The options of a plugin and of the transport as a text for people: for `marfacrm provider help`. */
int provider_describe(const provider_options *options, mcrm_error *error, char **text);

#endif
