#include <store/listener.h>

#include <base/error.h>

int store_listener_init(store_listener *l, const store_driver *driver, const char *url, store_role role,
                        const char *channel) {
  *l = (store_listener){.url = url, .role = role, .channel = channel};
  if (pthread_mutex_init(&l->lock, NULL)) return MCRM_NO_MEMORY;
  l->driver = driver;
  return MCRM_OK;
}

static void hang_up(store_listener *l) {
  if (l->connection) l->driver->close(l->connection);
  l->connection = NULL;
}

static int connect(store_listener *l, mcrm_error *error) {
  int code = l->driver->open(l->url, l->role, false, error, &l->connection);
  if (!code) code = l->driver->listen(l->connection, l->channel, error);
  if (code) hang_up(l);
  return code;
}

/* A connection that breaks is made anew at once: what the next one says may be what broke it. */
static int wait(store_listener *l, int64_t until, bool *heard, mcrm_error *error) {
  mcrm_error lost = {0};
  if (l->connection) {
    int got = l->driver->heard(l->connection, until, &lost);
    *heard = got > 0;
    if (got >= 0) return MCRM_OK;
    hang_up(l);
  }
  int code = connect(l, error);
  *heard = !code; /* what was said while nobody listened is not known */
  return code;
}

int store_listener_wait(store_listener *l, int64_t until, bool *heard, mcrm_error *error) {
  *heard = false;
  if (!l->driver || !l->driver->listen)
    return error_set(error, MCRM_UNSUPPORTED, "listen", "unsupported", "this database says nothing by itself");
  pthread_mutex_lock(&l->lock);
  int code = wait(l, until, heard, error);
  pthread_mutex_unlock(&l->lock);
  return code;
}

void store_listener_rest(store_listener *l) {
  if (!l->driver) return;
  pthread_mutex_lock(&l->lock);
  hang_up(l);
  pthread_mutex_unlock(&l->lock);
}

void store_listener_close(store_listener *l) {
  if (!l->driver) return;
  hang_up(l);
  pthread_mutex_destroy(&l->lock);
  *l = (store_listener){0};
}
