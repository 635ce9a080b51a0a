/* marfacrm/session.h: opening the CRM, acting as somebody, running operations.
 *
 *   mcrm *crm;
 *   mcrm_session *session;
 *   mcrm_error error = {0};
 *   if (mcrm_open(&(mcrm_options){.size = sizeof(mcrm_options), .create = 1}, &crm, &error)) …
 *   if (mcrm_session_open(crm, "sara", "local", &session, &error)) …
 *   mcrm_call(session, "worklog.get", NULL, &json);
 *
 * Ownership. A pointer that a function returns is borrowed; a pointer written through an out parameter is
 * yours. One mcrm_result owns all records it holds: free it once with mcrm_result_free. Texts written through a
 * `char **` are freed with mcrm_free.
 *
 * Threads. An mcrm may be used by any number of threads at once; an mcrm_session by one at a time (a second one
 * gets MCRM_BUSY). The library starts no thread, touches no signal, locale, umask, environment or standard
 * stream, and never ends the process. After fork() a child must not use what the parent opened: every call
 * answers MCRM_UNSUPPORTED.
 *
 * Errors belong to the session on which they happened (mcrm_session_error), never to the thread. Functions
 * without a session take an mcrm_error of yours. On failure nothing was changed, except MCRM_UNAVAILABLE on a
 * write: then the outcome is unknown and the call may be repeated with the same idempotency key. */
#ifndef MARFACRM_SESSION_H
#define MARFACRM_SESSION_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm mcrm;
typedef struct mcrm_session mcrm_session;
typedef struct mcrm_result mcrm_result;

/* Set size; leave at 0 what you do not care for. Texts are copied. */
typedef struct mcrm_options {
  size_t size;
  const char *config_file; /* marfacrm.yaml; NULL = none. The other options win over it. */
  const char *storage_url; /* default "sqlite:crm.db" */
  const char *key_file;    /* 32 bytes that key the audit chain, mode 0600; default: beside the database, ".key" */
  int create;              /* make a missing database and key, and bring an older database up to date */
  mcrm_time (*now)(void *context); /* the clock; default: the system's */
  void *now_context;
  unsigned readers;                           /* read connections at most; default 4 */
  const struct mcrm_host_source *host_source; /* the host's data from functions of yours: <marfacrm/host.h>. Copied;
                                                 wins over the file's tables. Default: what the file says */
  /* A structured log line (JSON, no line break): each try at a provider, and what is wrong with one. It never holds a
   * secret, nor what was said. level: 0 an error, 1 a warning, 2 information, 3 for debugging. Any thread. */
  void (*log)(void *context, int level, const char *line);
  void *log_context;
} mcrm_options;

/* Opens an instance. MCRM_NOT_FOUND: there is no database and create is 0; MCRM_UNSUPPORTED: the database is newer
 * than this library, or older and create is 0. */
MCRM_API int mcrm_open(const mcrm_options *options, mcrm **out, mcrm_error *error);
/* All sessions must be closed. NULL is fine. */
MCRM_API void mcrm_close(mcrm *instance);

/* `wake` is called after each commit that changed something, on the thread that made the change, with no lock
 * held. It must only signal (write to a pipe, uv_async_send); read what changed with event.list from the seq
 * you saw last, so that nothing can be missed or overflow. One callback at a time; NULL removes it. */
MCRM_API void mcrm_on_change(mcrm *instance, void (*wake)(void *context), void *context);

/* Waits at most timeout_ms for another process to change something, then calls the same `wake`: for a thread that calls
 * it again and again. The first call, and one that found its connection lost, call it too, for nobody knows what was
 * missed. MCRM_UNSUPPORTED: this database does not say (only PostgreSQL does, past a pooler): look at event.list every
 * second or so; MCRM_UNAVAILABLE: it is down. In both cases wait by yourself before the next call. */
MCRM_API int mcrm_watch(mcrm *instance, int64_t timeout_ms, mcrm_error *error);
/* Hangs up what mcrm_watch listens on, where nobody needs it for a while: the database sends word of each commit to all
 * who listen, which costs both. The next mcrm_watch begins anew. For the thread that watches, or while none does. */
