#include "http_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

enum { CONNECTIONS_MOST = 64 };

int http_connect(unsigned port) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect", "nobody listens");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void http_send(int fd, const char *request, size_t length) {
  if (write(fd, request, length) != (ssize_t)length) die("write", "the server hung up");
}

static int receive(int fd, char out[HTTP_ANSWER], int flags) {
  size_t length = 0, whole = 0;
  while (!whole || length < whole) {
    ssize_t got = recv(fd, out + length, HTTP_ANSWER - 1 - length, flags);
    if (got < 0 && errno == EAGAIN) continue;
    if (got <= 0) die("read", "the answer broke off");
    length += (size_t)got;
    out[length] = 0;
    const char *end = strstr(out, "\r\n\r\n"), *announced = strcasestr(out, "content-length:");
    if (end) whole = (size_t)(end - out) + 4 + (announced && announced < end ? strtoul(announced + 15, NULL, 10) : 0);
  }
  return atoi(out + 9);
}

int http_receive(int fd, char out[HTTP_ANSWER]) { return receive(fd, out, 0); }

void http_repeat(unsigned port, unsigned connections, size_t times, const char *request, int status) {
  static char answer[HTTP_ANSWER];
  int fds[CONNECTIONS_MOST];
  size_t length = strlen(request);
  for (unsigned i = 0; i < connections; i++) fds[i] = http_connect(port);
  for (unsigned i = 0; i < connections; i++) http_send(fds[i], request, length);
  for (size_t received = 0; received < times; received++) {
    int fd = fds[received % connections];
    if (receive(fd, answer, MSG_DONTWAIT) != status) die("an answer", answer);
    if (received + connections < times) http_send(fd, request, length);
  }
  for (unsigned i = 0; i < connections; i++) close(fds[i]);
}

void http_cookie(const char *answer, char *out, size_t size) {
  const char *at = strcasestr(answer, "set-cookie: ");
  if (!at) die("no cookie", answer);
  snprintf(out, size, "%.*s", (int)strcspn(at + 12, ";"), at + 12);
}
