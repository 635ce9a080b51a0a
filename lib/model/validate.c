#include <base/error.h>
#include <base/utf8.h>
#include <math.h>
#include <model/json.h>
#include <model/validate.h>
#include <stdio.h>
#include <string.h>

/* ---- adopting a caller's struct ---- */

static bool zero(const void *record, const model_field *f) {
  if (f->kind == MODEL_REAL) return model_real(record, f) == 0;
  if (f->kind <= MODEL_BOOL) return model_number(record, f) == 0;
  return model_null(record, f);
}

static int adopt_list(arena *a, const model_field *f, model_records list, mcrm_error *error, void *record) {
  const void **at = arena_array(a, list.count, sizeof *at);
  if (!at) return error_no_memory(error);
  for (size_t i = 0; i < list.count; i++) {
    void *ours;
    int code = model_adopt(a, f->entity, list.at[i], error, &ours);
    if (code) return code;
    at[i] = ours;
  }
  model_set_list(record, f, (model_records){at, list.count});
  return MCRM_OK;
}

int model_adopt(arena *a, const model_entity *e, const void *theirs, mcrm_error *error, void **ours) {
  size_t size = theirs ? ((const model_record *)theirs)->size : 0;
  if (size < MODEL_HEADER)
    return error_set(error, MCRM_INVALID, "size", "record.size", "%s: size is %zu; set it to sizeof the struct",
                     e->name, size);
  model_record *record = arena_alloc(a, e->size);
  if (!record) return error_no_memory(error);
  memcpy(record, theirs, size < e->size ? size : e->size);
  record->size = e->size;
  bool infer = record->present == 0;
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (infer && !zero(record, f)) record->present |= model_bit(f);
    if (!model_has(record, f)) continue;
    int code = MCRM_OK;
    if (f->kind == MODEL_OBJECT && model_object(record, f)) {
      void *nested;
      if (!(code = model_adopt(a, f->entity, model_object(record, f), error, &nested)))
        model_set_object(record, f, nested);
    } else if (f->kind == MODEL_LIST || f->kind == MODEL_MAP) {
      code = adopt_list(a, f, model_list(record, f), error, record);
    }
    if (code) {
      error_within(error, f->name);
      return code;
    }
  }
  *ours = record;
  return MCRM_OK;
}

/* ---- checking ---- */

static int check_choice(const model_field *f, const char *text, mcrm_error *error) {
  char all[160];
  size_t used = 0;
  all[0] = 0;
  for (const char *const *c = f->choices; *c; c++) {
    if (!strcmp(*c, text)) return MCRM_OK;
    int wrote = snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "", *c);
    used += wrote > 0 && (size_t)wrote < sizeof all - used ? (size_t)wrote : 0;
  }
  return error_set(error, MCRM_INVALID, f->name, "field.choice", "%s: \"%.40s\" is none of %s", f->name, text, all);
}

static int check_text(const model_field *f, const char *text, mcrm_error *error) {
  size_t length = strlen(text), most = f->max ? f->max : MODEL_TEXT_MAX;
  if (!utf8_valid(text, length))
    return error_set(error, MCRM_INVALID, f->name, "text.not_utf8", "%s is not valid UTF-8", f->name);
  if (length > most) {
    size_t points = utf8_count(text, length);
    if (points > most)
      return error_set(error, MCRM_INVALID, f->name, "text.too_long", "%s has %zu characters, at most %zu fit", f->name,
                       points, most);
  }
  if (f->choices) return check_choice(f, text, error);
  return MCRM_OK;
}

static int check_texts(const model_field *f, mcrm_texts texts, mcrm_error *error) {
  size_t most = f->max ? f->max : MODEL_LIST_MAX;
  if (texts.count > most)
    return error_set(error, MCRM_INVALID, f->name, "list.too_long", "%s has %zu items, at most %zu fit", f->name,
                     texts.count, most);
  model_field item = *f;
  item.max = 500;
  for (size_t i = 0; i < texts.count; i++) {
    int code = texts.at[i] ? check_text(&item, texts.at[i], error)
                           : error_set(error, MCRM_INVALID, f->name, "text.null", "%s[%zu] is null", f->name, i);
    if (code) return code;
  }
  return MCRM_OK;
}

