/* What an operation is given, as one JSON object: the path's fields, then the query, the body, or the parts of a
 * form. The entity's rows say how a text becomes a value; whether it is a good one, model_decode says, in the same
 * words as for every other way in. */
#include <base/error.h>
#include <base/utf8.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "internal.h"
#include "multipart.h"

bool input_number(const char *text, int64_t *out) {
  int64_t n = 0;
  if (!*text) return false;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || n > INT64_MAX / 10 - 1) return false;
    n = n * 10 + (*text - '0');
  }
  *out = n;
  return true;
}

/* ---- looking into JSON ---- */

static size_t string_end(const char *json, size_t length, size_t at) {
  for (at++; at < length && json[at] != '"'; at++)
    if (json[at] == '\\') at++;
  return at;
}

static size_t skip_space(const char *json, size_t length, size_t at) {
  while (at < length && strchr(" \t\r\n", json[at]) && json[at]) at++;
  return at;
}

bool input_member(const char *json, size_t length, const char *name, const char **value, size_t *value_length) {
  size_t name_length = strlen(name), depth = 0;
  for (size_t at = 0; at < length; at++) {
    char c = json[at];
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && !--depth) return false;
    if (c != '"') continue;
    size_t end = string_end(json, length, at);
    size_t colon = skip_space(json, length, end + 1);
    bool key = depth == 1 && colon < length && json[colon] == ':' && end - at - 1 == name_length &&
               !memcmp(json + at + 1, name, name_length);
    if (key) {
      size_t from = skip_space(json, length, colon + 1), to = from;
      while (to < length && !strchr(",} \t\r\n", json[to])) to++;
      *value = json + from;
      *value_length = to - from;
      return true;
    }
    at = end;
  }
  return false;
}

/* ---- values from texts ---- */

static bool whole(const char *t, size_t n) {
  size_t sign = n && *t == '-';
  return n > sign && n < 20 && strspn(t + sign, "0123456789") >= n - sign;
}

static bool literal(const model_field *f, const char *text, size_t length) {
  mcrm_error ignored = {0};
  switch (f->kind) {
    case MODEL_INT:
    case MODEL_MONEY:
      return whole(text, length);
    case MODEL_BOOL:
      return (length == 4 && !memcmp(text, "true", 4)) || (length == 5 && !memcmp(text, "false", 5));
    case MODEL_REAL:
    case MODEL_JSON:
    case MODEL_OBJECT:
    case MODEL_LIST:
    case MODEL_MAP:
      return !json_check(text, length, &ignored);
    default:
      return false;
  }
}

void input_name(buffer *json, const char *name, size_t length) {
  if (json->length > 1) buffer_byte(json, ',');
  json_write_string(json, name, length);
  buffer_byte(json, ':');
}

static void write_value(buffer *json, const model_field *f, const char *text, size_t length) {
  if (f && literal(f, text, length))
    buffer_append(json, text, length);
  else
    json_write_string(json, text, length);
}

/* All values of a list of texts stand under one name. */
static void write_texts(buffer *json, const input_value *all, size_t count, size_t first) {
  buffer_byte(json, '[');
  for (size_t i = first; i < count; i++) {
    if (strcmp(all[i].name, all[first].name)) continue;
    if (i > first) buffer_byte(json, ',');
    json_write_string(json, all[i].text, all[i].length);
  }
  buffer_byte(json, ']');
}

void input_given(buffer *json, const model_entity *e, const input_value *all, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const input_value *one = &all[i];
    size_t before = 0;
    const model_field *f = model_field_find(e, one->name, strlen(one->name));
    bool texts = f && f->kind == MODEL_TEXTS;
    while (texts && before < i && strcmp(all[before].name, one->name)) before++;
    if (texts && before < i) continue;
    input_name(json, one->name, strlen(one->name));
    if (texts)
      write_texts(json, all, count, i);
    else
      write_value(json, f, one->text, one->length);
  }
}

/* ---- where they come from ---- */

static void write_path(mcrm_exchange *x, buffer *json, const model_entity *e) {
  for (size_t i = 0; i < x->path_count; i++) {
    const target_pair *p = &x->path_values[i];
    size_t length = strcspn(p->name, "}");
    input_name(json, p->name, length);
    write_value(json, model_field_find(e, p->name, length), p->value, strlen(p->value));
  }
}

void input_query(mcrm_exchange *x, buffer *json, const model_entity *e) {
  input_value all[TARGET_PAIRS];
  for (size_t i = 0; i < x->target.pair_count; i++)
    all[i] = (input_value){x->target.pairs[i].name, x->target.pairs[i].value, strlen(x->target.pairs[i].value)};
  input_given(json, e, all, x->target.pair_count);
}

