#include "target.h"

#include <base/utf8.h>
#include <string.h>

size_t target_path_length(const char *text) { return strcspn(text, "?#"); }

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

const char *target_decode(arena *a, const char *text, size_t length, bool plus) {
  char *out = arena_alloc(a, length + 1);
  size_t n = 0;
  if (!out) return NULL;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (c == '+' && plus) c = ' ';
    if (c == '%') {
      int high = length - i > 2 ? hex(text[i + 1]) : -1, low = length - i > 2 ? hex(text[i + 2]) : -1;
      if (high < 0 || low < 0) return NULL;
      c = (char)(high * 16 + low);
      i += 2;
      if (!c) return NULL;
    }
    out[n++] = c;
  }
  return utf8_valid(out, n) ? out : NULL;
}

/* A segment names one thing in one place. */
static bool plain(const char *segment) {
  if (!*segment || !strcmp(segment, ".") || !strcmp(segment, "..")) return false;
  for (const unsigned char *c = (const unsigned char *)segment; *c; c++)
    if (*c < 0x20 || *c == 0x7f || *c == '/' || *c == '\\') return false;
  return true;
}

static bool read_path(arena *a, const char *path, size_t length, target *out) {
  if (!length) return true;
  if (path[0] != '/') return false;
  for (size_t at = 1; at < length;) {
    const char *slash = memchr(path + at, '/', length - at);
    size_t end = slash ? (size_t)(slash - path) : length;
    if (out->count == TARGET_SEGMENTS) return false;
    const char *segment = target_decode(a, path + at, end - at, false);
    if (!segment || !plain(segment)) return false;
    out->segments[out->count++] = segment;
    at = end + 1;
  }
  out->folder = path[length - 1] == '/';
  return true;
}

static bool read_query(arena *a, const char *query, target *out) {
  while (*query) {
    size_t length = strcspn(query, "&#"), name = strcspn(query, "=&#");
    if (length) {
      if (out->pair_count == TARGET_PAIRS) return false;
      target_pair *p = &out->pairs[out->pair_count++];
      p->name = target_decode(a, query, name, true);
      p->value = name < length ? target_decode(a, query + name + 1, length - name - 1, true) : "";
      if (!p->name || !p->value) return false;
    }
    query += length;
    if (*query == '#') return true;
    query += *query == '&';
  }
  return true;
}

bool target_read(arena *a, const char *path, size_t length, const char *query, target *out) {
  *out = (target){0};
  return read_path(a, path, length, out) && read_query(a, query, out);
}
