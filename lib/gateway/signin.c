/* Signing in and out. A name that does not exist and a wrong password are told and timed alike. */
#include <access/password.h>
#include <arpa/inet.h>
#include <base/civil.h>
#include <base/error.h>
#include <errno.h>
#include <model/json.h>
#include <model/validate.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

typedef struct mcrm_credentials {
  MCRM_RECORD;
  const char *username, *password;
} mcrm_credentials;

static const model_field credentials_fields[] = {
    FIELD_TEXT(mcrm_credentials, username, .flags = MODEL_REQUIRED, .max = 64),
    FIELD_TEXT(mcrm_credentials, password, .flags = MODEL_REQUIRED, .max = 200),
};
static const model_entity credentials = {
    .name = "credentials", .size = sizeof(mcrm_credentials), .fields = credentials_fields, .count = 2};

enum { SLOT_WAIT_S = 2, WAITING_FOR_EACH = 4 };

/* ---- few at once: a check takes 64 MiB and a core ---- */

static bool slot_take(mcrm_gateway *g) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += SLOT_WAIT_S;
  pthread_mutex_lock(&g->lock);
  bool wait = g->logins_waiting < g->options.logins_at_once * WAITING_FOR_EACH;
  g->logins_waiting += wait;
  while (wait && g->logins_running >= g->options.logins_at_once)
    if (pthread_cond_timedwait(&g->login_free, &g->lock, &until) == ETIMEDOUT) break;
  g->logins_waiting -= wait;
  bool mine = g->logins_running < g->options.logins_at_once;
  g->logins_running += mine;
  pthread_mutex_unlock(&g->lock);
  return mine;
}

static void slot_give(mcrm_gateway *g) {
  pthread_mutex_lock(&g->lock);
  g->logins_running--;
  pthread_cond_signal(&g->login_free);
  pthread_mutex_unlock(&g->lock);
}

/* ---- the check ---- */

/* Somebody with an IPv6 line has a network of addresses: the first 64 bits stand for them. */
static const char *peer_of(mcrm_exchange *x) {
  struct in6_addr six;
  char text[INET6_ADDRSTRLEN];
  if (!strchr(x->head.peer, ':') || inet_pton(AF_INET6, x->head.peer, &six) != 1) return x->head.peer;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return x->head.peer;
  memset(six.s6_addr + 8, 0, 8);
  if (!inet_ntop(AF_INET6, &six, text, sizeof text)) return x->head.peer;
  const char *kept = arena_text(x->memory, text);
  return kept ? kept : x->head.peer;
}

int signin_begin(mcrm_exchange *x, const char *operation, mcrm_id user, bool write, mcrm_error *error, store_tx *tx) {
  return store_begin(x->gateway->store, x->memory, error, write, 0,
                     &(store_origin){.user_id = user, .gate = x->gate_name, .operation = operation, .trace = x->trace},
                     tx);
}

static int begin(mcrm_exchange *x, bool write, mcrm_id user, mcrm_error *error, store_tx *tx) {
  return signin_begin(x, "session.login", user, write, error, tx);
}

static int find(mcrm_exchange *x, const char *username, access_candidate *found, int64_t *retry_ms, mcrm_error *error) {
  store_tx tx;
  int code = begin(x, false, 0, error, &tx);
  if (code) return code;
  code = access_candidate_find(&tx, username, peer_of(x), found, retry_ms);
  store_rollback(&tx);
  if (!code && arena_failed(x->memory)) code = error_no_memory(error);
  return code;
}

/* The failure is kept before it is told. */
static int fail(mcrm_exchange *x, const access_candidate *who, const char *username, mcrm_error *error) {
  store_tx tx;
  atomic_fetch_add(&x->gateway->count.logins_failed, 1);
  int code = begin(x, true, 0, error, &tx);
  if (code) return code;
  code = access_attempt_failed(&tx, who, username, peer_of(x));
  if (!code)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  return code ? code
              : error_set(error, MCRM_UNAUTHENTICATED, NULL, "login.wrong", "the username or the password is wrong");
}

/* The login that the browser had makes way for the new one. */
static int end_old(mcrm_exchange *x, store_tx *tx) {
  char token[ACCESS_TOKEN_SIZE] = "";
  const char *value;
  size_t length;
  access_login old;
  mcrm_error ignored = {0}, *kept = tx->error;
  if (!cookie_find(&x->head, x->gateway->login_cookie, 0, &value, &length) || length != ACCESS_TOKEN_SIZE - 1)
    return MCRM_OK;
  memcpy(token, value, length);
  tx->error = &ignored;
  int code = access_login_find(tx, token, &x->gateway->limits, &old);
  tx->error = kept;
  if (code == MCRM_UNAUTHENTICATED) return MCRM_OK;
  return code ? error_set(kept, code, NULL, ignored.message, "%s", ignored.detail) : access_login_end(tx, old.id);
}

int signin_start(mcrm_exchange *x, store_tx *tx, mcrm_id user, const char *by, int64_t failures) {
  int code = end_old(x, tx);
  if (code) return code;
  return access_login_start(
      tx, &(access_entry){.user_id = user, .gate = x->gate_name, .path = x->gate, .by = by, .failures = failures},
      &x->gateway->limits, x->identity.token);
}

