/* The event loop. One of two threads looks after the connections; a request that needs the database goes to a worker,
 * for nobody else may wait meanwhile. Where nobody else is there the way to a worker and back is longer than many an
 * answer: such a request the thread keeps and finishes itself. Should that take long, the other thread, which stands
 * by, looks after the connections from then on. */
#ifndef EXAMPLE_HTTP_LOOP_H
#define EXAMPLE_HTTP_LOOP_H

#include <semaphore.h>

#include "request.h"

typedef struct loop {
  struct MHD_Daemon *daemon;
  int connections; /* the daemon's epoll */
  int alarm;       /* timerfd: whoever looks after the connections may have been away for long */
  int wakeup;      /* eventfd: a connection was resumed, or the end */
  atomic_bool closing, ended;
  sem_t closed; /* no new connection is taken */
  pthread_t first, second;
  bool paired;                    /* there is a second one */
  atomic_bool stood_by;           /* somebody could take over */
  atomic_int_fast64_t away_since; /* monotonic ns; 0: the connections are looked after */

  /* of the thread that looks after the connections */
  request *kept;
  const struct MHD_Connection *last; /* that asked for something; compared only */
  int64_t asked_at, other_at;        /* it, and the one before that was another */
} loop;

/* The daemon has no thread of its own. */
int loop_start(loop *l, struct MHD_Daemon *daemon);
/* On the thread that looks after the connections, for a suspended one: true where it finishes the request itself. */
bool loop_keep(loop *l, request *r);
/* There is something to look at: any thread. The daemon itself notices what its sockets say, and nothing else. */
void loop_look(loop *l);
/* Takes no new connection from here on. The daemon must not be told so by a thread beside the one that runs it. */
void loop_close(loop *l);
/* Afterwards nobody looks after the connections. */
void loop_stop(loop *l);
/* Afterwards nobody may call loop_look. */
void loop_free(loop *l);

#endif
