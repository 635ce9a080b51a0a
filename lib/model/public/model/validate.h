/* What a record must keep to before anything is done with it, however it came in: by JSON or as a struct. */
#ifndef MODEL_VALIDATE_H
#define MODEL_VALIDATE_H

#include <base/arena.h>
#include <model/entity.h>

typedef enum model_use { MODEL_CREATE, MODEL_UPDATE } model_use;

/* Copies a caller's struct, which may be older (smaller) or newer than ours, into one of our size. A struct
 * without any present bit gets the bits of all its fields that are not zero. */
int model_adopt(arena *a, const model_entity *e, const void *theirs, mcrm_error *error, void **ours);

/* Valid UTF-8, lengths, choices, counts, required fields (CREATE), read-only and fixed fields not given.
 * MCRM_INVALID names the field and its value. */
int model_validate(const model_entity *e, const void *record, model_use use, mcrm_error *error);

#endif
