/* The same request with the same key has one effect and one answer for 24 hours. */
#ifndef API_IDEMPOTENCY_H
#define API_IDEMPOTENCY_H

#include <access/actor.h>
#include <store/store.h>

#include <api/operation.h>

/* Looks the key up. *answer: the answer's JSON where the request was answered before, else NULL. MCRM_CONFLICT where
 * the key belongs to another request. */
int idempotency_find(store_tx *tx, const access_actor *actor, const api_operation *o, const char *key,
                     const char *request, size_t length, const char **answer);
/* Keeps the answer, in the transaction of the effect. */
int idempotency_keep(store_tx *tx, const access_actor *actor, const api_operation *o, const char *key,
                     const char *request, size_t length, const char *answer);
/* Forgets what is older than 24 hours. */
int idempotency_expire(store_tx *tx);

#endif
