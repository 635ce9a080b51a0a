/* A growing byte buffer with a declared maximum. Appending never reports an error: the buffer turns
 * `failed` and stays so, and whoever uses the bytes asks once. The bytes are always NUL-terminated. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct buffer {
  char *bytes; /* NULL until something is appended */
  size_t length, capacity, limit;
  bool failed, too_long; /* too_long: failed because of the limit, not for want of memory */
} buffer;

void buffer_init(buffer *b, size_t limit);
void buffer_free(buffer *b);
/* Forgets the content, keeps the memory. */
void buffer_clear(buffer *b);
/* Room for `more` bytes at the end, or NULL; pair with buffer_used. */
char *buffer_room(buffer *b, size_t more);
void buffer_used(buffer *b, size_t written);
void buffer_grow_append(buffer *b, const char *bytes, size_t length);

/* Inline where the room is there already: the JSON writer lives on it. */
static inline void buffer_append(buffer *b, const char *bytes, size_t length) {
  if (b->failed || length >= b->capacity - b->length || !b->capacity || length > b->limit - b->length) {
    buffer_grow_append(b, bytes, length);
    return;
  }
  if (length) memcpy(b->bytes + b->length, bytes, length);
  b->length += length;
  b->bytes[b->length] = 0;
}

static inline void buffer_text(buffer *b, const char *text) { buffer_append(b, text, strlen(text)); }
static inline void buffer_byte(buffer *b, char byte) { buffer_append(b, &byte, 1); }
void buffer_number(buffer *b, int64_t number);
extern const char buffer_digit_pairs[201]; /* "00", "01", … "99" */
void buffer_print(buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands the bytes over to the caller (free()), or NULL where the buffer failed. */
char *buffer_take(buffer *b);

#endif
