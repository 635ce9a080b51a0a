#include <access/password.h>
#include <base/error.h>
#include <base/utf8.h>
#include <sodium.h>
#include <string.h>

enum { SHORTEST = 10, LONGEST = 200, MEMORY = 64 << 20, PASSES = 2 };

int access_password_hash(arena *a, const char *password, mcrm_error *error, const char **out) {
  size_t length = strlen(password), points = utf8_count(password, length);
  if (points < SHORTEST || points > LONGEST)
    return error_set(error, MCRM_INVALID, "password", "password.length",
                     "password: %zu characters; %d to %d are needed", points, SHORTEST, LONGEST);
  char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);
  if (!hash || sodium_init() < 0 || crypto_pwhash_str(hash, password, length, PASSES, MEMORY))
    return error_no_memory(error);
  *out = hash;
  return MCRM_OK;
}

bool access_password_matches(const char *hash, const char *password) {
  /* A hash of nothing anybody knows, for users who do not exist. */
  static const char nobody[] =
      "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  if (sodium_init() < 0) return false;
  int wrong = crypto_pwhash_str_verify(hash ? hash : nobody, password, strlen(password));
  return hash && !wrong;
}
