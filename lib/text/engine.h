/* What the parts of the engine share: one request, from the text to its JSON. */
#ifndef TEXT_ENGINE_H
#define TEXT_ENGINE_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/zone.h>
#include <marfacrm/text.h>
#include <text/when.h>

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
int engine_jalali(request *r);
int engine_sentiment(request *r);
int engine_actions(request *r);
int engine_summary(request *r);

/* "start":…,"end":…,"text":… of a stretch of the source. */
void engine_span(request *r, uint32_t point_start, uint32_t point_end, uint32_t start, uint32_t end);

/* The words of the interface. */
const char *engine_kind_name(text_when_kind kind);
const char *engine_grain_name(text_grain grain);
const char *engine_calendar_name(text_calendar calendar);
bool engine_grain(const char *name, text_grain *out);
text_language engine_language(const char *name);

/* A caller's error without what an earlier call left there, or one of our own. */
mcrm_error *engine_error(mcrm_error *error, mcrm_error *own);
int engine_check(size_t length, mcrm_error *error);
/* What went wrong with a text, as an error. */
int engine_refused(int code, mcrm_error *error);
/* An arena that suits the longest lists that a text of this length can give. */
arena *engine_arena(size_t length);
/* Where a buffer went well its bytes go to the caller; it is freed either way. */
int engine_give(int code, buffer *b, char **out, mcrm_error *error);

#endif
