/* The two cookies. The gate's says by which secret path somebody came: signed, so that looking at it needs no
 * database. The login's is a random token that the database knows. Names and attributes: options.c. */
#include <sodium.h>
#include <string.h>

#include "internal.h"

enum { MAC_SIZE = 16, PAYLOAD = 17, RAW = PAYLOAD + MAC_SIZE };
_Static_assert(COOKIE_TEXT * 6 == RAW * 8, "a cookie is all of its bytes in base64");
static const int64_t GATE_LIFE_MS = INT64_C(30) * 24 * 3600 * 1000;

/* "a=1; b=2" */
static bool find_in(const char *cookies, const char *name, unsigned *nth, const char **value, size_t *length) {
  size_t name_length = strlen(name);
  while (*cookies) {
    cookies += strspn(cookies, " ;\t");
    size_t end = strcspn(cookies, ";");
    if (end > name_length && !memcmp(cookies, name, name_length) && cookies[name_length] == '=' && !(*nth)--) {
      *value = cookies + name_length + 1;
      *length = end - name_length - 1;
      while (*length && ((*value)[*length - 1] == ' ' || (*value)[*length - 1] == '\t')) --*length;
      return true;
    }
    cookies += end;
  }
  return false;
}

bool cookie_find(const heading *h, const char *name, unsigned nth, const char **value, size_t *length) {
  for (size_t i = 0; i < h->cookie_count; i++)
    if (h->cookies[i] && find_in(h->cookies[i], name, &nth, value, length)) return true;
  return false;
}

static void put(unsigned char *to, int64_t number) {
  for (int i = 0; i < 8; i++) to[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
}

static int64_t take(const unsigned char *from) {
  uint64_t number = 0;
  for (int i = 0; i < 8; i++) number = number << 8 | from[i];
  return (int64_t)number;
}

static void sign(const mcrm_gateway *g, const unsigned char payload[PAYLOAD], unsigned char mac[MAC_SIZE]) {
  crypto_generichash(mac, MAC_SIZE, payload, PAYLOAD, g->key, sizeof g->key);
}

/* A signature that was right goes on being right: what was read of a cookie is kept. Only genuine ones are, so a
 * stranger drives nothing out, and looking tells by its time nothing but whether this very cookie was here. */
static known_cookie *place_of(mcrm_gateway *g, const char *value) {
  return &g->known[(unsigned char)value[COOKIE_TEXT - 1] % COOKIES_KNOWN];
}

static bool recall(mcrm_gateway *g, const char *value, known_cookie *out) {
  const known_cookie *k = place_of(g, value);
  pthread_mutex_lock(&g->lock);
  bool same = k->gate && !sodium_memcmp(k->text, value, COOKIE_TEXT);
  if (same) *out = *k;
  pthread_mutex_unlock(&g->lock);
  return same;
}

static void remember(mcrm_gateway *g, const known_cookie *k) {
  pthread_mutex_lock(&g->lock);
  *place_of(g, k->text) = *k;
  pthread_mutex_unlock(&g->lock);
}

static bool verify(const mcrm_gateway *g, const char *value, known_cookie *out) {
  unsigned char raw[RAW], mac[MAC_SIZE];
  size_t size;
  if (sodium_base642bin(raw, sizeof raw, value, COOKIE_TEXT, NULL, &size, NULL,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      size != RAW)
    return false;
  sign(g, raw, mac);
  if (sodium_memcmp(mac, raw + PAYLOAD, MAC_SIZE)) return false;
  *out = (known_cookie){.gate = take(raw), .expires = take(raw + 8), .name = raw[16] == 'a' ? "admin" : "crt"};
  memcpy(out->text, value, COOKIE_TEXT);
  return true;
}

bool cookie_gate_read(mcrm_gateway *g, const char *value, size_t length, mcrm_time now, mcrm_id *gate,
                      const char **name, mcrm_time *expires) {
  known_cookie found;
  if (length != COOKIE_TEXT) return false;
  if (!recall(g, value, &found)) {
    if (!verify(g, value, &found)) return false;
    remember(g, &found);
  }
  *gate = found.gate;
  *expires = found.expires;
  *name = found.name;
  return *expires > now;
}

void cookie_set_gate(mcrm_exchange *x, mcrm_id gate, const char *name, mcrm_time ends) {
  mcrm_gateway *g = x->gateway;
  unsigned char raw[RAW];
  char text[COOKIE_TEXT + 1];
  mcrm_time now = store_now(g->store), expires = now + GATE_LIFE_MS;
  if (ends && ends < expires) expires = ends;
  put(raw, gate);
  put(raw + 8, expires);
  raw[16] = name[0] == 'a' ? 'a' : 'c';
  sign(g, raw, raw + PAYLOAD);
  sodium_bin2base64(text, sizeof text, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  answer_header(x, "Set-Cookie",
                arena_print(x->memory, "%s=%s; Max-Age=%lld%s", g->gate_cookie, text,
                            (long long)((expires - now + 999) / 1000), g->gate_attributes));
}

void cookie_set_login(mcrm_exchange *x, const char *token) {
  const mcrm_gateway *g = x->gateway;
  long long age = token ? (long long)(g->limits.absolute_ms / 1000) : 0;
  answer_header(
      x, "Set-Cookie",
      arena_print(x->memory, "%s=%s; Max-Age=%lld%s", g->login_cookie, token ? token : "", age, g->login_attributes));
}
