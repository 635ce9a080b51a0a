#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture.h"

enum { MOST_PAIRS = 64, PIECE = 64 << 10 };

typedef struct pair {
  int client, server;
  bool doomed; /* COMMIT went through; the answer will not */
} pair;

static int dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle >= 0 && !connect(handle, (struct sockaddr *)&to, sizeof to)) return handle;
  if (handle >= 0) close(handle);
  return -1;
}

/* A reset, as when a machine or a link goes. */
static void cut(pair *p) {
  struct linger now = {.l_onoff = 1};
  setsockopt(p->client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(p->client);
  close(p->server);
  p->client = p->server = -1;
}

static bool pass(int to, const char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    ssize_t wrote = send(to, bytes + at, length - at, MSG_NOSIGNAL);
    if (wrote < 0 && errno != EINTR) return false;
    if (wrote > 0) at += (size_t)wrote;
  }
  return true;
}

static bool up(proxy *control, pair *p, uint64_t *random) {
  static char bytes[PIECE];
  ssize_t got = recv(p->client, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  unsigned one_in = atomic_load(&control->one_in);
  if (one_in && memmem(bytes, (size_t)got, "COMMIT", 7) && torture_random(random) % one_in == 0) {
    if (atomic_fetch_add(&control->cuts, 1) % 2) { /* in turn, so that there are some of either kind */
      atomic_fetch_add(&control->before, 1);
      return false;
    }
    p->doomed = true;
  }
  return pass(p->server, bytes, (size_t)got);
}

static bool down(proxy *control, pair *p) {
  static char bytes[PIECE];
  ssize_t got = recv(p->server, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  if (!p->doomed) return pass(p->client, bytes, (size_t)got);
  atomic_fetch_add(&control->after, 1);
  return false;
}

static void serve(proxy *control, int listener, int upstream, uint64_t random) {
  pair pairs[MOST_PAIRS];
  struct pollfd all[1 + 2 * MOST_PAIRS];
  for (size_t i = 0; i < MOST_PAIRS; i++) pairs[i] = (pair){-1, -1, false};
  for (;;) {
    all[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (size_t i = 0; i < MOST_PAIRS; i++) {
      all[1 + 2 * i] = (struct pollfd){.fd = pairs[i].client, .events = POLLIN};
      all[2 + 2 * i] = (struct pollfd){.fd = pairs[i].server, .events = POLLIN};
    }
    if (poll(all, 1 + 2 * MOST_PAIRS, -1) < 0 && errno != EINTR) _exit(1);
    for (size_t i = 0; i < MOST_PAIRS; i++) {
      pair *p = &pairs[i];
      if (p->client >= 0 && all[1 + 2 * i].revents && !up(control, p, &random)) cut(p);
      if (p->client >= 0 && all[2 + 2 * i].revents && !down(control, p)) cut(p);
    }
    if (!(all[0].revents & POLLIN)) continue;
    pair fresh = {accept4(listener, NULL, NULL, SOCK_CLOEXEC), -1, false};
    size_t at = 0;
    while (at < MOST_PAIRS && pairs[at].client >= 0) at++;
    if (fresh.client >= 0) fresh.server = dial(upstream);
    if (fresh.server < 0 || at == MOST_PAIRS) {
      if (fresh.client >= 0) cut(&fresh);
      continue;
    }
    pairs[at] = fresh;
  }
}

proxy *proxy_start(int upstream, uint64_t seed) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  proxy *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (p == MAP_FAILED || listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64) ||
      getsockname(listener, (struct sockaddr *)&address, &size)) {
    perror("proxy");
    exit(99);
  }
  p->port = ntohs(address.sin_port);
  pid_t child = fork(); /* not into *p, which both share: the child's 0 would make proxy_stop kill its whole group */
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(p, listener, upstream, seed);
  }
  if (child < 0) {
    perror("proxy");
    exit(99);
  }
  p->pid = child;
  close(listener);
  return p;
}

void proxy_stop(proxy *p) {
  kill(p->pid, SIGKILL);
  waitpid(p->pid, NULL, 0);
  munmap(p, sizeof *p);
}
