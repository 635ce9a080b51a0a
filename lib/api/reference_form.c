#include "reference_form.h"

#include <model/entities.h>
#include <string.h>

static size_t place(const model_entity *e) {
  size_t i = 0;
  while (model_entities[i] && model_entities[i] != e) i++;
  return i;
}

/* Entities nest a few levels, and one that has been seen is not entered again. */
static void use(reference_forms *forms, const model_entity *e, reference_form form) {
  size_t at = place(e);
  if (at >= REFERENCE_ENTITIES || forms->used[at][form]) return;
  forms->used[at][form] = true;
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++)
    if (f->entity && f->entity != &model_file && reference_has(e, f, form))
      use(forms, f->entity, reference_nested(form));
}

void reference_forms_find(reference_forms *forms) {
  *forms = (reference_forms){0};
  for (const api_operation *o = api_operations; o->name; o++) {
    use(forms, o->output, FORM_SHOWN);
    if (o->input) use(forms, o->input, reference_input(o));
  }
}

reference_form reference_nested(reference_form form) { return form == FORM_SHOWN ? FORM_SHOWN : FORM_GIVEN; }

reference_form reference_input(const api_operation *o) { return strcmp(o->method, "PATCH") ? FORM_GIVEN : FORM_CHANGE; }

bool reference_has(const model_entity *e, const model_field *f, reference_form form) {
  if (f->flags & MODEL_SECRET) return false;
  if (form == FORM_SHOWN) return !(f->flags & MODEL_INPUT);
  if (f->flags & (MODEL_READ_ONLY | MODEL_DERIVED)) return false;
  return !(form == FORM_GIVEN && e->table && (f->flags & MODEL_FIXED));
}

bool reference_needed(const model_entity *e, const model_field *f, reference_form form) {
  if (form == FORM_GIVEN) return (f->flags & MODEL_REQUIRED) != 0;
  if (form == FORM_CHANGE) return !strcmp(f->name, "id");
  return e->table && (f->flags & MODEL_FIXED);
}

bool reference_nullable(const model_field *f, reference_form form) {
  if (f->flags & (MODEL_REQUIRED | MODEL_FIXED)) return false;
  switch (f->kind) {
    case MODEL_ID:
    case MODEL_TIME:
    case MODEL_TEXT:
    case MODEL_OBJECT:
      return true;
    case MODEL_TEXTS:
    case MODEL_LIST:
    case MODEL_MAP:
      return form != FORM_SHOWN; /* null empties a list */
    default:
      return false;
  }
}

void reference_name(buffer *out, const model_entity *e, reference_form form) {
  static const char *const suffixes[] = {"", "Input", "Change"};
  bool upper = true;
  for (const char *p = e->name; *p; p++) {
    if (*p != '_') buffer_byte(out, upper && *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
    upper = *p == '_';
  }
  buffer_text(out, suffixes[form]);
}

bool reference_in_path(const api_operation *o, const char *field) {
  size_t length = strlen(field);
  for (const char *p = strchr(o->path, '{'); p; p = strchr(p + 1, '{'))
    if (!strncmp(p + 1, field, length) && p[1 + length] == '}') return true;
  return false;
}
