/* JSON from and into records, by the rows of their entity. */
#ifndef MODEL_JSON_H
#define MODEL_JSON_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/json.h>
#include <base/zone.h>
#include <model/entity.h>

/* Writes the present fields of a record as an object, MODEL_SECRET ones never. Times in the zone. */
void model_encode(buffer *out, const model_entity *e, const void *record, const zone *z);
/* One field's value. */
void model_encode_field(buffer *out, const model_field *f, const void *record, const zone *z);

enum { JSON_DEPTH = 32, JSON_BYTES = 8 << 20 };

/* Reads one JSON object into a new record in the arena. Refuses malformed JSON (RFC 8259, strict), duplicate
 * and unknown members, and values of another type: the error names the field and the value. Texts are UTF-8
 * checked here; limits, choices and required fields are model_validate's. Texts without an offset in times are wall
 * clock in the zone. */
int model_decode(arena *a, const model_entity *e, const char *json, size_t length, const zone *z, mcrm_error *error,
                 void **out);
/* Reads the JSON value of one field (as a stored column holds it) into a record. */
int model_decode_field(arena *a, const model_field *f, const char *json, size_t length, const zone *z,
                       mcrm_error *error, void *record);

/* Checks that `json` is one well-formed JSON value. */
int json_check(const char *json, size_t length, mcrm_error *error);

#endif
