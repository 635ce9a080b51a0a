/* How long a client may take to say what it wants. The daemon ends a connection that is silent; one that goes on and
 * on, a byte at a time, would be kept for ever. */
#ifndef EXAMPLE_HTTP_PATIENCE_H
#define EXAMPLE_HTTP_PATIENCE_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct patience_entry {
  struct patience_entry *before, *next;
  int fd;
  char peer[INET6_ADDRSTRLEN]; /* where it comes from; "" on a Unix socket */
  long long until;             /* milliseconds of the monotonic clock; 0: nothing is waited for */
} patience_entry;

typedef struct patience {
  pthread_mutex_t lock; /* guards the list and what is in it */
  pthread_cond_t stop;
  pthread_t thread;
  patience_entry *first;
  unsigned head_ms; /* for the head, from the end of the answer before */
  bool stopping;
} patience;

int patience_start(patience *p, unsigned seconds);
void patience_stop(patience *p);
/* MHD_OPTION_NOTIFY_CONNECTION, with the patience as its context. */
void patience_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                         enum MHD_ConnectionNotificationCode what);
/* The head is there; its body may take longer, and longest at the slowest rate that is of any use. */
void patience_body(patience *p, struct MHD_Connection *connection, unsigned long long bytes);
/* All of the request is there. */
void patience_whole(patience *p, struct MHD_Connection *connection);
/* The client's address, worked out once for all requests of a connection. */
const char *patience_peer(struct MHD_Connection *connection);
/* Answered: the next request is waited for. */
void patience_next(patience *p, struct MHD_Connection *connection);

#endif
