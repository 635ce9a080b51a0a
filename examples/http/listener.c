#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511, SYSTEMD_FIRST = 3 };

static int fail(int fd, char *error, size_t size, const char *what) {
  snprintf(error, size, "%s: %s", what, strerror(errno));
  if (fd >= 0) close(fd);
  return -1;
}

/* sd_listen_fds(3) without the library: the number of sockets, and for which process. */
static int from_systemd(void) {
  const char *count = getenv("LISTEN_FDS"), *process = getenv("LISTEN_PID");
  if (!count || !process || atol(process) != (long)getpid() || atoi(count) < 1) return -1;
  return SYSTEMD_FIRST;
}

static int open_unix(const char *path, char *error, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat status;
  if (strlen(path) >= sizeof address.sun_path) {
    snprintf(error, size, "%s is too long for a socket's name", path);
    return -1;
  }
  memcpy(address.sun_path, path, strlen(path) + 1);
  if (!lstat(path, &status) && S_ISSOCK(status.st_mode)) unlink(path); /* of a run before */
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(fd, error, size, "socket");
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) return fail(fd, error, size, path);
  if (chmod(path, 0660) || listen(fd, BACKLOG)) return fail(fd, error, size, path);
  return fd;
}

static int open_inet(const char *host_port, char *shown, size_t shown_size, char *error, size_t size) {
  char host[128];
  const char *colon = strrchr(host_port, ':');
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM},
                  *found;
  if (!colon || (size_t)(colon - host_port) >= sizeof host || strlen(colon + 1) > 5 || atoi(colon + 1) > 65535) {
    snprintf(error, size, "--listen %s: ADDRESS:PORT is needed", host_port);
    return -1;
  }
  snprintf(host, sizeof host, "%.*s", (int)(colon - host_port), host_port);
  int problem = getaddrinfo(host, colon + 1, &hints, &found);
  if (problem) {
    snprintf(error, size, "--listen %s: %s", host_port, gai_strerror(problem));
    return -1;
  }
  int one = 1, fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int failed = fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
               bind(fd, found->ai_addr, found->ai_addrlen) || listen(fd, BACKLOG);
  freeaddrinfo(found);
  if (failed) return fail(fd, error, size, host_port);
  struct sockaddr_in address = {0};
  socklen_t length = sizeof address;
  if (!getsockname(fd, (struct sockaddr *)&address, &length))
    snprintf(shown, shown_size, "%s:%u", host, (unsigned)ntohs(address.sin_port));
  return fd;
}

int listener_open(const char *unix_path, const char *host_port, char *shown, size_t shown_size, char *error,
                  size_t error_size) {
  int fd = from_systemd();
  if (fd >= 0) {
    snprintf(shown, shown_size, "the socket of systemd");
    return fd;
  }
  snprintf(shown, shown_size, "%s", unix_path ? unix_path : host_port);
  return unix_path ? open_unix(unix_path, error, error_size)
                   : open_inet(host_port, shown, shown_size, error, error_size);
}
