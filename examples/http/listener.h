/* The socket a server listens on. */
#ifndef EXAMPLE_HTTP_LISTENER_H
#define EXAMPLE_HTTP_LISTENER_H

#include <stddef.h>

/* Three ways, the first that applies: handed over by systemd (LISTEN_FDS), a Unix socket (path), or host:port, where
 * port 0 takes a free one. -1 and what was wrong. `shown` receives what to tell people. */
int listener_open(const char *unix_path, const char *host_port, char *shown, size_t shown_size, char *error,
                  size_t error_size);

#endif
