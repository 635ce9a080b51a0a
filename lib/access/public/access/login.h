/* Logins: who is signed in, from when until when, and who has tried too often. All of it is in the database, so that
 * every process that serves the CRM knows the same. */
#ifndef ACCESS_LOGIN_H
#define ACCESS_LOGIN_H

#include <store/store.h>

enum { ACCESS_TOKEN_SIZE = 65, ACCESS_CSRF_SIZE = 65 }; /* 256 random bits in hex, and the NUL */

typedef struct access_login {
  mcrm_id id, user_id;
  const char *username;
  const char *gate;
  mcrm_time created_at, seen_at, ends_at;
} access_login;

/* How long a login lives: without a request, and in any case. */
typedef struct access_login_limits {
  int64_t idle_ms, absolute_ms;
} access_login_limits;

/* How somebody came in, for the audit log. */
typedef struct access_entry {
  mcrm_id user_id;
  const char *gate; /* its name … */
  mcrm_id path;     /* … and which of its secret paths it was */
  const char *by;   /* "password" | "host" */
  int64_t failures; /* of this name just before */
} access_entry;

/* Starts a login of a user whose identity has been checked. The token goes to the browser; its SHA-256 is kept. */
int access_login_start(store_tx *tx, const access_entry *entry, const access_login_limits *limits,
                       char token[ACCESS_TOKEN_SIZE]);
/* As above, with a token that the caller has made and nobody else can: for whom the host vouches with each request. What
 * an earlier login with this token has left is cleared away. */
int access_login_visit(store_tx *tx, const access_entry *entry, const access_login_limits *limits, const char *token);
/* MCRM_UNAUTHENTICATED where the token is unknown, ended or expired, or its user no longer active. */
int access_login_find(store_tx *tx, const char *token, const access_login_limits *limits, access_login *out);
/* Says that the login is in use. */
int access_login_touch(store_tx *tx, mcrm_id login);
int access_login_end(store_tx *tx, mcrm_id login);
/* Ends all logins of a user: after a new password, when somebody is disabled, or on their own wish. */
int access_logins_end(store_tx *tx, mcrm_id user);
/* What a form or a script of ours sends back to show that it was the page that asked: follows from the token. */
void access_login_csrf(const char *token, char out[ACCESS_CSRF_SIZE]);

/* Checks a name and password. MCRM_UNAUTHENTICATED (the same for both mistakes, after the same time), or MCRM_BUSY with
 * *retry_ms where the name or the address has failed too often. Call it in a transaction of its own: the failure must
 * be kept. The hash takes 64 MiB and about 80 ms; the caller limits how many run at once and does not hold a write
 * transaction over it: read first, check, then tell what came of it. */
typedef struct access_candidate {
  mcrm_id user_id;
  const char *hash; /* NULL: nobody of that name */
} access_candidate;
int access_candidate_find(store_tx *tx, const char *username, const char *peer, access_candidate *out,
                          int64_t *retry_ms);
/* who: as found, or {0}. Of somebody who exists the audit log tells the first failure, each wait, and with the next
 * login how many there were; what else was typed as a name is written nowhere. */
int access_attempt_failed(store_tx *tx, const access_candidate *who, const char *username, const char *peer);
int access_attempt_forgiven(store_tx *tx, const char *username, int64_t *failures);

/* voucher.c: for whom the host has signed in. *id 0: nobody active has that name. */
int access_user_find(store_tx *tx, const char *username, mcrm_id *id);
/* Keeps the nonce until the token has ended for everybody's clock. MCRM_CONFLICT: it has been used. */
int access_nonce_use(store_tx *tx, const char *nonce, mcrm_time ends_at);

#endif
