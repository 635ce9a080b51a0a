/* The journal: what was done, by whom, in what order, in a chain that shows tampering.
 *
 * A journal row is written in the transaction of the change; what changed stands beside it in an erasable
 * `change` row, covered by a keyed digest, so that erasing a person keeps the chain valid. A committed row gets a
 * gapless `seq` and its place in an HMAC chain by sealing. Where writers are serial (SQLite) that is done in the
 * same transaction, for order of writing is order of commit; elsewhere by a sealer right after commit. seq is the
 * only cursor for events. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <marfacrm/event.h>
#include <store/store.h>

/* Adds an entry. action: "create", "update", "delete", "deny", "login", …; before/after: JSON objects of the
 * changed fields or NULL. version: of the record after the change. */
int store_journal(store_tx *tx, const char *action, const char *entity, mcrm_id id, int64_t version, const char *before,
                  const char *after);
/* Empties the change rows of a record and journals that ("erase"); the chain stays valid. */
int store_erase(store_tx *tx, const char *entity, mcrm_id id);
/* What is read below is what is sealed: a transaction does not see its own entries.
 * Entries with seq > after, oldest first, at most `limit`; without what changed. entity, id: 0/NULL = all. */
int store_events(store_tx *tx, int64_t after, const char *entity, mcrm_id id, int64_t limit, mcrm_event_array *out);
/* The same with before and after, newest first, for history and audit. before_seq 0 = from the newest. */
int store_history(store_tx *tx, const char *entity, mcrm_id id, int64_t before_seq, int64_t limit,
                  mcrm_audit_entry_array *out);
int store_head(store_tx *tx, int64_t *seq);
/* Seals what is pending (drivers without serial writers); returns how many. */
int store_seal(store *s, mcrm_error *error, unsigned *sealed);
/* Walks the whole chain: MCRM_OK, or MCRM_CONFLICT naming the first entry that does not fit. head: the chain's
 * last digest in hex, to be kept elsewhere; expected (may be NULL): a head kept earlier with its seq, which must
 * still be there — a chain alone does not show that its end was cut off. */
typedef struct store_chain {
  int64_t entries, changes, erased;
  int64_t seq;
  char head[65];
} store_chain;
int store_verify(store *s, arena *a, const store_chain *expected, mcrm_error *error, store_chain *out);

#endif
