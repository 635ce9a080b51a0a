#include "ids.h"

#include <base/error.h>
#include <stdlib.h>

/* Few sizes, so that few statements are prepared; small ones, so that one record does not pay for a page. */
static size_t places_for(size_t count) {
  size_t places = 1;
  while (places < count) places *= 4;
  return places < IDS_BATCH ? places : IDS_BATCH;
}

int ids_query(store_tx *tx, store_rows *rows, const char *head, const char *tail, const mcrm_id *ids, size_t count) {
  store_value values[IDS_BATCH];
  size_t places = places_for(count);
  buffer sql;
  buffer_init(&sql, 16 * 1024);
  buffer_text(&sql, head);
  for (size_t i = 0; i < places; i++) {
    buffer_text(&sql, i ? ", $" : " ($");
    buffer_number(&sql, (int64_t)i + 1);
    values[i] = store_int(ids[i < count ? i : count - 1]);
  }
  buffer_text(&sql, ") ");
  buffer_text(&sql, tail);
  *rows = (store_rows){.tx = tx};
  rows->code = sql.failed ? error_no_memory(tx->error) : MCRM_OK;
  if (!rows->code) store_query_with(tx, rows, sql.bytes, values, places);
  buffer_free(&sql);
  return rows->code;
}

static int by_number(const void *a, const void *b) {
  mcrm_id left = *(const mcrm_id *)a, right = *(const mcrm_id *)b;
  return left < right ? -1 : left > right;
}

size_t ids_sort(mcrm_id *ids, size_t count) {
  if (count) qsort(ids, count, sizeof *ids, by_number);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (ids[i] && (!kept || ids[kept - 1] != ids[i])) ids[kept++] = ids[i];
  return kept;
}

bool id_read(const char *text, mcrm_id *out) {
  uint64_t number = 0;
  size_t length = 0;
  for (; text[length] >= '0' && text[length] <= '9' && length < 20; length++)
    number = number * 10 + (uint64_t)(text[length] - '0');
  if (!length || length > 19 || text[length] || number > INT64_MAX || !number) return false;
  *out = (mcrm_id)number;
  return true;
}
