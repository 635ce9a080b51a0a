/* Types for TypeScript and Python. */
#include <api/reference.h>
#include <model/entities.h>
#include <string.h>

#include "reference_form.h"

typedef struct language {
  const char *id, *time, *number, *boolean, *text, *any, *null;
  const char *list_open, *list_close, *map_open, *map_close;
  const char *bytes;
} language;

static const language typescript = {"Id",      "Time",   "number", "boolean",         "string", "Json",
                                    " | null", "Array<", ">",      "Record<string, ", ">",      "Blob"};
static const language python = {"Id",      "Time",  NULL, "bool",       "str", "Any",
                                " | None", "list[", "]",  "dict[str, ", "]",   "bytes"};

static void choices(buffer *out, const language *l, const model_field *f) {
  if (l == &python) buffer_text(out, "Literal[");
  for (const char *const *c = f->choices; *c; c++) {
    if (c != f->choices) buffer_text(out, l == &python ? ", " : " | ");
    buffer_print(out, "\"%s\"", *c);
  }
  if (l == &python) buffer_byte(out, ']');
}

static void wrapped(buffer *out, const char *open, const model_entity *e, reference_form form, const char *close) {
  buffer_text(out, open);
  reference_name(out, e, reference_nested(form));
  buffer_text(out, close);
}

static void type(buffer *out, const language *l, const model_field *f, reference_form form) {
  switch (f->kind) {
    case MODEL_ID:
      buffer_text(out, l->id);
      break;
    case MODEL_TIME:
      buffer_text(out, l->time);
      break;
    case MODEL_INT:
    case MODEL_MONEY:
      buffer_text(out, l->number ? l->number : "int");
      break;
    case MODEL_REAL:
      buffer_text(out, l->number ? l->number : "float");
      break;
    case MODEL_BOOL:
      buffer_text(out, l->boolean);
      break;
    case MODEL_TEXT:
      if (f->choices)
        choices(out, l, f);
      else
        buffer_text(out, l->text);
      break;
    case MODEL_JSON:
      buffer_text(out, l->any);
      break;
    case MODEL_TEXTS:
      buffer_print(out, "%s%s%s", l->list_open, l->text, l->list_close);
      break;
    case MODEL_OBJECT:
      if (f->entity == &model_file) /* over HTTP it is the bytes themselves */
        buffer_text(out, l->bytes);
      else
        wrapped(out, "", f->entity, form, "");
      break;
    case MODEL_LIST:
      wrapped(out, l->list_open, f->entity, form, l->list_close);
      break;
    case MODEL_MAP:
      wrapped(out, l->map_open, f->entity, form, l->map_close);
      break;
  }
  if (reference_nullable(f, form)) buffer_text(out, l->null);
}

static void each_form(buffer *out, void (*print)(buffer *out, const model_entity *e, reference_form form)) {
  reference_forms forms;
  reference_forms_find(&forms);
  for (size_t i = 0; model_entities[i]; i++)
    for (reference_form form = 0; form < FORM_COUNT; form++)
      if (forms.used[i][form]) print(out, model_entities[i], form);
}

/* ---- TypeScript ---- */

static void interface(buffer *out, const model_entity *e, reference_form form) {
  if (e->help) buffer_print(out, "\n/** %s */", e->help);
  buffer_text(out, "\nexport interface ");
  reference_name(out, e, form);
  buffer_text(out, " {\n");
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!reference_has(e, f, form)) continue;
    if (f->help) buffer_print(out, "  /** %s */\n", f->help);
    buffer_print(out, "  %s%s: ", f->name, reference_needed(e, f, form) ? "" : "?");
    type(out, &typescript, f, form);
    buffer_text(out, ";\n");
  }
  buffer_text(out, "}\n");
}

