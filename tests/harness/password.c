/* The cheapest argon2id that libsodium makes instead of the library's 64 MiB: a program that links this file signs in
   quickly, as a hash carries its own cost. For tests in which passwords are only the way in; login_test has the real
   ones, and so has every test through a real server. */
#include <sodium.h>

int crypto_pwhash_str(char out[crypto_pwhash_STRBYTES], const char *const password, unsigned long long length,
                      unsigned long long passes, size_t memory) {
  (void)passes, (void)memory;
  return crypto_pwhash_str_alg(out, password, length, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN,
                               crypto_pwhash_ALG_ARGON2ID13);
}
