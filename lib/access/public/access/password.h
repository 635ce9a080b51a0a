/* Passwords, kept as argon2id hashes (libsodium; 64 MiB, about 80 ms of one core). */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include <base/arena.h>
#include <marfacrm/types.h>
#include <stdbool.h>

/* MCRM_INVALID (field "password") where it is shorter than 10 or longer than 200 characters. */
int access_password_hash(arena *a, const char *password, mcrm_error *error, const char **out);
/* Takes as long for a wrong password, and for hash == NULL, as for a right one. */
bool access_password_matches(const char *hash, const char *password);

#endif