void reference_typescript(buffer *out) {
  buffer_print(out,
               "// Types of marfacrm %s, printed by `marfacrm operations --typescript`.\n\n"
               "/** A decimal string: JavaScript numbers lose the last digits of 64 bits. */\n"
               "export type Id = string;\n/** ISO 8601 with offset. */\nexport type Time = string;\n"
               "export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };\n\n"
               "export type ErrorCode =",
               MARFACRM_VERSION);
  for (int code = -1; code >= MCRM_INTERNAL; code--) buffer_print(out, "\n  | \"%s\"", mcrm_code_name(code));
  buffer_text(out,
              ";\nexport interface CrmError {\n  code: ErrorCode;\n  field: string | null;\n  message: string;\n"
              "  detail: string;\n}\n");
  each_form(out, interface);
  buffer_text(out, "\nexport interface Operations {\n");
  for (const api_operation *o = api_operations; o->name; o++) {
    buffer_print(out, "  /** %s */\n  \"%s\": { input: ", o->help, o->name);
    if (o->input)
      reference_name(out, o->input, reference_input(o));
    else
      buffer_text(out, "Record<string, never>");
    buffer_text(out, "; output: ");
    reference_name(out, o->output, FORM_SHOWN);
    buffer_text(out, " };\n");
  }
  buffer_text(out,
              "}\nexport type OperationName = keyof Operations;\n\n"
              "/** How each operation is reached over HTTP, under <mount>/api/v1. */\n"
              "export const routes: { [K in OperationName]: { method: string; path: string } } = {\n");
  for (const api_operation *o = api_operations; o->name; o++)
    buffer_print(out, "  \"%s\": { method: \"%s\", path: \"%s\" },\n", o->name, o->method, o->path);
  buffer_text(out, "};\n");
}

/* ---- Python ---- */

/* A field that is a word of the language cannot stand in a class. */
static bool has_keyword(const model_entity *e) {
  static const char *const keywords[] = {"and",   "as",     "assert", "async", "await",  "break", "class", "continue",
                                         "def",   "del",    "elif",   "else",  "except", "for",   "from",  "global",
                                         "if",    "import", "in",     "is",    "lambda", "not",   "or",    "pass",
                                         "raise", "return", "try",    "while", "with",   "yield"};
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++)
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
      if (!strcmp(f->name, keywords[i])) return true;
  return false;
}

static void python_field(buffer *out, const model_entity *e, const model_field *f, reference_form form, bool keyed) {
  bool needed = reference_needed(e, f, form);
  buffer_print(out, keyed ? "        \"%s\": '" : "    %s: ", f->name);
  if (needed) buffer_text(out, "Required[");
  type(out, &python, f, form);
  if (needed) buffer_byte(out, ']');
  if (keyed) buffer_text(out, "',");
  if (f->help) buffer_print(out, "  # %s", f->help);
  buffer_byte(out, '\n');
}

static void typed_dict(buffer *out, const model_entity *e, reference_form form) {
  bool keyed = has_keyword(e), empty = true;
  buffer_text(out, keyed ? "\n\n" : "\n\nclass ");
  reference_name(out, e, form);
  if (keyed) {
    buffer_text(out, " = TypedDict(\n    \"");
    reference_name(out, e, form);
    buffer_text(out, "\",\n    {\n");
  } else {
    buffer_text(out, "(TypedDict, total=False):\n");
    if (e->help) buffer_print(out, "    \"\"\"%s\"\"\"\n\n", e->help);
  }
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!reference_has(e, f, form)) continue;
    empty = false;
    python_field(out, e, f, form, keyed);
  }
  if (keyed)
    buffer_text(out, "    },\n    total=False,\n)\n");
  else if (empty)
    buffer_text(out, "    pass\n");
}

void reference_python(buffer *out) {
  buffer_print(out,
               "\"\"\"Types of marfacrm %s, printed by `marfacrm operations --python`.\"\"\"\n\n"
               "from __future__ import annotations\n\n"
               "from typing import Any, Literal, NamedTuple, Required, TypedDict\n\n"
               "Id = str  # decimal digits\nTime = str  # ISO 8601 with offset\n",
               MARFACRM_VERSION);
  each_form(out, typed_dict);
  buffer_text(out,
              "\n\nclass Operation(NamedTuple):\n    method: str\n    path: str\n    write: bool\n\n\n"
              "OPERATIONS: dict[str, Operation] = {\n");
  for (const api_operation *o = api_operations; o->name; o++)
    buffer_print(out, "    \"%s\": Operation(\"%s\", \"%s\", %s),\n", o->name, o->method, o->path,
                 o->write ? "True" : "False");
  buffer_text(out, "}\n");
}
