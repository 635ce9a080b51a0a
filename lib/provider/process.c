#include "process.h"

#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Above the numbers that the process will find them at. */
enum { SOCKET_AT = 3, PLUGIN_AT = 4, ABOVE = 10 };

static int actions_of(posix_spawn_file_actions_t *actions, int socket, int plugin) {
  int code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!code) code = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (!code) code = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, socket, SOCKET_AT);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, plugin, PLUGIN_AT);
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, PLUGIN_AT + 1);
  return code;
}

/* The host's handlers, masks and environment stay its own; a Ctrl-C at its terminal is not for us. */
static int attributes_of(posix_spawnattr_t *attributes) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  int code = posix_spawnattr_setsigdefault(attributes, &all);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setpgroup(attributes, 0);
  if (!code)
    code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  return code;
}

static int spawn(const char *program, int socket, int plugin, pid_t *pid) {
  char host[16], name[] = "marfacrm-provider";
  char *arguments[] = {name, host, NULL}, *environment[] = {NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  snprintf(host, sizeof host, "%d", (int)getpid());
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = actions_of(&actions, socket, plugin);
    if (!code) code = attributes_of(&attributes);
    if (!code) code = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

int process_start(process *p, const char *program, int plugin, mcrm_error *error) {
  int pair[2], theirs = -1, code = EMFILE;
  *p = (process){.pid = -1};
  channel_init(&p->channel, -1, -1);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.process", "no socket for the plugin's process: %d",
                     errno);
  theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, ABOVE);
  int copy = fcntl(plugin, F_DUPFD_CLOEXEC, ABOVE);
  if (theirs >= 0 && copy >= 0) code = spawn(program, theirs, copy, &p->pid);
  close(pair[1]);
  if (theirs >= 0) close(theirs);
  if (copy >= 0) close(copy);
  if (code) {
    close(pair[0]);
    p->pid = -1;
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.process", "%.160s cannot be started: error %d",
                     program, code);
  }
  channel_init(&p->channel, pair[0], (int)syscall(SYS_pidfd_open, p->pid, 0));
  return MCRM_OK;
}

void process_kill(process *p) {
  if (p->pid < 0) return;
  close(p->channel.fd);
  channel_clear(&p->channel);
  /* By its descriptor where there is one: its number may be somebody else's by now. */
  if (p->channel.pidfd >= 0)
    syscall(SYS_pidfd_send_signal, p->channel.pidfd, SIGKILL, NULL, 0);
  else
    kill(p->pid, SIGKILL);
}

bool process_reap(process *p, int wait_ms) {
  int pidfd = p->channel.pidfd;
  if (p->pid < 0) return true;
  if (pidfd >= 0) {
    siginfo_t info;
    struct pollfd dead = {.fd = pidfd, .events = POLLIN};
    int ended;
    while ((ended = poll(&dead, 1, wait_ms)) < 0 && errno == EINTR) continue;
    if (!ended) return false;
    /* ECHILD where the host ignores SIGCHLD or was faster. */
    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) && errno == EINTR) continue;
    close(pidfd);
  } else {
    pid_t ended;
    while ((ended = waitpid(p->pid, NULL, wait_ms ? 0 : WNOHANG)) < 0 && errno == EINTR) continue;
    if (!ended) return false;
  }
  p->pid = -1;
  return true;
}
