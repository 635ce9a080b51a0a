#include <base/json.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Sixteen bytes at once, in the compiler's vectors. */
typedef unsigned char block __attribute__((vector_size(16)));

static bool plain_block(const char *text) {
  block bytes;
  uint64_t halves[2];
  memcpy(&bytes, text, sizeof bytes);
  bytes = (block)((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
  memcpy(halves, &bytes, sizeof halves);
  return !(halves[0] | halves[1]);
}

static size_t plain_run(const char *text, size_t length) {
  size_t i = 0;
  while (length - i >= sizeof(block) && plain_block(text + i)) i += sizeof(block);
  if (i && i < length && length - i < sizeof(block) && plain_block(text + length - sizeof(block))) return length;
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
  size_t run = plain_run(text, length);
  char *room = run == length && length < SIZE_MAX - 2 ? buffer_room(out, length + 2) : NULL;
  if (room) { /* most are plain */
    room[0] = room[length + 1] = '"';
    memcpy(room + 1, text, length);
    buffer_used(out, length + 2);
    return;
  }
  buffer_byte(out, '"');
  for (size_t i = 0; i < length && !out->failed; run = plain_run(text + i, length - i)) {
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
