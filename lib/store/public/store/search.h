/* Search over what text_search_index makes of the searchable fields; see <text/search.h>. */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include <store/store.h>

/* (Re)indexes a record from its MODEL_SEARCHABLE fields; store_insert and store_update call it. */
int store_index(store_tx *tx, const model_entity *e, const void *record);
int store_unindex(store_tx *tx, mcrm_id id);

typedef struct store_hit {
  mcrm_id id, rep_id;
  const char *entity;
} store_hit;

typedef struct store_hits {
  store_hit *at;
  size_t count;
} store_hits;

/* Records that hold every term of the query, newest first; entity NULL = all kinds. owners: users whose records
 * may be found (count 0 with `all` = everybody's; records without an owner are always included).
 * before_id > 0 continues below that id. */
typedef struct store_search_scope {
  bool all;
  const mcrm_id *owners;
  size_t owner_count;
} store_search_scope;

/* The last word may be half typed. A query of more than 500 characters is MCRM_INVALID; one without words finds
 * nothing. What is in a query is never an operator. */
int store_search(store_tx *tx, const char *query, const char *entity, const store_search_scope *scope,
                 mcrm_id before_id, int64_t limit, store_hits *out);

#endif
