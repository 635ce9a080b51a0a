/* Secret paths: by which entrance somebody came. A path keeps strangers away; it is never authentication. Only its
 * SHA-256 is stored (ASVS 6.5.2 allows a plain hash for 112 bits and more; a secret has 160). */
#ifndef ACCESS_GATE_H
#define ACCESS_GATE_H

#include <store/store.h>

enum { ACCESS_SECRET_LENGTH = 32, ACCESS_HASH_SIZE = 32 }; /* base32 characters of 160 random bits */

typedef struct access_gate {
  mcrm_id id;
  const char *name; /* crt | admin */
  unsigned char hash[ACCESS_HASH_SIZE];
  mcrm_time created_at, ends_at; /* ends_at 0: not yet replaced */
} access_gate;

typedef struct access_gates {
  const access_gate *at;
  size_t count;
} access_gates;

/* Makes a new secret for a gate. Those that were valid end after overlap_ms, or now where it is 0. *secret lives in
 * the arena and is shown this once. MCRM_INVALID for another gate's name or an overlap beyond 30 days. */
int access_gate_rotate(store_tx *tx, const char *gate, int64_t overlap_ms, const char **secret);
/* All that are valid at the transaction's now. */
int access_gates_load(store_tx *tx, access_gates *out);
/* Those that have ended as well: the newest 64. */
int access_gates_history(store_tx *tx, access_gates *out);
/* The gate that a secret opens, or NULL; all are compared, in constant time. */
const access_gate *access_gate_find(const access_gates *gates, const char *secret, size_t length, mcrm_time now);

#endif
