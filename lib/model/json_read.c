#include <base/civil.h>
#include <base/error.h>
#include <base/utf8.h>
#include <math.h>
#include <model/json.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  const char *at, *start, *end;
  arena *arena; /* NULL: only check */
  const zone *zone;
  mcrm_error *error;
  int depth;
} reader;

static int malformed(reader *r, const char *what) {
  int near = r->end - r->at < 24 ? (int)(r->end - r->at) : 24;
  return error_set(r->error, MCRM_INVALID, NULL, "json.malformed", "JSON: %s at byte %zu, near \"%.*s\"", what,
                   (size_t)(r->at - r->start), near, r->at);
}

static void skip_space(reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) r->at++;
}

static bool peek(reader *r, char byte) {
  skip_space(r);
  return r->at < r->end && *r->at == byte;
}

static bool take(reader *r, char byte) {
  if (!peek(r, byte)) return false;
  r->at++;
  return true;
}

static bool take_word(reader *r, const char *word) {
  skip_space(r);
  size_t length = strlen(word);
  if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length)) return false;
  r->at += length;
  return true;
}

/* ---- strings ---- */

static bool hex4(const char *at, uint32_t *out) {
  *out = 0;
  for (int i = 0; i < 4; i++) {
    char c = at[i];
    uint32_t digit;
    if (c >= '0' && c <= '9')
      digit = (uint32_t)(c - '0');
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
      digit = (uint32_t)((c | 32) - 'a' + 10);
    else
      return false;
    *out = *out << 4 | digit;
  }
  return true;
}

/* After the backslash. Writes the character to `to` (at least 4 bytes) and returns its length, 0 if it is wrong. */
static size_t read_escape(reader *r, char *to) {
  static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
  if (r->at == r->end) return 0;
  const char *known = memchr(from, *r->at, sizeof from - 1);
  if (known) {
    r->at++;
    *to = into[known - from];
    return 1;
  }
  uint32_t point, low;
  if (*r->at != 'u' || r->end - r->at < 5 || !hex4(r->at + 1, &point)) return 0;
  r->at += 5;
  if (point >= 0xD800 && point < 0xDC00) {
    if (r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u' || !hex4(r->at + 2, &low) || low < 0xDC00 ||
        low > 0xDFFF)
      return 0;
    r->at += 6;
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  } else if (point >= 0xDC00 && point < 0xE000) {
    return 0;
  }
  if (!point) return 0; /* our texts end at NUL */
  return utf8_encode(point, to);
}

/* Finds the closing quote; *plain = no escapes inside. */
static const char *closing_quote(reader *r, bool *plain) {
  *plain = true;
  for (const char *c = r->at; c < r->end; c++) {
    if (*c == '"') return c;
    if ((unsigned char)*c < 0x20) return NULL;
    if (*c == '\\') {
      *plain = false;
      c++;
    }
  }
  return NULL;
}

/* Reads a string; with an arena the text goes there, else only *length is of use. */
static int read_string(reader *r, const char **text, size_t *length) {
  bool plain;
  if (!take(r, '"')) return malformed(r, "a string is expected");
  const char *close = closing_quote(r, &plain);
  if (!close) return malformed(r, "a string does not end or holds a control character");
  size_t raw = (size_t)(close - r->at);
  if (!utf8_valid(r->at, raw)) return malformed(r, "a string is not valid UTF-8");
  char *copy = NULL;
  if (r->arena && !(copy = arena_copy(r->arena, r->at, raw))) return error_no_memory(r->error);
  *length = raw;
  if (!plain) {
    char scratch[4], *to = copy;
    while (r->at < close) {
      size_t size = 1;
      if (*r->at == '\\') {
        r->at++;
        size = read_escape(r, scratch);
        if (!size) return malformed(r, "a string holds a wrong escape");
      } else {
        scratch[0] = *r->at++;
      }
      if (to) {
        memcpy(to, scratch, size); /* never longer than its escape, so this stays behind the reading */
        to += size;
      }
    }
    if (to) {
      *to = 0;
      *length = (size_t)(to - copy);
    }
  }
  r->at = close + 1;
  *text = copy;
  return MCRM_OK;
}

