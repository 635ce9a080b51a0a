/* The client's side of the HTTP bench: keep-alive connections, each with one request under way. */
#ifndef BENCH_HTTP_CLIENT_H
#define BENCH_HTTP_CLIENT_H

#include <stddef.h>

enum { HTTP_ANSWER = 256 * 1024 };

int http_connect(unsigned port);
void http_send(int fd, const char *request, size_t length);
/* Reads one answer with a Content-Length whole (head and content, NUL-terminated) and returns its status. */
int http_receive(int fd, char out[HTTP_ANSWER]);
/* Sends the request `times` in all over `connections`, at most one under way on each, and expects the status of each.
 * It never sleeps: to wake somebody on the same machine costs the server as much as half an answer, and only a server
 * that is slower than its client would pay for it. */
void http_repeat(unsigned port, unsigned connections, size_t times, const char *request, int status);
/* "Set-Cookie: name=value;…" → name=value */
void http_cookie(const char *answer, char *out, size_t size);

#endif
