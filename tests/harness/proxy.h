/* A proxy before a PostgreSQL server that cuts the network in the middle of COMMIT: before the server heard of it, or
 * after it has carried it out and before its word comes back. A process of its own. */
#ifndef HARNESS_PROXY_H
#define HARNESS_PROXY_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/* Shared with the proxy's process. */
typedef struct proxy {
  int port; /* of 127.0.0.1 */
  pid_t pid;
  _Atomic unsigned one_in;        /* of so many COMMITs one is cut; 0: none */
  _Atomic unsigned cuts;          /* begun */
  _Atomic unsigned before, after; /* how many were, and how */
} proxy;

/* upstream: a port of 127.0.0.1. */
proxy *proxy_start(int upstream, uint64_t seed);
void proxy_stop(proxy *p);

#endif
