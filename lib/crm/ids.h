/* Rows of many ids in few statements, each of which is prepared once. */
#ifndef CRM_IDS_H
#define CRM_IDS_H

#include <store/store.h>

enum { IDS_BATCH = 128 };

/* `head` ($1, …, $n) `tail`: the rows of at most IDS_BATCH ids. n is one of few sizes; the places left over say the
 * last id again: where they were NULL, PostgreSQL would find each call cheaper than its general plan, and plan it anew.
 */
int ids_query(store_tx *tx, store_rows *rows, const char *head, const char *tail, const mcrm_id *ids, size_t count);
/* Sorts and drops repeats and zeros; how many are left. */
size_t ids_sort(mcrm_id *ids, size_t count);

/* An id as it stands in JSON: 1 to 19 decimal digits, more than zero. */
bool id_read(const char *text, mcrm_id *out);

#endif