static int succeed(mcrm_exchange *x, const char *username, const access_candidate *who, mcrm_error *error) {
  store_tx tx;
  int64_t failures = 0;
  int code = begin(x, true, who->user_id, error, &tx);
  if (code) return code;
  code = access_attempt_forgiven(&tx, username, &failures);
  if (!code) code = signin_start(x, &tx, who->user_id, "password", failures);
  if (!code)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  if (!code) atomic_fetch_add(&x->gateway->count.logins, 1);
  return code;
}

static int check(mcrm_exchange *x, const mcrm_credentials *given, int64_t *retry_ms, mcrm_error *error) {
  access_candidate who;
  int code = find(x, given->username, &who, retry_ms, error);
  if (code) return code;
  if (!slot_take(x->gateway)) {
    *retry_ms = SLOT_WAIT_S * MS_PER_SECOND;
    return error_set(error, MCRM_BUSY, NULL, "login.busy", "too many people are signing in");
  }
  bool right = access_password_matches(who.hash, given->password);
  slot_give(x->gateway);
  return right ? succeed(x, given->username, &who, error) : fail(x, &who, given->username, error);
}

/* ---- the routes ---- */

/* Who is signed in, with the token that changes need. */
static void tell(mcrm_exchange *x) {
  char *json = NULL;
  buffer out;
  mcrm_session_next(x->caller->session, &(mcrm_call_options){.size = sizeof(mcrm_call_options), .trace = x->trace});
  if (mcrm_call(x->caller->session, "session.me", NULL, &json)) {
    mcrm_free(json);
    answer_error(x, mcrm_session_error(x->caller->session));
    return;
  }
  buffer_init(&out, 1 << 20);
  buffer_append(&out, json, strlen(json) - 1);
  buffer_print(&out, ",\"csrf_token\":\"%s\"}", x->caller->csrf);
  mcrm_free(json);
  char *whole = buffer_take(&out);
  if (whole)
    answer_json(x, 200, whole);
  else
    answer_refuse(x, 503, MCRM_NO_MEMORY, NULL, "no_memory", "no memory for the answer");
}

static int read_credentials(mcrm_exchange *x, const mcrm_credentials **out, mcrm_error *error) {
  const char *bytes;
  void *record = NULL;
  size_t length;
  int code = body_whole(x, &bytes, &length, error);
  if (!code) code = model_decode(x->memory, &credentials, bytes, length, store_zone(x->gateway->store), error, &record);
  if (!code) code = model_validate(&credentials, record, MODEL_CREATE, error);
  *out = record;
  return code;
}

void signin_login(mcrm_exchange *x) {
  mcrm_error error = {0};
  const mcrm_credentials *given;
  int64_t retry_ms = MS_PER_SECOND;
  if (!head_media(x->head.content_type, "application/json")) {
    answer_refuse(x, 415, MCRM_INVALID, "Content-Type", "request.media_type", "signing in takes application/json");
    return;
  }
  if (caller_check_page(x)) return;
  int code = read_credentials(x, &given, &error);
  if (!code) code = check(x, given, &retry_ms, &error);
  if (!code) code = caller_take(x, &error);
  if (code) {
    answer_error(x, &error);
    answer_retry(x, retry_ms);
    return;
  }
  cookie_set_login(x, x->identity.token);
  tell(x);
}

void signin_me(mcrm_exchange *x) {
  mcrm_error error = {0};
  if (caller_take(x, &error))
    answer_error(x, &error);
  else if (x->target.pair_count)
    answer_refuse(x, 400, MCRM_INVALID, x->target.pairs[0].name, "field.unknown", "session.me takes no input");
  else
    tell(x);
}

static int sign_out(mcrm_exchange *x, bool everywhere, mcrm_error *error) {
  const access_actor *actor;
  store_tx tx;
  caller *c = x->caller;
  int code = api_session_actor(c->session, &actor);
  if (code) return error_set(error, code, NULL, "login.over", "the login has ended");
  code = store_begin(
      x->gateway->store, x->memory, error, true, 0,
      &(store_origin){.user_id = actor->user_id, .gate = c->gate, .operation = "session.logout", .trace = x->trace},
      &tx);
  if (code) return code;
  code = everywhere ? access_logins_end(&tx, actor->user_id) : access_login_end(&tx, c->login.id);
  if (!code)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  if (!code) caller_forget(x->gateway);
  return code;
}

void signin_logout(mcrm_exchange *x) {
  mcrm_error error = {0};
  const target *t = &x->target;
  bool everywhere = t->pair_count == 1 && !strcmp(t->pairs[0].name, "everywhere") && !strcmp(t->pairs[0].value, "true");
  if (t->pair_count && !everywhere) {
    answer_refuse(x, 400, MCRM_INVALID, t->pairs[0].name, "field.unknown", "signing out takes everywhere=true only");
    return;
  }
  if (caller_take(x, &error)) {
    answer_error(x, &error);
    return;
  }
  if (caller_check_page(x)) return;
  if (sign_out(x, everywhere, &error)) {
    answer_error(x, &error);
    return;
  }
  cookie_set_login(x, NULL);
  answer_begin(x, 204);
}
