/* The files of a call: what its input names is opened and measured before the transaction begins. */
#ifndef API_FILE_H
#define API_FILE_H

#include <api/operation.h>
#include <base/arena.h>

/* Opens the file that the input names, if there is one, and sets its bytes and sha256. From here on the input holds no
 * path: the operation reads the descriptor, and a repeated request is known by the content. */
int file_take(const api_operation *o, void *input, arena *a, crm_file *out, mcrm_error *error);
void file_release(crm_file *file);
/* Does the record name a path? */
bool file_named(const model_entity *e, const void *record);
/* Keeps the path to ourselves. */
void file_hide(const model_entity *e, void *record);

#endif
