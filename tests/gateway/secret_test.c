/* Nothing is decided, and nothing looked up, by a secret while it is compared: under valgrind the secrets count as
 * undefined, and whatever branches on one or takes it as an index is an error (as in ctgrind). Kept secret are the
 * hashes of the secret paths, what is known of others' gate cookies, a cookie's right signature, the right CSRF token
 * and the host token's right signature. A login's token is never compared: it is looked up by its hash. Only
 * the outcome of a whole comparison becomes known. The control is the same with a comparison that ends at the first
 * difference, which must be reported each time. By itself the program says that it needs valgrind (77). */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "internal.h"
#include "visit.h"

static bool hasty;
static bool keep_hash,
    keep_mac; /* the next of these is the secret one; others (of tokens, of the audit chain) are not */

int __real_sodium_memcmp(const void *a, const void *b, size_t length);
int __wrap_sodium_memcmp(const void *a, const void *b, size_t length);
int __wrap_sodium_memcmp(const void *a, const void *b, size_t length) {
  const volatile unsigned char *left = a, *right = b;
  int differ = 0;
  for (size_t i = 0; hasty && i < length; i++)
    if (left[i] != right[i]) return -1;
  if (!hasty) differ = __real_sodium_memcmp(a, b, length);
  VALGRIND_MAKE_MEM_DEFINED(&differ, sizeof differ);
  return differ;
}

/* A gate cookie's right signature. */
int __real_crypto_generichash(unsigned char *out, size_t size, const unsigned char *in, unsigned long long length,
                              const unsigned char *key, size_t key_size);
int __wrap_crypto_generichash(unsigned char *out, size_t size, const unsigned char *in, unsigned long long length,
                              const unsigned char *key, size_t key_size);
int __wrap_crypto_generichash(unsigned char *out, size_t size, const unsigned char *in, unsigned long long length,
                              const unsigned char *key, size_t key_size) {
  int code = __real_crypto_generichash(out, size, in, length, key, key_size);
  if (keep_hash) VALGRIND_MAKE_MEM_UNDEFINED(out, size);
  keep_hash = false;
  return code;
}

int __real_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out);
int __wrap_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out);
int __wrap_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out) {
  int code = __real_crypto_auth_hmacsha256_final(state, out);
  if (keep_mac) VALGRIND_MAKE_MEM_UNDEFINED(out, crypto_auth_hmacsha256_BYTES);
  keep_mac = false;
  return code;
}

static place p;
static visitor sara;

/* ---- what is compared, once right and once wrong in its last letter ---- */

static bool paths(bool right) {
  char secret[64];
  mcrm_id id;
  const char *name;
  mcrm_time ends;
  snprintf(secret, sizeof secret, "%s", p.crt);
  if (!right) secret[ACCESS_SECRET_LENGTH - 1] ^= 1;
  for (size_t i = 0; i < p.gateway->gates.count; i++)
    VALGRIND_MAKE_MEM_UNDEFINED(p.gateway->gates.at[i].hash, sizeof p.gateway->gates.at[i].hash);
  bool opened = gates_open(p.gateway, secret, ACCESS_SECRET_LENGTH, &id, &name, &ends);
  for (size_t i = 0; i < p.gateway->gates.count; i++)
    VALGRIND_MAKE_MEM_DEFINED(p.gateway->gates.at[i].hash, sizeof p.gateway->gates.at[i].hash);
  return opened;
}

static bool cookie(bool right, bool known) {
  char text[COOKIE_TEXT + 1];
  mcrm_id id;
  const char *name;
  mcrm_time expires;
  snprintf(text, sizeof text, "%s", strchr(sara.gate, '=') + 1);
  if (!known) memset(p.gateway->known, 0, sizeof p.gateway->known);
  if (!right) text[COOKIE_TEXT - 2] = text[COOKIE_TEXT - 2] == 'A' ? 'B' : 'A'; /* the last one chooses the place */
  for (size_t i = 0; i < COOKIES_KNOWN; i++)
    VALGRIND_MAKE_MEM_UNDEFINED(p.gateway->known[i].text, sizeof p.gateway->known[i].text);
  keep_hash = true;
  bool read = cookie_gate_read(p.gateway, text, COOKIE_TEXT, p.people.now, &id, &name, &expires);
  keep_hash = false; /* known, it was not needed */
  for (size_t i = 0; i < COOKIES_KNOWN; i++)
    VALGRIND_MAKE_MEM_DEFINED(p.gateway->known[i].text, sizeof p.gateway->known[i].text);
  return read;
}
static bool known_cookie_of(bool right) { return cookie(right, true); }
static bool new_cookie(bool right) { return cookie(right, false); }

