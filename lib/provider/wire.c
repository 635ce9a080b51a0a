#include "wire.h"

#include <marfacrm/types.h>
#include <string.h>

enum { LENGTH = sizeof(uint32_t) };

int wire_head_right(const wire_head *h) {
  return h->magic == WIRE_MAGIC && h->fields <= WIRE_FIELDS_MOST && h->raw <= WIRE_RAW_MOST;
}

/* ---- writing ---- */

static void write_length(buffer *out, size_t length) {
  uint32_t n = (uint32_t)length;
  buffer_append(out, (const char *)&n, sizeof n);
}

static void write_field(buffer *out, unsigned char tag, const void *bytes, size_t length) {
  buffer_byte(out, (char)tag);
  write_length(out, length);
  buffer_append(out, bytes, length);
}

/* The length of what follows is known afterwards. */
static size_t open_field(buffer *out) {
  size_t at = out->length;
  write_length(out, 0);
  return at;
}

static void close_field(buffer *out, size_t at) {
  if (out->failed) return;
  uint32_t n = (uint32_t)(out->length - at - LENGTH);
  memcpy(out->bytes + at, &n, sizeof n);
}

static void write_texts(buffer *out, unsigned char tag, const char *const *at, size_t count) {
  buffer_byte(out, (char)tag);
  size_t field = open_field(out);
  for (size_t i = 0; i < count; i++) {
    write_length(out, strlen(at[i]));
    buffer_text(out, at[i]);
  }
  close_field(out, field);
}

static void write_records(buffer *out, const wire_row *row, const void *const *at, size_t count) {
  buffer_byte(out, (char)row->tag);
  size_t field = open_field(out);
  for (size_t i = 0; i < count; i++) {
    size_t one = open_field(out);
    wire_write(out, row->of, at[i]);
    close_field(out, one);
  }
  close_field(out, field);
}

static size_t count_of(const wire_row *row, const char *record) {
  size_t count;
  memcpy(&count, record + row->also, sizeof count);
  return count;
}

static void write_row(buffer *out, const wire_row *row, const char *record) {
  const char *at = record + row->offset;
  const void *pointer = NULL;
  if (row->kind != WIRE_FIXED && row->kind != WIRE_INT && row->kind != WIRE_LONG && row->kind != WIRE_REAL)
    memcpy(&pointer, at, sizeof pointer);
  switch (row->kind) {
    case WIRE_TEXT:
      if (pointer) write_field(out, row->tag, pointer, strlen(pointer));
      break;
    case WIRE_FIXED:
      write_field(out, row->tag, at, strnlen(at, row->also));
      break;
    case WIRE_INT:
      write_field(out, row->tag, at, sizeof(int));
      break;
    case WIRE_LONG:
    case WIRE_REAL:
      write_field(out, row->tag, at, 8);
      break;
    case WIRE_TEXTS:
      if (pointer) write_texts(out, row->tag, pointer, count_of(row, record));
      break;
    case WIRE_LIST: {
      size_t count = 0;
      const char *const *list = pointer;
      while (list && list[count]) count++;
      if (list) write_texts(out, row->tag, list, count);
      break;
    }
    case WIRE_RECORD:
      if (pointer) write_records(out, row, &pointer, 1);
      break;
    case WIRE_RECORDS:
      if (pointer) write_records(out, row, pointer, count_of(row, record));
      break;
  }
}

void wire_write(buffer *out, const wire_shape *shape, const void *record) {
  for (size_t i = 0; i < shape->count && !out->failed; i++) write_row(out, &shape->rows[i], record);
}

/* ---- reading ---- */

/* Cuts `length` bytes that are led by their length off the front. */
static bool cut(const char **bytes, size_t *rest, const char **piece, size_t *length) {
  uint32_t n;
  if (*rest < LENGTH) return false;
  memcpy(&n, *bytes, sizeof n);
  if (n > *rest - LENGTH) return false;
  *piece = *bytes + LENGTH;
  *length = n;
  *bytes += LENGTH + n;
  *rest -= LENGTH + n;
  return true;
}

