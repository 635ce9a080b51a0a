#include <access/actor.h>
#include <api/reference.h>
#include <string.h>

#include "reference_form.h"

/* A cell of a table: bars would end it. */
static void cell(buffer *out, const char *text) {
  for (; text && *text; text++) {
    if (*text == '|') buffer_byte(out, '\\');
    buffer_byte(out, *text);
  }
}

static void link_to(buffer *out, const model_entity *e) {
  if (e)
    buffer_print(out, "[%s](#%s)", e->name, e->name);
  else
    buffer_text(out, "nothing");
}

static void scopes(buffer *out, const char *permission) {
  for (const access_permission *p = access_permissions; p->name; p++) {
    if (strcmp(p->name, permission)) continue;
    for (int role = 0; role < ACCESS_ROLES; role++) {
      const char *scope = access_scope_name(p->scope[role]);
      buffer_print(out, "%s%s", role ? " / " : "", scope ? scope : "none");
    }
  }
}

static void operations(buffer *out) {
  size_t noun = 0;
  const char *last = "";
  for (const api_operation *o = api_operations; o->name; o++) {
    size_t length = strcspn(o->name, ".");
    if (length != noun || strncmp(o->name, last, length)) {
      buffer_print(out, "\n### Operations of %.*s\n\n", (int)length, o->name);
      buffer_text(out,
                  "| operation | HTTP | takes | gives | agent / supervisor / admin | |\n|---|---|---|---|---|---|\n");
    }
    last = o->name;
    noun = length;
    buffer_print(out, "| `%s` | %s `%s` | ", o->name, o->method, o->path);
    link_to(out, o->input);
    buffer_text(out, " | ");
    link_to(out, o->output);
    buffer_text(out, " | ");
    scopes(out, o->permission);
    buffer_text(out, " | ");
    cell(out, o->help);
    buffer_text(out, " |\n");
  }
}

static void kind(buffer *out, const model_field *f) {
  static const char *const names[] = {"id",   "time", "integer", "Toman", "boolean",  "number",
                                      "text", "JSON", "texts",   "",      "list of ", "map of "};
  buffer_text(out, names[f->kind]);
  if (f->entity) link_to(out, f->entity);
  if (f->kind == MODEL_TEXT && !f->choices && f->max) buffer_print(out, " ≤ %u", f->max);
  for (const char *const *c = f->choices; c && *c; c++) {
    buffer_text(out, c == f->choices ? ": " : ", ");
    buffer_print(out, "`%s`", *c);
  }
}

static void notes(buffer *out, const model_field *f) {
  static const struct {
    uint32_t flag;
    const char *name;
  } names[] = {{MODEL_REQUIRED, "required"},     {MODEL_READ_ONLY, "read-only"}, {MODEL_DERIVED, "derived"},
               {MODEL_AI, "an AI may write it"}, {MODEL_SEARCHABLE, "searched"}, {MODEL_SENSITIVE, "finances"},
               {MODEL_INPUT, "input only"}};
  bool first = true;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!(f->flags & names[i].flag)) continue;
    buffer_print(out, "%s%s", first ? "" : ", ", names[i].name);
    first = false;
  }
}

static void entities(buffer *out) {
  for (const model_entity *const *e = model_entities; *e; e++) {
    buffer_print(out, "\n### %s\n\n", (*e)->name);
    if ((*e)->help) buffer_print(out, "%s\n\n", (*e)->help);
    buffer_text(out, "| field | kind | | |\n|---|---|---|---|\n");
    for (const model_field *f = (*e)->fields, *end = f + (*e)->count; f < end; f++) {
      if (f->flags & MODEL_SECRET) continue;
      buffer_print(out, "| `%s` | ", f->name);
      kind(out, f);
      buffer_text(out, " | ");
      notes(out, f);
      buffer_text(out, " | ");
      cell(out, f->help);
      buffer_text(out, " |\n");
    }
  }
}

void reference_markdown(buffer *out) {
  buffer_text(
      out,
      "# Operations and entities\n\n"
      "Printed from the library's own tables by `marfacrm operations --markdown`; do not edit.\n\n"
      "Every operation can be run by name from C (`mcrm_call`, `mcrm_invoke`), from the command line "
      "(`marfacrm call`) and over HTTP under `<mount>/api/v1`. In JSON, ids are decimal strings, times are ISO "
      "8601 with offset, money is whole Toman. Unknown fields are refused. An update changes the fields that "
      "are given; `null` empties one. An error is `{\"error\":{\"code\",\"field\",\"message\",\"detail\"}}`.\n\n"
      "The column of rights says on whose records the operation works for each role: own, the team's (`team`), "
      "everybody's (`all`), or not at all (`none`).\n\n## Operations\n");
  operations(out);
  buffer_text(out, "\n## Entities\n");
  entities(out);
}
