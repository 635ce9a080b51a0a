/* The tables as JSON, for tools, documentation and bindings. */
#include <model/json.h>
#include <stdlib.h>
#include <string.h>

#include <api/operation.h>
#include "instance.h"

enum { DESCRIPTION_LIMIT = 4 << 20 };

static void member(buffer *out, const char *name, const char *text) {
  buffer_print(out, ",\"%s\":", name);
  if (text)
    json_write_string(out, text, strlen(text));
  else
    buffer_text(out, "null");
}

static void write_flags(buffer *out, uint32_t flags) {
  static const struct {
    uint32_t flag;
    const char *name;
  } names[] = {{MODEL_REQUIRED, "required"},     {MODEL_READ_ONLY, "read_only"},
               {MODEL_DERIVED, "derived"},       {MODEL_AI, "ai"},
               {MODEL_SEARCHABLE, "searchable"}, {MODEL_SENSITIVE, "sensitive"},
               {MODEL_FIXED, "fixed"},           {MODEL_INPUT, "input"}};
  bool first = true;
  buffer_text(out, ",\"flags\":[");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!(flags & names[i].flag)) continue;
    buffer_print(out, "%s\"%s\"", first ? "" : ",", names[i].name);
    first = false;
  }
  buffer_byte(out, ']');
}

static void write_field(buffer *out, const model_field *f) {
  static const char *const kinds[] = {"id",   "time", "int",   "money",  "bool", "real",
                                      "text", "json", "texts", "object", "list", "map"};
  buffer_text(out, "{\"name\":");
  json_write_string(out, f->name, strlen(f->name));
  member(out, "kind", kinds[f->kind]);
  if (f->entity) member(out, "entity", f->entity->name);
  if (f->max) buffer_print(out, ",\"max\":%u", f->max);
  if (f->choices) {
    buffer_text(out, ",\"choices\":[");
    for (const char *const *c = f->choices; *c; c++) {
      if (c != f->choices) buffer_byte(out, ',');
      json_write_string(out, *c, strlen(*c));
    }
    buffer_byte(out, ']');
  }
  write_flags(out, f->flags);
  member(out, "help", f->help);
  buffer_byte(out, '}');
}

static void write_entities(buffer *out) {
  buffer_byte(out, '[');
  for (const model_entity *const *e = model_entities; *e; e++) {
    buffer_text(out, e == model_entities ? "{\"name\":" : ",\n{\"name\":");
    json_write_string(out, (*e)->name, strlen((*e)->name));
    member(out, "help", (*e)->help);
    member(out, "table", (*e)->table);
    member(out, "owner", (*e)->owner);
    buffer_text(out, ",\"fields\":[");
    bool first = true;
    for (const model_field *f = (*e)->fields, *end = f + (*e)->count; f < end; f++) {
      if (f->flags & MODEL_SECRET) continue;
      if (!first) buffer_text(out, ",\n ");
      write_field(out, f);
      first = false;
    }
    buffer_text(out, "]}");
  }
  buffer_byte(out, ']');
}

static void write_operations(buffer *out) {
  buffer_byte(out, '[');
  for (const api_operation *o = api_operations; o->name; o++) {
    buffer_text(out, o == api_operations ? "{\"name\":" : ",\n{\"name\":");
    json_write_string(out, o->name, strlen(o->name));
    member(out, "permission", o->permission);
    buffer_text(out, ",\"scopes\":{");
    for (const access_permission *p = access_permissions; p->name; p++) {
      if (strcmp(p->name, o->permission)) continue;
      static const char *const roles[] = {"agent", "supervisor", "admin"};
      for (int i = 0; i < ACCESS_ROLES; i++) {
        const char *scope = access_scope_name(p->scope[i]);
        buffer_print(out, "%s\"%s\":\"%s\"", i ? "," : "", roles[i], scope ? scope : "none");
      }
    }
    buffer_byte(out, '}');
    member(out, "input", o->input ? o->input->name : NULL);
    member(out, "output", o->output->name);
    buffer_print(out, ",\"write\":%s", o->write ? "true" : "false");
    member(out, "method", o->method);
    member(out, "path", o->path);
    member(out, "help", o->help);
    buffer_byte(out, '}');
  }
  buffer_byte(out, ']');
}

int mcrm_describe(const char *what, char **json_out) {
  buffer out;
  *json_out = NULL;
  buffer_init(&out, DESCRIPTION_LIMIT);
  if (what && !strcmp(what, "operations"))
    write_operations(&out);
  else if (what && !strcmp(what, "entities"))
    write_entities(&out);
  else
    return MCRM_INVALID;
  *json_out = buffer_take(&out);
  return *json_out ? MCRM_OK : MCRM_NO_MEMORY;
}
