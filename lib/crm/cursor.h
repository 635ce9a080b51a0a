/* Where a page of a list ends, and what stands behind a list's limit. A cursor holds the value that the list is
 * ordered by and the id of the last row shown: opaque to callers, and no secret. */
#ifndef CRM_CURSOR_H
#define CRM_CURSOR_H

#include <crm/call.h>

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200, CURSOR_TEXT_MAX = 180 };

/* *out = the limit given, or the default where it is 0; MCRM_INVALID (field "limit") beyond 1..200. */
int page_limit(crm_call *call, int64_t given, int64_t *out);

/* Reads a cursor; one that is not ours is MCRM_INVALID (field "cursor"). The key's text lives in the arena. */
int cursor_read(crm_call *call, const char *cursor, store_value *key, mcrm_id *id);
/* The same, and refuses the cursor of a list in another order: `kind` is what this order's key is. A null key is
 * taken in every order. */
int cursor_read_as(crm_call *call, const char *cursor, store_value_kind kind, store_value *key, mcrm_id *id);
/* The cursor after this row. Keys are numbers, nulls, or texts of at most CURSOR_TEXT_MAX bytes. NULL (and the
 * error) where there is no memory. */
const char *cursor_write(crm_call *call, store_value key, mcrm_id id);

#endif
