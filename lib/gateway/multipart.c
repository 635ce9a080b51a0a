#include "multipart.h"

#include <string.h>

#include "head.h"

enum { BOUNDARY_MOST = 70, PART_HEAD_MOST = 4096 };

/* The value of a parameter: name=value or name="value", without escapes. */
static bool parameter(const char *text, size_t length, const char *name, char *out, size_t size) {
  size_t name_length = strlen(name);
  const char *end = text + length;
  for (const char *p = memchr(text, ';', length); p; p = memchr(p, ';', (size_t)(end - p))) {
    do p++;
    while (p < end && (*p == ' ' || *p == '\t'));
    if ((size_t)(end - p) <= name_length || strncmp(p, name, name_length) || p[name_length] != '=') continue;
    p += name_length + 1;
    bool quoted = p < end && *p == '"';
    p += quoted;
    size_t n = 0;
    while (p + n < end && (quoted ? p[n] != '"' : p[n] != ';' && p[n] != ' ')) n++;
    if (!n || n >= size || (quoted && p + n == end) || memchr(p, '\\', n) || memchr(p, 0, n)) return false;
    memcpy(out, p, n);
    out[n] = 0;
    return true;
  }
  return false;
}

static bool begins(const char *line, size_t length, const char *name) {
  char start[32];
  size_t wanted = strlen(name);
  if (length < wanted) return false;
  memcpy(start, line, wanted);
  start[wanted] = 0;
  return head_same(start, name);
}

/* One line of a part's head: its names, or its media type. */
static bool take_line(const char *line, size_t length, multipart_part *part) {
  static const char type[] = "content-type:";
  if (begins(line, length, type)) {
    size_t skip = sizeof type - 1;
    while (skip < length && line[skip] == ' ') skip++;
    if (part->type[0] || length - skip >= sizeof part->type || memchr(line, 0, length)) return false;
    memcpy(part->type, line + skip, length - skip);
    part->type[length - skip] = 0;
    return true;
  }
  if (!begins(line, length, "content-disposition:")) return true;
  if (part->name[0]) return false;
  if (!parameter(line, length, "filename", part->file_name, sizeof part->file_name)) part->file_name[0] = 0;
  return parameter(line, length, "name", part->name, sizeof part->name);
}

/* The head ends with an empty line; its length with that, or 0. */
static size_t take_head(const char *bytes, size_t length, multipart_part *part) {
  size_t at = 0, most = length < PART_HEAD_MOST ? length : PART_HEAD_MOST;
  for (;;) {
    const char *end = memmem(bytes + at, most - at, "\r\n", 2);
    if (!end) return 0;
    size_t line = (size_t)(end - bytes) - at;
    if (!line) return part->name[0] ? at + 2 : 0;
    if (!take_line(bytes + at, line, part)) return 0;
    at += line + 2;
  }
}

bool multipart_read(const char *content_type, const char *bytes, size_t length, multipart *out) {
  char mark[BOUNDARY_MOST + 5] = "\r\n--";
  out->count = 0;
  if (!parameter(content_type, strlen(content_type), "boundary", mark + 4, BOUNDARY_MOST + 1)) return false;
  size_t mark_length = strlen(mark), at = mark_length - 2;
  if (length < at || memcmp(bytes, mark + 2, at)) return false;
  for (;;) {
    if (length - at >= 2 && !memcmp(bytes + at, "--", 2)) return true;
    if (length - at < 2 || memcmp(bytes + at, "\r\n", 2) || out->count == MULTIPART_PARTS) return false;
    at += 2;
    multipart_part *part = &out->parts[out->count++];
    part->name[0] = part->file_name[0] = part->type[0] = 0;
    size_t taken = take_head(bytes + at, length - at, part);
    if (!taken) return false;
    at += taken;
    /* the line end before the mark belongs to the mark: an empty part's is the head's own */
    const char *end = memmem(bytes + at - 2, length - at + 2, mark, mark_length);
    if (!end) return false;
    part->bytes = bytes + at;
    part->length = end < part->bytes ? 0 : (size_t)(end - part->bytes);
    at = (size_t)(end - bytes) + mark_length;
  }
}
