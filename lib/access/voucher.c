/* Whom the host has signed in, told by a token that is good once. */
#include <access/login.h>
#include <base/civil.h>
#include <base/error.h>

int access_user_find(store_tx *tx, const char *username, mcrm_id *id) {
  return store_number(tx, id, 0, "SELECT id FROM user_account WHERE username = $1 AND active = 1",
                      store_text(username));
}

/* A minute longer than the token, for another machine's clock may be behind. */
int access_nonce_use(store_tx *tx, const char *nonce, mcrm_time ends_at) {
  int code = store_post(tx, "DELETE FROM host_nonce WHERE ends_at <= $1", store_int(tx->now - (int64_t)MS_PER_MINUTE));
  if (!code)
    code = store_run(tx, "INSERT INTO host_nonce (nonce, ends_at) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING",
                     store_text(nonce), store_int(ends_at));
  if (!code && !store_changed(tx))
    code = error_set(tx->error, MCRM_CONFLICT, NULL, "login.hand_over", "the token has been used");
  return code;
}
