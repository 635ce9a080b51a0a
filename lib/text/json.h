/* Writing JSON into a buffer: values one after the other, commas where they belong. */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include <base/buffer.h>
#include <base/json.h>

/* A key and its colon, with a comma before it unless it is the object's first. NULL: an array's next value. */
void json_key(buffer *out, const char *key);
void json_text(buffer *out, const char *text);
/* value / 1000, without trailing zeros. */
void json_thousandths(buffer *out, long long value);

#endif
