/* Reading JSON that a stranger wrote. Texts come as C strings: a \u0000, half a surrogate pair or a byte that is not
 * UTF-8 becomes U+FFFD instead of costing the whole reply. Nothing recurses; depth and number of values are bounded.
 * Of a key that occurs twice the last one counts. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdint.h>

#include "work.h"

typedef enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT } json_kind;

typedef struct json {
  json_kind kind;
  const char *key;           /* in an object */
  const char *text;          /* of a text; of a number as it was written */
  struct json *first, *next; /* of a list or object */
  struct json *last, *parent;
} json;

/* Memory for one document after the other: forgetting is free, which a stream of a hundred thousand chunks needs. */
typedef struct json_pool {
  const work *w;
  char *block;
  size_t size, used;
} json_pool;

/* NULL: not JSON, or no memory. `pool` may be NULL for a document that lives as long as the call. */
const json *json_read(const work *w, json_pool *pool, const char *bytes, size_t length);
void json_forget(json_pool *pool);

/* A member by its path, "usage.prompt_tokens_details.cached_tokens"; a number is the place in a list ("choices.0").
 * NULL where there is none, and of NULL. */
const json *json_at(const json *value, const char *path);
/* The text there, or `otherwise`; json_line also takes numbers as they are written. */
const char *json_text(const json *value, const char *path, const char *otherwise);
const char *json_line(const json *value, const char *path, const char *otherwise);
/* A number there, also one written as a text (proto3's int64, "1.5"). */
double json_real(const json *value, const char *path, double otherwise);
int64_t json_integer(const json *value, const char *path, int64_t otherwise);
/* Seconds there as milliseconds: 1.5, "1.5", "1.500s". */
int64_t json_ms(const json *value, const char *path, int64_t otherwise);
bool json_true(const json *value, const char *path);
/* A number without the C library's locale: "1.5", "-2e3"; *end behind it, or at `text` where there is none. */
double json_number(const char *text, const char **end);

#endif
