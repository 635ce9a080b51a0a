#include "sse.h"

#include <stdio.h>
#include <string.h>

void sse_init(sse *s, const work *w, int (*take)(void *, const char *, const char *, size_t), void *context) {
  *s = (sse){.take = take, .context = context};
  draft_init(&s->line, w, SSE_EVENT_BYTES);
  draft_init(&s->data, w, SSE_EVENT_BYTES);
}

static int end_event(sse *s) {
  int code = s->has_data ? s->take(s->context, s->event, s->data.bytes ? s->data.bytes : "", s->data.length) : 0;
  draft_clear(&s->data);
  s->has_data = false;
  s->event[0] = 0;
  return code;
}

static int end_line(sse *s) {
  const char *line = s->line.bytes ? s->line.bytes : "";
  size_t length = s->line.length;
  if (!s->begun && length >= 3 && !memcmp(line, "\xEF\xBB\xBF", 3)) {
    line += 3;
    length -= 3;
  }
  s->begun = true;
  if (!length) {
    draft_clear(&s->line);
    return end_event(s);
  }
  const char *colon = memchr(line, ':', length);
  size_t name = colon ? (size_t)(colon - line) : length;
  const char *value = colon ? colon + 1 : line + length;
  if (value < line + length && *value == ' ') value++;
  size_t value_length = (size_t)(line + length - value);
  if (name == 4 && !memcmp(line, "data", 4)) {
    if (s->has_data) draft_byte(&s->data, '\n');
    draft_append(&s->data, value, value_length);
    s->has_data = true;
  } else if (name == 5 && !memcmp(line, "event", 5)) {
    snprintf(s->event, sizeof s->event, "%.*s", (int)value_length, value);
  }
  draft_clear(&s->line);
  return s->data.failed ? SSE_TOO_LONG : 0;
}

int sse_feed(sse *s, const char *bytes, size_t length) {
  const char *end = bytes + length;
  while (bytes < end) {
    if (s->after_return && *bytes == '\n') { /* of \r\n: the line has ended already */
      s->after_return = false;
      bytes++;
      continue;
    }
    s->after_return = false;
    const char *stop = bytes;
    while (stop < end && *stop != '\n' && *stop != '\r') stop++;
    draft_append(&s->line, bytes, (size_t)(stop - bytes));
    if (s->line.failed) return SSE_TOO_LONG;
    if (stop == end) return 0;
    s->after_return = *stop == '\r';
    bytes = stop + 1;
    int code = end_line(s);
    if (code) return code;
  }
  return 0;
}

int sse_end(sse *s) {
  int code = s->line.length ? end_line(s) : 0;
  return code ? code : end_event(s);
}
