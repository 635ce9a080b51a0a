#include <access/gate.h>
#include <base/civil.h>
#include <base/error.h>
#include <sodium.h>
#include <store/journal.h>
#include <string.h>

enum { SECRET_BYTES = 20, LONGEST_OVERLAP_DAYS = 30, GATES_MOST = 64, VALID_MOST = 16 };

/* RFC 4648's alphabet in lower case: reads well in an address, and needs no escaping. */
static void base32(const unsigned char bytes[SECRET_BYTES], char out[ACCESS_SECRET_LENGTH + 1]) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  for (size_t bit = 0, i = 0; i < ACCESS_SECRET_LENGTH; i++, bit += 5) {
    unsigned pair = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < SECRET_BYTES ? bytes[bit / 8 + 1] : 0);
    out[i] = letters[pair >> (11 - bit % 8) & 31];
  }
  out[ACCESS_SECRET_LENGTH] = 0;
}

static void hash_of(const char *secret, size_t length, unsigned char out[ACCESS_HASH_SIZE]) {
  crypto_hash_sha256(out, (const unsigned char *)secret, length);
}

static int check(store_tx *tx, const char *gate, int64_t overlap_ms) {
  if (!gate || (strcmp(gate, "crt") && strcmp(gate, "admin")))
    return error_set(tx->error, MCRM_INVALID, "gate", "field.choice", "gate: \"%.20s\" is neither crt nor admin",
                     gate ? gate : "");
  if (overlap_ms < 0 || overlap_ms > LONGEST_OVERLAP_DAYS * (int64_t)MS_PER_DAY)
    return error_set(tx->error, MCRM_INVALID, "overlap_ms", "field.range", "overlap_ms: %lld is not 0 to %d days",
                     (long long)overlap_ms, LONGEST_OVERLAP_DAYS);
  return MCRM_OK;
}

/* All that are valid are compared with each secret that comes: they stay few. */
static int make_room(store_tx *tx, const char *gate, int64_t overlap_ms) {
  int64_t valid = 0;
  if (!overlap_ms) return MCRM_OK;
  int code = store_number(
      tx, &valid, 0, "SELECT CAST(COUNT(*) AS BIGINT) FROM gate WHERE name = $1 AND (ends_at IS NULL OR ends_at > $2)",
      store_text(gate), store_int(tx->now));
  if (!code && valid >= VALID_MOST)
    code =
        error_set(tx->error, MCRM_CONFLICT, "overlap_ms", "gate.too_many",
                  "%lld paths of the %s gate are valid already: make one without an overlap", (long long)valid, gate);
  return code;
}

int access_gate_rotate(store_tx *tx, const char *gate, int64_t overlap_ms, const char **secret) {
  unsigned char bytes[SECRET_BYTES], hash[ACCESS_HASH_SIZE];
  char hex[ACCESS_HASH_SIZE * 2 + 1];
  int code = check(tx, gate, overlap_ms);
  if (code) return code;
  char *made = arena_alloc(tx->arena, ACCESS_SECRET_LENGTH + 1);
  mcrm_id id;
  if (!made || sodium_init() < 0) return error_no_memory(tx->error);
  if ((code = store_mint(tx, &id))) return code;
  randombytes_buf(bytes, sizeof bytes);
  base32(bytes, made);
  hash_of(made, ACCESS_SECRET_LENGTH, hash);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  code = make_room(tx, gate, overlap_ms);
  /* An end that was promised earlier stays. */
  if (!code)
    code = store_post(tx, "UPDATE gate SET ends_at = $1 WHERE name = $2 AND (ends_at IS NULL OR ends_at > $1)",
                      store_int(tx->now + overlap_ms), store_text(gate));
  if (!code)
    code = store_post(tx, "INSERT INTO gate (id, name, secret_hash, created_at) VALUES ($1, $2, $3, $4)", store_int(id),
                      store_text(gate), store_text(hex), store_int(tx->now));
  if (!code) code = store_journal(tx, "rotate", "gate", id, 0, NULL, NULL);
  *secret = made;
  return code;
}

static int load(store_tx *tx, mcrm_time ends_after, access_gates *out) {
  store_rows rows;
  size_t count = 0, length;
  access_gate *at = arena_array(tx->arena, GATES_MOST, sizeof *at);
  if (!at) return error_no_memory(tx->error);
  int code = store_query(tx, &rows,
                         "SELECT id, name, secret_hash, ends_at, created_at FROM gate "
                         "WHERE ends_at IS NULL OR ends_at > $1 ORDER BY id DESC LIMIT $2",
                         store_int(ends_after), store_int(GATES_MOST));
  while (!code && count < GATES_MOST && store_next(&rows)) {
    access_gate *g = &at[count];
    const char *hex = store_get_text(&rows, 2);
    *g = (access_gate){.id = store_get_int(&rows, 0),
                       .name = store_get_text(&rows, 1),
                       .ends_at = store_get_int(&rows, 3),
                       .created_at = store_get_int(&rows, 4)};
    if (hex && g->name && !sodium_hex2bin(g->hash, sizeof g->hash, hex, strlen(hex), NULL, &length, NULL) &&
        length == sizeof g->hash)
      count++;
  }
  code = store_end(&rows);
  *out = (access_gates){at, count};
  return code;
}

int access_gates_load(store_tx *tx, access_gates *out) { return load(tx, tx->now, out); }

int access_gates_history(store_tx *tx, access_gates *out) { return load(tx, 0, out); }

const access_gate *access_gate_find(const access_gates *gates, const char *secret, size_t length, mcrm_time now) {
  unsigned char hash[ACCESS_HASH_SIZE];
  const access_gate *found = NULL;
  hash_of(secret, length, hash);
  for (size_t i = 0; i < gates->count; i++) {
    const access_gate *g = &gates->at[i];
    bool same = !sodium_memcmp(hash, g->hash, sizeof hash);
    if (same && (!g->ends_at || g->ends_at > now)) found = g;
  }
  return found;
}
