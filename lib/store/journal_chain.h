/* The chain's arithmetic: HMAC-SHA256 over length-prefixed forms, so that no two rows have the same bytes.
 *   change digest = HMAC("change" before after)
 *   entry digest  = HMAC("entry" id at user … trace change-digest)
 *   link(n)       = HMAC("link" n link(n-1) digest(n)),  link(0) = zeros */
#ifndef STORE_JOURNAL_CHAIN_H
#define STORE_JOURNAL_CHAIN_H

#include <store/store.h>

enum { CHAIN_DIGEST = 32, CHAIN_HEX = 2 * CHAIN_DIGEST };

typedef struct chain_digest {
  unsigned char bytes[CHAIN_DIGEST];
} chain_digest;

/* A journal row. Texts may be NULL; lengths go with them. */
typedef struct chain_entry {
  int64_t id, at, user_id, entity_id, entity_version;
  store_value gate, operation, action, entity, trace;
  store_value change; /* hex digest of the change row, or NULL where there is none */
} chain_entry;

chain_digest chain_of_change(const unsigned char *key, store_value before, store_value after);
chain_digest chain_of_entry(const unsigned char *key, const chain_entry *entry);
chain_digest chain_link(const unsigned char *key, int64_t seq, const chain_digest *previous, const chain_digest *entry);

void chain_hex(const chain_digest *digest, char out[CHAIN_HEX + 1]);
bool chain_parse(store_value hex, chain_digest *out);
/* Is this text the digest in lower-case hex? */
bool chain_is(store_value hex, const chain_digest *digest);

/* Asks for the newest link; what is asked in between goes the same way to a server and back. */
void chain_ask_head(store_tx *tx, store_rows *rows);
/* The answer: seq 0 and zeros where there is none. Ends the rows. */
int chain_head(store_rows *rows, int64_t *seq, chain_digest *link);
/* Appends an entry to the chain. */
int chain_append(store_tx *tx, mcrm_id id, const chain_digest *entry, int64_t *seq, chain_digest *link);

#endif
