/* The host has signed somebody in and says so with a token: base64url of a JSON object, a dot, base64url of its
 * HMAC-SHA256 under the shared secret. It is good for this instance, for the gate the person came by, once, and for a
 * minute at most; it becomes an ordinary login. */
#include <base/civil.h>
#include <base/error.h>
#include <model/json.h>
#include <model/validate.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

typedef struct mcrm_voucher {
  MCRM_RECORD;
  const char *user, *gate, *instance, *nonce;
  int64_t expires; /* seconds since 1970 */
} mcrm_voucher;

static const model_field voucher_fields[] = {
    FIELD_TEXT(mcrm_voucher, user, .flags = MODEL_REQUIRED, .max = 64),
    FIELD_TEXT(mcrm_voucher, gate, .flags = MODEL_REQUIRED, .max = 8),
    FIELD_TEXT(mcrm_voucher, instance, .flags = MODEL_REQUIRED, .max = 300),
    FIELD_INT(mcrm_voucher, expires, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_voucher, nonce, .flags = MODEL_REQUIRED, .max = 64),
};
static const model_entity voucher = {
    .name = "voucher", .size = sizeof(mcrm_voucher), .fields = voucher_fields, .count = 5};

enum { TOKEN_MOST = 2048, LIFE_S = 60, NONCE_LEAST = 16 };

static bool signed_by_host(const mcrm_gateway *g, const char *text, size_t length, const char *mac) {
  unsigned char right[crypto_auth_hmacsha256_BYTES], given[crypto_auth_hmacsha256_BYTES + 1];
  crypto_auth_hmacsha256_state state;
  size_t size;
  if (sodium_base642bin(given, sizeof given, mac, strlen(mac), NULL, &size, NULL,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      size != sizeof right)
    return false;
  crypto_auth_hmacsha256_init(&state, (const unsigned char *)g->host_secret, strlen(g->host_secret));
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, length);
  crypto_auth_hmacsha256_final(&state, right);
  explicit_bzero(&state, sizeof state);
  return !sodium_memcmp(right, given, sizeof right);
}

/* Nothing of the token is looked at before its signature. NULL, or why it is refused. */
static const char *read_token(mcrm_exchange *x, const char *token, const mcrm_voucher **out) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const mcrm_gateway *g = x->gateway;
  mcrm_error error = {0};
  unsigned char json[TOKEN_MOST];
  size_t length = strlen(token), text = strcspn(token, "."), size;
  void *record;
  if (length > TOKEN_MOST || !token[text]) return "malformed";
  if (!signed_by_host(g, token, text, token + text + 1)) return "signature";
  if (sodium_base642bin(json, sizeof json, token, text, NULL, &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      model_decode(x->memory, &voucher, (const char *)json, size, store_zone(g->store), &error, &record) ||
      model_validate(&voucher, record, MODEL_CREATE, &error))
    return "malformed";
  const mcrm_voucher *v = *out = record;
  int64_t now = store_now(g->store) / MS_PER_SECOND;
  if (strlen(v->nonce) < NONCE_LEAST || strspn(v->nonce, letters) != strlen(v->nonce)) return "nonce";
  if (v->expires <= now) return "expired";
  if (v->expires > now + LIFE_S) return "lifetime";
  if (strcmp(v->instance, g->options.public_url)) return "instance";
  return strcmp(v->gate, x->gate_name) ? "gate" : NULL;
}

/* *id 0: there is nobody of that name, or no longer. */
static int find(mcrm_exchange *x, const mcrm_voucher *v, mcrm_id *id, mcrm_error *error) {
  store_tx tx;
  int code = signin_begin(x, "session.hand_over", 0, false, error, &tx);
  if (code) return code;
  code = access_user_find(&tx, v->user, id);
  store_rollback(&tx);
  return code;
}

static int start(mcrm_exchange *x, const mcrm_voucher *v, mcrm_id user, mcrm_error *error) {
  store_tx tx;
  int code = signin_begin(x, "session.hand_over", user, true, error, &tx);
  if (code) return code;
  code = access_nonce_use(&tx, v->nonce, v->expires * MS_PER_SECOND);
  if (!code) code = signin_start(x, &tx, user, "host", 0);
  if (!code)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  return code;
}

/* Whoever shows the token is told nothing of the reason; the host's log is. */
static void refuse(mcrm_exchange *x, const char *why) {
  const mcrm_gateway *g = x->gateway;
  char line[96];
  atomic_fetch_add(&x->gateway->count.logins_failed, 1);
  if (g->options.log) {
    snprintf(line, sizeof line, "{\"event\":\"hand_over.refused\",\"why\":\"%s\"}", why);
    g->options.log(g->options.log_context, 4, line);
  }
  answer_refuse(x, 401, MCRM_UNAUTHENTICATED, NULL, "login.hand_over", "the token does not sign anybody in");
}

static const char *only_token(const target *t) {
  return t->pair_count == 1 && !strcmp(t->pairs[0].name, "token") ? t->pairs[0].value : NULL;
}

void handover_run(mcrm_exchange *x) {
  mcrm_gateway *g = x->gateway;
  mcrm_error error = {0};
  const mcrm_voucher *v = NULL;
  mcrm_id user = 0;
  const char *token = only_token(&x->target);
  if (x->head_only) { /* a program that looks where a link leads must not use it up */
    strcpy(x->allow, "GET");
    answer_refuse(x, 405, MCRM_INVALID, NULL, "request.method", "HEAD is not taken here");
    return;
  }
  const char *why = token ? read_token(x, token, &v) : "malformed";
  int code = why ? MCRM_OK : find(x, v, &user, &error);
  if (!why && !code && !user) why = "user";
  if (!why && !code) code = start(x, v, user, &error);
  if (code == MCRM_CONFLICT) why = "replayed";
  if (why) {
    refuse(x, why);
  } else if (code) {
    answer_error(x, &error);
  } else {
    atomic_fetch_add(&g->count.logins, 1);
    answer_begin(x, 303);
    cookie_set_login(x, x->identity.token);
    answer_header(x, "Location", arena_print(x->memory, "%s/", g->mount));
  }
}
