#include "http_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http_client.h"
#include "measure.h"

void http_text_of(const char *json, const char *name, char *out, size_t size) {
  char key[40];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const char *at = strstr(json, key);
  if (!at) die(name, json);
  at += strlen(key);
  snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
}

pid_t http_server_fork(const char *what) {
  pid_t parent = getpid(), pid = fork();
  if (pid < 0) die("fork", what);
  if (!pid && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)) _exit(1);
  return pid;
}

void http_server_start(http_server *s, const char *program, const char *option, const char *source, const char *log) {
  char line[300], *port = NULL;
  s->pid = http_server_fork(program);
  if (!s->pid) {
    if (!freopen(log, "w", stderr)) _exit(1);
    execl(program, program, option, source, "--listen", "127.0.0.1:0", "--no-jobs", (char *)NULL);
    _exit(1);
  }
  for (int tries = 0; !port && tries < 100; tries++) {
    usleep(50000);
    FILE *file = fopen(log, "re");
    while (file && !port && fgets(line, sizeof line, file))
      if ((port = strstr(line, "listening on 127.0.0.1:"))) s->port = (unsigned)atoi(port + 23);
    if (file) fclose(file);
  }
  if (!port) die(program, "it does not start");
}

void http_server_sign_in(http_server *s, const char *secret, const char *username) {
  static char answer[HTTP_ANSWER];
  char request[2048], body[100], gate[300], login[300], csrf[100];
  int fd = http_connect(s->port);
  snprintf(request, sizeof request, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", secret);
  http_send(fd, request, strlen(request));
  if (http_receive(fd, answer) != 303) die("gate", answer);
  http_cookie(answer, gate, sizeof gate);
  snprintf(body, sizeof body, "{\"username\":\"%s\",\"password\":\"a long password\"}", username);
  snprintf(request, sizeof request,
           "POST /crm/api/v1/session HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: application/json\r\n"
           "Content-Length: %zu\r\n\r\n%s",
           gate, strlen(body), body);
  http_send(fd, request, strlen(request));
  if (http_receive(fd, answer) != 200) die("login", answer);
  http_cookie(answer, login, sizeof login);
  http_text_of(answer, "csrf_token", csrf, sizeof csrf);
  close(fd);
  snprintf(s->head, sizeof s->head, "Host: x\r\nCookie: %s; %s\r\nX-CSRF-Token: %s\r\n", gate, login, csrf);
}

void http_server_stop(http_server *s) {
  kill(s->pid, SIGTERM);
  waitpid(s->pid, NULL, 0);
}