MCRM_API void mcrm_unwatch(mcrm *instance);

/* Runs what is due: reminders, check-ins, refreshing from the host, housekeeping. For a worker thread, a worker
 * process, or cron; any number at once. *done: how many jobs ran. */
MCRM_API int mcrm_work(mcrm *instance, unsigned *done, mcrm_error *error);
/* How long until the next of it is due, at most `most` ms: the pause before the next mcrm_work. Jobs that others add
 * meanwhile are not in it, so `most` is what they wait at the longest. */
MCRM_API int64_t mcrm_work_pause(mcrm *instance, int64_t most);

/* Checks the structures of the database, and every mapping of the host's tables against the tables themselves. The
 * error names the field that is wrong. */
MCRM_API int mcrm_check(mcrm *instance, mcrm_error *error);

/* A consistent copy of the database into a new file, while others work, and of the recordings into FILE.voice (linked
 * where they can be). The instance key and voice.key_file are in neither. */
MCRM_API int mcrm_backup(mcrm *instance, const char *file, mcrm_error *error);

/* Acts as an active user whom the host has authenticated. gate: by which entrance they came, "crt", "admin" or
 * "local" (no gate: a program of the operator's); rights are the lesser of role and gate.
 * MCRM_UNAUTHENTICATED: no such user, or not active. */
MCRM_API int mcrm_session_open(mcrm *instance, const char *username, const char *gate, mcrm_session **out,
                               mcrm_error *error);
/* Acts as the system itself, which may everything: for setting up the first users. */
MCRM_API int mcrm_session_system(mcrm *instance, mcrm_session **out, mcrm_error *error);
MCRM_API void mcrm_session_close(mcrm_session *session);
/* Of the last call on this session; borrowed until the next one. */
MCRM_API const mcrm_error *mcrm_session_error(const mcrm_session *session);

/* For the next call on the session only. */
typedef struct mcrm_call_options {
  size_t size;
  const char *idempotency_key; /* 1 to 200 bytes: the same call with the same key has one effect and one answer for
                                  24 hours; another request with the key is MCRM_CONFLICT */
  const char *trace;           /* a trace id, kept in the audit log; at most 64 bytes */
  int64_t timeout_ms;          /* for waiting on other writers; default 5000 */
  int files; /* 1: JSON may name files of this machine (mcrm_file.path), and answers do. Leave it at 0 for JSON from
                somebody else, who could have any file of yours read */
} mcrm_call_options;
MCRM_API int mcrm_session_next(mcrm_session *session, const mcrm_call_options *options);

/* Runs an operation by name with a JSON object (NULL = none) and writes the answer's JSON. On failure *json_out is
 * {"error":{"code","field","message","detail"}} with the message in the user's language, or NULL if there is no memory
 * even for that. json_out may be NULL. */
MCRM_API int mcrm_call(mcrm_session *session, const char *operation, const char *json, char **json_out);

/* Runs an operation with a record of its input entity (NULL = none). The typed functions of <marfacrm/operations.h>
 * are thin names for this. result may be NULL. */
MCRM_API int mcrm_invoke(mcrm_session *session, const char *operation, const void *input, mcrm_result **result);
/* The output record; borrowed from the result. */
MCRM_API const void *mcrm_result_record(const mcrm_result *result);
MCRM_API void mcrm_result_free(mcrm_result *result);

/* Checks the whole audit chain. head (65 bytes, may be NULL) receives the digest to keep elsewhere, *seq (may be
 * NULL) how far it goes. MCRM_CONFLICT names the first entry that does not fit. expected_head and expected_seq,
 * of an earlier check, show whether the end was cut off since (NULL, 0 = not asked). */
MCRM_API int mcrm_audit_verify(mcrm *instance, const char *expected_head, int64_t expected_seq, char *head,
                               int64_t *seq, mcrm_error *error);

/* The tables that everything derives from, for tools and bindings: "operations" or "entities" as JSON. */
MCRM_API int mcrm_describe(const char *what, char **json_out);

/* "0.1.0" of the library that runs, which may be newer than the header. */
MCRM_API const char *mcrm_version(void);

#ifdef __cplusplus
}
#endif
#endif
