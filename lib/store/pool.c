/* Connections are opened when needed, kept, and lent to one transaction at a time. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "internal.h"

int store_lane_init(store_lane *lane, store_role role, unsigned most) {
  *lane = (store_lane){.role = role, .most = most, .idle = calloc(most, sizeof(void *))};
  return lane->idle ? MCRM_OK : MCRM_NO_MEMORY;
}

void store_lane_close(store *s, store_lane *lane) {
  for (unsigned i = 0; i < lane->idle_count; i++) s->driver->close(lane->idle[i]);
  free(lane->idle);
  *lane = (store_lane){0};
}

static store_lane *lane_of(store *s, bool write) { return write ? &s->writers : &s->readers; }

/* Hands a connection, or (NULL) the right to open one, to who waits longest. */
static void grant(store *s, store_lane *lane, void *connection) {
  store_waiter *waiter = lane->first;
  if (waiter) {
    lane->first = waiter->next;
    if (!lane->first) lane->last = NULL;
    waiter->connection = connection;
    waiter->granted = true;
    pthread_cond_signal(&waiter->wake);
    return;
  }
  if (connection)
    lane->idle[lane->idle_count++] = connection;
  else
    lane->open--;
  if (s->closing) pthread_cond_broadcast(&s->home);
}

static void leave(store_lane *lane, store_waiter *waiter) {
  store_waiter *before = NULL;
  for (store_waiter *w = lane->first; w != waiter; w = w->next) before = w;
  if (before)
    before->next = waiter->next;
  else
    lane->first = waiter->next;
  if (lane->last == waiter) lane->last = before;
}

static int wait_turn(store_lane *lane, pthread_mutex_t *lock, int64_t deadline, mcrm_error *error, void **connection) {
  store_waiter waiter = {0};
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes)) return error_no_memory(error);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  int failed = pthread_cond_init(&waiter.wake, &attributes);
  pthread_condattr_destroy(&attributes);
  if (failed) return error_no_memory(error);

  if (lane->last)
    lane->last->next = &waiter;
  else
    lane->first = &waiter;
  lane->last = &waiter;
  const struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
  int code = MCRM_OK;
  while (!waiter.granted && !code)
    if (pthread_cond_timedwait(&waiter.wake, lock, &until) == ETIMEDOUT && !waiter.granted) {
      leave(lane, &waiter);
      code = error_set(error, MCRM_BUSY, NULL, "store.busy",
                       "all connections to the database were in use until the deadline");
    }
  pthread_cond_destroy(&waiter.wake);
  *connection = waiter.connection;
  return code;
}

bool store_at_hand(store *s) {
  if (!(s->driver->capabilities & STORE_FILE)) return false;
  pthread_mutex_lock(&s->lock);
  bool idle = !s->closing && !s->readers.first && s->readers.idle_count;
  pthread_mutex_unlock(&s->lock);
  return idle;
}

int store_acquire(store *s, bool write, int64_t deadline, mcrm_error *error, void **connection) {
  store_lane *lane = lane_of(s, write);
  *connection = NULL;
  int code = MCRM_OK;
  pthread_mutex_lock(&s->lock);
  if (s->closing)
    code = error_set(error, MCRM_UNSUPPORTED, NULL, "closed", "the store is being closed");
  else if (!lane->first && lane->idle_count)
    *connection = lane->idle[--lane->idle_count];
  else if (!lane->first && lane->open < lane->most)
    lane->open++;
  else
    code = wait_turn(lane, &s->lock, deadline, error, connection);
  pthread_mutex_unlock(&s->lock);
  if (code || *connection) return code;

  code = s->driver->open(s->url, lane->role, false, error, connection);
  if (!code) return MCRM_OK;
  pthread_mutex_lock(&s->lock);
  grant(s, lane, NULL);
  pthread_mutex_unlock(&s->lock);
  return code;
}

void store_release(store *s, bool write, void *connection) {
  if (!s->driver->alive(connection)) {
    s->driver->close(connection);
    connection = NULL;
  }
  pthread_mutex_lock(&s->lock);
  grant(s, lane_of(s, write), connection);
  pthread_mutex_unlock(&s->lock);
}
