#include "log.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WARNING = 4, PAUSE_NS = 100000000 };

static void put(const char *bytes, size_t length) {
  while (length) {
    ssize_t wrote = write(STDERR_FILENO, bytes, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return; /* nobody can be told */
    bytes += wrote;
    length -= (size_t)wrote;
  }
}

static void flush(log_lines *log) {
  put(log->bytes, log->used);
  log->used = 0;
}

/* Sleeps until there is a line, lets others join it, and writes them. */
static void *write_lines(void *context) {
  log_lines *log = context;
  pthread_mutex_lock(&log->lock);
  while (log->batching) {
    struct timespec until;
    while (log->batching && !log->used) pthread_cond_wait(&log->changed, &log->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PAUSE_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (log->batching && !pthread_cond_timedwait(&log->changed, &log->lock, &until)) continue;
    flush(log);
  }
  pthread_mutex_unlock(&log->lock);
  return NULL;
}

void log_start(log_lines *log) {
  *log = (log_lines){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .batching = true};
  if (pthread_create(&log->writer, NULL, write_lines, log)) log->batching = false;
}

void log_stop(log_lines *log) {
  pthread_mutex_lock(&log->lock);
  bool running = log->batching;
  log->batching = false;
  pthread_cond_signal(&log->changed);
  pthread_mutex_unlock(&log->lock);
  if (running) pthread_join(log->writer, NULL);
}

void log_line(void *context, int level, const char *line) {
  log_lines *log = context;
  size_t length = strlen(line);
  pthread_mutex_lock(&log->lock);
  bool first = !log->used;
  if (length + 1 > sizeof log->bytes - log->used) flush(log);
  if (length + 1 > sizeof log->bytes) {
    put(line, length);
    length = 0;
  }
  memcpy(log->bytes + log->used, line, length);
  log->used += length;
  log->bytes[log->used++] = '\n';
  if (level <= WARNING || !log->batching)
    flush(log);
  else if (first)
    pthread_cond_signal(&log->changed);
  pthread_mutex_unlock(&log->lock);
}