/* A nested record that has a table of its own is completed by the operation (its rep, its owner), which validates
 * it again on storing; only a plain part of its parent must be whole by itself. */
static int check_nested(const model_field *f, const void *nested, mcrm_error *error) {
  const model_field *id = &f->entity->fields[0];
  if (f->entity->table && model_has(nested, id) && !model_null(nested, id) && !(f->flags & MODEL_EXISTING))
    return error_set(error, MCRM_INVALID, f->name, "field.new_only", "%s: a new %s has no id yet", f->name,
                     f->entity->name);
  int code = model_validate(f->entity, nested, f->entity->table ? MODEL_UPDATE : MODEL_CREATE, error);
  if (code) error_within(error, f->name);
  return code;
}

static int check_value(const model_field *f, const void *record, mcrm_error *error) {
  switch (f->kind) {
    case MODEL_TEXT:
      return check_text(f, model_text(record, f), error);
    case MODEL_JSON: {
      int code = json_check(model_text(record, f), strlen(model_text(record, f)), error);
      if (code) error_within(error, f->name);
      return code;
    }
    case MODEL_TEXTS:
      return check_texts(f, model_texts(record, f), error);
    case MODEL_OBJECT:
      return check_nested(f, model_object(record, f), error);
    case MODEL_LIST:
    case MODEL_MAP: {
      model_records list = model_list(record, f);
      size_t most = f->max ? f->max : MODEL_LIST_MAX;
      if (list.count > most)
        return error_set(error, MCRM_INVALID, f->name, "list.too_long", "%s has %zu items, at most %zu fit", f->name,
                         list.count, most);
      for (size_t i = 0; i < list.count; i++) {
        int code = check_nested(f, list.at[i], error);
        if (code) return code;
      }
      return MCRM_OK;
    }
    case MODEL_ID:
      if (model_number(record, f) < 0)
        return error_set(error, MCRM_INVALID, f->name, "field.type", "%s: %lld is not an id", f->name,
                         (long long)model_number(record, f));
      return MCRM_OK;
    case MODEL_REAL:
      if (!(fabs(model_real(record, f)) < JSON_REAL_END))
        return error_set(error, MCRM_INVALID, f->name, "number.range", "%s is not a number below 9e12", f->name);
      return MCRM_OK;
    case MODEL_BOOL:
      if (model_number(record, f) & ~INT64_C(1))
        return error_set(error, MCRM_INVALID, f->name, "field.type", "%s: %lld is neither 0 nor 1", f->name,
                         (long long)model_number(record, f));
      return MCRM_OK;
    default:
      return MCRM_OK;
  }
}

static bool blank(const char *text) { return text[strspn(text, " \t\r\n")] == 0; }

int model_validate(const model_entity *e, const void *record, model_use use, mcrm_error *error) {
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    bool given = model_has(record, f), null = !given || model_null(record, f);
    bool missing = null || (f->kind == MODEL_TEXT && blank(model_text(record, f)));
    if (given && (f->flags & (MODEL_READ_ONLY | MODEL_DERIVED | MODEL_SECRET)))
      return error_set(error, MCRM_INVALID, f->name, "field.read_only", "%s is set by the library", f->name);
    if ((f->flags & MODEL_FIXED) && !null && use == MODEL_CREATE)
      return error_set(error, MCRM_INVALID, f->name, "field.read_only", "%s is set by the library", f->name);
    if ((f->flags & MODEL_REQUIRED) && missing && (use == MODEL_CREATE || given))
      return error_set(error, MCRM_INVALID, f->name, "field.required", "%s needs a %s", e->name, f->name);
    if (null) continue;
    int code = check_value(f, record, error);
    if (code) return code;
  }
  return MCRM_OK;
}
