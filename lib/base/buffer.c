#include <base/buffer.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char buffer_digit_pairs[201] =
    "000102030405060708091011121314151617181920212223242526272829303132333435363738394041424344454647484950515253"
    "54555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

void buffer_init(buffer *b, size_t limit) { *b = (buffer){.limit = limit}; }

void buffer_free(buffer *b) {
  free(b->bytes);
  buffer_init(b, b->limit);
}

void buffer_clear(buffer *b) {
  b->length = 0;
  b->failed = b->too_long = false;
  if (b->bytes) b->bytes[0] = 0;
}

char *buffer_room(buffer *b, size_t more) {
  if (b->failed) return NULL;
  if (more > b->limit || b->length > b->limit - more) {
    b->failed = b->too_long = true;
    return NULL;
  }
  size_t needed = b->length + more + 1;
  if (needed > b->capacity) {
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < needed) capacity += capacity;
    char *bytes = realloc(b->bytes, capacity);
    if (!bytes) {
      b->failed = true;
      return NULL;
    }
    b->bytes = bytes;
    b->capacity = capacity;
  }
  return b->bytes + b->length;
}

void buffer_used(buffer *b, size_t written) {
  b->length += written;
  b->bytes[b->length] = 0;
}

void buffer_grow_append(buffer *b, const char *bytes, size_t length) {
  char *room = buffer_room(b, length);
  if (!room) return;
  if (length) memcpy(room, bytes, length);
  buffer_used(b, length);
}

/* Two digits at a time: ids have nineteen, and stand in all that is shown. */
void buffer_number(buffer *b, int64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  for (; rest >= 100; rest /= 100) memcpy(digits + (at -= 2), buffer_digit_pairs + rest % 100 * 2, 2);
  if (rest >= 10)
    memcpy(digits + (at -= 2), buffer_digit_pairs + rest * 2, 2);
  else
    digits[--at] = (char)('0' + rest);
  if (number < 0) buffer_byte(b, '-');
  buffer_append(b, digits + at, sizeof digits - at);
}

void buffer_print(buffer *b, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  char *room = length < 0 ? NULL : buffer_room(b, (size_t)length);
  if (room) {
    vsnprintf(room, (size_t)length + 1, format, again);
    buffer_used(b, (size_t)length);
  } else {
    b->failed = true;
  }
  va_end(again);
  va_end(args);
}

char *buffer_take(buffer *b) {
  if (!b->failed && !b->bytes) buffer_append(b, "", 0);
  if (b->failed) {
    buffer_free(b);
    return NULL;
  }
  char *bytes = b->bytes;
  buffer_init(b, b->limit);
  return bytes;
}
