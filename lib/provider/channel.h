/* Frames over a socket, without ever waiting longer than told. */
#ifndef PROVIDER_CHANNEL_H
#define PROVIDER_CHANNEL_H

#include "wire.h"

#include <stdbool.h>

typedef struct frame {
  struct frame *next;
  wire_head head;
  char bytes[]; /* fields, then raw */
} frame;

static inline const char *frame_raw(const frame *f) { return f->bytes + f->head.fields; }

typedef struct channel {
  int fd;
  int pidfd; /* of who is at the other end; -1 = not known */
  bool partly_sent;
  wire_head head;
  size_t head_got, got;
  frame *coming;
} channel;

/* What stands behind a frame's fields: bytes, or (where bytes is NULL) what `read` hands over piece by piece, so that a
 * recording is never in memory as a whole. */
typedef struct channel_raw {
  const void *bytes;
  size_t length;
  int (*read)(void *context, size_t at, void *to, size_t length);
  void *context;
} channel_raw;

void channel_init(channel *c, int fd, int pidfd);
/* Frees what had come of a frame; the descriptors are the caller's. */
void channel_clear(channel *c);
/* until: clock_monotonic. stop may be NULL. MCRM_OK, MCRM_TIMEOUT, MCRM_CANCELLED, MCRM_IO (raw cannot be
 * read) or MCRM_UNAVAILABLE (nobody is there). raw may be NULL. After anything but OK nothing may be sent any more if
 * partly_sent. */
int channel_send(channel *c, wire_verb verb, uint32_t call, const buffer *fields, const channel_raw *raw, int64_t until,
                 bool (*stop)(void *context), void *context);
/* The next frame (free() it); MCRM_TIMEOUT, MCRM_UNAVAILABLE, MCRM_INVALID (not our words) or MCRM_NO_MEMORY. */
int channel_receive(channel *c, int64_t until, frame **out);

#endif
