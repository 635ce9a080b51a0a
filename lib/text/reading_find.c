/* What a text names: numbers, times, entities, as a reading gives them. */
#include <text/entity.h>
#include <text/number.h>

#include "reading.h"

static int64_t signed_part(const text_number *n, int64_t part) { return n->negative ? -part : part; }

static int list_numbers(mcrm_reading *r) {
  text_numbers found;
  void *at;
  int code = text_numbers_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK) return code;
  mcrm_number *list = reading_list(r->arena, found.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.count; i++) {
    const text_number *n = &found.at[i];
    list[i] = (mcrm_number){.size = sizeof *list,
                            .at = {n->point_start, n->point_end, n->start, n->end},
                            .value = signed_part(n, n->value),
                            .nano = signed_part(n, n->nano),
                            .ordinal = n->ordinal,
                            .percent = n->percent,
                            .words = n->words,
                            .saturated = n->saturated};
  }
  r->numbers = (mcrm_number_array){at, found.count};
  return MCRM_OK;
}

static int list_ranges(mcrm_reading *r) {
  text_number_ranges found;
  void *at;
  int code = text_number_ranges_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK) return code;
  mcrm_number_range *list = reading_list(r->arena, found.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.count; i++) {
    const text_number *low = &found.at[i].low, *high = &found.at[i].high;
    list[i] = (mcrm_number_range){.size = sizeof *list,
                                  .at = {low->point_start, high->point_end, low->start, high->end},
                                  .low = signed_part(low, low->value),
                                  .low_nano = signed_part(low, low->nano),
                                  .high = signed_part(high, high->value),
                                  .high_nano = signed_part(high, high->nano),
                                  .vague = found.at[i].vague};
  }
  r->ranges = (mcrm_number_range_array){at, found.count};
  return MCRM_OK;
}

int reading_times(mcrm_reading *r) {
  text_when_options options = {.language = r->language};
  return text_when_find(&r->scan, r->now, r->engine->zone, &options, r->arena, &r->times);
}

static mcrm_when when_of(const mcrm_reading *r, const text_when *w) {
  bool valued = !(w->flags & TEXT_WHEN_NO_VALUE);
  text_due due;
  mcrm_when out = {.size = sizeof out,
                   .at = {w->point_start, w->point_end, w->start, w->end},
                   .kind = engine_kind_name(w->kind),
                   .grain = engine_grain_name(w->grain),
                   .calendar = engine_calendar_name(w->calendar),
                   .from = valued ? w->from : 0,
                   .to = valued ? w->to : 0,
                   .assumed = (w->flags & TEXT_WHEN_ASSUMED) != 0,
                   .vague = (w->flags & TEXT_WHEN_VAGUE) != 0,
                   .ambiguous = (w->flags & TEXT_WHEN_AMBIGUOUS) != 0,
                   .past = (w->flags & TEXT_WHEN_PAST) != 0,
                   .approximate = (w->flags & TEXT_WHEN_APPROXIMATE) != 0,
                   .deadline = (w->flags & TEXT_WHEN_DEADLINE) != 0,
                   .open = (w->flags & TEXT_WHEN_OPEN) != 0,
                   .before = (w->flags & TEXT_WHEN_BEFORE) != 0,
                   .duration = w->kind == TEXT_WHEN_DURATION ? w->duration : 0,
                   .rule = w->rule,
                   .candidates = w->candidates,
                   .candidate_count = w->candidate_count};
  if (text_when_due(w, r->engine->zone, &due)) {
    out.due = due.at;
    out.all_day = due.grain == TEXT_GRAIN_DAY;
  }
  return out;
}

static int list_when(mcrm_reading *r) {
  void *at;
  int code = reading_once(r, READING_TIMES, reading_times);
  if (code != MCRM_OK) return code;
  mcrm_when *list = reading_list(r->arena, r->times.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < r->times.count; i++) list[i] = when_of(r, &r->times.at[i]);
  r->when = (mcrm_when_array){at, r->times.count};
  return MCRM_OK;
}

static mcrm_entity entity_of(const text_entity *e) {
  return (mcrm_entity){.size = sizeof(mcrm_entity),
                       .at = {e->point_start, e->point_end, e->start, e->end},
                       .kind = text_entity_name(e->kind),
                       .value = e->value,
                       .amount = e->amount,
                       .other = e->other,
                       .colloquial = (e->flags & TEXT_COLLOQUIAL) != 0,
                       .rial = (e->flags & TEXT_RIAL) != 0,
                       .foreign = (e->flags & TEXT_FOREIGN) != 0,
                       .range = (e->flags & TEXT_RANGE) != 0,
                       .assumed = (e->flags & TEXT_ASSUMED) != 0,
                       .bad_checksum = (e->flags & TEXT_BAD_CHECKSUM) != 0,
                       .company = (e->flags & TEXT_COMPANY) != 0,
                       .spoken = (e->flags & TEXT_SPOKEN) != 0};
}

static int list_entities(mcrm_reading *r) {
  text_entities found;
  void *at;
  int code = text_entities_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK) return code;
  mcrm_entity *list = reading_list(r->arena, found.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.count; i++) list[i] = entity_of(&found.at[i]);
  r->entities = (mcrm_entity_array){at, found.count};
  return MCRM_OK;
}

int mcrm_reading_numbers(mcrm_reading *r, mcrm_number_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_NUMBERS, list_numbers, error);
  *out = r->numbers;
  return code;
}

int mcrm_reading_ranges(mcrm_reading *r, mcrm_number_range_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_RANGES, list_ranges, error);
  *out = r->ranges;
  return code;
}

int mcrm_reading_when(mcrm_reading *r, mcrm_when_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_WHEN, list_when, error);
  *out = r->when;
  return code;
}

int mcrm_reading_entities(mcrm_reading *r, mcrm_entity_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_ENTITIES, list_entities, error);
  *out = r->entities;
  return code;
}