/* ---- numbers ---- */

static bool digit(const reader *r) { return r->at < r->end && *r->at >= '0' && *r->at <= '9'; }

typedef struct number {
  bool negative, whole, overflow;
  uint64_t mantissa;
  int exponent; /* value = mantissa × 10^exponent */
} number;

static void take_digits(reader *r, number *n, bool fraction) {
  for (; digit(r); r->at++) {
    if (n->mantissa > (UINT64_MAX - 9) / 10) {
      n->overflow = true;
      if (!fraction && n->exponent < 1000) n->exponent++;
      continue;
    }
    n->mantissa = n->mantissa * 10 + (uint64_t)(*r->at - '0');
    if (fraction) n->exponent--;
  }
}

static int read_number(reader *r, number *n) {
  *n = (number){.whole = true};
  skip_space(r);
  if (r->at < r->end && *r->at == '-') {
    n->negative = true;
    r->at++;
  }
  if (!digit(r)) return malformed(r, "a number is expected");
  if (*r->at == '0' && r->at + 1 < r->end && r->at[1] >= '0' && r->at[1] <= '9')
    return malformed(r, "a number starts with 0");
  take_digits(r, n, false);
  if (r->at < r->end && *r->at == '.') {
    r->at++;
    n->whole = false;
    if (!digit(r)) return malformed(r, "a number ends with its point");
    take_digits(r, n, true);
  }
  if (r->at < r->end && (*r->at | 32) == 'e') {
    bool down = false;
    int power = 0;
    r->at++;
    n->whole = false;
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) down = *r->at++ == '-';
    if (!digit(r)) return malformed(r, "a number's exponent has no digits");
    for (; digit(r); r->at++)
      if (power < 10000) power = power * 10 + (*r->at - '0');
    n->exponent += down ? -power : power;
  }
  return MCRM_OK;
}

