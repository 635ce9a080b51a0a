/* What host and provider process say to each other over their socket pair.
 *
 * A frame is a head, fields, and raw bytes (audio, a delta) behind them. Fields are tag, length, value; what a side
 * does not know it skips, so that a library and a program of neighbouring versions understand each other. Not JSON:
 * neither side needs a parser that can be driven deep, and half a megabyte of text is copied once. Which member of
 * which struct is which field is said by tables (message.c). Both ends are on one machine: numbers are in its own byte
 * order. */
#ifndef PROVIDER_WIRE_H
#define PROVIDER_WIRE_H

#include <base/arena.h>
#include <base/buffer.h>

enum {
  WIRE_VERSION = 1,
  WIRE_MAGIC = 0x6D43524D,
  WIRE_FIELDS_MOST = 16 << 20, /* of the fields of a frame */
  WIRE_RAW_MOST = 64 << 20     /* of its raw bytes */
};

typedef enum wire_verb {
  WIRE_HELLO = 1, /* to the process: who you are, your settings */
  WIRE_CHAT,
  WIRE_SPEECH,
  WIRE_PROBE,
  WIRE_CANCEL,
  WIRE_READY = 32, /* from the process: what I can */
  WIRE_REFUSED,    /* an mcrm_error: I do not start */
  WIRE_DELTA,
  WIRE_PROGRESS,
  WIRE_LOG,
  WIRE_DONE
} wire_verb;

typedef struct wire_head {
  uint32_t magic, verb, call, fields, raw;
} wire_head;

typedef enum wire_kind {
  WIRE_TEXT,    /* const char *; NULL is left out */
  WIRE_FIXED,   /* char[also] */
  WIRE_INT,     /* int or unsigned */
  WIRE_LONG,    /* int64_t */
  WIRE_REAL,    /* double */
  WIRE_TEXTS,   /* const char *const *, with their size_t count at `also` */
  WIRE_LIST,    /* const char *const *, NULL-terminated */
  WIRE_RECORD,  /* pointer to one, or NULL */
  WIRE_RECORDS, /* T *const *, with their size_t count at `also` */
} wire_kind;

/* Tags are never used again for something else. */
typedef struct wire_row {
  unsigned char tag;
  wire_kind kind;
  size_t offset, also;
  const struct wire_shape *of;
} wire_row;

typedef struct wire_shape {
  size_t size;
  int sized; /* 1: begins with its size, set on reading */
  const wire_row *rows;
  size_t count;
} wire_shape;

/* Whether a head can be the head of a frame. */
int wire_head_right(const wire_head *h);
/* Appends the record's fields. */
void wire_write(buffer *out, const wire_shape *shape, const void *record);
/* Into a record that holds the defaults. 0, MCRM_INVALID (not such fields) or MCRM_NO_MEMORY. */
int wire_read(arena *a, const wire_shape *shape, const char *bytes, size_t length, void *record);

#endif
