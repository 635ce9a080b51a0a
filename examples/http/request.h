/* One request on its way through the server. */
#ifndef EXAMPLE_HTTP_REQUEST_H
#define EXAMPLE_HTTP_REQUEST_H

#include <marfacrm/gateway.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef enum request_state {
  REQUEST_NEW,     /* its head has not been looked at */
  REQUEST_BODY,    /* its body is arriving */
  REQUEST_WORKING, /* suspended, with a worker */
  REQUEST_DONE,    /* can be answered */
  REQUEST_FOREIGN  /* not the CRM's: the host's own 404 */
} request_state;

typedef struct request {
  struct server *server;
  struct MHD_Connection *connection;
  mcrm_exchange *exchange;
  char *target; /* as it stood in the request line */
  request_state state;
  bool stopped; /* the gateway wants no more of the body */
  bool whole;   /* all of it has been read */
  bool drained; /* the body has been waited for */
  struct request *next_job;

  /* as an event stream; guarded by stream_list.lock */
  struct stream_list *streams;
  struct request *next_stream;
  char *bytes; /* what the client has not been given yet */
  size_t length, given;
  bool parked; /* suspended until there is something to give */
  bool over;
  unsigned seen; /* the list's changes when it was last asked */
  int64_t due;   /* when to look again, in milliseconds of the monotonic clock */
} request;

/* What takes its time; the connection is suspended. */
static inline void request_finish(request *r) {
  r->state = mcrm_gateway_finish(r->exchange) ? REQUEST_FOREIGN : REQUEST_DONE;
}

/* From here on its connection is the event loop's again (server.c). */
void request_resume(request *r);

/* ---- workers (queue.c) ---- */

typedef struct worker {
  struct queue *queue;
  pthread_t thread;
  pthread_cond_t called;
  request *job;             /* handed to it */
  struct worker *next_idle; /* who rested later comes first: its memory is still near the processor */
} worker;

typedef struct queue {
  pthread_mutex_t lock;
  request *first, *last; /* where no worker is idle */
  worker *idle;
  worker workers[64];
  unsigned count;
  bool closing;
} queue;

int queue_start(queue *q, unsigned workers);
/* The connection must be suspended; a worker finishes the exchange and resumes it. */
void queue_put(queue *q, request *r);
/* Works off what is there and joins the workers. */
void queue_stop(queue *q);

/* ---- event streams (stream.c) ---- */

typedef struct stream_list {
  pthread_mutex_t lock;
  request *first;
  pthread_t thread;
  int wakeup;           /* eventfd */
  int64_t sleeps_until; /* of the thread, at most; guarded by lock */
  atomic_uint changes, open;
  atomic_bool closing;
  pthread_cond_t any; /* there is a stream, or the end */
} stream_list;

int stream_list_start(stream_list *list);
/* Something changed in the CRM: any thread. */
void stream_list_wake(stream_list *list);
/* Waits until there is a stream, at most so many seconds: is there one? */
bool stream_list_await(stream_list *list, unsigned seconds);
/* Says goodbye on every stream. */
void stream_list_close(stream_list *list);
void stream_list_stop(stream_list *list);
/* The response that goes on until the stream is over. */
struct MHD_Response *stream_response(stream_list *list, request *r);
/* The connection is gone. */
void stream_forget(stream_list *list, request *r);

#endif
