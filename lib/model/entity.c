#include <model/entity.h>

#include <string.h>

const model_entity *model_entity_find(const char *name) {
  for (const model_entity *const *e = model_entities; *e; e++)
    if (!strcmp((*e)->name, name)) return *e;
  return NULL;
}

const model_field *model_field_find(const model_entity *e, const char *name, size_t length) {
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++)
    if (f->key_length == length + 4U && !memcmp(f->name, name, length)) return f;
  return NULL;
}

#define GET(type)                                                 \
  type value;                                                     \
  memcpy(&value, (const char *)record + f->offset, sizeof value); \
  return value

int64_t model_number(const void *record, const model_field *f) { GET(int64_t); }
double model_real(const void *record, const model_field *f) { GET(double); }
const char *model_text(const void *record, const model_field *f) { GET(const char *); }
mcrm_texts model_texts(const void *record, const model_field *f) { GET(mcrm_texts); }
const void *model_object(const void *record, const model_field *f) { GET(const void *); }
model_records model_list(const void *record, const model_field *f) { GET(model_records); }

#undef GET

static void set(void *record, const model_field *f, const void *value, size_t size) {
  memcpy((char *)record + f->offset, value, size);
  ((model_record *)record)->present |= model_bit(f);
}

void model_set_number(void *record, const model_field *f, int64_t value) { set(record, f, &value, sizeof value); }
void model_set_real(void *record, const model_field *f, double value) { set(record, f, &value, sizeof value); }
void model_set_text(void *record, const model_field *f, const char *value) { set(record, f, &value, sizeof value); }
void model_set_texts(void *record, const model_field *f, mcrm_texts value) { set(record, f, &value, sizeof value); }
void model_set_object(void *record, const model_field *f, const void *value) { set(record, f, &value, sizeof value); }
void model_set_list(void *record, const model_field *f, model_records value) { set(record, f, &value, sizeof value); }

bool model_null(const void *record, const model_field *f) {
  switch (f->kind) {
    case MODEL_ID:
    case MODEL_TIME:
      return model_number(record, f) == 0;
    case MODEL_INT:
    case MODEL_MONEY:
    case MODEL_BOOL:
    case MODEL_REAL:
      return false;
    case MODEL_TEXT:
    case MODEL_JSON:
    case MODEL_OBJECT:
      return model_object(record, f) == NULL;
    case MODEL_TEXTS:
    case MODEL_LIST:
    case MODEL_MAP:
      return model_list(record, f).count == 0;
  }
  return true;
}
