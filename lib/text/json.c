#include "json.h"

#include <string.h>

void json_key(buffer *out, const char *key) {
  char last = out->length ? out->bytes[out->length - 1] : '{';
  if (last != '{' && last != '[') buffer_byte(out, ',');
  if (!key) return;
  json_text(out, key);
  buffer_byte(out, ':');
}

void json_text(buffer *out, const char *text) { json_write_string(out, text, strlen(text)); }

void json_thousandths(buffer *out, long long value) {
  if (value < 0) buffer_byte(out, '-');
  unsigned long long size = value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value;
  buffer_number(out, (int64_t)(size / 1000));
  unsigned rest = (unsigned)(size % 1000);
  if (!rest) return;
  char digits[4] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10), (char)('0' + rest % 10)};
  size_t length = 4;
  while (digits[length - 1] == '0') length--;
  buffer_append(out, digits, length);
}
