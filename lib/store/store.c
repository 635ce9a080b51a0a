/* Opening and closing a store, and its upkeep. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

/* ---- which process this is ---- */

static void mark_process(store *s) {
  s->process = getpid();
#ifdef MADV_WIPEONFORK
  void *page = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (madvise(page, (size_t)sysconf(_SC_PAGESIZE), MADV_WIPEONFORK)) {
    munmap(page, sizeof(int));
    return;
  }
  *(volatile int *)page = 1;
  s->alive = page;
#endif
}

int store_same_process(const store *s, mcrm_error *error) {
  bool same = s->alive ? *s->alive == 1 : s->process == getpid();
  if (same) return MCRM_OK;
  return error_set(error, MCRM_UNSUPPORTED, NULL, "forked",
                   "a store of process %ld was used after fork(): open one here", (long)s->process);
}

/* ---- open ---- */

/* A path is made whole once, so that a host which changes its folder does not change its database. */
static char *whole_path(const char *path) {
  if (path[0] == '/') return strdup(path);
  char *folder = getcwd(NULL, 0);
  if (!folder) return NULL;
  size_t size = strlen(folder) + strlen(path) + 2;
  char *whole = malloc(size);
  if (whole) {
    strcpy(whole, folder);
    strcat(whole, "/");
    strcat(whole, path);
  }
  free(folder);
  return whole;
}

/* The schema is said once, in the database's own URL: the channel has its name. */
static char *listening_url(const char *url, const char *listen_url) {
  const char *schema = strstr(url, "schema=");
  if (!listen_url) return strdup(url);
  if (!schema || strstr(listen_url, "schema=")) return strdup(listen_url);
  size_t length = strcspn(schema, "&"), before = strlen(listen_url);
  char *out = malloc(before + length + 2);
  if (!out) return NULL;
  memcpy(out, listen_url, before);
  out[before] = strchr(listen_url, '?') ? '&' : '?';
  memcpy(out + before + 1, schema, length);
  out[before + 1 + length] = 0;
  return out;
}

static int set_up(store *s, const store_options *options, const char *rest, mcrm_error *error) {
  s->url = s->driver->capabilities & STORE_FILE ? whole_path(rest) : strdup(options->url);
  if (!s->url) return error_no_memory(error);
  s->listen_url = listening_url(s->url, options->listen_url);
  if (!s->listen_url || store_listener_init(&s->listener, s->driver, s->listen_url, STORE_READER, STORE_CHANNEL))
    return error_no_memory(error);
  s->clock = options->clock;
  if (!s->clock.now) s->clock.now = clock_system;
  s->zone = options->zone;
  memcpy(s->key, options->key, STORE_KEY_SIZE);
  unsigned readers = options->readers ? options->readers : STORE_DEFAULT_READERS;
  unsigned writers = s->driver->capabilities & STORE_SERIAL_WRITERS ? 1 : readers;
  if (store_lane_init(&s->writers, STORE_WRITER, writers)) return error_no_memory(error);
  if (store_lane_init(&s->readers, STORE_READER, readers)) return error_no_memory(error);
  return record_plans_make(&s->plans, error);
}

static int connect(store *s, store_lane *lane, bool create, mcrm_error *error) {
  void *connection;
  int code = s->driver->open(s->url, lane->role, create, error, &connection);
  if (code) return code;
  lane->idle[lane->idle_count++] = connection;
  lane->open = 1;
  return MCRM_OK;
}

/* The first connections show that the database is there, ours, and of a version this library can carry. The version
 * is read by a reader: opening does not wait for somebody's long write. A file in which a reader finds nothing amiss
 * gets its writer with the first write: a process that answers one question, as a CGI does, reads the schema once. */
static int connect_first(store *s, bool create, mcrm_error *error) {
  int code = MCRM_UNSUPPORTED;
  if (!create && s->driver->capabilities & STORE_FILE) code = connect(s, &s->readers, false, error);
  if (code == MCRM_UNSUPPORTED) { /* a new file, or the writer says what is wrong with it and whether it can be mended */
    error_clear(error);
    code = connect(s, &s->writers, create, error);
    if (!code) code = connect(s, &s->readers, false, error);
  }
  if (code) return code;
  void *reader = s->readers.idle[0];
  code = s->driver->begin(reader, 0, error);
  if (code) return code;
  code = store_schema_read(s->driver, reader, error, &s->schema);
  s->driver->rollback(reader);
  if (!code && s->schema > store_schema_wanted()) code = store_schema_accept(s->schema, error);
  return code;
}

