/* Files that operations take and answer with. See <marfacrm/file.h>. */
#include <marfacrm/file.h>
#include <model/entities.h>

static const model_field file_fields[] = {
    FIELD_TEXT(mcrm_file, path, .flags = MODEL_REQUIRED, .max = 4000, .help = "on this machine; never over HTTP"),
    FIELD_TEXT(mcrm_file, media_type, .max = 100, .help = "as the giver says; what is in the file decides"),
    FIELD_TEXT(mcrm_file, name, .max = 200, .help = "what people call it; never used as a path"),
    FIELD_INT(mcrm_file, bytes, .flags = MODEL_READ_ONLY),
    FIELD_TEXT(mcrm_file, sha256, .flags = MODEL_READ_ONLY, .help = "hex"),
};
MODEL_ENTITY(file, file_fields, .help = "A file on this machine. Over HTTP: the upload or the download itself.");

const model_field *model_file_field(const model_entity *e) {
  for (const model_field *f = e ? e->fields : NULL, *end = f ? f + e->count : NULL; f < end; f++)
    if (f->entity == &model_file) return f;
  return NULL;
}
