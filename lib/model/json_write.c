#include <base/civil.h>
#include <model/json.h>
#include <string.h>

static void write_null(buffer *out) { buffer_append(out, "null", 4); }

static void write_text(buffer *out, const char *text) {
  if (text)
    json_write_string(out, text, strlen(text));
  else
    write_null(out);
}

static void write_list(buffer *out, const model_field *f, model_records list, const zone *z) {
  buffer_byte(out, '[');
  for (size_t i = 0; i < list.count; i++) {
    if (i) buffer_byte(out, ',');
    model_encode(out, f->entity, list.at[i], z);
  }
  buffer_byte(out, ']');
}

/* A list as an object: the first field of each record, a text, is the member's name. */
static void write_map(buffer *out, const model_field *f, model_records list, const zone *z) {
  buffer_byte(out, '{');
  for (size_t i = 0; i < list.count; i++) {
    if (i) buffer_byte(out, ',');
    write_text(out, model_text(list.at[i], &f->entity->fields[0]));
    buffer_byte(out, ':');
    model_encode(out, f->entity, list.at[i], z);
  }
  buffer_byte(out, '}');
}

static void write_texts(buffer *out, mcrm_texts texts) {
  buffer_byte(out, '[');
  for (size_t i = 0; i < texts.count; i++) {
    if (i) buffer_byte(out, ',');
    write_text(out, texts.at[i]);
  }
  buffer_byte(out, ']');
}

static void write_time(buffer *out, mcrm_time time, const zone *z) {
  if (!time) {
    write_null(out);
    return;
  }
  char *room = buffer_room(out, CIVIL_ISO_SIZE + 2);
  if (!room) return;
  room[0] = '"';
  size_t length = civil_print(time, z, room + 1);
  room[length + 1] = '"';
  buffer_used(out, length + 2);
}

static void write_id(buffer *out, mcrm_id id) {
  if (!id) {
    write_null(out);
    return;
  }
  buffer_byte(out, '"');
  buffer_number(out, id);
  buffer_byte(out, '"');
}

void model_encode_field(buffer *out, const model_field *f, const void *record, const zone *z) {
  switch (f->kind) {
    case MODEL_ID:
      write_id(out, model_number(record, f));
      break;
    case MODEL_TIME:
      write_time(out, model_number(record, f), z);
      break;
    case MODEL_INT:
    case MODEL_MONEY:
      buffer_number(out, model_number(record, f));
      break;
    case MODEL_BOOL:
      buffer_text(out, model_number(record, f) ? "true" : "false");
      break;
    case MODEL_REAL:
      json_write_real(out, model_real(record, f));
      break;
    case MODEL_TEXT:
      write_text(out, model_text(record, f));
      break;
    case MODEL_JSON:
      buffer_text(out, model_text(record, f) ? model_text(record, f) : "null");
      break;
    case MODEL_TEXTS:
      write_texts(out, model_texts(record, f));
      break;
    case MODEL_OBJECT:
      if (model_object(record, f))
        model_encode(out, f->entity, model_object(record, f), z);
      else
        write_null(out);
      break;
    case MODEL_LIST:
      write_list(out, f, model_list(record, f), z);
      break;
    case MODEL_MAP:
      write_map(out, f, model_list(record, f), z);
      break;
  }
}

/* Recursion is bounded by the nesting of the entity rows, which has no cycle (a test walks it). */
void model_encode(buffer *out, const model_entity *e, const void *record, const zone *z) {
  uint64_t present = ((const model_record *)record)->present;
  bool first = true;
  buffer_byte(out, '{');
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!(present & model_bit(f)) || (f->flags & (MODEL_SECRET | MODEL_INPUT))) continue;
    buffer_append(out, f->key + first, f->key_length - (size_t)first);
    model_encode_field(out, f, record, z);
    first = false;
  }
  buffer_byte(out, '}');
}