static bool csrf(bool right) {
  char token[80];
  static caller c;
  static mcrm_exchange x;
  snprintf(token, sizeof token, "%s", sara.csrf);
  if (!right) token[strlen(token) - 1] = token[strlen(token) - 1] == '0' ? '1' : '0';
  x = (mcrm_exchange){.gateway = p.gateway, .memory = arena_new(1 << 16), .caller = &c, .file = -1};
  x.head.csrf = token;
  ck_assert_ptr_nonnull(x.memory);
  memcpy(c.csrf, sara.csrf, sizeof c.csrf);
  c.session = p.people.sara;
  VALGRIND_MAKE_MEM_UNDEFINED(c.csrf, ACCESS_CSRF_SIZE - 1);
  bool taken = !caller_check_page(&x);
  VALGRIND_MAKE_MEM_DEFINED(c.csrf, ACCESS_CSRF_SIZE - 1);
  mcrm_free(x.owned);
  arena_free(x.memory);
  return taken;
}

static const char host_secret[] = "a secret shared with the host, long enough";

/* The whole way, for it is one step of it: a token as the host signs it. */
static bool host_token(bool right) {
  static unsigned turn;
  char json[300], text[600], mac[64], address[800];
  unsigned char bytes[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  snprintf(json, sizeof json,
           "{\"user\":\"sara\",\"gate\":\"crt\",\"instance\":\"%s\",\"expires\":%lld,\"nonce\":\"0123456789abcdef%u\"}",
           p.gateway->options.public_url, (long long)(p.people.now / 1000 + 30), turn++);
  sodium_bin2base64(text, sizeof text, (const unsigned char *)json, strlen(json),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  crypto_auth_hmacsha256_init(&state, (const unsigned char *)host_secret, strlen(host_secret));
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
  crypto_auth_hmacsha256_final(&state, bytes);
  if (!right) bytes[sizeof bytes - 1] ^= 1;
  sodium_bin2base64(mac, sizeof mac, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  snprintf(address, sizeof address, "/crm/hand-over?token=%s.%s", text, mac);
  visitor v = {.gateway = p.gateway};
  strcpy(v.gate, sara.gate);
  keep_mac = true;
  answer a = ask(&v, "GET", address, NULL, NULL);
  bool taken = a.status == 303;
  answer_free(&a);
  return taken;
}

static const struct {
  const char *name;
  bool (*compare)(bool right);
} secrets[] = {{"a secret path", paths},
               {"a gate cookie that is known", known_cookie_of},
               {"a gate cookie's signature", new_cookie},
               {"the CSRF token", csrf},
               {"the host token's signature", host_token}};

static unsigned reports_of(bool (*compare)(bool right), bool in_haste) {
  unsigned before = VALGRIND_COUNT_ERRORS;
  hasty = in_haste;
  bool right = compare(true), wrong = compare(false);
  hasty = false;
  unsigned reports = VALGRIND_COUNT_ERRORS - before;
  ck_assert(right && !wrong);
  return reports;
}

START_TEST(nothing_is_decided_by_a_secret_while_it_is_compared) {
  mcrm_gateway_options options = {.size = sizeof options, .host_secret = host_secret};
  place_open(&p, &options);
  sara = visitor_of(&p, "crt", "sara");
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
    unsigned reports = reports_of(secrets[i].compare, false), control = reports_of(secrets[i].compare, true);
    printf("%s: %u reports, of the control %u\n", secrets[i].name, reports, control);
    ck_assert_msg(!reports, "%s: %u reports", secrets[i].name, reports);
    ck_assert_msg(control, "%s: the control was not reported", secrets[i].name);
  }
  place_close(&p);
}
END_TEST

int main(void) {
  if (!RUNNING_ON_VALGRIND) {
    puts("SKIPPED: to be run under valgrind");
    return 77;
  }
  Suite *s = suite_create("secrets");
  TCase *c = tcase_create("secrets");
  tcase_set_timeout(c, 220);
  tcase_add_test(c, nothing_is_decided_by_a_secret_while_it_is_compared);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
