#include <ai/schema.h>

#include <base/json.h>
#include <string.h>

enum { DEPTH_MOST = 5 };

static void entity(buffer *out, const model_entity *e, int depth);

static void type(buffer *out, const model_field *f, int depth) {
  switch (f->kind) {
    case MODEL_BOOL:
      buffer_text(out, "\"type\":\"boolean\"");
      return;
    case MODEL_INT:
    case MODEL_MONEY:
      buffer_text(out, "\"type\":\"integer\"");
      return;
    case MODEL_REAL:
      buffer_text(out, "\"type\":\"number\"");
      return;
    case MODEL_TEXTS:
      buffer_text(out, "\"type\":\"array\",\"items\":{\"type\":\"string\"}");
      return;
    case MODEL_LIST:
    case MODEL_MAP:
      buffer_text(out, "\"type\":\"array\",\"items\":");
      entity(out, f->entity, depth + 1);
      return;
    default:
      break;
  }
  if (!f->choices) {
    buffer_text(out, "\"type\":[\"string\",\"null\"]");
    return;
  }
  buffer_text(out, "\"type\":\"string\",\"enum\":[");
  for (const char *const *c = f->choices; *c; c++) buffer_print(out, "%s\"%s\"", c == f->choices ? "" : ",", *c);
  buffer_byte(out, ']');
}

static void entity(buffer *out, const model_entity *e, int depth) {
  if (depth > DEPTH_MOST) {
    out->failed = true;
    return;
  }
  buffer_text(out, "{\"type\":\"object\",\"properties\":{");
  for (size_t i = 0; i < e->count; i++) {
    const model_field *f = &e->fields[i];
    buffer_print(out, "%s\"%s\":{", i ? "," : "", f->name);
    type(out, f, depth);
    if (f->help) {
      buffer_text(out, ",\"description\":");
      json_write_string(out, f->help, strlen(f->help));
    }
    buffer_byte(out, '}');
  }
  buffer_text(out, "},\"required\":[");
  for (size_t i = 0; i < e->count; i++) buffer_print(out, "%s\"%s\"", i ? "," : "", e->fields[i].name);
  buffer_text(out, "],\"additionalProperties\":false}");
}

void schema_print(buffer *out, const model_entity *e) { entity(out, e, 1); }
