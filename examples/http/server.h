/* The gateway on libmicrohttpd: an event loop, a few workers, one thread for the event streams. */
#ifndef EXAMPLE_HTTP_SERVER_H
#define EXAMPLE_HTTP_SERVER_H

#include <marfacrm/gateway.h>
#include <marfacrm/marfacrm.h>
#include <stdbool.h>

typedef struct server server;

typedef struct server_options {
  mcrm *crm;
  mcrm_gateway *gateway;
  int listener;      /* a listening socket; the server closes it */
  unsigned workers;  /* requests that are worked on at once */
  unsigned patience; /* seconds in which a head must be there, and a body begin to be worth it; 0 = 60 */
} server_options;

/* NULL where a thread or the daemon does not start. The program ignores SIGPIPE. */
server *server_start(const server_options *options);
/* Waits until somebody has an event stream open, at most so many seconds: has anybody? */
bool server_await_streams(server *s, unsigned seconds);
/* Takes no new connection, lets running requests finish, tells event streams goodbye, waits at most `patience_ms`. */
void server_stop(server *s, int patience_ms);
/* One that was stopped, when nothing else commits in this process: a commit that had begun may still wake its streams.
 */
void server_free(server *s);

#endif
