#include <api/reference.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "reference_form.h"

static void quote(buffer *out, const char *text) { json_write_string(out, text, strlen(text)); }

static void reference(buffer *out, const model_entity *e, reference_form form) {
  buffer_text(out, "{\"$ref\":\"#/components/schemas/");
  reference_name(out, e, form);
  buffer_text(out, "\"}");
}

/* "type":"string" or "type":["string","null"] */
static void type(buffer *out, const char *name, bool nullable) {
  buffer_print(out, nullable ? "\"type\":[\"%s\",\"null\"]" : "\"type\":\"%s\"", name);
}

static void text(buffer *out, const model_field *f, bool nullable) {
  type(out, "string", nullable);
  buffer_print(out, ",\"maxLength\":%u", f->max ? f->max : MODEL_TEXT_MAX);
  if (!f->choices) return;
  buffer_text(out, ",\"enum\":[");
  for (const char *const *c = f->choices; *c; c++) {
    if (c != f->choices) buffer_byte(out, ',');
    quote(out, *c);
  }
  buffer_text(out, nullable ? ",null]" : "]");
}

static void schema_members(buffer *out, const model_field *f, reference_form form) {
  bool nullable = reference_nullable(f, form);
  reference_form nested = reference_nested(form);
  switch (f->kind) {
    case MODEL_ID:
      type(out, "string", nullable);
      buffer_text(out, ",\"pattern\":\"^[0-9]{1,19}$\"");
      return;
    case MODEL_TIME:
      type(out, "string", nullable);
      buffer_text(out, ",\"format\":\"date-time\"");
      return;
    case MODEL_INT:
    case MODEL_MONEY:
      buffer_text(out, "\"type\":\"integer\",\"format\":\"int64\"");
      return;
    case MODEL_BOOL:
      type(out, "boolean", false);
      return;
    case MODEL_REAL:
      type(out, "number", false);
      return;
    case MODEL_TEXT:
      text(out, f, nullable);
      return;
    case MODEL_JSON:
      return; /* any value */
    case MODEL_TEXTS:
      type(out, "array", nullable);
      buffer_print(out, ",\"maxItems\":%u,\"items\":{\"type\":\"string\"}", f->max ? f->max : MODEL_LIST_MAX);
      return;
    case MODEL_OBJECT:
      if (f->entity == &model_file) { /* over HTTP it is the bytes themselves */
        buffer_text(out, "\"type\":\"string\",\"format\":\"binary\"");
        return;
      }
      if (!nullable) buffer_text(out, "\"allOf\":[");
      if (nullable) buffer_text(out, "\"anyOf\":[");
      reference(out, f->entity, nested);
      buffer_text(out, nullable ? ",{\"type\":\"null\"}]" : "]");
      return;
    case MODEL_LIST:
      type(out, "array", nullable);
      buffer_text(out, ",\"items\":");
      reference(out, f->entity, nested);
      return;
    case MODEL_MAP:
      type(out, "object", nullable);
      buffer_text(out, ",\"additionalProperties\":");
      reference(out, f->entity, nested);
      return;
  }
}

static void field_schema(buffer *out, const model_field *f, reference_form form) {
  size_t begin = out->length;
  buffer_byte(out, '{');
  schema_members(out, f, form);
  if (f->help) {
    if (out->length > begin + 1) buffer_byte(out, ',');
    buffer_text(out, "\"description\":");
    quote(out, f->help);
  }
  buffer_byte(out, '}');
}

/* left_out: an operation whose path's fields are not in the body */
static void object_schema(buffer *out, const model_entity *e, reference_form form, const api_operation *left_out) {
  bool first = true;
  buffer_text(out, "{\"type\":\"object\"");
  if (e->help) {
    buffer_text(out, ",\"description\":");
    quote(out, e->help);
  }
  if (form != FORM_SHOWN) buffer_text(out, ",\"additionalProperties\":false");
  buffer_text(out, ",\"properties\":{");
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!reference_has(e, f, form) || (left_out && reference_in_path(left_out, f->name))) continue;
    if (!first) buffer_byte(out, ',');
    quote(out, f->name);
    buffer_byte(out, ':');
    field_schema(out, f, form);
    first = false;
  }
  buffer_byte(out, '}');
  first = true;
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!reference_has(e, f, form) || !reference_needed(e, f, form)) continue;
    if (left_out && reference_in_path(left_out, f->name)) continue;
    buffer_text(out, first ? ",\"required\":[" : ",");
    quote(out, f->name);
    first = false;
  }
  buffer_text(out, first ? "}" : "]}");
}

