#include <stdlib.h>

#include "request.h"

static request *first_of(queue *q) {
  request *r = q->first;
  q->first = r->next_job;
  if (!q->first) q->last = NULL;
  return r;
}

static request *take(worker *w) {
  queue *q = w->queue;
  pthread_mutex_lock(&q->lock);
  request *r = q->first ? first_of(q) : NULL;
  if (!r && !q->closing) {
    w->job = NULL;
    w->next_idle = q->idle;
    q->idle = w;
    while (!w->job && !q->closing) pthread_cond_wait(&w->called, &q->lock);
    r = w->job;
  }
  pthread_mutex_unlock(&q->lock);
  return r;
}

static void *work(void *context) {
  for (request *r; (r = take(context));) {
    request_finish(r);
    request_resume(r);
  }
  return NULL;
}

int queue_start(queue *q, unsigned workers) {
  *q = (queue){.closing = false};
  if (pthread_mutex_init(&q->lock, NULL)) return -1;
  while (q->count < workers && q->count < sizeof q->workers / sizeof *q->workers) {
    worker *w = &q->workers[q->count];
    w->queue = q;
    if (pthread_cond_init(&w->called, NULL) || pthread_create(&w->thread, NULL, work, w)) break;
    q->count++;
  }
  return q->count ? 0 : -1;
}

void queue_put(queue *q, request *r) {
  r->next_job = NULL;
  pthread_mutex_lock(&q->lock);
  worker *w = q->idle;
  if (w) {
    q->idle = w->next_idle;
    w->job = r;
  } else if (q->last) {
    q->last->next_job = r;
    q->last = r;
  } else {
    q->first = q->last = r;
  }
  pthread_mutex_unlock(&q->lock);
  if (w) pthread_cond_signal(&w->called); /* outside, so that who wakes finds the lock free */
}

void queue_stop(queue *q) {
  pthread_mutex_lock(&q->lock);
  q->closing = true;
  for (unsigned i = 0; i < q->count; i++) pthread_cond_signal(&q->workers[i].called);
  pthread_mutex_unlock(&q->lock);
  for (unsigned i = 0; i < q->count; i++) {
    pthread_join(q->workers[i].thread, NULL);
    pthread_cond_destroy(&q->workers[i].called);
  }
  pthread_mutex_destroy(&q->lock);
}
