/* Who acts. A login is looked up in the database once a second at most; in between, and while it is in use, its session
 * stays open, so that a request costs little more than its work. */
#include <base/civil.h>
#include <base/error.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const int64_t TRUSTED_NS = INT64_C(1000000000);
enum { TOUCH_MS = MS_PER_MINUTE, TOUCHES_A_LIFE = 8 };

void caller_free(caller *c) {
  if (!c) return;
  mcrm_session_close(c->session);
  explicit_bzero(c, sizeof *c);
  free(c);
}

const char *caller_language(const mcrm_exchange *x) {
  const access_actor *actor;
  const char *wish = x->head.accept_language;
  if (x->caller && !api_session_actor(x->caller->session, &actor)) return actor->language;
  return wish && !strncmp(wish, "en", 2) ? "en" : "fa";
}

/* ---- the idle ones ---- */

static void key_of(const mcrm_gateway *g, const identity *who, unsigned char key[32]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, g->host_key, sizeof g->host_key, 32);
  crypto_generichash_update(&state, (const unsigned char *)who->token, sizeof who->token);
  crypto_generichash_update(&state, (const unsigned char *)who->username, strlen(who->username) + 1);
  crypto_generichash_update(&state, (const unsigned char *)who->gate, strlen(who->gate));
  crypto_generichash_final(&state, key, 32);
}

static caller *take_idle(mcrm_gateway *g, const unsigned char key[32]) {
  pthread_mutex_lock(&g->lock);
  caller **at = &g->idle;
  while (*at && memcmp((*at)->key, key, 32)) at = &(*at)->next;
  caller *found = *at;
  if (found) {
    *at = found->next;
    g->idle_count--;
  }
  pthread_mutex_unlock(&g->lock);
  return found;
}

void caller_give_back(mcrm_gateway *g, caller *c) {
  caller *oldest = NULL;
  if (!c) return;
  pthread_mutex_lock(&g->lock);
  c->next = g->idle;
  g->idle = c;
  if (++g->idle_count > CALLERS_IDLE) {
    caller **at = &g->idle;
    while ((*at)->next) at = &(*at)->next;
    oldest = *at;
    *at = NULL;
    g->idle_count--;
  }
  pthread_mutex_unlock(&g->lock);
  caller_free(oldest);
}

void caller_forget(mcrm_gateway *g) { atomic_fetch_add(&g->logins, 1); }

/* ---- looking a login up ---- */

/* Who came in by the CRT's path, then or now, has a CRT member's rights. */
static const char *lesser_gate(const char *then, const char *now) {
  return strcmp(then, "admin") || strcmp(now, "admin") ? "crt" : "admin";
}

static int adopt_login(caller *c, const access_login *found, const identity *who, mcrm_error *error) {
  if (strlen(found->username) >= sizeof c->username)
    return error_set(error, MCRM_INTERNAL, NULL, "internal", "a username is too long");
  if (c->session && strcmp(found->username, c->username)) {
    mcrm_session_close(c->session);
    c->session = NULL;
  }
  strcpy(c->username, found->username);
  strcpy(c->gate, lesser_gate(found->gate, who->gate));
  c->login = *found;
  c->login.username = c->username;
  c->login.gate = c->gate;
  return MCRM_OK;
}

static bool touch_is_due(const mcrm_gateway *g, const caller *c, mcrm_time now) {
  int64_t every = g->limits.idle_ms / TOUCHES_A_LIFE;
  return now - c->login.seen_at >= (every < TOUCH_MS ? every : TOUCH_MS);
}

/* The use is written down once a minute, not with every request. Nobody waits for it. */
static void touch(mcrm_gateway *g, caller *c) {
  mcrm_time now = store_now(g->store);
  if (!touch_is_due(g, c, now)) return;
  mcrm_error ignored = {0};
  store_tx tx;
  arena *memory = arena_new(1 << 20);
  if (!memory) return;
  if (!store_begin(g->store, memory, &ignored, true, clock_monotonic() + TRUSTED_NS / 4,
                   &(store_origin){.user_id = c->login.user_id, .gate = c->gate, .operation = "session"}, &tx)) {
    if (access_login_touch(&tx, c->login.id))
      store_rollback(&tx);
    else if (!store_commit(&tx))
      c->login.seen_at = now;
  }
  arena_free(memory);
}

static int look_up(mcrm_gateway *g, caller *c, const identity *who, mcrm_error *error) {
  store_tx tx;
  access_login found = {0};
  unsigned logins = atomic_load(&g->logins);
  arena *memory = arena_new(1 << 20);
  if (!memory) return error_no_memory(error);
  int code = store_begin(g->store, memory, error, false, 0, &(store_origin){.operation = "session"}, &tx);
  if (!code) {
    code = access_login_find(&tx, who->token, &g->limits, &found);
    store_rollback(&tx);
  }
  if (!code) code = adopt_login(c, &found, who, error);
  if (!code) {
    c->checked_at = clock_monotonic();
    c->logins = logins;
  }
  arena_free(memory);
  return code;
}

/* ---- one for a request ---- */

/* A session of a login that was looked up a moment ago. */
static bool trusted(mcrm_gateway *g, const caller *c) {
  return c->session && c->logins == atomic_load(&g->logins) && clock_monotonic() - c->checked_at <= TRUSTED_NS;
}

/* The host vouches with every request and says nothing of an end: its word becomes a login with a token that only this
 * instance can make, so that coming in is in the audit log, once until it has been idle, and signing out ends it. */
