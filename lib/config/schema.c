#include "option.h"

#include <string.h>

/* Help texts and choices are ours: ASCII without control characters. */
static void quote(buffer *out, const char *text) {
  buffer_byte(out, '"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') buffer_byte(out, '\\');
    buffer_byte(out, *text);
  }
  buffer_byte(out, '"');
}

static void list(buffer *out, const char *const *choices) {
  buffer_byte(out, '[');
  for (const char *const *c = choices; *c; c++) {
    if (c != choices) buffer_text(out, ", ");
    quote(out, *c);
  }
  buffer_byte(out, ']');
}

static void type(buffer *out, const option *o) {
  switch (o->kind) {
    case OPTION_INT:
      buffer_print(out, "\"type\": \"integer\", \"minimum\": %lld, \"maximum\": %lld", (long long)o->least,
                   (long long)o->most);
      return;
    case OPTION_TEXTS:
      buffer_text(out,
                  "\"type\": \"array\", \"uniqueItems\": true, "
                  "\"items\": {\"type\": \"string\", \"pattern\": \"^[a-z][a-z0-9_]{0,39}$\"}");
      return;
    case OPTION_PAIRS:
      buffer_text(out, "\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\", \"minLength\": 1}");
      return;
    case OPTION_NAMES:
      buffer_text(out,
                  "\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"type\": \"string\", \"minLength\": 1}");
      return;
    case OPTION_USD:
      buffer_text(out, "\"type\": \"number\", \"exclusiveMinimum\": 0");
      return;
    case OPTION_PROVIDERS:
      buffer_text(out,
                  "\"type\": \"object\", \"additionalProperties\": {\"type\": \"object\", \"required\": "
                  "[\"plugin\"], \"properties\": {\"plugin\": {\"type\": \"string\"}}}");
      return;
    case OPTION_TASKS:
      buffer_text(out,
                  "\"type\": \"object\", \"additionalProperties\": {\"type\": \"object\", "
                  "\"additionalProperties\": false, \"properties\": {\"providers\": {\"type\": \"array\", "
                  "\"items\": {\"type\": \"string\"}}, \"day_usd\": {\"type\": \"number\"}, "
                  "\"day_tokens\": {\"type\": \"integer\"}}}");
      return;
    case OPTION_SCOPES:
      buffer_text(out,
                  "\"type\": \"object\", \"additionalProperties\": {\"type\": \"object\", \"propertyNames\": "
                  "{\"enum\": [\"agent\", \"supervisor\", \"admin\"]}, \"additionalProperties\": "
                  "{\"enum\": [\"none\", \"own\", \"team\", \"all\"]}}");
      return;
    default:
      break;
  }
  buffer_text(out, "\"type\": \"string\", \"minLength\": 1");
  if (o->choices) {
    buffer_text(out, ", \"enum\": ");
    list(out, o->choices);
  }
}

static void fallback(buffer *out, const option *o) {
  if (!o->fallback) return;
  buffer_text(out, ", \"default\": ");
  if (o->kind == OPTION_INT)
    buffer_text(out, o->fallback);
  else
    quote(out, o->fallback);
}

void config_schema(buffer *out) {
  buffer_text(out,
              "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
              "  \"title\": \"marfacrm.yaml\",\n  \"type\": [\"object\", \"null\"],\n"
              "  \"additionalProperties\": false,\n  \"properties\": {\n");
  const char *section = NULL;
  size_t length = 0;
  for (const option *o = config_options; o->path; o++) {
    if (!strchr(o->path, '.')) { /* a section that is one option; these stand first */
      buffer_print(out, "    \"%s\": {", o->path);
      type(out, o);
      buffer_text(out, ", \"description\": ");
      quote(out, o->help);
      buffer_text(out, "},\n");
      continue;
    }
    bool same = section && !strncmp(o->path, section, length + 1);
    if (!same) {
      if (section) buffer_text(out, "\n      }\n    },\n");
      section = o->path;
      length = strcspn(o->path, ".");
      buffer_print(out,
                   "    \"%.*s\": {\n      \"type\": [\"object\", \"null\"],\n      \"additionalProperties\": false,\n"
                   "      \"properties\": {\n",
                   (int)length, section);
    } else {
      buffer_text(out, ",\n");
    }
    buffer_print(out, "        \"%s\": {", o->path + length + 1);
    type(out, o);
    fallback(out, o);
    buffer_text(out, ", \"description\": ");
    quote(out, o->help);
    buffer_byte(out, '}');
  }
  buffer_text(out, "\n      }\n    }\n  }\n}\n");
}
