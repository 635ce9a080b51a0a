/* A CSV file by a stranger is read to its end; what is written from its cells reads back as the same cells. */
#include <base/utf8.h>
#include <sheet.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(arena *a, const sheet_row *row) {
  static sheet_row again;
  sheet_reader reader;
  mcrm_error error = {0};
  buffer out;
  buffer_init(&out, 64 << 20);
  for (size_t i = 0; i < row->count; i++) {
    if (i) buffer_byte(&out, ',');
    sheet_write_text(&out, row->cells[i].text, row->cells[i].length);
  }
  buffer_text(&out, "\r\n");
  if (!out.failed) {
    sheet_reader_begin(&reader, out.bytes);
    reader.separator = ',';
    if (sheet_read(&reader, a, &error, &again) != 1 || again.count != row->count) abort();
    for (size_t i = 0; i < row->count; i++)
      if (again.cells[i].length != row->cells[i].length ||
          memcmp(again.cells[i].text, row->cells[i].text, row->cells[i].length))
        abort();
  }
  buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static sheet_row row;
  arena *a = arena_new(256 << 20);
  char *text = a ? arena_copy(a, (const char *)data, size) : NULL;
  if (text && !memchr(text, 0, size)) {
    sheet_reader reader;
    mcrm_error error = {0};
    sheet_reader_begin(&reader, text);
    while (sheet_read(&reader, a, &error, &row) == 1) round_trip(a, &row);
  }
  arena_free(a);
  return 0;
}