/* Exact where mantissa and power of ten are (Clinger's fast path): all that a CRM writes. */
static double number_real(const number *n) {
  static const double tens[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  double value = (double)n->mantissa;
  int power = n->exponent < -400 ? -400 : n->exponent > 400 ? 400 : n->exponent;
  double scale = power >= -22 && power <= 22 ? tens[power < 0 ? -power : power] : pow(10, power < 0 ? -power : power);
  value = power < 0 ? value / scale : value * scale;
  return n->negative ? -value : value;
}

/* ---- any value ---- */

static int skip_scalar(reader *r) {
  if (peek(r, '"')) {
    arena *kept = r->arena;
    const char *text;
    size_t length;
    r->arena = NULL;
    int code = read_string(r, &text, &length);
    r->arena = kept;
    return code;
  }
  if (take_word(r, "true") || take_word(r, "false") || take_word(r, "null")) return MCRM_OK;
  number n;
  return read_number(r, &n);
}

/* Steps over one value of any shape without recursion. */
static int skip_value(reader *r) {
  char open[JSON_DEPTH];
  int depth = 0;
  for (;;) {
    int code;
    bool opened = false;
    if (peek(r, '{') || peek(r, '[')) {
      if (r->depth + depth >= JSON_DEPTH) return malformed(r, "nested too deeply");
      open[depth++] = *r->at++;
      opened = true;
    } else if ((code = skip_scalar(r))) {
      return code;
    }
    /* close what ends here, then stand before the next value */
    for (;;) {
      if (!depth) return MCRM_OK;
      bool object = open[depth - 1] == '{';
      if (take(r, object ? '}' : ']')) {
        depth--;
        opened = false;
        continue;
      }
      if (!opened && !take(r, ',')) return malformed(r, "a comma or a closing bracket is expected");
      if (object) {
        if ((code = peek(r, '"') ? skip_scalar(r) : malformed(r, "a member's name is expected"))) return code;
        if (!take(r, ':')) return malformed(r, "a colon is expected");
      }
      break;
    }
  }
}

/* ---- fields ---- */

static int wrong(reader *r, const model_field *f, const char *expected) {
  skip_space(r);
  int shown = 0;
  while (shown < 40 && r->at + shown < r->end && !strchr(",}]\n", r->at[shown])) shown++;
  if (r->at < r->end && *r->at == '"') { /* show a string to its end */
    for (shown = 1; shown < 40 && r->at + shown < r->end && r->at[shown] != '"'; shown++) {
    }
    if (r->at + shown < r->end) shown++;
  }
  return error_set(r->error, MCRM_INVALID, f->name, "field.type", "%s: %.*s is not %s", f->name, shown, r->at,
                   expected);
}

static int read_integer(reader *r, const model_field *f, int64_t *out) {
  const char *before = r->at;
  number n;
  skip_space(r);
  if (r->at == r->end || (*r->at != '-' && !digit(r))) return wrong(r, f, "a whole number");
  int code = read_number(r, &n);
  if (code) return code;
  if (!n.whole || n.overflow || n.mantissa > INT64_MAX) {
    r->at = before;
    return wrong(r, f, "a whole number of 64 bits");
  }
  *out = n.negative ? -(int64_t)n.mantissa : (int64_t)n.mantissa;
  return MCRM_OK;
}

static int read_id(reader *r, const model_field *f, int64_t *out) {
  const char *before = r->at, *text;
  size_t length;
  if (!peek(r, '"')) {
    int code = read_integer(r, f, out);
    if (!code && *out < 1) {
      r->at = before;
      return wrong(r, f, "an id");
    }
    return code;
  }
  int code = read_string(r, &text, &length);
  if (code) return code;
  int64_t value = 0;
  bool good = length >= 1 && length <= 19;
  for (size_t i = 0; good && i < length; i++) {
    good = text[i] >= '0' && text[i] <= '9' && !__builtin_mul_overflow(value, (int64_t)10, &value) &&
           !__builtin_add_overflow(value, (int64_t)(text[i] - '0'), &value);
  }
  if (!good || value < 1) {
    r->at = before;
    return wrong(r, f, "an id (a string of digits)");
  }
  *out = value;
  return MCRM_OK;
}

static int read_time(reader *r, const model_field *f, int64_t *out) {
  const char *before = r->at, *text;
  size_t length;
  if (!peek(r, '"')) return wrong(r, f, "a time (ISO 8601, e.g. \"2026-11-22T09:00:00+03:30\")");
  int code = read_string(r, &text, &length);
  if (code) return code;
  if (!civil_parse(text, length, r->zone, out) || *out == 0) {
    r->at = before;
    return wrong(r, f, "a time (ISO 8601, e.g. \"2026-11-22T09:00:00+03:30\")");
  }
  return MCRM_OK;
}

static int read_texts(reader *r, const model_field *f, void *record) {
  if (!take(r, '[')) return wrong(r, f, "a list of texts");
  size_t count = 0, capacity = 8, length;
  const char **at = arena_array(r->arena, capacity, sizeof *at);
  if (!at) return error_no_memory(r->error);
  while (!take(r, ']')) {
    if (count && !take(r, ',')) return malformed(r, "a comma or ] is expected");
    if (!peek(r, '"')) return wrong(r, f, "a list of texts");
    if (count == capacity) {
      if (capacity >= MODEL_TEXT_MAX) return wrong(r, f, "a list of that size");
      const char **more = arena_array(r->arena, capacity * 2, sizeof *more);
      if (!more) return error_no_memory(r->error);
      memcpy(more, at, count * sizeof *at);
      at = more;
      capacity *= 2;
    }
    int code = read_string(r, &at[count], &length);
    if (code) return code;
    count++;
  }
  model_set_texts(record, f, (mcrm_texts){at, count});
  return MCRM_OK;
}

static int read_object(reader *r, const model_entity *e, void **out);

static int read_list(reader *r, const model_field *f, void *record) {
  bool map = f->kind == MODEL_MAP;
  if (!take(r, map ? '{' : '[')) return wrong(r, f, map ? "an object" : "a list");
  size_t count = 0, capacity = 8;
  void **at = arena_array(r->arena, capacity, sizeof *at);
  if (!at) return error_no_memory(r->error);
  while (!take(r, map ? '}' : ']')) {
    const char *key = NULL;
    size_t length;
    int code = MCRM_OK;
    if (count && !take(r, ',')) return malformed(r, "a comma or a closing bracket is expected");
    if (count == capacity) {
      if (capacity >= MODEL_TEXT_MAX) return wrong(r, f, "a list of that size");
      void **more = arena_array(r->arena, capacity * 2, sizeof *more);
      if (!more) return error_no_memory(r->error);
      memcpy(more, at, count * sizeof *at);
      at = more;
      capacity *= 2;
    }
    if (map && (code = read_string(r, &key, &length))) return code;
    if (map && !take(r, ':')) return malformed(r, "a colon is expected");
    code = read_object(r, f->entity, &at[count]);
    if (code) {
      char index[24];
      size_t digits = sizeof index - 1, rest = count;
      index[digits] = 0;
      index[--digits] = ']';
      do index[--digits] = (char)('0' + rest % 10);
      while ((rest /= 10) && digits > 1);
      index[--digits] = '[';
      error_within(r->error, index + digits);
      error_within(r->error, f->name);
      return code;
    }
    if (map) model_set_text(at[count], &f->entity->fields[0], key);
    count++;
  }
  model_set_list(record, f, (model_records){(const void *const *)at, count});
  return MCRM_OK;
}

static int read_json(reader *r, const model_field *f, void *record) {
  skip_space(r);
  const char *from = r->at;
  int code = skip_value(r);
  if (code) return code;
  char *copy = arena_copy(r->arena, from, (size_t)(r->at - from));
  if (!copy) return error_no_memory(r->error);
  model_set_text(record, f, copy);
  return MCRM_OK;
}

static int set_null(const model_field *f, void *record) {
  switch (f->kind) {
    case MODEL_REAL:
      model_set_real(record, f, 0);
      break;
    case MODEL_TEXT:
    case MODEL_JSON:
      model_set_text(record, f, NULL);
      break;
    case MODEL_OBJECT:
      model_set_object(record, f, NULL);
      break;
    case MODEL_TEXTS:
      model_set_texts(record, f, (mcrm_texts){0});
      break;
    case MODEL_LIST:
    case MODEL_MAP:
      model_set_list(record, f, (model_records){0});
      break;
    default:
      model_set_number(record, f, 0);
  }
  return MCRM_OK;
}

static int read_number_field(reader *r, const model_field *f, void *record) {
  int64_t value = 0;
  int code;
  switch (f->kind) {
    case MODEL_ID:
      code = read_id(r, f, &value);
      break;
    case MODEL_TIME:
      code = read_time(r, f, &value);
      break;
    case MODEL_BOOL:
      value = take_word(r, "true");
      code = value || take_word(r, "false") ? MCRM_OK : wrong(r, f, "true or false");
      break;
    default:
      code = read_integer(r, f, &value);
  }
  if (!code) model_set_number(record, f, value);
  return code;
}

static int read_field(reader *r, const model_field *f, void *record) {
  if (take_word(r, "null")) return set_null(f, record);
  int code;
  switch (f->kind) {
    case MODEL_TEXT: {
      const char *text;
      size_t length;
      if (!peek(r, '"')) return wrong(r, f, "a text");
      if (!(code = read_string(r, &text, &length))) model_set_text(record, f, text);
      return code;
    }
    case MODEL_REAL: {
      number n;
      skip_space(r);
      if (r->at == r->end || (*r->at != '-' && !digit(r))) return wrong(r, f, "a number");
      const char *begin = r->at;
      if ((code = read_number(r, &n))) return code;
      double value = number_real(&n);
      if (!(fabs(value) < JSON_REAL_END)) {
        r->at = begin;
        return wrong(r, f, "a number below 9e12");
      }
      model_set_real(record, f, value);
      return MCRM_OK;
    }
    case MODEL_JSON:
      return read_json(r, f, record);
    case MODEL_TEXTS:
      return read_texts(r, f, record);
    case MODEL_LIST:
    case MODEL_MAP:
      return read_list(r, f, record);
    case MODEL_OBJECT: {
      void *nested;
      if (!peek(r, '{')) return wrong(r, f, "an object");
      if (!(code = read_object(r, f->entity, &nested)))
        model_set_object(record, f, nested);
      else
        error_within(r->error, f->name);
      return code;
    }
    default:
      return read_number_field(r, f, record);
  }
}

static int read_member(reader *r, const model_entity *e, void *record) {
  const char *name;
  size_t length;
  int code = read_string(r, &name, &length);
  if (code) return code;
  const model_field *f = model_field_find(e, name, length);
  if (!f || (f->flags & MODEL_SECRET))
    return error_set(r->error, MCRM_INVALID, name, "field.unknown", "%s has no field \"%.60s\"", e->name, name);
  if (model_has(record, f)) return error_set(r->error, MCRM_INVALID, name, "field.twice", "%s is given twice", name);
  if (!take(r, ':')) return malformed(r, "a colon is expected");
  return read_field(r, f, record);
}

static int read_object(reader *r, const model_entity *e, void **out) {
  if (!take(r, '{')) return malformed(r, "an object is expected");
  if (++r->depth > JSON_DEPTH) return malformed(r, "nested too deeply");
  model_record *record = arena_alloc(r->arena, e->size);
  if (!record) return error_no_memory(r->error);
  record->size = e->size;
  for (bool first = true; !take(r, '}'); first = false) {
    if (!first && !take(r, ',')) return malformed(r, "a comma or } is expected");
    int code = read_member(r, e, record);
    if (code) return code;
  }
  r->depth--;
  *out = record;
  return MCRM_OK;
}

static int at_end(reader *r) {
  skip_space(r);
  return r->at == r->end ? MCRM_OK : malformed(r, "something follows the value");
}

static int too_long(mcrm_error *error, size_t length) {
  return error_set(error, MCRM_INVALID, NULL, "json.too_long", "JSON: %zu bytes, at most %d are read", length,
                   JSON_BYTES);
}

int model_decode(arena *a, const model_entity *e, const char *json, size_t length, const zone *z, mcrm_error *error,
                 void **out) {
  if (length > JSON_BYTES) return too_long(error, length);
  reader r = {.at = json, .start = json, .end = json + length, .arena = a, .zone = z, .error = error};
  int code = read_object(&r, e, out);
  return code ? code : at_end(&r);
}

int model_decode_field(arena *a, const model_field *f, const char *json, size_t length, const zone *z,
                       mcrm_error *error, void *record) {
  if (length > JSON_BYTES) return too_long(error, length);
  reader r = {.at = json, .start = json, .end = json + length, .arena = a, .zone = z, .error = error};
  int code = read_field(&r, f, record);
  return code ? code : at_end(&r);
}

int json_check(const char *json, size_t length, mcrm_error *error) {
  if (length > JSON_BYTES) return too_long(error, length);
  reader r = {.at = json, .start = json, .end = json + length, .error = error};
  int code = skip_value(&r);
  return code ? code : at_end(&r);
}
