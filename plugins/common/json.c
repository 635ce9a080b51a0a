#include "json.h"

#include <math.h>
#include <string.h>

#include "draft.h"

enum { DEPTH = 128, VALUES = 500000, BLOCK = 16 << 10 };

typedef struct reader {
  const work *w;
  json_pool *pool;
  const char *at, *end;
  size_t depth, values;
} reader;

static void *take(reader *r, size_t bytes) {
  json_pool *pool = r->pool;
  bytes = (bytes + 15) & ~(size_t)15;
  if (!pool->block || bytes > pool->size - pool->used) {
    size_t size = pool->block ? pool->size * 2 : BLOCK;
    if (size > 1 << 20) size = 1 << 20;
    if (size < bytes) size = bytes;
    char *block = work_alloc(pool->w, size);
    if (!block) return NULL;
    pool->block = block;
    pool->size = size;
    pool->used = 0;
  }
  void *taken = pool->block + pool->used;
  pool->used += bytes;
  memset(taken, 0, bytes);
  return taken;
}

void json_forget(json_pool *pool) { pool->used = 0; }

static void skip_space(reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

static int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

/* Four hex digits at `at`, or -1. */
static long unit(const char *at, const char *end) {
  long value = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

static size_t put_letter(char *out, unsigned long letter) {
  if (letter < 0x80) return out[0] = (char)letter, 1;
  if (letter < 0x800) return out[0] = (char)(0xC0 | letter >> 6), out[1] = (char)(0x80 | (letter & 63)), 2;
  if (letter < 0x10000) {
    out[0] = (char)(0xE0 | letter >> 12);
    out[1] = (char)(0x80 | (letter >> 6 & 63));
    return out[2] = (char)(0x80 | (letter & 63)), 3;
  }
  out[0] = (char)(0xF0 | letter >> 18);
  out[1] = (char)(0x80 | (letter >> 12 & 63));
  out[2] = (char)(0x80 | (letter >> 6 & 63));
  return out[3] = (char)(0x80 | (letter & 63)), 4;
}

/* What stands behind a backslash at `*at`; false: no such escape. */
static bool read_escape(const char **at, const char *end, unsigned long *letter) {
  const char *p = *at;
  const char *shortly = p < end && *p ? strchr("\"\"\\\\//b\bf\fn\nr\rt\t", *p) : NULL;
  if (p < end && *p != 'u') {
    if (!shortly || (unsigned char)*p < 32) return false;
    *letter = (unsigned char)shortly[1];
    *at = p + 1;
    return true;
  }
  long first = p < end ? unit(p + 1, end) : -1;
  if (first < 0) return false;
  p += 5;
  *letter = (unsigned long)first;
  if (first >= 0xD800 && first < 0xE000) {
    long second = first < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? unit(p + 2, end) : -1;
    *letter = 0xFFFD;
    if (second >= 0xDC00 && second < 0xE000) {
      *letter = 0x10000UL + (((unsigned long)first - 0xD800) << 10) + ((unsigned long)second - 0xDC00);
      p += 6;
    }
  }
  if (!*letter) *letter = 0xFFFD;
  *at = p;
  return true;
}

/* Reads the text from behind its opening quote to behind its closing one. With out NULL only its length is told, so
 * that memory is taken once. */
static bool read_letters(const char **from, const char *end, char *out, size_t *length) {
  const char *p = *from;
  char spare[4];
  size_t written = 0;
  while (p < end && *p != '"') {
    unsigned long letter = 0xFFFD;
    size_t plain = draft_letter(p, (size_t)(end - p));
    if ((unsigned char)*p < 32) return false;
    if (*p == '\\') {
      p++;
      if (!read_escape(&p, end, &letter)) return false;
    } else if (plain) {
      if (out) memcpy(out + written, p, plain);
      written += plain;
      p += plain;
      continue;
    } else {
      p++;
    }
    written += put_letter(out ? out + written : spare, letter);
  }
  if (p == end) return false;
  *from = p + 1;
  *length = written;
  return true;
}

static const char *read_text(reader *r) {
  size_t length;
  const char *measured = ++r->at;
  if (!read_letters(&measured, r->end, NULL, &length)) return NULL;
  char *text = take(r, length + 1);
  if (!text) return NULL;
  read_letters(&r->at, r->end, text, &length);
  return text;
}

static bool digit(const char *at, const char *end) { return at < end && *at >= '0' && *at <= '9'; }

static const char *read_number(reader *r) {
  const char *p = r->at;
  if (p < r->end && *p == '-') p++;
  if (!digit(p, r->end)) return NULL;
  if (*p == '0' && digit(p + 1, r->end)) return NULL;
  while (digit(p, r->end)) p++;
  if (p < r->end && *p == '.') {
    p++;
    if (!digit(p, r->end)) return NULL;
    while (digit(p, r->end)) p++;
  }
  if (p < r->end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < r->end && (*p == '+' || *p == '-')) p++;
    if (!digit(p, r->end)) return NULL;
    while (digit(p, r->end)) p++;
  }
  size_t length = (size_t)(p - r->at);
  char *text = take(r, length + 1);
  if (!text) return NULL;
  memcpy(text, r->at, length);
  r->at = p;
  return text;
}

static bool read_word(reader *r, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length)) return false;
  r->at += length;
  return true;
}

/* A value; of a list or object only its opening. */
static bool open_value(reader *r, json *v) {
  skip_space(r);
  if (r->at == r->end) return false;
  switch (*r->at) {
    case '{':
      v->kind = JSON_OBJECT;
      return r->at++, ++r->depth <= DEPTH;
    case '[':
      v->kind = JSON_LIST;
      return r->at++, ++r->depth <= DEPTH;
    case '"':
      v->kind = JSON_TEXT;
      return (v->text = read_text(r)) != NULL;
    case 't':
      v->kind = JSON_TRUE;
      return read_word(r, "true");
    case 'f':
      v->kind = JSON_FALSE;
      return read_word(r, "false");
    case 'n':
      v->kind = JSON_NULL;
      return read_word(r, "null");
    default:
      v->kind = JSON_NUMBER;
      return (v->text = read_number(r)) != NULL;
  }
}

