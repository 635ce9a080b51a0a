/* What proves to Google who calls: a token signed here with the service account's key, or one that the token service
 * gives for it. It lives an hour and is shared by all calls: one of them fetches the next while the others wait, or go
 * on with the old one while that is good. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "google.h"

#define SCOPE "https://www.googleapis.com/auth/cloud-platform"
enum { LIFE_S = 3600, EARLY_MS = 300000, SKEW_MS = 60000, LEAST_BITS = 2048, WAIT_NS = 50000000 };

static EVP_PKEY *read_key(const char *pem) {
  BIO *bio = pem ? BIO_new_mem_buf(pem, -1) : NULL;
  char none[] = ""; /* or OpenSSL would ask on the terminal for the password of a locked key */
  EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, none) : NULL;
  BIO_free(bio);
  ERR_clear_error();
  if (key && EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) >= LEAST_BITS) return key;
  EVP_PKEY_free(key);
  return NULL;
}

mcrm_outcome account_read(const work *w, google *g, mcrm_failure *failure) {
  const json *file = json_read(w, NULL, g->credentials, strlen(g->credentials));
  const char *type = json_text(file, "type", "");
  if (!file || file->kind != JSON_OBJECT)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "credentials",
                     "is no JSON: it must be the service account's key file");
  if (strcmp(type, "service_account"))
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "credentials",
                     "is of type \"%s\": a service account's key is needed", type);
  g->email = json_text(file, "client_email", NULL);
  g->key_id = json_text(file, "private_key_id", NULL);
  if (!g->project) g->project = json_text(file, "project_id", NULL);
  if (!g->token_uri) g->token_uri = json_text(file, "token_uri", "https://oauth2.googleapis.com/token");
  if (!g->email || !*g->email)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "credentials", "has no client_email");
  if (!work_starts(g->token_uri, "https://") && !endpoint_local(g->token_uri))
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "token_uri", "must begin with https://");
  g->key = read_key(json_text(file, "private_key", NULL));
  if (g->key) return MCRM_OUTCOME_OK;
  return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "credentials", "its private_key is no RSA key of %d bits",
                   LEAST_BITS);
}

void account_forget(google *g) {
  EVP_PKEY_free(g->key);
  g->key = NULL;
  OPENSSL_cleanse(g->token, sizeof g->token);
}

/* ---- the token that is made here ---- */

static void claim(draft *d, const char *name, const char *value) {
  draft_name(d, name);
  draft_json(d, value);
}

/* RS256 over what stands in `d`, which the signature is appended to. */
static bool sign(const google *g, draft *d) {
  unsigned char signature[1024];
  size_t length = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = context && !d->failed && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, g->key) == 1 &&
              EVP_DigestSign(context, signature, &length, (const unsigned char *)d->bytes, d->length) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  if (!good) return false;
  draft_byte(d, '.');
  draft_base64url(d, signature, length);
  return !d->failed;
}

