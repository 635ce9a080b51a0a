/* Event streams. A stream with nothing to say is suspended and costs no thread; one thread looks after all of them when
 * the CRM says that something changed, or when a heartbeat is due. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "request.h"

enum { BLOCK = 512, LONGEST_WAIT_MS = 15000 };

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void look_again(stream_list *list) {
  uint64_t one = 1;
  ssize_t ignored = write(list->wakeup, &one, sizeof one);
  (void)ignored;
}

void stream_list_wake(stream_list *list) {
  atomic_fetch_add(&list->changes, 1);
  pthread_mutex_lock(&list->lock);
  bool anybody = list->first;
  pthread_mutex_unlock(&list->lock);
  if (anybody) look_again(list);
}

/* The event loop asks for bytes. Nothing there: the connection sleeps. */
static ssize_t read_stream(void *context, uint64_t position, char *out, size_t most) {
  request *r = context;
  stream_list *list = r->streams;
  ssize_t size = 0;
  (void)position;
  pthread_mutex_lock(&list->lock);
  if (r->given < r->length) {
    size_t rest = r->length - r->given;
    if (rest > most) rest = most;
    memcpy(out, r->bytes + r->given, rest);
    r->given += rest;
    size = (ssize_t)rest;
  } else if (r->over) {
    size = MHD_CONTENT_READER_END_OF_STREAM;
  } else {
    r->parked = true;
    /* New, or it missed something, or was not parked when the thread counted how long it may sleep. */
    if (!r->due || r->seen != atomic_load(&list->changes) || r->due < list->sleeps_until) look_again(list);
    MHD_suspend_connection(r->connection);
  }
  pthread_mutex_unlock(&list->lock);
  return size;
}

struct MHD_Response *stream_response(stream_list *list, request *r) {
  struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, r, NULL);
  if (!response) return NULL;
  pthread_mutex_lock(&list->lock);
  r->streams = list;
  r->next_stream = list->first;
  list->first = r;
  atomic_fetch_add(&list->open, 1);
  if (list->closing) mcrm_exchange_end(r->exchange);
  pthread_cond_broadcast(&list->any);
  pthread_mutex_unlock(&list->lock);
  return response;
}

void stream_forget(stream_list *list, request *r) {
  pthread_mutex_lock(&list->lock);
  for (request **at = &list->first; *at; at = &(*at)->next_stream) {
    if (*at != r) continue;
    *at = r->next_stream;
    atomic_fetch_sub(&list->open, 1);
    break;
  }
  pthread_mutex_unlock(&list->lock);
  free(r->bytes);
}

/* A client that went away while its connection slept is noticed here; resumed, the daemon finds it closed. */
static bool gone(request *r) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  struct pollfd p = {.fd = info ? info->connect_fd : -1, .events = POLLRDHUP};
  return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* A parked stream is nobody else's until it is resumed, so the lock is not held while the CRM is asked. */
static void look_after(stream_list *list, request *r) {
  const char *bytes = NULL;
  size_t length = 0;
  int64_t wait = LONGEST_WAIT_MS;
  unsigned changes = atomic_load(&list->changes);
  if (r->seen == changes && !list->closing && now_ms() < r->due) return;
  r->seen = changes;
  int code = gone(r) ? MCRM_CANCELLED : mcrm_exchange_stream(r->exchange, &bytes, &length, &wait);
  r->due = now_ms() + (wait > 0 && wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
  if (!code && !length) return;
  char *copy = code ? NULL : malloc(length);
  if (copy) memcpy(copy, bytes, length);
  pthread_mutex_lock(&list->lock);
  free(r->bytes);
  r->bytes = copy;
  r->length = copy ? length : 0;
  r->given = 0;
  r->over = code != 0 || !copy;
  r->parked = false;
  request_resume(r);
  pthread_mutex_unlock(&list->lock);
}

/* The streams that sleep, collected under the lock; none of them can end before it is resumed. */
static size_t collect(stream_list *list, request ***out) {
  size_t count = 0, at = 0;
  pthread_mutex_lock(&list->lock);
  for (request *r = list->first; r; r = r->next_stream) count += r->parked;
  *out = count ? calloc(count, sizeof **out) : NULL;
  for (request *r = list->first; r && *out; r = r->next_stream)
    if (r->parked) (*out)[at++] = r;
  pthread_mutex_unlock(&list->lock);
  return at;
}

static int next_wait(request **parked, size_t count) {
  int64_t wait = LONGEST_WAIT_MS, now = now_ms();
  for (size_t i = 0; i < count; i++)
    if (parked[i]->due - now < wait) wait = parked[i]->due - now;
  return wait < 50 ? 50 : (int)wait; /* a new stream wakes the thread itself */
}

static void *run(void *context) {
  stream_list *list = context;
  int wait = 1000;
  for (;;) {
    struct pollfd p = {.fd = list->wakeup, .events = POLLIN};
    uint64_t times;
    request **parked;
    if (poll(&p, 1, wait) > 0 && read(list->wakeup, &times, sizeof times) < 0) return NULL;
    size_t count = collect(list, &parked);
    for (size_t i = 0; i < count; i++) look_after(list, parked[i]);
    free(parked);
    pthread_mutex_lock(&list->lock);
    list->sleeps_until = INT64_MAX; /* whoever parks from here on wakes the thread */
    pthread_mutex_unlock(&list->lock);
    count = collect(list, &parked);
    wait = list->closing ? 50 : next_wait(parked, count);
    free(parked);
    pthread_mutex_lock(&list->lock);
    list->sleeps_until = now_ms() + wait;
    bool end = list->closing && !list->first;
    pthread_mutex_unlock(&list->lock);
    if (end) return NULL;
  }
}

bool stream_list_await(stream_list *list, unsigned seconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += seconds;
  pthread_mutex_lock(&list->lock);
  while (!list->first && !list->closing && !pthread_cond_timedwait(&list->any, &list->lock, &until)) continue;
  bool any = list->first;
  pthread_mutex_unlock(&list->lock);
  return any;
}

int stream_list_start(stream_list *list) {
  pthread_condattr_t monotonic;
  *list = (stream_list){.wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (list->wakeup < 0 || pthread_mutex_init(&list->lock, NULL) || pthread_condattr_init(&monotonic)) return -1;
  int failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) || pthread_cond_init(&list->any, &monotonic);
  pthread_condattr_destroy(&monotonic);
  return failed || pthread_create(&list->thread, NULL, run, list) ? -1 : 0;
}

void stream_list_close(stream_list *list) {
  pthread_mutex_lock(&list->lock);
  atomic_store(&list->closing, true);
  for (request *r = list->first; r; r = r->next_stream) mcrm_exchange_end(r->exchange);
  pthread_cond_broadcast(&list->any);
  pthread_mutex_unlock(&list->lock);
  look_again(list);
}

void stream_list_stop(stream_list *list) {
  pthread_join(list->thread, NULL);
  close(list->wakeup);
  pthread_cond_destroy(&list->any);
  pthread_mutex_destroy(&list->lock);
}
