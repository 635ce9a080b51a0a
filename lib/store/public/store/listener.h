/* Hearing what a database says to whoever listens: a connection of its own that is made when it is needed and made anew
 * when it is lost. A message is a hint to look, never data, so one that went past nobody is made good by looking once
 * after each connecting. */
#ifndef STORE_LISTENER_H
#define STORE_LISTENER_H

#include <pthread.h>
#include <store/driver.h>

typedef struct store_listener {
  const store_driver *driver;
  const char *url; /* borrowed */
  store_role role;
  const char *channel;
  /* ---- */
  pthread_mutex_t lock;
  void *connection; /* NULL: not listening (yet, or any more) */
} store_listener;

/* Connects to nothing yet. */
int store_listener_init(store_listener *l, const store_driver *driver, const char *url, store_role role,
                        const char *channel);
/* Waits until a message came, or until a moment (clock_monotonic). *heard: look. The first call begins to listen, and
 * one that finds its connection lost begins anew: both have heard something. MCRM_UNSUPPORTED: nobody speaks here;
 * MCRM_UNAVAILABLE: nobody is there, wait by yourself. One thread at a time is of use. */
int store_listener_wait(store_listener *l, int64_t until, bool *heard, mcrm_error *error);
/* Hangs up; the next wait begins anew. Lets a running wait finish. */
void store_listener_rest(store_listener *l);
/* No call may be running. Harmless where it was never made. */
void store_listener_close(store_listener *l);

#endif
