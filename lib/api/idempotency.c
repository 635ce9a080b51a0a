#include "idempotency.h"

#include <base/civil.h>
#include <base/error.h>
#include <sodium.h>
#include <string.h>

enum { DIGEST_SIZE = 32, DIGEST_TEXT = DIGEST_SIZE * 2 + 1 };

static void digest(const char *request, size_t length, char out[DIGEST_TEXT]) {
  unsigned char hash[DIGEST_SIZE];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)request, length, NULL, 0);
  sodium_bin2hex(out, DIGEST_TEXT, hash, sizeof hash);
}

int idempotency_find(store_tx *tx, const access_actor *actor, const api_operation *o, const char *key,
                     const char *request, size_t length, const char **answer) {
  char mine[DIGEST_TEXT];
  store_rows rows;
  *answer = NULL;
  /* The same request once more, at this moment, waits for the answer of the first. */
  int code = store_lock(tx, key, actor->user_id);
  if (code) return code;
  code = store_query(tx, &rows,
                     "SELECT operation, request_digest, response FROM idempotency "
                     "WHERE user_id = $1 AND key = $2 AND created_at > $3",
                     store_int(actor->user_id), store_text(key), store_int(tx->now - MS_PER_DAY));
  if (!code && store_next(&rows)) {
    const char *operation = store_get_text(&rows, 0), *theirs = store_get_text(&rows, 1);
    *answer = store_get_text(&rows, 2);
    digest(request, length, mine);
    if (!operation || !theirs || !*answer)
      error_no_memory(tx->error);
    else if (strcmp(operation, o->name) || strcmp(theirs, mine))
      error_set(tx->error, MCRM_CONFLICT, "idempotency_key", "idempotency.other_request",
                "idempotency_key \"%.60s\" was used for another request (%s)", key, operation);
  }
  code = code ? code : store_end(&rows);
  return code ? code : tx->error->code;
}

int idempotency_keep(store_tx *tx, const access_actor *actor, const api_operation *o, const char *key,
                     const char *request, size_t length, const char *answer) {
  char mine[DIGEST_TEXT];
  digest(request, length, mine);
  /* An expired row of the same key makes way. */
  return store_post(tx,
                    "INSERT INTO idempotency (key, user_id, operation, request_digest, response, code, created_at) "
                    "VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (user_id, key) DO UPDATE SET "
                    "operation = excluded.operation, request_digest = excluded.request_digest, "
                    "response = excluded.response, created_at = excluded.created_at",
                    store_text(key), store_int(actor->user_id), store_text(o->name), store_text(mine),
                    store_text(answer), store_int(tx->now));
}

int idempotency_expire(store_tx *tx) {
  return store_post(tx, "DELETE FROM idempotency WHERE created_at <= $1", store_int(tx->now - MS_PER_DAY));
}
