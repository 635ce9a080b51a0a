#include "error_text.h"

#include <api/inside.h>
#include <base/json.h>
#include <stddef.h>
#include <string.h>

static const error_sentence *find(const char *key) {
  for (const error_sentence *s = error_sentences; s->key; s++)
    if (!strcmp(s->key, key)) return s;
  return NULL;
}

void api_error_json(buffer *out, const mcrm_error *e, const char *language) {
  const char *code = mcrm_code_name(e->code), *message = error_text(e, language);
  buffer_text(out, "{\"error\":{\"code\":");
  json_write_string(out, code, strlen(code));
  buffer_text(out, ",\"field\":");
  if (e->field[0])
    json_write_string(out, e->field, strlen(e->field));
  else
    buffer_text(out, "null");
  buffer_text(out, ",\"message\":");
  json_write_string(out, message, strlen(message));
  buffer_text(out, ",\"detail\":");
  json_write_string(out, e->detail, strlen(e->detail));
  buffer_text(out, "}}");
}

const char *error_text(const mcrm_error *error, const char *language) {
  const error_sentence *found = find(error->message);
  if (!found) found = find(mcrm_code_name(error->code));
  if (!found) found = find("internal");
  return language && !strcmp(language, "en") ? found->en : found->fa;
}
