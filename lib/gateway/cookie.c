/* The two cookies. The gate's says by which secret path somebody came: signed, so that looking at it needs no
 * database. The login's is a random token that the database knows. Names and attributes: options.c. */
#include <sodium.h>
#include <string.h>

#include "internal.h"

enum { MAC_SIZE = 16, PAYLOAD = 17, RAW = PAYLOAD + MAC_SIZE, TEXT_SIZE = 64 };
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

bool cookie_gate_read(const mcrm_gateway *g, const char *value, size_t length, mcrm_time now, mcrm_id *gate,
                      const char **name, mcrm_time *expires) {
  unsigned char raw[RAW], mac[MAC_SIZE];
  size_t size;
  if (length != sodium_base64_ENCODED_LEN(RAW, sodium_base64_VARIANT_URLSAFE_NO_PADDING) - 1) return false;
  if (sodium_base642bin(raw, sizeof raw, value, length, NULL, &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
      size != RAW)
    return false;
  sign(g, raw, mac);
  if (sodium_memcmp(mac, raw + PAYLOAD, MAC_SIZE)) return false;
  *gate = take(raw);
  *expires = take(raw + 8);
  *name = raw[16] == 'a' ? "admin" : "crt";
  return *expires > now;
}

void cookie_set_gate(mcrm_exchange *x, mcrm_id gate, const char *name, mcrm_time ends) {
  mcrm_gateway *g = x->gateway;
  unsigned char raw[RAW];
  char text[TEXT_SIZE];
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
