#include "upload_table.h"

#include <base/error.h>
#include <base/spool.h>
#include <crm/operations.h>
#include <errno.h>
#include <fcntl.h>
#include <model/entities.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *sample_folder;
int sample_runs;

static const model_field sample_fields[] = {
    FIELD_TEXT(mcrm_sample, title, .flags = MODEL_REQUIRED, .max = 40),
    FIELD_OBJECT(mcrm_sample, file, file, .flags = MODEL_REQUIRED),
};
static MODEL_ENTITY(sample, sample_fields);

static const model_field kept_fields[] = {
    FIELD_TEXT(mcrm_sample_kept, title), FIELD_TEXT(mcrm_sample_kept, media_type),
    FIELD_TEXT(mcrm_sample_kept, name),  FIELD_TEXT(mcrm_sample_kept, sha256),
    FIELD_INT(mcrm_sample_kept, bytes),  FIELD_INT(mcrm_sample_kept, without_copy),
};
static MODEL_ENTITY(sample_kept, kept_fields);

static int sample_put(crm_call *call, const void *input, void *output) {
  const mcrm_sample *in = input;
  mcrm_sample_kept *out = output;
  struct stat given, kept;
  sample_runs++;
  int folder = open(sample_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool done = folder >= 0 && !fstat(call->file->descriptor, &given) &&
              (!spool_keep(call->file->descriptor, folder, in->file->sha256) || errno == EEXIST) &&
              !fstatat(folder, in->file->sha256, &kept, 0);
  if (folder >= 0) close(folder);
  if (!done) return error_set(call->tx->error, MCRM_IO, NULL, "io", "the sample was not kept");
  MCRM_SET(out, title, in->title);
  MCRM_SET(out, media_type, in->file->media_type);
  MCRM_SET(out, name, in->file->name);
  MCRM_SET(out, sha256, in->file->sha256);
  MCRM_SET(out, bytes, in->file->bytes);
  MCRM_SET(out, without_copy, given.st_ino == kept.st_ino);
  return MCRM_OK;
}

static int sample_get(crm_call *call, const void *input, void *output) {
  const mcrm_sample *in = input;
  mcrm_sample *out = output;
  mcrm_file *file = arena_alloc(call->tx->arena, sizeof *file);
  if (!file) return error_no_memory(call->tx->error);
  file->size = sizeof *file;
  MCRM_SET(file, path, arena_print(call->tx->arena, "%s/%s", sample_folder, in->title));
  MCRM_SET(file, media_type, "audio/ogg");
  MCRM_SET(file, name, "تماس.ogg");
  MCRM_SET(file, sha256, in->title);
  MCRM_SET(out, file, file);
  return MCRM_OK;
}

static const model_field name_fields[] = {FIELD_TEXT(mcrm_sample, title, .flags = MODEL_REQUIRED)};
static const model_entity model_name = {.name = "name", .size = sizeof(mcrm_sample), .fields = name_fields, .count = 1};

const api_operation api_operations[] = {
    {"session.me", "session", NULL, &model_me, session_me, false, false, "GET", "/session", "Who acts.", NULL, NULL},
    {"user.create", "user.manage", &model_user, &model_user, user_create, true, false, "POST", "/users", "A person.",
     NULL, NULL},
    {"user.update", "user.manage", &model_user, &model_user, user_update, true, false, "PATCH", "/users/{id}", "Same.",
     NULL, NULL},
    {"path.rotate", "path", &model_path_rotation, &model_secret_path, path_rotate, true, true, "POST", "/paths", ".",
     NULL, NULL},
    {"sample.put", "rep.read", &model_sample, &model_sample_kept, sample_put, true, false, "POST", "/samples",
     "Keeps a sample.", NULL, NULL},
    {"sample.get", "rep.read", &model_name, &model_sample, sample_get, false, false, "GET", "/samples/{title}",
     "Gives it back.", NULL, NULL},
    {0},
};

const api_operation *api_operation_find(const char *name) {
  for (const api_operation *o = api_operations; o->name; o++)
    if (!strcmp(o->name, name)) return o;
  return NULL;
}
