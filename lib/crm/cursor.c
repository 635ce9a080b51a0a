#include "cursor.h"

#include <base/error.h>
#include <base/utf8.h>
#include <string.h>

/* A cursor is base64url (RFC 4648, without padding) of: one letter for the key's kind, the id and the key. */
enum { HEAD = 1 + 8, RAW_MAX = HEAD + CURSOR_TEXT_MAX, CODED_MAX = (RAW_MAX * 4 + 2) / 3 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int page_limit(crm_call *call, int64_t given, int64_t *out) {
  *out = given ? given : PAGE_DEFAULT;
  if (*out >= 1 && *out <= PAGE_MOST) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "limit", "number.range", "limit %lld is not between 1 and %d",
                   (long long)given, PAGE_MOST);
}

static void put_number(unsigned char *out, uint64_t number) {
  for (int i = 0; i < 8; i++) out[i] = (unsigned char)(number >> (56 - 8 * i));
}

static uint64_t get_number(const unsigned char *in) {
  uint64_t number = 0;
  for (int i = 0; i < 8; i++) number = number << 8 | in[i];
  return number;
}

/* Bytes decoded, or 0 where it is not base64url in its one right form. */
static size_t decode(const char *text, unsigned char out[RAW_MAX]) {
  size_t length = strlen(text), used = 0;
  uint32_t bits = 0;
  unsigned have = 0;
  if (length > CODED_MAX) return 0;
  for (size_t i = 0; i < length; i++) {
    const char *at = strchr(letters, text[i]);
    if (!at) return 0;
    bits = (bits << 6 | (uint32_t)(at - letters)) & 0xFFFF;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    if (used == RAW_MAX) return 0;
    out[used++] = (unsigned char)(bits >> have);
  }
  return have < 6 && !(bits & ((1u << have) - 1)) ? used : 0;
}

static int malformed(crm_call *call, const char *cursor) {
  return error_set(call->tx->error, MCRM_INVALID, "cursor", "cursor.malformed",
                   "\"%.40s\" is not a cursor of this list", cursor);
}

int cursor_read(crm_call *call, const char *cursor, store_value *key, mcrm_id *id) {
  unsigned char raw[RAW_MAX];
  size_t length = decode(cursor, raw);
  if (length < HEAD) return malformed(call, cursor);
  uint64_t number = get_number(raw + 1);
  if (number > INT64_MAX) return malformed(call, cursor);
  *id = (mcrm_id)number;
  const char *rest = (const char *)raw + HEAD;
  size_t left = length - HEAD;
  switch (raw[0]) {
    case 'n':
      *key = store_null();
      return left ? malformed(call, cursor) : MCRM_OK;
    case 'i':
      if (left != 8) return malformed(call, cursor);
      *key = store_int((int64_t)get_number(raw + HEAD));
      return MCRM_OK;
    case 'r': {
      double real;
      if (left != sizeof real) return malformed(call, cursor);
      memcpy(&real, rest, sizeof real);
      if (!(real - real == 0)) return malformed(call, cursor);
      *key = store_real(real);
      return MCRM_OK;
    }
    case 't': {
      if (!utf8_valid(rest, left) || memchr(rest, 0, left)) return malformed(call, cursor);
      const char *text = arena_copy(call->tx->arena, rest, left);
      if (!text) return error_no_memory(call->tx->error);
      *key = store_text_of(text, left);
      return MCRM_OK;
    }
    default:
      return malformed(call, cursor);
  }
}

int cursor_read_as(crm_call *call, const char *cursor, store_value_kind kind, store_value *key, mcrm_id *id) {
  int code = cursor_read(call, cursor, key, id);
  if (code) return code;
  return key->kind == kind || key->kind == STORE_NULL ? MCRM_OK : malformed(call, cursor);
}

const char *cursor_write(crm_call *call, store_value key, mcrm_id id) {
  unsigned char raw[RAW_MAX] = {0};
  size_t length = HEAD;
  put_number(raw + 1, (uint64_t)id);
  raw[0] = (unsigned char)"nirt"[key.kind];
  if (key.kind == STORE_INT) {
    put_number(raw + HEAD, (uint64_t)key.number);
    length += 8;
  } else if (key.kind == STORE_REAL) {
    memcpy(raw + HEAD, &key.real, sizeof key.real);
    length += sizeof key.real;
  } else if (key.kind == STORE_TEXT) {
    if (key.length > CURSOR_TEXT_MAX) {
      error_set(call->tx->error, MCRM_INTERNAL, "cursor", "cursor.key", "a list's key has %zu bytes", key.length);
      return NULL;
    }
    memcpy(raw + HEAD, key.text, key.length);
    length += key.length;
  }
  char *out = arena_alloc(call->tx->arena, CODED_MAX + 1);
  if (!out) {
    error_no_memory(call->tx->error);
    return NULL;
  }
  char *end = out;
  uint32_t bits = 0;
  unsigned have = 0;
  for (size_t i = 0; i < length; i++) {
    bits = (bits << 8 | raw[i]) & 0xFFFF;
    for (have += 8; have >= 6;) {
      have -= 6;
      *end++ = letters[bits >> have & 63];
    }
  }
  if (have) *end++ = letters[bits << (6 - have) & 63];
  return out;
}
