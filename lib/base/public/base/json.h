/* Writing JSON values; records are in <model/json.h>. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <base/buffer.h>

/* A JSON string with quotes; the text must be valid UTF-8. */
void json_write_string(buffer *out, const char *text, size_t length);
/* Shortest decimal that reads back as the same double would need more than a CRM does: six decimals, no
 * exponent, no locale. What is not finite or not below JSON_REAL_END = null; records cannot hold such numbers. */
#define JSON_REAL_END 9e12
void json_write_real(buffer *out, double value);

#endif