/* How many pieces there are; false where they do not fill the field. */
static bool count_pieces(const char *bytes, size_t rest, size_t *count) {
  const char *piece;
  size_t length;
  for (*count = 0; rest; ++*count)
    if (!cut(&bytes, &rest, &piece, &length)) return false;
  return true;
}

static int read_texts(arena *a, const wire_row *row, const char *bytes, size_t rest, char *record) {
  size_t count, length, i = 0;
  const char *piece;
  if (!count_pieces(bytes, rest, &count)) return MCRM_INVALID;
  const char **list = arena_array(a, count + 1, sizeof *list);
  if (!list) return MCRM_NO_MEMORY;
  for (; cut(&bytes, &rest, &piece, &length); i++)
    if (!(list[i] = arena_copy(a, piece, length))) return MCRM_NO_MEMORY;
  memcpy(record + row->offset, &list, sizeof list);
  if (row->kind == WIRE_TEXTS) memcpy(record + row->also, &count, sizeof count);
  return MCRM_OK;
}

static int read_records(arena *a, const wire_row *row, const char *bytes, size_t rest, char *record) {
  size_t count, length, i = 0;
  const char *piece;
  if (!count_pieces(bytes, rest, &count)) return MCRM_INVALID;
  void **list = arena_array(a, count + 1, sizeof *list);
  if (!list) return MCRM_NO_MEMORY;
  for (; cut(&bytes, &rest, &piece, &length); i++) {
    if (!(list[i] = arena_alloc(a, row->of->size))) return MCRM_NO_MEMORY;
    int code = wire_read(a, row->of, piece, length, list[i]);
    if (code) return code;
  }
  if (row->kind == WIRE_RECORDS) {
    memcpy(record + row->offset, &list, sizeof list);
    memcpy(record + row->also, &count, sizeof count);
  } else if (count) {
    memcpy(record + row->offset, &list[0], sizeof list[0]);
  }
  return MCRM_OK;
}

static int read_row(arena *a, const wire_row *row, const char *bytes, size_t length, char *record) {
  size_t number = row->kind == WIRE_INT ? sizeof(int) : 8;
  char *text;
  switch (row->kind) {
    case WIRE_TEXT:
      text = arena_copy(a, bytes, length);
      if (!text) return MCRM_NO_MEMORY;
      memcpy(record + row->offset, &text, sizeof text);
      return MCRM_OK;
    case WIRE_FIXED:
      if (length >= row->also) return MCRM_INVALID;
      memset(record + row->offset, 0, row->also);
      memcpy(record + row->offset, bytes, length);
      return MCRM_OK;
    case WIRE_INT:
    case WIRE_LONG:
    case WIRE_REAL:
      if (length != number) return MCRM_INVALID;
      memcpy(record + row->offset, bytes, number);
      return MCRM_OK;
    case WIRE_TEXTS:
    case WIRE_LIST:
      return read_texts(a, row, bytes, length, record);
    case WIRE_RECORD:
    case WIRE_RECORDS:
      return read_records(a, row, bytes, length, record);
  }
  return MCRM_INVALID;
}

int wire_read(arena *a, const wire_shape *shape, const char *bytes, size_t length, void *record) {
  if (shape->sized) memcpy(record, &shape->size, sizeof shape->size);
  while (length) {
    unsigned char tag = (unsigned char)*bytes++;
    const char *piece;
    size_t size;
    length--;
    if (!cut(&bytes, &length, &piece, &size)) return MCRM_INVALID;
    for (size_t i = 0; i < shape->count; i++) {
      if (shape->rows[i].tag != tag) continue;
      int code = read_row(a, &shape->rows[i], piece, size, record);
      if (code) return code;
    }
  }
  return MCRM_OK;
}
