/* Times in words, for whoever types into a date field: the same reading as in a note. */
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/copilot.h>
#include <model/entities.h>
#include <string.h>
#include <text/when.h>

enum { SPANS_MOST = 20 };

static void show(crm_call *call, const text_scan *scan, const text_when *when, mcrm_time_span *out) {
  text_due due;
  out->size = sizeof *out;
  MCRM_SET(out, text, arena_copy(call->tx->arena, scan->text + when->start, when->end - when->start));
  MCRM_SET(out, start, when->point_start);
  MCRM_SET(out, end, when->point_end);
  if (!text_when_due(when, store_zone(call->tx->store), &due)) return;
  MCRM_SET(out, due_at, due.at);
  MCRM_SET(out, due_grain, due.grain == TEXT_GRAIN_DAY ? "day" : "minute");
}

int when_read(crm_call *call, const void *input, void *output) {
  const mcrm_words *in = input;
  mcrm_time_spans *out = output;
  arena *a = call->tx->arena;
  text_scan scan;
  text_when_list found;
  text_when_options options = {.language = !in->language                 ? TEXT_AUTO
                                           : !strcmp(in->language, "fa") ? TEXT_PERSIAN
                                                                         : TEXT_ENGLISH};
  int code = text_scan_make(a, in->text, strlen(in->text), &scan);
  if (code == MCRM_INVALID)
    return error_set(call->tx->error, MCRM_INVALID, "text", "text.unreadable", "text is malformed or too long");
  mcrm_time now = in->now ? in->now : call->tx->now;
  if (!code) code = text_when_find(&scan, now, store_zone(call->tx->store), &options, a, &found);
  if (code) return error_no_memory(call->tx->error);
  size_t count = found.count < SPANS_MOST ? found.count : SPANS_MOST;
  mcrm_time_span *spans = arena_array(a, count, sizeof *spans);
  mcrm_time_span **list = arena_array(a, count, sizeof *list);
  if (count && (!spans || !list)) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) {
    spans[i] = (mcrm_time_span){0};
    show(call, &scan, &found.at[i], &spans[i]);
    list[i] = &spans[i];
  }
  MCRM_SET(out, spans, ((mcrm_time_span_array){(const mcrm_time_span *const *)list, count}));
  return arena_failed(a) ? error_no_memory(call->tx->error) : MCRM_OK;
}