static void dispose(store *s) {
  store_lane_close(s, &s->writers);
  store_lane_close(s, &s->readers);
  id_source_destroy(&s->ids);
  pthread_cond_destroy(&s->home);
  pthread_mutex_destroy(&s->lock);
  if (s->alive) munmap((void *)(uintptr_t)s->alive, sizeof(int));
  store_listener_close(&s->listener);
  record_plans_free(&s->plans);
  explicit_bzero(s->key, sizeof s->key);
  free(s->url);
  free(s->listen_url);
  free(s);
}

int store_open(const store_options *options, mcrm_error *error, store **out) {
  *out = NULL;
  if (!options->url || !options->url[0])
    return error_set(error, MCRM_INVALID, "url", "missing", "a store needs the URL of its database");
  if (!options->key) return error_set(error, MCRM_INVALID, "key", "missing", "a store needs a key for its journal");
  const char *rest = options->url;
  const store_driver *driver = options->driver ? options->driver : store_driver_for(options->url, &rest, error);
  if (!driver) return error->code;
  if (!rest[0]) return error_set(error, MCRM_INVALID, "url", "missing", "the URL names no file");
  store *s = calloc(1, sizeof *s);
  if (!s) return error_no_memory(error);
  if (id_source_init(&s->ids)) {
    free(s);
    return error_no_memory(error);
  }
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->home, NULL);
  s->driver = driver;
  mark_process(s);
  int code = set_up(s, options, rest, error);
  if (!code) code = connect_first(s, options->create, error);
  if (code)
    dispose(s);
  else
    *out = s;
  return code;
}

void store_close(store *s) {
  mcrm_error quiet = {0};
  if (!s || store_same_process(s, &quiet)) return;
  pthread_mutex_lock(&s->lock);
  s->closing = true;
  while (s->writers.open > s->writers.idle_count || s->readers.open > s->readers.idle_count)
    pthread_cond_wait(&s->home, &s->lock);
  pthread_mutex_unlock(&s->lock);
  dispose(s);
}

/* ---- upkeep: on a reader's connection, so that writers go on ---- */

static int borrow(store *s, mcrm_error *error, void **connection) {
  int code = store_same_process(s, error);
  if (code) return code;
  return store_acquire(s, false, clock_monotonic() + STORE_DEFAULT_WAIT, error, connection);
}

int store_check(store *s, mcrm_error *error) {
  void *connection;
  int code = borrow(s, error, &connection);
  if (code) return code;
  code = s->driver->check(connection, error);
  store_release(s, false, connection);
  return code;
}

int store_checkpoint(store *s, mcrm_error *error) {
  void *connection;
  int code = borrow(s, error, &connection);
  if (code) return code;
  code = s->driver->checkpoint(connection, error);
  store_release(s, false, connection);
  return code;
}

/* ---- what it knows ---- */

mcrm_time store_now(const store *s) { return s->clock.now(s->clock.context); }

bool store_serial(const store *s) { return s->driver->capabilities & STORE_SERIAL_WRITERS; }

const zone *store_zone(const store *s) { return s->zone; }

void store_on_commit(store *s, void (*wake)(void *context), void *context) {
  pthread_mutex_lock(&s->lock);
  s->wake = wake;
  s->wake_context = context;
  pthread_mutex_unlock(&s->lock);
}

int store_watch(store *s, int64_t until, bool *heard, mcrm_error *error) {
  *heard = false;
  int code = store_same_process(s, error);
  if (!code) code = store_listener_wait(&s->listener, until, heard, error);
  if (*heard) store_wake(s);
  return code;
}

void store_unwatch(store *s) {
  mcrm_error quiet = {0};
  if (!store_same_process(s, &quiet)) store_listener_rest(&s->listener);
}

void store_wake(store *s) {
  pthread_mutex_lock(&s->lock);
  void (*wake)(void *context) = s->wake;
  void *context = s->wake_context;
  pthread_mutex_unlock(&s->lock);
  if (wake) wake(context);
}
