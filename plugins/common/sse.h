/* Server-sent events from bytes that come in any pieces. Lines end in \n, \r or \r\n; lines of data are joined by \n;
 * comments, ids and retry are ignored; a mark at the beginning is skipped. */
#ifndef COMMON_SSE_H
#define COMMON_SSE_H

#include "draft.h"

enum { SSE_EVENT_BYTES = 1 << 20 };

typedef struct sse {
  draft line, data;
  char event[32]; /* "" = message */
  bool after_return, begun, has_data;
  /* Takes one event. Anything but 0 stops. `data` is NUL-terminated. */
  int (*take)(void *context, const char *event, const char *data, size_t length);
  void *context;
} sse;

void sse_init(sse *s, const work *w, int (*take)(void *, const char *, const char *, size_t), void *context);
/* 0, or what `take` returned; SSE_TOO_LONG where a line or an event is over the limit or memory is out. */
enum { SSE_TOO_LONG = -1 };
int sse_feed(sse *s, const char *bytes, size_t length);
/* The stream is over: an event whose closing empty line never came is handed over still. */
int sse_end(sse *s);

#endif
