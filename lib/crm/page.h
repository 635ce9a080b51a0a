/* A page of a list that is ordered by one column and, among equals, by the id. */
#ifndef CRM_PAGE_H
#define CRM_PAGE_H

#include "cursor.h"

typedef struct page_order {
  const char *column; /* a field of the entity that is never null; NULL: the id alone */
  bool newest;        /* descending */
} page_order;

/* Runs a selection whose conditions are complete, from behind the cursor (NULL = the beginning). Frees the builder
 * on every path. *next: the cursor of the next page, NULL at the end. */
int page_select(crm_call *call, store_select *s, const page_order *order, const char *cursor, int64_t limit,
                model_records *items, const char **next);

#endif
