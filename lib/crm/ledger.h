/* The egress ledger: a row for each try at a provider, and what was spent today by it. */
#ifndef CRM_LEDGER_H
#define CRM_LEDGER_H

#include <ai/task.h>
#include <crm/call.h>

/* What was spent since midnight: by all, by this user, by this task. In any transaction, before the provider is
 * asked. */
int ledger_spent(store_tx *tx, mcrm_id user, const char *task, ai_spent *out);
/* Stores the call's records in a transaction of its own, so that money which was spent is booked whatever becomes of
 * the work it was spent on. Without records nothing is written. */
int ledger_keep(store *s, const ai_call *call, mcrm_error *error);
/* The same in the transaction of the work itself: whoever dies has booked the money and kept what it bought, or
 * neither. Where that transaction comes to nothing, or nobody knows what came of it, ledger_keep is due: a record has
 * its row's id from the first time on, so it is never booked twice. */
int ledger_write(store_tx *tx, const ai_call *call);

#endif
