#include <base/json.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Does any of eight bytes need escaping: below 0x20, '"' or '\'? (Bit tricks after Mycroft's zero-byte test.) */
static bool needs_escape(uint64_t eight) {
  const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
  uint64_t quote = eight ^ (ones * '"'), backslash = eight ^ (ones * '\\');
  return ((((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & tops) !=
         0;
}

static size_t plain_run(const char *text, size_t length) {
  size_t i = 0;
  for (uint64_t eight; length - i >= 8; i += 8) {
    memcpy(&eight, text + i, 8);
    if (needs_escape(eight)) break;
  }
  while (i < length && (unsigned char)text[i] >= 0x20 && text[i] != '"' && text[i] != '\\') i++;
  return i;
}

static void escape(buffer *out, unsigned char byte) {
  static const char hex[] = "0123456789abcdef";
  char sequence[6] = {'\\', (char)byte};
  size_t length = 2;
  switch (byte) {
    case '"':
    case '\\':
      break;
    case '\n':
      sequence[1] = 'n';
      break;
    case '\r':
      sequence[1] = 'r';
      break;
    case '\t':
      sequence[1] = 't';
      break;
    case '\b':
      sequence[1] = 'b';
      break;
    case '\f':
      sequence[1] = 'f';
      break;
    default:
      memcpy(sequence + 1, "u00", 3);
      sequence[4] = hex[byte >> 4];
      sequence[5] = hex[byte & 15];
      length = 6;
  }
  buffer_append(out, sequence, length);
}

void json_write_string(buffer *out, const char *text, size_t length) {
  buffer_byte(out, '"');
  for (size_t i = 0; i < length && !out->failed;) {
    size_t run = plain_run(text + i, length - i);
    buffer_append(out, text + i, run);
    i += run;
    if (i < length) escape(out, (unsigned char)text[i++]);
  }
  buffer_byte(out, '"');
}

void json_write_real(buffer *out, double value) {
  if (!isfinite(value) || fabs(value) >= JSON_REAL_END) {
    buffer_append(out, "null", 4);
    return;
  }
  int64_t millionths = llround(value * 1e6);
  if (millionths < 0) {
    buffer_byte(out, '-');
    millionths = -millionths;
  }
  buffer_number(out, millionths / 1000000);
  int64_t fraction = millionths % 1000000;
  if (!fraction) return;
  char digits[7] = ".";
  size_t length = 1;
  for (int64_t scale = 100000; scale && fraction; scale /= 10) {
    digits[length++] = (char)('0' + fraction / scale);
    fraction %= scale;
  }
  buffer_append(out, digits, length);
}
