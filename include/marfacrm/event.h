/* marfacrm/event.h: what changed.
 *
 * Every change made through the library has one entry in a gapless, tamper-evident journal. `seq` is the
 * cursor: ask for what came after the last one you saw. Events carry no content; read the record with the
 * actor's own rights. */
#ifndef MARFACRM_EVENT_H
#define MARFACRM_EVENT_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_event {
  MCRM_RECORD;
  int64_t seq;           /* gapless, in order of commit */
  mcrm_time at;          /* when */
  mcrm_id user_id;       /* who; 0: the system */
  const char *operation; /* "task.complete" */
  const char *action;    /* "create", "update", "delete", "deny", … */
  const char *entity;    /* "task" */
  mcrm_id entity_id;
  int64_t entity_version;
} mcrm_event;
MCRM_LIST(mcrm_event);

/* An event with what only auditors see. */
typedef struct mcrm_audit_entry {
  MCRM_RECORD;
  int64_t seq;
  mcrm_time at;
  mcrm_id user_id;
  const char *gate; /* "crt", "admin" or "local" */
  const char *operation;
  const char *action;
  const char *entity;
  mcrm_id entity_id;
  int64_t entity_version;
  const char *trace;  /* trace id of the request */
  const char *before; /* JSON object: the changed fields before … */
  const char *after;  /* … and after; NULL where erased */
  const char *digest; /* the entry's place in the chain, hex */
} mcrm_audit_entry;
MCRM_LIST(mcrm_audit_entry);

typedef struct mcrm_event_page {
  MCRM_RECORD;
  mcrm_event_array items; /* oldest first, as far as the actor may hear of them */
  int64_t next;           /* ask for what comes after this seq next time */
  int64_t head;           /* the newest seq there is */
} mcrm_event_page;

typedef struct mcrm_audit_page {
  MCRM_RECORD;
  mcrm_audit_entry_array items; /* newest first */
} mcrm_audit_page;

#ifdef __cplusplus
}
#endif
#endif
