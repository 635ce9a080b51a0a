#include <access/login.h>
#include <base/civil.h>
#include <base/error.h>
#include <sodium.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>

enum {
  TOKEN_BYTES = 32,
  SUBJECT_SIZE = 96,
  WINDOW_MS = 15 * MS_PER_MINUTE, /* failures further apart do not add up */
  NAME_FREE = 5,                  /* failures of a name before it has to wait */
  PEER_FREE = 20,
  FIRST_WAIT_MS = 30 * MS_PER_SECOND,
  LONGEST_WAIT_MS = 15 * MS_PER_MINUTE
};

static void hash_token(const char *token, char out[crypto_hash_sha256_BYTES * 2 + 1]) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
  sodium_bin2hex(out, crypto_hash_sha256_BYTES * 2 + 1, hash, sizeof hash);
}

void access_login_csrf(const char *token, char out[ACCESS_CSRF_SIZE]) {
  static const unsigned char purpose[] = "marfacrm csrf";
  unsigned char hash[32];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), purpose, sizeof purpose - 1);
  sodium_bin2hex(out, ACCESS_CSRF_SIZE, hash, sizeof hash);
}

static int journal_login(store_tx *tx, mcrm_id login, const access_entry *e) {
  char *detail = arena_print(tx->arena, "{\"by\":\"%s\",\"path\":\"%lld\",\"failures\":%lld}", e->by,
                             (long long)e->path, (long long)e->failures);
  return detail ? store_journal(tx, "login", "login", login, 0, NULL, detail) : error_no_memory(tx->error);
}

static int start(store_tx *tx, const access_entry *entry, const access_login_limits *limits, const char *hash) {
  mcrm_id id;
  int code = store_mint(tx, &id);
  if (code) return code;
  code = store_post(tx,
                    "INSERT INTO login (id, token_hash, user_id, gate, created_at, seen_at, ends_at) "
                    "VALUES ($1, $2, $3, $4, $5, $5, $6)",
                    store_int(id), store_text(hash), store_int(entry->user_id), store_text(entry->gate),
                    store_int(tx->now), store_int(tx->now + limits->absolute_ms));
  /* What is over is of no use to anybody. */
  if (!code) code = store_post(tx, "DELETE FROM login WHERE ends_at <= $1", store_int(tx->now));
  if (!code)
    code = store_post(tx, "UPDATE user_account SET last_seen_at = $1 WHERE id = $2", store_int(tx->now),
                      store_int(entry->user_id));
  return code ? code : journal_login(tx, id, entry);
}

int access_login_start(store_tx *tx, const access_entry *entry, const access_login_limits *limits,
                       char token[ACCESS_TOKEN_SIZE]) {
  unsigned char bytes[TOKEN_BYTES];
  char hash[crypto_hash_sha256_BYTES * 2 + 1];
  if (sodium_init() < 0) return error_no_memory(tx->error);
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2hex(token, ACCESS_TOKEN_SIZE, bytes, sizeof bytes);
  hash_token(token, hash);
  return start(tx, entry, limits, hash);
}

int access_login_visit(store_tx *tx, const access_entry *entry, const access_login_limits *limits, const char *token) {
  char hash[crypto_hash_sha256_BYTES * 2 + 1];
  hash_token(token, hash);
  int code = store_post(tx, "DELETE FROM login WHERE token_hash = $1", store_text(hash));
  return code ? code : start(tx, entry, limits, hash);
}

int access_login_find(store_tx *tx, const char *token, const access_login_limits *limits, access_login *out) {
  char hash[crypto_hash_sha256_BYTES * 2 + 1];
  store_rows rows;
  bool found = false;
  hash_token(token, hash);
  int code = store_query(tx, &rows,
                         "SELECT l.id, l.user_id, u.username, l.gate, l.created_at, l.seen_at, l.ends_at FROM login l "
                         "JOIN user_account u ON u.id = l.user_id "
                         "WHERE l.token_hash = $1 AND l.ends_at > $2 AND l.seen_at > $3 AND u.active = 1",
                         store_text(hash), store_int(tx->now), store_int(tx->now - limits->idle_ms));
  if (!code && store_next(&rows)) {
    found = true;
    *out = (access_login){.id = store_get_int(&rows, 0),
                          .user_id = store_get_int(&rows, 1),
                          .username = store_get_text(&rows, 2),
                          .gate = store_get_text(&rows, 3),
                          .created_at = store_get_int(&rows, 4),
                          .seen_at = store_get_int(&rows, 5),
                          .ends_at = store_get_int(&rows, 6)};
  }
  code = store_end(&rows);
  if (!code && found && (!out->username || !out->gate)) code = error_no_memory(tx->error);
  if (!code && !found)
    code =
        error_set(tx->error, MCRM_UNAUTHENTICATED, NULL, "login.over", "nobody is signed in, or the login has ended");
  return code;
}

int access_login_touch(store_tx *tx, mcrm_id login) {
  return store_post(tx, "UPDATE login SET seen_at = $1 WHERE id = $2 AND seen_at < $1", store_int(tx->now),
                    store_int(login));
}

