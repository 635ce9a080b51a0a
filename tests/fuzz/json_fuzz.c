/* JSON into every kind of record. What is taken is written and read again, and is then the same text. */
#include <base/zone.h>
#include <model/entities.h>
#include <model/json.h>
#include <model/validate.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers beyond what a double holds exactly may come back as a neighbour. */
static bool has_huge_number(const char *json) {
  bool in_text = false;
  size_t digits = 0;
  for (; *json; json++) {
    if (in_text && *json == '\\' && json[1])
      json++;
    else if (*json == '"')
      in_text = !in_text;
    digits = !in_text && *json >= '0' && *json <= '9' ? digits + 1 : 0;
    if (digits > 15) return true;
  }
  return false;
}

static void round_trip(arena *a, const model_entity *e, const void *record, const zone *z) {
  buffer first, second;
  mcrm_error error = {0};
  void *again;
  buffer_init(&first, 64 << 20);
  buffer_init(&second, 64 << 20);
  model_encode(&first, e, record, z);
  if (!first.failed && !model_decode(a, e, first.bytes, first.length, z, &error, &again)) {
    model_encode(&second, e, again, z);
    if (!second.failed && !has_huge_number(first.bytes) &&
        (first.length != second.length || memcmp(first.bytes, second.bytes, first.length)))
      abort();
  } else if (!first.failed && error.code != MCRM_NO_MEMORY) {
    abort();
  }
  buffer_free(&first);
  buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const model_entity *const entities[] = {
      &model_task,      &model_interaction,    &model_rep_filter, &model_task_completion,
      &model_bulk_done, &model_profile_update, &model_saved_view};
  enum { ENTITIES = sizeof entities / sizeof *entities };
  static zone *z;
  mcrm_error error = {0};
  if (!size) return 0;
  if (!z) z = zone_load("Asia/Tehran", &error);
  arena *a = arena_new(256 << 20);
  if (!a) return 0;
  const model_entity *e = entities[data[0] % ENTITIES];
  void *record;
  int code = model_decode(a, e, (const char *)data + 1, size - 1, z, &error, &record);
  if (code != error.code) abort();
  if (!code) {
    round_trip(a, e, record, z);
    model_validate(e, record, MODEL_CREATE, &error);
  }
  arena_free(a);
  return 0;
}