static void parameter(buffer *out, const model_field *f, const char *in, bool needed, bool first) {
  if (!first) buffer_byte(out, ',');
  buffer_print(out, "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":", f->name, in,
               needed ? "true" : "false");
  field_schema(out, f, FORM_GIVEN);
  buffer_byte(out, '}');
}

static void parameters(buffer *out, const api_operation *o, bool body) {
  bool first = true;
  reference_form form = reference_input(o);
  buffer_text(out, ",\"parameters\":[");
  for (const model_field *f = o->input ? o->input->fields : NULL, *end = f ? f + o->input->count : NULL; f < end; f++) {
    bool in_path = reference_in_path(o, f->name);
    if (!in_path && (body || !reference_has(o->input, f, form))) continue;
    parameter(out, f, in_path ? "path" : "query", in_path || reference_needed(o->input, f, form), first);
    first = false;
  }
  if (!strcmp(o->method, "PATCH")) {
    buffer_print(
        out,
        "%s{\"name\":\"If-Match\",\"in\":\"header\",\"required\":false,\"description\":\"the ETag that was seen; "
        "without it the body's version is needed\",\"schema\":{\"type\":\"string\"}}",
        first ? "" : ",");
    first = false;
  }
  if (!strcmp(o->method, "POST"))
    buffer_print(out,
                 "%s{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,\"schema\":{\"type\":"
                 "\"string\",\"minLength\":1,\"maxLength\":200}}",
                 first ? "" : ",");
  buffer_byte(out, ']');
}

static void request_body(buffer *out, const api_operation *o) {
  bool whole = true;
  for (const model_field *f = o->input->fields, *end = f + o->input->count; f < end; f++)
    whole = whole && !reference_in_path(o, f->name);
  buffer_print(out, ",\"requestBody\":{\"required\":true,\"content\":{\"%s\":{\"schema\":",
               model_file_field(o->input) ? "multipart/form-data" : "application/json");
  if (whole)
    reference(out, o->input, reference_input(o));
  else
    object_schema(out, o->input, reference_input(o), o);
  buffer_text(out, "}}}");
}

static void operation(buffer *out, const api_operation *o) {
  bool body = o->input && (!strcmp(o->method, "POST") || !strcmp(o->method, "PATCH"));
  buffer_byte(out, '"');
  for (const char *p = o->method; *p; p++) buffer_byte(out, (char)(*p - 'A' + 'a'));
  buffer_text(out, "\":{\"operationId\":");
  quote(out, o->name);
  buffer_print(out, ",\"tags\":[\"%.*s\"],\"summary\":", (int)strcspn(o->name, "."), o->name);
  quote(out, o->help);
  buffer_text(out, ",\"x-permission\":");
  quote(out, o->permission);
  parameters(out, o, body);
  if (body) request_body(out, o);
  buffer_text(out, ",\"responses\":{");
  if (model_file_field(o->output)) {
    buffer_text(out,
                "\"200\":{\"description\":\"The file.\",\"content\":{\"*/*\":{}}},\"206\":{\"description\":\"The "
                "part that Range asks for.\",\"content\":{\"*/*\":{}}}");
  } else {
    buffer_text(out, "\"200\":{\"description\":\"Done.\",\"content\":{\"application/json\":{\"schema\":");
    reference(out, o->output, FORM_SHOWN);
    buffer_text(out, "}}}");
  }
  buffer_text(out, ",\"default\":{\"$ref\":\"#/components/responses/Error\"}}}");
}

/* What the gateway does beside the operations of the table. */
static void signing_in_and_out(buffer *out) {
  buffer_text(
      out,
      ",\n  \"post\":{\"operationId\":\"session.login\",\"tags\":[\"session\"],\"summary\":\"Signs in; csrf_token "
      "goes into X-CSRF-Token of every request that changes something.\",\"security\":[{\"gate\":[]}],"
      "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\","
      "\"additionalProperties\":false,\"required\":[\"username\",\"password\"],\"properties\":{\"username\":{\"type\":"
      "\"string\",\"maxLength\":64},\"password\":{\"type\":\"string\",\"maxLength\":200}}}}}},"
      "\"responses\":{\"200\":{\"description\":\"Signed in.\",\"content\":{\"application/json\":{\"schema\":{\"allOf\":"
      "[{\"$ref\":\"#/components/schemas/Me\"},{\"type\":\"object\",\"required\":[\"csrf_token\"],\"properties\":{"
      "\"csrf_token\":{\"type\":\"string\"}}}]}}}},\"default\":{\"$ref\":\"#/components/responses/Error\"}}},"
      "\n  \"delete\":{\"operationId\":\"session.logout\",\"tags\":[\"session\"],\"summary\":\"Signs out.\","
      "\"parameters\":[{\"name\":\"everywhere\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"boolean\"}}]"
      ","
      "\"responses\":{\"204\":{\"description\":\"Signed out.\"},\"default\":{\"$ref\":\"#/components/responses/"
      "Error\"}}}");
}

