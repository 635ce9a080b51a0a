/* The real server as a child, and somebody who has signed in. */
#ifndef BENCH_HTTP_SERVER_H
#define BENCH_HTTP_SERVER_H

#include <stddef.h>
#include <sys/types.h>

typedef struct http_server {
  unsigned port;
  pid_t pid;
  char head[1024]; /* of every request of who signed in */
} http_server;

/* fork() for a server, which ends with us, also where we are broken off half-way. */
pid_t http_server_fork(const char *what);
/* source: "--database", URL or "--config", FILE. */
void http_server_start(http_server *s, const char *program, const char *option, const char *source, const char *log);
/* By the secret path, with "a long password". */
void http_server_sign_in(http_server *s, const char *secret, const char *username);
void http_server_stop(http_server *s);
/* The text that stands under a name in a JSON answer. */
void http_text_of(const char *json, const char *name, char *out, size_t size);

#endif
