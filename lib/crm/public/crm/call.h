/* What an operation is handed: the transaction it runs in, who acts, and the rooms it may use. */
#ifndef CRM_CALL_H
#define CRM_CALL_H

#include <access/actor.h>
#include <ai/ai.h>
#include <host/host.h>
#include <marfacrm/text.h>
#include <store/record.h>
#include <store/store.h>

typedef struct blobs blobs; /* <blob/blob.h> */

/* What the configuration says of voice notes. */
typedef struct crm_voice {
  int64_t bytes_most, duration_ms_most;
  int64_t quota_bytes; /* of one person's recordings together; 0 = any */
  int64_t keep_days;   /* then the audio is erased; 0 = never */
  bool automatic;      /* action items become tasks without being accepted */
} crm_voice;

/* Of the instance; immutable. */
typedef struct crm {
  host *host;           /* NULL: no host is configured */
  int64_t host_poll_ms; /* the pause between two looks at its data; 0: 20 s */
  bool host_elsewhere;  /* its data come from functions of another program: nothing is taken over here */
  const mcrm_text *text;
  const char *gate_address;     /* what stands before a secret: "https://crm.example.ir/"; NULL: not known */
  mcrm_texts interaction_types; /* call, telegram, email, meeting and what the admin has added */
  ai *ai;                       /* NULL: no providers, the built-in intelligence only */
  blobs *blobs;                 /* recordings; NULL: there is no place for them */
  crm_voice voice;
} crm;

/* The file that came with the call (the input's mcrm_file says what it is): open for reading; spool_keep names it. */
typedef struct crm_file {
  int descriptor;
  int64_t bytes;
} crm_file;

typedef struct crm_call {
  store_tx *tx;
  const access_actor *actor;
  const crm *crm;
  const void *prepared; /* what `gather` and `ask` made for this operation; NULL where another operation called it */
  const crm_file *file; /* NULL: none */
  int *opened;          /* of a file that the answer names: stays open until the session's next call; -1: none */
} crm_call;

/* An operation: reads its input record, fills in its output record (both of the entities its row names; the
 * output comes zeroed with `size` set; lists and texts point into tx->arena). One operation may call another in
 * the same transaction. On failure the caller rolls back, so nothing needs to be undone. */
typedef int crm_operation(crm_call *call, const void *input, void *output);

/* ---- operations that ask a provider ----
 * A provider takes seconds, and a write transaction that waits holds up everybody else. Such an operation has two
 * steps before its own: `gather` reads, in a snapshot and with the actor's rights, what is needed; `ask` has no
 * transaction and may take its time; then the operation itself writes, with what they made in call->prepared. It
 * must look again at what may have changed in between. */

/* In a reader's transaction that ends with it; *prepared lives in tx->arena, which lasts for the whole request. */
typedef int crm_gather(crm_call *call, const void *input, void **prepared);

typedef struct crm_asking {
  store *store; /* for transactions of its own, such as the ledger's */
  arena *arena;
  mcrm_error *error;
  const access_actor *actor;
  const crm *crm;
  const char *trace;
  int64_t deadline;                 /* clock_monotonic, of the whole request */
  bool background;                  /* a job: nobody waits before a screen */
  bool (*cancelled)(void *context); /* of a job; NULL: never */
  void *context;
  /* Where somebody wants it: the call that was made and is not booked yet (ledger_write, in the work's transaction). */
  const struct ai_call **unbooked;
} crm_asking;

/* Outside of any transaction. A provider that fails is not the request's failure where there is a built-in answer. */
typedef int crm_ask(crm_asking *asking, void *prepared);

#endif
