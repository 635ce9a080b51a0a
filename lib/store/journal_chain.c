#include "journal_chain.h"

#include <sodium.h>
#include <string.h>

#include "internal.h"

/* ---- length-prefixed bytes into an HMAC ---- */

static void put_number(crypto_auth_hmacsha256_state *state, int64_t number) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
  crypto_auth_hmacsha256_update(state, bytes, sizeof bytes);
}

/* -1 for NULL, so that it is not the empty text. */
static void put_text(crypto_auth_hmacsha256_state *state, store_value text) {
  bool null = text.kind != STORE_TEXT;
  put_number(state, null ? -1 : (int64_t)text.length);
  if (!null) crypto_auth_hmacsha256_update(state, (const unsigned char *)text.text, text.length);
}

static void start(crypto_auth_hmacsha256_state *state, const unsigned char *key, const char *kind) {
  crypto_auth_hmacsha256_init(state, key, STORE_KEY_SIZE);
  put_text(state, store_text(kind));
}

static chain_digest finish(crypto_auth_hmacsha256_state *state) {
  chain_digest digest;
  crypto_auth_hmacsha256_final(state, digest.bytes);
  return digest;
}

chain_digest chain_of_change(const unsigned char *key, store_value before, store_value after) {
  crypto_auth_hmacsha256_state state;
  start(&state, key, "change");
  put_text(&state, before);
  put_text(&state, after);
  return finish(&state);
}

chain_digest chain_of_entry(const unsigned char *key, const chain_entry *entry) {
  crypto_auth_hmacsha256_state state;
  start(&state, key, "entry");
  put_number(&state, entry->id);
  put_number(&state, entry->at);
  put_number(&state, entry->user_id);
  put_text(&state, entry->gate);
  put_text(&state, entry->operation);
  put_text(&state, entry->action);
  put_text(&state, entry->entity);
  put_number(&state, entry->entity_id);
  put_number(&state, entry->entity_version);
  put_text(&state, entry->trace);
  put_text(&state, entry->change);
  return finish(&state);
}

chain_digest chain_link(const unsigned char *key, int64_t seq, const chain_digest *previous,
                        const chain_digest *entry) {
  crypto_auth_hmacsha256_state state;
  start(&state, key, "link");
  put_number(&state, seq);
  crypto_auth_hmacsha256_update(&state, previous->bytes, CHAIN_DIGEST);
  crypto_auth_hmacsha256_update(&state, entry->bytes, CHAIN_DIGEST);
  return finish(&state);
}

/* ---- hex ---- */

void chain_hex(const chain_digest *digest, char out[CHAIN_HEX + 1]) {
  sodium_bin2hex(out, CHAIN_HEX + 1, digest->bytes, CHAIN_DIGEST);
}

bool chain_is(store_value hex, const chain_digest *digest) {
  char expected[CHAIN_HEX + 1];
  chain_hex(digest, expected);
  return hex.kind == STORE_TEXT && hex.length == CHAIN_HEX && !memcmp(hex.text, expected, CHAIN_HEX);
}

bool chain_parse(store_value hex, chain_digest *out) {
  return hex.kind == STORE_TEXT && hex.length == CHAIN_HEX &&
         !sodium_hex2bin(out->bytes, CHAIN_DIGEST, hex.text, hex.length, NULL, NULL, NULL) && chain_is(hex, out);
}

/* ---- the stored chain ---- */

void chain_ask_head(store_tx *tx, store_rows *rows) {
  store_query_with(tx, rows, "SELECT seq, hash FROM seal ORDER BY seq DESC LIMIT 1", NULL, 0);
}

int chain_head(store_rows *rows, int64_t *seq, chain_digest *link) {
  *seq = 0;
  *link = (chain_digest){0};
  if (store_next(rows)) {
    *seq = store_get_int(rows, 0);
    /* A head that was tampered with must not stop the work: the chain goes on from it, and verifying names it. */
    if (!chain_parse(store_get(rows, 1), link)) *link = (chain_digest){0};
  }
  return store_end(rows);
}

int chain_append(store_tx *tx, mcrm_id id, const chain_digest *entry, int64_t *seq, chain_digest *link) {
  char hex[CHAIN_HEX + 1];
  *link = chain_link(tx->store->key, ++*seq, link, entry);
  chain_hex(link, hex);
  return store_post(tx, "INSERT INTO seal (seq, journal_id, hash) VALUES ($1, $2, $3)", store_int(*seq), store_int(id),
                    store_text_of(hex, CHAIN_HEX));
}