static void derive(const mcrm_gateway *g, identity *who, char csrf[ACCESS_CSRF_SIZE]) {
  unsigned char hash[32];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)who->username, strlen(who->username), g->host_key,
                     sizeof g->host_key);
  sodium_bin2hex(csrf, ACCESS_CSRF_SIZE, hash, sizeof hash);
  key_of(g, who, hash); /* of more bytes than a name has */
  sodium_bin2hex(who->token, sizeof who->token, hash, sizeof hash);
  explicit_bzero(hash, sizeof hash);
}

/* Nobody of that name: no login, and whoever opens the session says so. */
static int visit(mcrm_gateway *g, const identity *who, mcrm_error *error) {
  store_tx tx;
  mcrm_id user = 0;
  arena *memory = arena_new(1 << 20);
  if (!memory) return error_no_memory(error);
  int code = store_begin(g->store, memory, error, true, 0,
                         &(store_origin){.gate = who->gate, .operation = "session.identify"}, &tx);
  if (code) {
    arena_free(memory);
    return code;
  }
  code = access_user_find(&tx, who->username, &user);
  tx.origin.user_id = user;
  if (!code && user)
    code = access_login_visit(
        &tx, &(access_entry){.user_id = user, .gate = who->gate, .path = who->path, .by = "host"}, &g->limits,
        who->token);
  if (!code)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  arena_free(memory);
  return code;
}

static int vouch(mcrm_gateway *g, caller *c, const identity *shown, mcrm_error *error) {
  identity who = *shown;
  if (trusted(g, c)) return MCRM_OK;
  strcpy(c->username, who.username);
  strcpy(c->gate, who.gate);
  derive(g, &who, c->csrf);
  int code = look_up(g, c, &who, error);
  if (code == MCRM_UNAUTHENTICATED) {
    error_clear(error);
    code = visit(g, &who, error);
    if (code == MCRM_CONFLICT) code = MCRM_OK; /* another process was faster */
    if (!code) error_clear(error);
    if (!code) code = look_up(g, c, &who, error);
    if (code == MCRM_UNAUTHENTICATED) {
      error_clear(error);
      code = MCRM_OK;
    }
  }
  explicit_bzero(&who, sizeof who);
  return code;
}

static int prepare(mcrm_gateway *g, caller *c, const identity *who, mcrm_error *error) {
  if (!who->token[0]) {
    int code = vouch(g, c, who, error);
    if (code) return code;
  } else if (!trusted(g, c)) {
    int code = look_up(g, c, who, error);
    if (code) return code;
    access_login_csrf(who->token, c->csrf);
  }
  if (c->session) return MCRM_OK;
  return mcrm_session_open(g->instance, c->username, c->gate, &c->session, error);
}

int caller_for(mcrm_gateway *g, const identity *who, caller **out, mcrm_error *error) {
  unsigned char key[32];
  key_of(g, who, key);
  caller *c = take_idle(g, key);
  if (!c && (c = calloc(1, sizeof *c))) memcpy(c->key, key, sizeof key);
  if (!c) return error_no_memory(error);
  int code = prepare(g, c, who, error);
  if (code)
    caller_free(c);
  else
    *out = c;
  return code;
}

static bool show_login(mcrm_exchange *x) {
  const char *value;
  size_t length;
  if (!cookie_find(&x->head, x->gateway->login_cookie, 0, &value, &length) || length != ACCESS_TOKEN_SIZE - 1)
    return false;
  memcpy(x->identity.token, value, length);
  return true;
}

/* The host's word counts more than a login of our own. */
static bool identify(mcrm_exchange *x) {
  const mcrm_gateway *g = x->gateway;
  if (g->options.identify && g->options.identify(g->options.identify_context, &x->head.all, x->identity.username)) {
    x->identity.username[sizeof x->identity.username - 1] = 0;
    if (x->identity.username[0]) return true;
  }
  memset(x->identity.username, 0, sizeof x->identity.username);
  return show_login(x);
}

/* A page that nobody looks at goes on asking what is new: that is no use of the login. */
static bool in_background(const mcrm_exchange *x) {
  const target *t = &x->target;
  return t->count >= 3 && !strcmp(t->segments[0], "api") && !strcmp(t->segments[2], "events");
}

bool caller_at_hand(mcrm_exchange *x) {
  mcrm_gateway *g = x->gateway;
  unsigned char key[32];
  if (g->options.identify || !show_login(x)) return false;
  key_of(g, &x->identity, key);
  x->caller = take_idle(g, key);
  if (x->caller && trusted(g, x->caller) && !touch_is_due(g, x->caller, store_now(g->store))) return true;
  caller_give_back(g, x->caller);
  x->caller = NULL;
  return false;
}

int caller_take(mcrm_exchange *x, mcrm_error *error) {
  if (x->caller) return MCRM_OK;
  if (!x->identity.token[0] && !identify(x))
    return error_set(error, MCRM_UNAUTHENTICATED, NULL, "unauthenticated", "nobody is signed in");
  int code = caller_for(x->gateway, &x->identity, &x->caller, error);
  if (!code && x->caller->login.id && !in_background(x)) touch(x->gateway, x->caller);
  return code;
}

/* ---- did a page of ours ask? ---- */

int caller_check_page(mcrm_exchange *x) {
  const char *site = x->head.fetch_site, *token = x->head.csrf;
  bool here = !site || !strcmp(site, "same-origin") || !strcmp(site, "none");
  const char *wanted = x->caller ? x->caller->csrf : NULL;
  bool right = !wanted || (token && strlen(token) == ACCESS_CSRF_SIZE - 1 &&
                           !sodium_memcmp(token, wanted, ACCESS_CSRF_SIZE - 1));
  if (here && right) return MCRM_OK;
  return answer_refuse(x, 403, MCRM_DENIED, NULL, "csrf", "%s",
                       here ? "X-CSRF-Token is missing or not this login's" : "the request comes from another site");
}
