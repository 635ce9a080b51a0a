/* The input of an operation that takes a file. The body is the file, with its media type, and the query has the other
 * fields; or the body is a form, and the part of the field's name is the file. The operation is input_value a
 * descriptor's path, so that nothing is read into memory and what came as the whole body can be kept without a copy. */
#include <base/error.h>
#include <base/utf8.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "internal.h"
#include "multipart.h"

static void member(buffer *json, const char *name, const char *value) {
  if (!value || !*value) return;
  input_name(json, name, strlen(name));
  json_write_string(json, value, strlen(value));
}

static int write_file(mcrm_exchange *x, buffer *json, const char *type, const char *name, const char *bytes,
                      size_t length, mcrm_error *error) {
  const char *field = model_file_field(x->operation->input)->name;
  int code = body_file(x, bytes, length, error);
  if (code) return code;
  buffer inner;
  buffer_init(&inner, 4096);
  buffer_byte(&inner, '{');
  member(&inner, "path", arena_print(x->memory, "/proc/self/fd/%d", x->body.file >= 0 ? x->body.file : x->body.spool));
  member(&inner, "media_type", type);
  member(&inner, "name", name);
  buffer_byte(&inner, '}');
  input_name(json, field, strlen(field));
  buffer_append(json, inner.bytes ? inner.bytes : "", inner.length);
  code = inner.failed || arena_failed(x->memory) ? error_no_memory(error) : MCRM_OK;
  buffer_free(&inner);
  return code;
}

static int foreign(const mcrm_exchange *x, mcrm_error *error) {
  return error_set(error, MCRM_INVALID, model_file_field(x->operation->input)->name, "file.foreign",
                   "%s takes one file, as the body or as a part of a form", x->operation->name);
}

static int write_form(mcrm_exchange *x, buffer *json, const char *bytes, size_t length, mcrm_error *error) {
  multipart form;
  input_value all[MULTIPART_PARTS];
  const multipart_part *file = NULL;
  size_t count = 0;
  const char *field = model_file_field(x->operation->input)->name;
  if (!multipart_read(x->head.content_type, bytes, length, &form))
    return error_set(error, MCRM_INVALID, NULL, "request.malformed", "the form is not as its Content-Type says");
  if (x->target.pair_count)
    return error_set(error, MCRM_INVALID, NULL, "field.unknown", "%s takes its input from the form, not the query",
                     x->operation->name);
  for (size_t i = 0; i < form.count; i++) {
    const multipart_part *p = &form.parts[i];
    bool is_file = !strcmp(p->name, field);
    if (!utf8_valid(p->name, strlen(p->name)) || !utf8_valid(p->file_name, strlen(p->file_name)) ||
        !utf8_valid(p->type, strlen(p->type)) || (!is_file && !utf8_valid(p->bytes, p->length)))
      return error_set(error, MCRM_INVALID, NULL, "text.not_utf8", "part %zu of the form is not UTF-8", i + 1);
    if (is_file && file) return foreign(x, error);
    if (is_file)
      file = p;
    else
      all[count++] = (input_value){p->name, p->bytes, p->length};
  }
  input_given(json, x->operation->input, all, count);
  return file ? write_file(x, json, file->type, file->file_name, file->bytes, file->length, error) : MCRM_OK;
}

int upload_build(mcrm_exchange *x, buffer *json, mcrm_error *error) {
  const char *bytes, *type = x->head.content_type;
  size_t length;
  int code = body_whole(x, &bytes, &length, error);
  if (code) return code;
  if (head_media(type, "multipart/form-data")) return write_form(x, json, bytes, length, error);
  for (size_t i = 0; i < x->target.pair_count; i++)
    if (!strcmp(x->target.pairs[i].name, model_file_field(x->operation->input)->name)) return foreign(x, error);
  input_query(x, json, x->operation->input);
  return length ? write_file(x, json, type, NULL, bytes, length, error) : MCRM_OK;
}
