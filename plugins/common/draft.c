#include "draft.h"

#include <math.h>
#include <string.h>

enum { LIMIT = 64 << 20 };

void draft_init(draft *d, const work *w, size_t limit) { *d = (draft){.w = w, .limit = limit ? limit : LIMIT}; }

void draft_expect(draft *d, size_t bytes) {
  if (d->failed || bytes > d->limit - d->length) {
    d->failed = true;
    return;
  }
  size_t needed = d->length + bytes + 1;
  if (needed <= d->capacity) return;
  char *larger = work_alloc(d->w, needed);
  if (!larger) {
    d->failed = true;
    return;
  }
  if (d->length) memcpy(larger, d->bytes, d->length);
  d->bytes = larger;
  d->capacity = needed;
}

void draft_append(draft *d, const char *bytes, size_t length) {
  if (d->failed || length > d->limit - d->length) {
    d->failed = true;
    return;
  }
  if (d->length + length >= d->capacity) {
    size_t grown = d->capacity < 128 ? 128 : d->capacity;
    if (grown > d->limit - d->length) grown = d->limit - d->length;
    draft_expect(d, length > grown ? length : grown);
    if (d->failed) return;
  }
  if (length) memcpy(d->bytes + d->length, bytes, length);
  d->length += length;
  d->bytes[d->length] = 0;
}

void draft_text(draft *d, const char *text) { draft_append(d, text, strlen(text)); }
void draft_byte(draft *d, char byte) { draft_append(d, &byte, 1); }

void draft_clear(draft *d) {
  d->length = 0;
  if (d->bytes) d->bytes[0] = 0;
}

void draft_integer(draft *d, int64_t value) {
  char digits[24];
  size_t at = sizeof digits;
  uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do digits[--at] = (char)('0' + left % 10);
  while (left /= 10);
  if (value < 0) digits[--at] = '-';
  draft_append(d, digits + at, sizeof digits - at);
}

void draft_real(draft *d, double value) {
  if (!isfinite(value) || fabs(value) > 1e12) value = 0;
  int64_t millionths = llround(value * 1e6);
  if (millionths < 0) {
    draft_byte(d, '-');
    millionths = -millionths;
  }
  draft_integer(d, millionths / 1000000);
  int64_t rest = millionths % 1000000;
  if (!rest) return;
  char decimals[8] = ".";
  size_t length = 7;
  for (size_t i = 6; i; i--, rest /= 10) decimals[i] = (char)('0' + rest % 10);
  while (decimals[length - 1] == '0') length--;
  draft_append(d, decimals, length);
}

size_t draft_letter(const char *at, size_t left) {
  const unsigned char *p = (const unsigned char *)at;
  if (!left) return 0;
  if (p[0] < 0x80) return 1;
  size_t length = p[0] >= 0xC2 && p[0] < 0xE0   ? 2
                  : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                  : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                                : 0;
  if (!length || length > left) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  /* overlong, surrogates, beyond U+10FFFF */
  if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) ||
      (p[0] == 0xF4 && p[1] > 0x8F))
    return 0;
  return length;
}

static void json_escape(draft *d, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  const char *shortly = strchr("\"\"\\\\\nn\rr\tt", c); /* pairs of byte and letter */
  char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
  if (shortly) {
    escape[1] = shortly[1];
    draft_append(d, escape, 2);
  } else {
    draft_append(d, escape, 6);
  }
}

void draft_json(draft *d, const char *text) {
  size_t left = strlen(text);
  draft_byte(d, '"');
  while (left) {
    size_t plain = 0;
    size_t letter = 0;
    while (plain < left && (unsigned char)text[plain] >= 32 && text[plain] != '"' && text[plain] != '\\' &&
           (letter = draft_letter(text + plain, left - plain)))
      plain += letter;
    draft_append(d, text, plain);
    text += plain;
    left -= plain;
    if (!left) break;
    if (draft_letter(text, left))
      json_escape(d, (unsigned char)*text);
    else
      draft_text(d, "\xEF\xBF\xBD");
    text++;
    left--;
  }
  draft_byte(d, '"');
}

void draft_name(draft *d, const char *name) {
  if (d->length && d->bytes && d->bytes[d->length - 1] != '{') draft_byte(d, ',');
  draft_byte(d, '"');
  draft_text(d, name);
  draft_text(d, "\":");
}

static void base64(draft *d, const void *bytes, size_t length, const char *letters, bool pad) {
  const unsigned char *in = bytes;
  draft_expect(d, length / 3 * 4 + 4);
  if (d->failed) return;
  char *out = d->bytes + d->length;
  for (; length >= 3; in += 3, length -= 3) {
    *out++ = letters[in[0] >> 2];
    *out++ = letters[(in[0] & 3) << 4 | in[1] >> 4];
    *out++ = letters[(in[1] & 15) << 2 | in[2] >> 6];
    *out++ = letters[in[2] & 63];
  }
  if (length) {
    unsigned second = length > 1 ? in[1] : 0;
    *out++ = letters[in[0] >> 2];
    *out++ = letters[(in[0] & 3U) << 4 | second >> 4];
    if (length > 1) *out++ = letters[(second & 15) << 2];
    for (size_t i = length; pad && i < 3; i++) *out++ = '=';
  }
  *out = 0;
  d->length = (size_t)(out - d->bytes);
}

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

void draft_base64(draft *d, const void *bytes, size_t length) { base64(d, bytes, length, ALPHANUMERIC "+/", true); }
void draft_base64url(draft *d, const void *bytes, size_t length) { base64(d, bytes, length, ALPHANUMERIC "-_", false); }

void draft_escaped(draft *d, const char *text) {
  static const char hex[] = "0123456789ABCDEF";
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c && strchr(ALPHANUMERIC "-._~", c)) {
      draft_byte(d, *text);
    } else {
      char escape[3] = {'%', hex[c >> 4], hex[c & 15]};
      draft_append(d, escape, 3);
    }
  }
}