/* The next member of `parent`, with its key where that is an object. */
static json *open_member(reader *r, json *parent) {
  json *v = ++r->values > VALUES ? NULL : take(r, sizeof *v);
  if (!v) return NULL;
  skip_space(r);
  if (parent->kind == JSON_OBJECT) {
    if (r->at == r->end || *r->at != '"' || !(v->key = read_text(r))) return NULL;
    skip_space(r);
    if (r->at == r->end || *r->at++ != ':') return NULL;
  }
  v->parent = parent;
  if (!open_value(r, v)) return NULL;
  if (parent->last)
    parent->last->next = v;
  else
    parent->first = v;
  parent->last = v;
  return v;
}

/* Whether the list or object ends here. Behind a member a comma means that it does not. */
static bool closes(reader *r, const json *v, bool *good) {
  skip_space(r);
  *good = r->at < r->end;
  if (!*good) return false;
  if (*r->at == (v->kind == JSON_OBJECT ? '}' : ']')) {
    r->at++;
    r->depth--;
    return true;
  }
  if (v->first) *good = *r->at++ == ',';
  return false;
}

const json *json_read(const work *w, json_pool *pool, const char *bytes, size_t length) {
  json_pool own = {.w = w};
  reader r = {.w = w, .pool = pool ? pool : &own, .at = bytes, .end = bytes + length};
  if (length >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) r.at += 3;
  json *root = take(&r, sizeof *root);
  if (!root || !open_value(&r, root)) return NULL;
  bool good = true;
  for (json *open = root->kind >= JSON_LIST ? root : NULL; open;) {
    if (closes(&r, open, &good)) {
      open = open->parent;
      continue;
    }
    json *v = good ? open_member(&r, open) : NULL;
    if (!v) return NULL;
    if (v->kind >= JSON_LIST) open = v;
  }
  skip_space(&r);
  return r.at == r.end ? root : NULL;
}

static const json *member(const json *value, const char *name, size_t length) {
  const json *found = NULL;
  size_t place = 0;
  if (value->kind == JSON_LIST) {
    for (size_t i = 0; i < length; i++) {
      if (name[i] < '0' || name[i] > '9' || place > VALUES) return NULL;
      place = place * 10 + (size_t)(name[i] - '0');
    }
    for (found = value->first; found && place; place--) found = found->next;
    return found;
  }
  for (const json *m = value->kind == JSON_OBJECT ? value->first : NULL; m; m = m->next) {
    if (!strncmp(m->key, name, length) && !m->key[length]) found = m;
  }
  return found;
}

const json *json_at(const json *value, const char *path) {
  while (value && path && *path) {
    size_t length = strcspn(path, ".");
    value = member(value, path, length);
    path += length + (path[length] == '.');
  }
  return value;
}

const char *json_text(const json *value, const char *path, const char *otherwise) {
  value = json_at(value, path);
  return value && value->kind == JSON_TEXT ? value->text : otherwise;
}

const char *json_line(const json *value, const char *path, const char *otherwise) {
  value = json_at(value, path);
  return value && (value->kind == JSON_TEXT || value->kind == JSON_NUMBER) ? value->text : otherwise;
}

double json_number(const char *text, const char **end) {
  const char *p = text;
  long double value = 0;
  int exponent = 0;
  bool negative = *p == '-';
  if (negative) p++;
  const char *digits = p;
  for (; *p >= '0' && *p <= '9'; p++) value = value * 10 + (*p - '0');
  if (p == digits) {
    if (end) *end = text;
    return 0;
  }
  if (*p == '.' && p[1] >= '0' && p[1] <= '9') {
    for (p++; *p >= '0' && *p <= '9'; p++) {
      if (value > 1e17L) continue; /* beyond what a double tells apart */
      value = value * 10 + (*p - '0');
      exponent--;
    }
  }
  if (*p == 'e' || *p == 'E') {
    const char *q = p + 1 + (p[1] == '-' || p[1] == '+');
    int tens = 0;
    if (*q >= '0' && *q <= '9') {
      for (; *q >= '0' && *q <= '9'; q++) tens = tens > 10000 ? tens : tens * 10 + (*q - '0');
      exponent += p[1] == '-' ? -tens : tens;
      p = q;
    }
  }
  value *= powl(10, exponent);
  if (end) *end = p;
  return (double)(negative ? -value : value);
}

double json_real(const json *value, const char *path, double otherwise) {
  const char *end;
  value = json_at(value, path);
  if (!value || (value->kind != JSON_NUMBER && value->kind != JSON_TEXT)) return otherwise;
  double number = json_number(value->text, &end);
  return end == value->text || *end || !isfinite(number) ? otherwise : number;
}

int64_t json_integer(const json *value, const char *path, int64_t otherwise) {
  double number = json_real(value, path, NAN);
  return isnan(number) || fabs(number) > 9e18 ? otherwise : (int64_t)number;
}

int64_t json_ms(const json *value, const char *path, int64_t otherwise) {
  const char *end;
  const char *text = json_line(value, path, NULL);
  double seconds = text ? json_number(text, &end) : 0;
  if (!text || end == text || (*end && strcmp(end, "s")) || !(fabs(seconds) < 1e9)) return otherwise;
  return (int64_t)(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5));
}

bool json_true(const json *value, const char *path) {
  value = json_at(value, path);
  return value && value->kind == JSON_TRUE;
}
