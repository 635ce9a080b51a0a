/* A JSON Schema printed from the rows of an entity, in the subset that every provider's strict mode takes: an object
 * with all properties required and no others, nullable instead of optional, enums for labels, no other keywords. */
#ifndef AI_SCHEMA_H
#define AI_SCHEMA_H

#include <base/buffer.h>
#include <model/entity.h>

void schema_print(buffer *out, const model_entity *e);

#endif
