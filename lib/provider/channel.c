#include "channel.h"

#include <base/clock.h>
#include <errno.h>
#include <marfacrm/types.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { LOOK_NS = 20 * 1000000, PIECE = 64 << 10 };

void channel_init(channel *c, int fd, int pidfd) { *c = (channel){.fd = fd, .pidfd = pidfd}; }

void channel_clear(channel *c) {
  free(c->coming);
  c->coming = NULL;
}

static int wait_for(const channel *c, short events, int64_t until) {
  int64_t left = until - clock_monotonic();
  struct pollfd fds[] = {{.fd = c->fd, .events = events}, {.fd = c->pidfd, .events = POLLIN}};
  int ms = left <= 0 ? 0 : left > (int64_t)3600 * 1000000000 ? 3600000 : (int)((left + 999999) / 1000000);
  int n = poll(fds, 2, ms);
  if (n < 0) return errno == EINTR ? MCRM_OK : MCRM_UNAVAILABLE;
  if (!n) return MCRM_TIMEOUT;
  /* What it still said before it died is worth hearing. */
  return fds[0].revents ? MCRM_OK : MCRM_UNAVAILABLE;
}

/* Moves an array of pieces on by what has been sent. */
static void advance(struct iovec *pieces, size_t count, size_t sent) {
  for (size_t i = 0; i < count && sent; i++) {
    size_t part = sent < pieces[i].iov_len ? sent : pieces[i].iov_len;
    pieces[i].iov_base = (char *)pieces[i].iov_base + part;
    pieces[i].iov_len -= part;
    sent -= part;
  }
}

/* How long a sender waits, and for what. */
typedef struct patience {
  int64_t until;
  bool (*stop)(void *context);
  void *context;
} patience;

static int send_pieces(channel *c, struct iovec *pieces, size_t count, const patience *p) {
  size_t left = 0;
  for (size_t i = 0; i < count; i++) left += pieces[i].iov_len;
  while (left) {
    struct msghdr m = {.msg_iov = pieces, .msg_iovlen = count};
    ssize_t sent = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      left -= (size_t)sent;
      c->partly_sent = true;
      advance(pieces, count, (size_t)sent);
      continue;
    }
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return MCRM_UNAVAILABLE;
    int64_t now = clock_monotonic();
    if (now >= p->until) return MCRM_TIMEOUT;
    if (p->stop && p->stop(p->context)) return MCRM_CANCELLED;
    if (wait_for(c, POLLOUT, p->stop && p->until - now > LOOK_NS ? now + LOOK_NS : p->until) == MCRM_UNAVAILABLE)
      return MCRM_UNAVAILABLE;
  }
  return MCRM_OK;
}

static int send_read(channel *c, const channel_raw *raw, const patience *p) {
  char piece[PIECE];
  for (size_t at = 0; at < raw->length;) {
    size_t length = raw->length - at < PIECE ? raw->length - at : PIECE;
    if (raw->read(raw->context, at, piece, length)) return MCRM_IO;
    int code = send_pieces(c, &(struct iovec){piece, length}, 1, p);
    if (code) return code;
    at += length;
  }
  return MCRM_OK;
}

int channel_send(channel *c, wire_verb verb, uint32_t call, const buffer *fields, const channel_raw *raw, int64_t until,
                 bool (*stop)(void *context), void *context) {
  static const channel_raw none = {.bytes = ""};
  const patience p = {until, stop, context};
  if (!raw) raw = &none;
  wire_head head = {.magic = WIRE_MAGIC,
                    .verb = verb,
                    .call = call,
                    .fields = fields ? (uint32_t)fields->length : 0,
                    .raw = (uint32_t)raw->length};
  struct iovec pieces[] = {{&head, sizeof head},
                           {fields ? fields->bytes : NULL, head.fields},
                           {(void *)(uintptr_t)raw->bytes, raw->bytes ? raw->length : 0}};
  int code = send_pieces(c, pieces, 3, &p);
  if (!code && !raw->bytes) code = send_read(c, raw, &p);
  if (!code) c->partly_sent = false;
  return code;
}

/* As much as is there: 0 when the piece is whole. */
static int take(channel *c, char *to, size_t size, size_t *got) {
  while (*got < size) {
    ssize_t n = recv(c->fd, to + *got, size - *got, MSG_DONTWAIT);
    if (n > 0)
      *got += (size_t)n;
    else if (!n || (errno != EAGAIN && errno != EINTR))
      return MCRM_UNAVAILABLE;
    else if (errno == EAGAIN)
      return MCRM_BUSY;
  }
  return MCRM_OK;
}

static int receive_some(channel *c) {
  int code = take(c, (char *)&c->head, sizeof c->head, &c->head_got);
  if (code) return code;
  size_t size = (size_t)c->head.fields + c->head.raw;
  if (!c->coming) {
    if (!wire_head_right(&c->head)) return MCRM_INVALID;
    c->coming = malloc(sizeof *c->coming + size + 1);
    if (!c->coming) return MCRM_NO_MEMORY;
    c->coming->head = c->head;
    c->coming->next = NULL;
    c->got = 0;
  }
  return take(c, c->coming->bytes, size, &c->got);
}

int channel_receive(channel *c, int64_t until, frame **out) {
  for (;;) {
    int code = receive_some(c);
    if (!code) {
      *out = c->coming;
      c->coming = NULL;
      c->head_got = 0;
      return MCRM_OK;
    }
    if (code != MCRM_BUSY) return code;
    code = wait_for(c, POLLIN, until);
    if (code) return code;
  }
}
