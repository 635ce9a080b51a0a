#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { ALONE_MS = 10, AWAY_MS = 5, NS_PER_MS = 1000000 };

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- what is kept ---- */

/* Parallel requests are better off with the workers from the first on, so whoever asks beside others is not alone. */
static bool is_alone(loop *l, const request *r) {
  int64_t now = now_ns();
  if (r->connection != l->last) l->other_at = l->asked_at;
  l->last = r->connection;
  l->asked_at = now;
  return now - l->other_at >= ALONE_MS * NS_PER_MS;
}

bool loop_keep(loop *l, request *r) {
  if (!is_alone(l, r) || l->kept || !atomic_load(&l->stood_by)) return false;
  l->kept = r;
  return true;
}

/* false: it took long, and the other thread looks after the connections now. */
static bool finish_kept(loop *l) {
  const struct itimerspec alarm = {.it_value.tv_nsec = AWAY_MS * NS_PER_MS};
  request *r = l->kept;
  l->kept = NULL;
  atomic_store(&l->away_since, now_ns());
  timerfd_settime(l->alarm, 0, &alarm, NULL);
  request_finish(r);
  bool still_ours = atomic_exchange(&l->away_since, 0) != 0;
  MHD_resume_connection(r->connection);
  if (!still_ours) loop_look(l);
  return still_ours;
}

void loop_look(loop *l) {
  uint64_t one = 1;
  ssize_t ignored = write(l->wakeup, &one, sizeof one);
  (void)ignored;
}

/* ---- the two threads ---- */

static int patience_of(struct MHD_Daemon *daemon) {
  MHD_UNSIGNED_LONG_LONG ms;
  if (MHD_get_timeout(daemon, &ms) != MHD_YES) return -1;
  return ms < 60000 ? (int)ms : 60000;
}

static void wait_for_something(loop *l) {
  struct pollfd p[] = {{.fd = l->connections, .events = POLLIN}, {.fd = l->wakeup, .events = POLLIN}};
  uint64_t times;
  if (poll(p, 2, patience_of(l->daemon)) <= 0 || !p[1].revents) return;
  ssize_t ignored = read(l->wakeup, &times, sizeof times);
  (void)ignored;
}

static void stop_listening(loop *l) {
  MHD_socket listener = MHD_quiesce_daemon(l->daemon);
  if (listener != MHD_INVALID_SOCKET) close(listener);
  sem_post(&l->closed);
}

static void run_daemon(loop *l) {
  const struct timespec pause = {.tv_nsec = 10 * NS_PER_MS};
  if (atomic_exchange(&l->closing, false)) stop_listening(l);
  if (MHD_run(l->daemon) != MHD_YES) nanosleep(&pause, NULL); /* it will say so again */
}

/* Until the end, or until the other one has taken over. */
static void look_after(loop *l) {
  bool finished = false;
  while (!atomic_load(&l->ended)) {
    if (!finished) wait_for_something(l);
    run_daemon(l);
    finished = l->kept;
    if (finished && !finish_kept(l)) return;
  }
}

/* false at the end. */
static bool stand_by(loop *l) {
  uint64_t times;
  for (atomic_store(&l->stood_by, true); !atomic_load(&l->ended); atomic_store(&l->stood_by, true)) {
    if (read(l->alarm, &times, sizeof times) < 0 && errno != EINTR) break;
    int64_t since = atomic_load(&l->away_since);
    if (!since || now_ns() - since < AWAY_MS * NS_PER_MS) continue;
    atomic_store(&l->stood_by, false); /* before the other one may see that it has been relieved, and stand by */
    if (atomic_compare_exchange_strong(&l->away_since, &since, 0)) return true;
  }
  atomic_store(&l->stood_by, false);
  return false;
}

static void *run_first(void *context) {
  loop *l = context;
  do look_after(l);
  while (stand_by(l));
  return NULL;
}

static void *run_second(void *context) {
  loop *l = context;
  while (stand_by(l)) look_after(l);
  return NULL;
}

/* ---- beginning and end ---- */

int loop_start(loop *l, struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  *l = (loop){.daemon = daemon,
              .connections = info ? info->epoll_fd : -1,
              .wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
              .alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
  if (sem_init(&l->closed, 0, 0) || l->connections < 0 || l->wakeup < 0 || l->alarm < 0) return -1;
  if (pthread_create(&l->first, NULL, run_first, l)) return -1;
  l->paired = !pthread_create(&l->second, NULL, run_second, l); /* alone it keeps nothing to itself */
  return 0;
}

void loop_close(loop *l) {
  atomic_store(&l->closing, true);
  loop_look(l);
  while (sem_wait(&l->closed) && errno == EINTR) continue;
}

void loop_stop(loop *l) {
  const struct itimerspec now = {.it_value.tv_nsec = 1, .it_interval.tv_nsec = NS_PER_MS};
  atomic_store(&l->ended, true);
  loop_look(l);
  timerfd_settime(l->alarm, 0, &now, NULL);
  pthread_join(l->first, NULL);
  if (l->paired) pthread_join(l->second, NULL);
}

void loop_free(loop *l) {
  close(l->alarm);
  close(l->wakeup);
  sem_destroy(&l->closed);
}
