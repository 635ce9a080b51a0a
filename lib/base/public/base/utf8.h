/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at `text` (length > 0) into *point; the bytes it took, or 0 where it is malformed. */
size_t utf8_decode(const char *text, size_t length, uint32_t *point);
/* Encodes into at most 4 bytes; the count. The point must be valid. */
size_t utf8_encode(uint32_t point, char *out);
bool utf8_valid(const char *text, size_t length);
/* Code points in a valid text. */
size_t utf8_count(const char *text, size_t length);
/* The longest prefix of `length` bytes that does not end inside a character. */
size_t utf8_whole(const char *text, size_t length);

#endif
