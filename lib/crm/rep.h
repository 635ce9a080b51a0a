/* What other nouns may do with reps, and what the files of this noun share. */
#ifndef CRM_REP_H
#define CRM_REP_H

#include <crm/call.h>
#include <marfacrm/rep.h>

/* Loads a rep or prospect that the actor may see, as it was last known. */
int rep_load(crm_call *call, mcrm_id id, mcrm_rep **out);
/* The call fails, if only with its commit, where there is no such rep or prospect: MCRM_NOT_FOUND of rep_id. */
int rep_expect(crm_call *call, mcrm_id id);
/* Makes loaded reps ready to be shown: live values of the host over the last known ones, scores, and what the actor
 * may not see taken out. All in one query of the host; where it is down as_of says how old the values are. */
int rep_show(crm_call *call, mcrm_rep *const *reps, size_t count);
int rep_show_one(crm_call *call, const mcrm_rep *rep, mcrm_rep *out);

/* ---- steps of it ---- */

/* The host's values over those of the local rows. Without a host, or with one that is down, nothing changes. */
int rep_overlay(crm_call *call, mcrm_rep *const *reps, size_t count);
/* health and opportunity with their reasons (rep_score.c). */
int rep_score_all(crm_call *call, mcrm_rep *const *reps, size_t count);
/* Takes out what the actor, or everybody, may not see. */
void rep_hide(crm_call *call, mcrm_rep *rep);

/* ---- the host's reps as local rows (rep_sync.c) ---- */

/* Reads all reps of the host and brings the local rows up to date: a row is minted where a key is first seen, one
 * that has gone from the host gets the status "gone". *changed: rows that were made or changed. Waits for the host
 * inside the transaction: a worker reads with host_reps first and calls rep_sync_with. MCRM_UNAVAILABLE where it is
 * down. */
int rep_sync(crm_call *call, int64_t *changed);
/* The same with what host_reps returned; `all`: these are all reps of the host, others have gone. */
int rep_sync_with(crm_call *call, const mcrm_rep_array *live, bool all, int64_t *changed);
/* The local row of a key, or NULL. */
int rep_by_key(crm_call *call, const char *host_key, mcrm_rep **out);

/* ---- rows that prospects share ---- */

/* The key that orders names, of at most CURSOR_TEXT_MAX bytes. NULL: no memory. */
const char *rep_sort_key(crm_call *call, const char *name);
/* Makes the calling numbers of a rep those of `after` instead of those of `before`. */
int rep_phones_write(crm_call *call, mcrm_id id, mcrm_texts before, mcrm_texts after);

#endif