static void event_stream(buffer *out) {
  buffer_text(
      out,
      ",\n\"/events/stream\":{\"get\":{\"operationId\":\"event.stream\",\"tags\":[\"event\"],\"summary\":\"The same as "
      "it "
      "happens, as server-sent events: ready, change, resync (read everything again), end.\",\"parameters\":[{\"name\":"
      "\"after\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"integer\",\"format\":\"int64\"}},{\"name\":"
      "\"Last-Event-ID\",\"in\":\"header\",\"required\":false,\"schema\":{\"type\":\"string\"}}],\"responses\":{"
      "\"200\":{"
      "\"description\":\"Goes on until either side ends it.\",\"content\":{\"text/event-stream\":{\"schema\":{\"type\":"
      "\"string\"}}}},\"default\":{\"$ref\":\"#/components/responses/Error\"}}}}");
}

/* Operations that share a path stand together. */
static void paths(buffer *out) {
  bool first = true;
  buffer_text(out, "\"paths\":{");
  for (const api_operation *o = api_operations; o->name; o++) {
    bool seen = false;
    for (const api_operation *before = api_operations; before < o; before++)
      seen = seen || !strcmp(before->path, o->path);
    if (seen) continue;
    buffer_text(out, first ? "\n" : ",\n");
    first = false;
    quote(out, o->path);
    buffer_text(out, ":{");
    for (const api_operation *same = o; same->name; same++) {
      if (strcmp(same->path, o->path)) continue;
      if (same != o) buffer_text(out, ",\n  ");
      operation(out, same);
    }
    if (!strcmp(o->path, "/session")) signing_in_and_out(out);
    buffer_byte(out, '}');
  }
  event_stream(out);
  buffer_text(out, "},\n");
}

static void error_schema(buffer *out) {
  buffer_text(out,
              "\"Error\":{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{\"error\":{\"type\":\"object\","
              "\"required\":[\"code\",\"field\",\"message\",\"detail\"],\"properties\":{\"code\":{\"type\":"
              "\"string\",\"enum\":[");
  for (int code = -1; code >= MCRM_INTERNAL; code--) {
    if (code < -1) buffer_byte(out, ',');
    quote(out, mcrm_code_name(code));
  }
  buffer_text(out,
              "]},\"field\":{\"type\":[\"string\",\"null\"],\"description\":\"the field that was wrong\"},"
              "\"message\":{\"type\":\"string\",\"description\":\"in the user's language\"},"
              "\"detail\":{\"type\":\"string\",\"description\":\"one line, English, names the value\"}}}}}");
}

void reference_openapi(buffer *out) { reference_openapi_at(out, "/crm/api/v1"); }

void reference_openapi_at(buffer *out, const char *base) {
  reference_forms forms;
  reference_forms_find(&forms);
  buffer_print(out,
               "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"marfacrm\",\"version\":\"%s\",\"description\":"
               "\"Ids are decimal strings, times ISO 8601 with offset, money whole Toman.\"},\n"
               "\"servers\":[{\"url\":\"%s\"}],\n",
               MARFACRM_VERSION, base);
  paths(out);
  buffer_text(
      out,
      "\"security\":[{\"gate\":[],\"login\":[]},{\"gate\":[],\"login\":[],\"csrf\":[]}],\n"
      "\"components\":{\"securitySchemes\":{\"gate\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
      "\"mcrm_gate\"},\"login\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"mcrm_login\"},\"csrf\":{\"type\":"
      "\"apiKey\",\"in\":\"header\",\"name\":\"X-CSRF-Token\"}},\n\"responses\":{\"Error\":{\"description\":\"Not "
      "done; nothing was changed.\","
      "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/Error\"}}}}},\n"
      "\"schemas\":{\n");
  error_schema(out);
  for (size_t i = 0; model_entities[i]; i++)
    for (reference_form form = 0; form < FORM_COUNT; form++) {
      if (!forms.used[i][form]) continue;
      buffer_text(out, ",\n\"");
      reference_name(out, model_entities[i], form);
      buffer_text(out, "\":");
      object_schema(out, model_entities[i], form, NULL);
    }
  buffer_text(out, "}}}\n");
}