static int write_form(mcrm_exchange *x, buffer *json, const char *bytes, size_t length, mcrm_error *error) {
  multipart form;
  input_value all[MULTIPART_PARTS];
  if (!multipart_read(x->head.content_type, bytes, length, &form))
    return error_set(error, MCRM_INVALID, NULL, "request.malformed",
                     "the form is not multipart/form-data as its "
                     "Content-Type says");
  for (size_t i = 0; i < form.count; i++) {
    const multipart_part *p = &form.parts[i];
    if (!utf8_valid(p->bytes, p->length) || !utf8_valid(p->name, strlen(p->name)))
      return error_set(error, MCRM_INVALID, NULL, "text.not_utf8", "part %zu of the form is not UTF-8", i + 1);
    all[i] = (input_value){p->name, p->bytes, p->length};
  }
  input_given(json, x->operation->input, all, form.count);
  return MCRM_OK;
}

static int write_csv(mcrm_exchange *x, buffer *json, const char *bytes, size_t length, mcrm_error *error) {
  if (!utf8_valid(bytes, length))
    return error_set(error, MCRM_INVALID, "csv", "text.not_utf8", "the file is not UTF-8");
  input_query(x, json, x->operation->input);
  input_name(json, "csv", 3);
  json_write_string(json, bytes, length);
  return MCRM_OK;
}

/* The body's members stand behind what is there, up to its closing brace; they are checked with the whole. */
static int write_json(buffer *json, const char *bytes, size_t length, mcrm_error *error) {
  size_t at = skip_space(bytes, length, 0);
  while (length > at && strchr(" \t\r\n", bytes[length - 1]) && bytes[length - 1]) length--;
  if (length - at < 2 || bytes[length - 1] != '}' || bytes[at] != '{' || memchr(bytes, 0, length))
    return error_set(error, MCRM_INVALID, NULL, "json.malformed", "the body is not a JSON object");
  bool empty = skip_space(bytes, length, at + 1) == length - 1;
  if (json->length > 1 && !empty) buffer_byte(json, ',');
  buffer_append(json, bytes + at + 1, length - at - 2);
  return MCRM_OK;
}

/* ---- If-Match ---- */

/* "7" → 7; * → 0 */
static bool read_etag(const char *text, int64_t *version) {
  char digits[24];
  size_t length = strlen(text);
  *version = 0;
  if (!strcmp(text, "*")) return true;
  if (length < 3 || length > 21 || text[0] != '"' || text[length - 1] != '"') return false;
  memcpy(digits, text + 1, length - 2);
  digits[length - 2] = 0;
  return input_number(digits, version) && *version > 0;
}

static int write_version(mcrm_exchange *x, buffer *json, mcrm_error *error) {
  int64_t version;
  if (!x->head.if_match || !model_field_find(x->operation->input, "version", 7)) return MCRM_OK;
  if (!read_etag(x->head.if_match, &version))
    return error_set(error, MCRM_INVALID, "If-Match", "request.malformed", "If-Match is not one ETag of ours: %.40s",
                     x->head.if_match);
  if (!version) return MCRM_OK;
  input_name(json, "version", 7);
  buffer_number(json, version);
  return MCRM_OK;
}

/* ---- all of it ---- */

static int write_body(mcrm_exchange *x, buffer *json, mcrm_error *error) {
  const char *bytes, *type = x->head.content_type;
  size_t length;
  if (model_file_field(x->operation->input)) return upload_build(x, json, error);
  int code = body_whole(x, &bytes, &length, error);
  if (code) return code;
  if (head_media(type, "multipart/form-data")) return write_form(x, json, bytes, length, error);
  if (head_media(type, "text/csv")) return write_csv(x, json, bytes, length, error);
  if (x->target.pair_count)
    return error_set(error, MCRM_INVALID, NULL, "field.unknown", "%s takes its input from the body, not the query",
                     x->operation->name);
  return length ? write_json(json, bytes, length, error) : MCRM_OK;
}

int input_build(mcrm_exchange *x, buffer *json, mcrm_error *error) {
  static const model_field none = {0};
  static const model_entity nothing = {.name = "nothing", .fields = &none};
  const model_entity *e = x->operation->input ? x->operation->input : &nothing;
  int code = MCRM_OK;
  buffer_byte(json, '{');
  write_path(x, json, e);
  if (x->operation->input) code = write_version(x, json, error);
  if (code) return code;
  if (!strcmp(x->method, "POST") || !strcmp(x->method, "PATCH"))
    code = write_body(x, json, error);
  else if (x->body.length)
    code = error_set(error, MCRM_INVALID, NULL, "request.malformed", "%s takes no body", x->method);
  else
    input_query(x, json, e);
  buffer_byte(json, '}');
  if (!code && json->failed)
    code = json->too_long ? error_set(error, MCRM_INVALID, NULL, "request.too_large", "the input is too large")
                          : error_no_memory(error);
  return code;
}
