/* What the parts of the engine share: one request, from the text to its JSON. */
#ifndef TEXT_ENGINE_H
#define TEXT_ENGINE_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/zone.h>
#include <marfacrm/text.h>
#include <text/jalali.h>
#include <text/token.h>

struct mcrm_text {
  zone *zone;
};

typedef struct request {
  const mcrm_text *engine;
  const char *text;
  size_t length;
  mcrm_time now;
  text_language language;
  arena *arena;
  text_scan scan;
  buffer *out;
} request;

/* Each writes its members into the open object. MCRM_OK, MCRM_INVALID or MCRM_NO_MEMORY. */
int engine_when(request *r);
/* The times as an array that free() frees. */
int engine_when_list(request *r, mcrm_when **out, size_t *count);
int engine_jalali(request *r);
int engine_sentiment(request *r);
int engine_actions(request *r);
int engine_summary(request *r);

/* "start":…,"end":…,"text":… of a stretch of the source. */
void engine_span(request *r, uint32_t point_start, uint32_t point_end, uint32_t start, uint32_t end);

#endif