int access_login_end(store_tx *tx, mcrm_id login) {
  int code = store_post(tx, "DELETE FROM login WHERE id = $1", store_int(login));
  return code ? code : store_journal(tx, "logout", "login", login, 0, NULL, NULL);
}

int access_logins_end(store_tx *tx, mcrm_id user) {
  int code = store_run(tx, "DELETE FROM login WHERE user_id = $1", store_int(user));
  return code || !store_changed(tx) ? code : store_journal(tx, "logout", "login", 0, 0, NULL, NULL);
}

/* ---- attempts ---- */

/* What was typed as a name may have been a password: only its hash is kept. */
static void subject_of(const char *kind, const char *text, char out[SUBJECT_SIZE]) {
  char hash[crypto_hash_sha256_BYTES * 2 + 1];
  hash_token(text, hash);
  snprintf(out, SUBJECT_SIZE, "%s:%s", kind, hash);
}

static int waits(store_tx *tx, const char *subject, int64_t *retry_ms) {
  int64_t until = 0;
  int code =
      store_number(tx, &until, 0, "SELECT blocked_until FROM login_attempt WHERE subject = $1", store_text(subject));
  if (until > tx->now && until - tx->now > *retry_ms) *retry_ms = until - tx->now;
  return code;
}

int access_candidate_find(store_tx *tx, const char *username, const char *peer, access_candidate *out,
                          int64_t *retry_ms) {
  char subject[SUBJECT_SIZE];
  store_rows rows;
  *retry_ms = 0;
  *out = (access_candidate){0};
  subject_of("name", username, subject);
  int code = waits(tx, subject, retry_ms);
  subject_of("peer", peer, subject);
  if (!code && peer[0]) code = waits(tx, subject, retry_ms);
  if (!code && *retry_ms)
    return error_set(tx->error, MCRM_BUSY, NULL, "login.too_often", "too many failed attempts; try again in %lld s",
                     (long long)((*retry_ms + 999) / 1000));
  if (!code)
    code = store_query(tx, &rows, "SELECT id, password_hash FROM user_account WHERE username = $1 AND active = 1",
                       store_text(username));
  if (code) return code;
  if (store_next(&rows)) *out = (access_candidate){store_get_int(&rows, 0), store_get_text(&rows, 1)};
  return store_end(&rows);
}

static int64_t wait_after(int64_t failures, int64_t free) {
  if (failures < free) return 0;
  int64_t doublings = failures - free;
  if (doublings > 5) return LONGEST_WAIT_MS;
  int64_t wait = (int64_t)FIRST_WAIT_MS << doublings;
  return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* That somebody has to wait is in the audit log. Whom it is about is there only where they exist: what else was typed
 * as a name may have been a password. */
static int journal_failure(store_tx *tx, mcrm_id user, int64_t failures) {
  char *detail =
      user ? arena_print(tx->arena, "{\"user_id\":\"%lld\",\"failures\":%lld}", (long long)user, (long long)failures)
           : arena_print(tx->arena, "{\"failures\":%lld}", (long long)failures);
  return detail ? store_journal(tx, "deny", NULL, 0, 0, NULL, detail) : error_no_memory(tx->error);
}

static int count_failure(store_tx *tx, mcrm_id user, const char *subject, int64_t free) {
  int64_t failures = 0;
  int code = store_number(tx, &failures, 0, "SELECT failures FROM login_attempt WHERE subject = $1 AND last_at > $2",
                          store_text(subject), store_int(tx->now - WINDOW_MS));
  if (code) return code;
  int64_t wait = wait_after(++failures, free);
  code = store_post(tx,
                    "INSERT INTO login_attempt (subject, failures, last_at, blocked_until) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, "
                    "blocked_until = excluded.blocked_until",
                    store_text(subject), store_int(failures), store_int(tx->now),
                    store_int_or_null(wait ? tx->now + wait : 0));
  return code || (!wait && !(user && failures == 1)) ? code : journal_failure(tx, user, failures);
}

int access_attempt_failed(store_tx *tx, const access_candidate *who, const char *username, const char *peer) {
  char subject[SUBJECT_SIZE];
  subject_of("name", username, subject);
  int code = count_failure(tx, who->user_id, subject, NAME_FREE);
  subject_of("peer", peer, subject);
  if (!code && peer[0]) code = count_failure(tx, 0, subject, PEER_FREE);
  if (!code)
    code = store_post(tx, "DELETE FROM login_attempt WHERE last_at < $1", store_int(tx->now - (int64_t)MS_PER_DAY));
  return code;
}

int access_attempt_forgiven(store_tx *tx, const char *username, int64_t *failures) {
  char subject[SUBJECT_SIZE];
  subject_of("name", username, subject);
  int code = store_number(tx, failures, 0, "SELECT failures FROM login_attempt WHERE subject = $1 AND last_at > $2",
                          store_text(subject), store_int(tx->now - WINDOW_MS));
  if (code) return code;
  return store_post(tx, "DELETE FROM login_attempt WHERE subject = $1", store_text(subject));
}
