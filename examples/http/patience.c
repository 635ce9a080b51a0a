#include "patience.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { SLOWEST = 4096, LOOK_NS = 250000000 }; /* bytes a second */

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static patience_entry *entry_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void wait_until(patience *p, patience_entry *e, long long until) {
  if (!e) return;
  pthread_mutex_lock(&p->lock);
  e->until = until;
  pthread_mutex_unlock(&p->lock);
}

void patience_body(patience *p, struct MHD_Connection *connection, unsigned long long bytes) {
  unsigned long long seconds = bytes / SLOWEST < 86400 ? bytes / SLOWEST : 86400;
  wait_until(p, entry_of(connection), now_ms() + p->head_ms + (long long)seconds * 1000);
}

void patience_whole(patience *p, struct MHD_Connection *connection) { wait_until(p, entry_of(connection), 0); }

void patience_next(patience *p, struct MHD_Connection *connection) {
  wait_until(p, entry_of(connection), now_ms() + p->head_ms);
}

static void peer_of(struct MHD_Connection *connection, char out[INET6_ADDRSTRLEN]) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *address = info ? info->client_addr : NULL;
  out[0] = 0;
  if (address && address->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, out, INET6_ADDRSTRLEN);
  else if (address && address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, out, INET6_ADDRSTRLEN);
}

void patience_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                         enum MHD_ConnectionNotificationCode what) {
  patience *p = context;
  patience_entry *e = *socket_context;
  const union MHD_ConnectionInfo *info;
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (!e) return;
    pthread_mutex_lock(&p->lock);
    *(e->before ? &e->before->next : &p->first) = e->next;
    if (e->next) e->next->before = e->before;
    pthread_mutex_unlock(&p->lock);
    free(e);
    return;
  }
  info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  e = info ? calloc(1, sizeof *e) : NULL;
  if (!e) return; /* no memory: the daemon's own timeout stays */
  e->fd = info->connect_fd;
  peer_of(connection, e->peer);
  e->until = now_ms() + p->head_ms;
  pthread_mutex_lock(&p->lock);
  e->next = p->first;
  if (p->first) p->first->before = e;
  p->first = e;
  pthread_mutex_unlock(&p->lock);
  *socket_context = e;
}

const char *patience_peer(struct MHD_Connection *connection) {
  const patience_entry *e = entry_of(connection);
  return e ? e->peer : "unknown"; /* and not "", which would be a Unix socket's */
}

/* Only shut down: the descriptor is the daemon's, which finds the end of the stream and closes it. An entry leaves the
 * list before its descriptor is closed, so it cannot be another's. */
static void *watch(void *context) {
  patience *p = context;
  pthread_mutex_lock(&p->lock);
  while (!p->stopping) {
    long long now = now_ms();
    struct timespec next;
    for (patience_entry *e = p->first; e; e = e->next) {
      if (!e->until || e->until > now) continue;
      shutdown(e->fd, SHUT_RDWR);
      e->until = 0;
    }
    clock_gettime(CLOCK_MONOTONIC, &next);
    next.tv_nsec += LOOK_NS;
    next.tv_sec += next.tv_nsec / 1000000000;
    next.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&p->stop, &p->lock, &next);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

int patience_start(patience *p, unsigned seconds) {
  pthread_condattr_t monotonic;
  *p = (patience){.head_ms = seconds * 1000};
  if (pthread_mutex_init(&p->lock, NULL) || pthread_condattr_init(&monotonic)) return -1;
  int failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) || pthread_cond_init(&p->stop, &monotonic);
  pthread_condattr_destroy(&monotonic);
  return failed || pthread_create(&p->thread, NULL, watch, p) ? -1 : 0;
}

void patience_stop(patience *p) {
  pthread_mutex_lock(&p->lock);
  p->stopping = true;
  pthread_cond_signal(&p->stop);
  pthread_mutex_unlock(&p->lock);
  pthread_join(p->thread, NULL);
  pthread_cond_destroy(&p->stop);
  pthread_mutex_destroy(&p->lock);
}