/* audience NULL: a token for the service itself, which says its subject and scope. */
static const char *make_jwt(const work *w, const google *g, int64_t now_s, const char *audience) {
  draft head, claims, whole;
  draft_init(&head, w, 0);
  draft_init(&claims, w, 0);
  draft_init(&whole, w, 0);
  draft_text(&head, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
  if (g->key_id) claim(&head, "kid", g->key_id);
  draft_byte(&head, '}');
  draft_byte(&claims, '{');
  claim(&claims, "iss", g->email);
  if (audience)
    claim(&claims, "aud", audience);
  else
    claim(&claims, "sub", g->email);
  claim(&claims, "scope", SCOPE);
  draft_name(&claims, "iat");
  draft_integer(&claims, now_s);
  draft_name(&claims, "exp");
  draft_integer(&claims, now_s + LIFE_S);
  draft_byte(&claims, '}');
  if (head.failed || claims.failed) return NULL;
  draft_base64url(&whole, head.bytes, head.length);
  draft_byte(&whole, '.');
  draft_base64url(&whole, claims.bytes, claims.length);
  return sign(g, &whole) ? whole.bytes : NULL;
}

/* ---- the token that is fetched ---- */

mcrm_outcome token_judge(const work *w, const mcrm_http_reply *http, mcrm_outcome outcome, mcrm_failure *failure) {
  int64_t ahead = http->server_time ? w->host->now() - http->server_time : 0;
  bool told = work_has(failure->detail, "reasonable timeframe") || work_has(failure->detail, "token used too early");
  bool skewed = ahead > SKEW_MS || ahead < -SKEW_MS;
  if (outcome != MCRM_OUTCOME_AUTH || (!skewed && !told)) return outcome;
  if (!skewed)
    return work_fail(failure, outcome, "clock",
                     "the service finds the token's times wrong: this machine's clock is not right");
  int64_t seconds = (ahead < 0 ? -ahead : ahead) / 1000;
  return work_fail(failure, outcome, "clock", "this machine's clock is %lld s %s the service's: set it right (NTP)",
                   (long long)seconds, ahead < 0 ? "behind" : "ahead of");
}

static mcrm_outcome exchange(const work *w, const google *g, const char *assertion, const char **token, int64_t *life_s,
                             mcrm_failure *failure) {
  endpoint at = {.base_url = g->token_uri, .auth_style = "none"};
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  draft form;
  draft_init(&form, w, 0);
  draft_text(&form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
  draft_escaped(&form, assertion);
  if (form.failed || !endpoint_begin(w, &at, "POST", "", &r)) return work_no_memory(failure);
  endpoint_header(&r, "Content-Type", "application/x-www-form-urlencoded");
  r.http.body = form.bytes;
  r.http.body_length = form.length;
  mcrm_outcome outcome = w->host->http(w->call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status != 200) return token_judge(w, &http, complaint_of(w, &http, assertion, failure), failure);
  const json *body = json_read(w, NULL, http.body, http.length);
  *token = json_text(body, "access_token", NULL);
  *life_s = json_integer(body, "expires_in", LIFE_S);
  if (*life_s < 0 || *life_s > LIFE_S) *life_s = LIFE_S;
  failure->status = http.status;
  bool good = *token && **token && strlen(*token) < TOKEN_BYTES && !strpbrk(*token, "\r\n ");
  return good ? MCRM_OUTCOME_OK
              : work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_token", "the token service gave no token");
}

static mcrm_outcome make(const work *w, const google *g, const char **token, int64_t *expires, mcrm_failure *failure) {
  int64_t now = w->host->now();
  bool exchanged = !strcmp(g->auth, "exchange");
  int64_t life_s = LIFE_S;
  const char *jwt = make_jwt(w, g, now / 1000, exchanged ? g->token_uri : NULL);
  if (!jwt || strlen(jwt) >= TOKEN_BYTES) return work_no_memory(failure);
  *token = jwt;
  mcrm_outcome outcome = exchanged ? exchange(w, g, jwt, token, &life_s, failure) : MCRM_OUTCOME_OK;
  *expires = now + life_s * 1000;
  return outcome;
}

/* ---- one for all ---- */

static void wait_a_little(google *g) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += WAIT_NS;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_cond_timedwait(&g->fetched, &g->guard, &until);
}

typedef enum token_step { USE, WAIT, FETCH } token_step;

/* With the lock held: whether there is one to go on with, or another call that fetches it has to be waited for. */
static token_step look(const google *g, int64_t now) {
  bool good = g->token[0] && now < g->expires;
  if (good && (g->fetching || now < g->expires - EARLY_MS)) return USE;
  return g->fetching ? WAIT : FETCH;
}

static mcrm_outcome copy_out(const work *w, const google *g, const char **token, mcrm_failure *failure) {
  *token = work_copy(w, g->token, strlen(g->token));
  return *token ? MCRM_OUTCOME_OK : work_no_memory(failure);
}

mcrm_outcome token_get(const work *w, google *g, const char **token, mcrm_failure *failure) {
  const char *made = NULL;
  int64_t expires = 0;
  token_step next;
  pthread_mutex_lock(&g->guard);
  while ((next = look(g, w->host->now())) == WAIT) {
    wait_a_little(g);
    if (!w->host->cancelled(w->call)) continue;
    pthread_mutex_unlock(&g->guard);
    return work_fail(failure, MCRM_OUTCOME_CANCELLED, "cancelled", "while another call fetched the token");
  }
  if (next == USE) {
    mcrm_outcome outcome = copy_out(w, g, token, failure);
    pthread_mutex_unlock(&g->guard);
    return outcome;
  }
  g->fetching = true;
  pthread_mutex_unlock(&g->guard);
  mcrm_outcome outcome = make(w, g, &made, &expires, failure);
  pthread_mutex_lock(&g->guard);
  g->fetching = false;
  if (!outcome) {
    memcpy(g->token, made, strlen(made) + 1);
    g->expires = expires;
  } else if (g->token[0] && w->host->now() < g->expires && outcome != MCRM_OUTCOME_CANCELLED) {
    outcome = MCRM_OUTCOME_OK; /* the old one does until it ends */
  }
  if (!outcome) outcome = copy_out(w, g, token, failure);
  pthread_cond_broadcast(&g->fetched);
  pthread_mutex_unlock(&g->guard);
  return outcome;
}

void token_forget(google *g, const char *token) {
  pthread_mutex_lock(&g->guard);
  if (!strcmp(g->token, token)) OPENSSL_cleanse(g->token, sizeof g->token);
  pthread_mutex_unlock(&g->guard);
}
