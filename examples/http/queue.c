#include <stdlib.h>

#include "request.h"

static request *take(queue *q) {
  pthread_mutex_lock(&q->lock);
  q->waiting++;
  while (!q->first && !q->closing) pthread_cond_wait(&q->filled, &q->lock);
  q->waiting--;
  request *r = q->first;
  if (r) {
    q->first = r->next_job;
    if (!q->first) q->last = NULL;
  }
  pthread_mutex_unlock(&q->lock);
  return r;
}

static void *work(void *context) {
  for (request *r; (r = take(context));) {
    r->state = mcrm_gateway_finish(r->exchange) ? REQUEST_FOREIGN : REQUEST_DONE;
    MHD_resume_connection(r->connection); /* from here on it is the event thread's again */
  }
  return NULL;
}

int queue_start(queue *q, unsigned workers) {
  *q = (queue){.closing = false};
  if (pthread_mutex_init(&q->lock, NULL) || pthread_cond_init(&q->filled, NULL)) return -1;
  while (q->count < workers && q->count < sizeof q->threads / sizeof *q->threads) {
    if (pthread_create(&q->threads[q->count], NULL, work, q)) break;
    q->count++;
  }
  return q->count ? 0 : -1;
}

void queue_put(queue *q, request *r) {
  r->next_job = NULL;
  pthread_mutex_lock(&q->lock);
  if (q->last)
    q->last->next_job = r;
  else
    q->first = r;
  q->last = r;
  bool asleep = q->waiting > 0;
  pthread_mutex_unlock(&q->lock);
  if (asleep) pthread_cond_signal(&q->filled); /* outside, so that who wakes finds the lock free */
}

void queue_stop(queue *q) {
  pthread_mutex_lock(&q->lock);
  q->closing = true;
  pthread_cond_broadcast(&q->filled);
  pthread_mutex_unlock(&q->lock);
  for (unsigned i = 0; i < q->count; i++) pthread_join(q->threads[i], NULL);
  pthread_cond_destroy(&q->filled);
  pthread_mutex_destroy(&q->lock);
}
