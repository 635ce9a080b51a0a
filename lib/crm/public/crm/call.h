/* What an operation is handed: the transaction it runs in, who acts, and the rooms it may use. */
#ifndef CRM_CALL_H
#define CRM_CALL_H

#include <access/actor.h>
#include <host/host.h>
#include <marfacrm/text.h>
#include <store/record.h>
#include <store/store.h>

/* Of the instance; immutable. */
typedef struct crm {
  host *host; /* NULL: no host is configured */
  const mcrm_text *text;
  const char *gate_address;     /* what stands before a secret: "https://crm.example.ir/"; NULL: not known */
  mcrm_texts interaction_types; /* call, telegram, email, meeting and what the admin has added */
} crm;

typedef struct crm_call {
  store_tx *tx;
  const access_actor *actor;
  const crm *crm;
} crm_call;

/* An operation: reads its input record, fills in its output record (both of the entities its row names; the
 * output comes zeroed with `size` set; lists and texts point into tx->arena). One operation may call another in
 * the same transaction. On failure the caller rolls back, so nothing needs to be undone. */
typedef int crm_operation(crm_call *call, const void *input, void *output);

#endif
