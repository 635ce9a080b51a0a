/* Opening a host, and its connections. */
#include <base/clock.h>
#include <base/error.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

#define MILLISECONDS INT64_C(1000000)
static const int64_t lock_wait = 500 * MILLISECONDS;  /* for a host that somebody keeps locked */
static const int64_t brief = 800 * MILLISECONDS;      /* for some reps on a page */
static const int64_t patient = 10000 * MILLISECONDS;  /* for all of them */
static const int64_t slow_pause = 700 * MILLISECONDS; /* nobody else waits for a host that kept one waiting */

/* ---- open ---- */

/* A path is made whole once, so that a program which changes its folder does not change its host. */
static int locate(host *h, const char *url, mcrm_error *error) {
  const char *rest;
  h->driver = store_driver_for(url, &rest, error);
  if (!h->driver) {
    error_within(error, "host");
    return error->code;
  }
  if (!rest[0]) return error_set(error, MCRM_INVALID, "host.url", "missing", "the host's URL names no database");
  if (!(h->driver->capabilities & STORE_FILE)) {
    h->url = arena_text(h->arena, rest);
    return h->url ? MCRM_OK : error_no_memory(error);
  }
  char *folder = rest[0] == '/' ? NULL : getcwd(NULL, 0);
  if (rest[0] == '/')
    h->path = arena_text(h->arena, rest);
  else if (folder)
    h->path = arena_print(h->arena, "%s/%s", folder, rest);
  free(folder);
  h->url = h->path;
  return h->path ? MCRM_OK : error_no_memory(error);
}

static int map(host *h, const host_options *o, mcrm_error *error) {
  arena *a = h->arena;
  if (!o->reps_from)
    return error_set(error, MCRM_INVALID, "host.representatives.from", "missing", "the host's reps have no table");
  int code = host_table_make(&h->tables[HOST_REPS], HOST_REPS, a, o->reps_from, o->reps, o->rep_count, error);
  if (!code)
    code = host_table_make(&h->tables[HOST_INVOICES], HOST_INVOICES, a, o->invoices_from, o->invoices, o->invoice_count,
                           error);
  if (!code)
    code = host_table_make(&h->tables[HOST_PAYMENTS], HOST_PAYMENTS, a, o->payments_from, o->payments, o->payment_count,
                           error);
  if (!code)
    code = host_table_make(&h->tables[HOST_LEDGER], HOST_LEDGER, a, o->ledger_from, o->ledger, o->ledger_count, error);
  return code;
}

static int find_tables(host *h, const host_options *o, mcrm_error *error) {
  return o->source ? host_given_tables(h, o->source, error) : map(h, o, error);
}

static int set_up(host *h, const host_options *o, mcrm_error *error) {
  if (!o->source && !o->url)
    return error_set(error, MCRM_INVALID, "host.url", "missing", "a host needs the URL of its database");
  int code = o->source ? MCRM_OK : locate(h, o->url, error);
  if (!code) code = find_tables(h, o, error);
  if (code) return code;
  const char *sign = o->debtor_sign ? o->debtor_sign : "positive";
  h->debtor_negative = !strcmp(sign, "negative");
  if (!h->debtor_negative && strcmp(sign, "positive") != 0)
    return error_set(error, MCRM_INVALID, "host.debtor_sign", "choice", "\"%.40s\" is neither positive nor negative",
                     sign);
  h->live = o->live && h->driver && h->driver->listen;
  if (o->live && !h->live)
    return error_set(error, MCRM_INVALID, "host.live", "choice",
                     "listen needs a PostgreSQL host; poll suits every host");
  if (h->live) {
    const char *url = o->listen_url ? arena_text(h->arena, o->listen_url) : h->url;
    if (!url || store_listener_init(&h->listener, h->driver, url, STORE_FOREIGN, HOST_CHANNEL))
      return error_no_memory(error);
  }
  h->rep_url = arena_text(h->arena, o->rep_url);
  if (o->rep_url && !h->rep_url) return error_no_memory(error);
  h->zone = zone_load(o->time_zone ? o->time_zone : "UTC", error);
  if (!h->zone) error_within(error, "host");
  return h->zone ? MCRM_OK : error->code;
}

int host_open(const host_options *options, mcrm_error *error, host **out) {
  *out = NULL;
  host *h = calloc(1, sizeof *h);
  pthread_condattr_t attributes;
  if (!h || pthread_condattr_init(&attributes)) {
    free(h);
    return error_no_memory(error);
  }
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&h->home, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_init(&h->lock, NULL);
  h->process = getpid();
  h->arena = arena_new(0);
  int code = h->arena ? set_up(h, options, error) : error_no_memory(error);
  if (code)
    host_close(h);
  else
    *out = h;
  return code;
}

void host_close(host *h) {
  if (!h || h->process != getpid()) return;
  for (unsigned i = 0; i < h->idle_count; i++) h->driver->close(h->idle[i].handle);
  store_listener_close(&h->listener);
  if (h->zone) zone_free(h->zone);
  arena_free(h->arena);
  pthread_cond_destroy(&h->home);
  pthread_mutex_destroy(&h->lock);
  free(h);
}

/* ---- connections ---- */

static void let_go(host *h, host_connection *c) {
  if (c->handle) h->driver->close(c->handle);
  *c = (host_connection){0};
}

/* The right to a connection: an idle one, or (without a handle) to open one. */
static int take(host *h, int64_t deadline, mcrm_error *error, host_connection *out) {
  const struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
  int code = MCRM_OK;
  *out = (host_connection){0};
  pthread_mutex_lock(&h->lock);
  if (clock_monotonic() < h->slow_until)
    code = error_set(error, MCRM_BUSY, NULL, "host.slow", "the host did not answer in time a moment ago");
  while (!code && !h->idle_count && h->open == HOST_CONNECTIONS)
    if (pthread_cond_timedwait(&h->home, &h->lock, &until) == ETIMEDOUT)
      code = error_set(error, MCRM_BUSY, NULL, "host.slow", "all connections to the host are in use");
  if (!code && h->idle_count)
    *out = h->idle[--h->idle_count];
  else if (!code)
    h->open++;
  pthread_mutex_unlock(&h->lock);
  return code;
}

static void give_back(host *h, host_connection *c) {
  if (c->handle && !h->driver->alive(c->handle)) let_go(h, c);
  pthread_mutex_lock(&h->lock);
  if (c->handle)
    h->idle[h->idle_count++] = *c;
  else
    h->open--;
  pthread_cond_signal(&h->home);
  pthread_mutex_unlock(&h->lock);
}

/* Opens where there is none yet, or none to the file that has the name now. */
static int connect(host *h, host_connection *c, mcrm_error *error) {
  struct stat now;
  if (h->path && stat(h->path, &now)) {
    int why = errno;
    let_go(h, c);
    return error_set(error, MCRM_UNAVAILABLE, "host.url", "host.missing", "%s: %s", h->path, strerrordesc_np(why));
  }
  if (c->handle && h->path && (now.st_dev != c->device || now.st_ino != c->file)) let_go(h, c);
  if (c->handle) return MCRM_OK;
  int code = h->driver->open(h->url, STORE_FOREIGN, false, error, &c->handle);
  if (code) c->handle = NULL;
  if (h->path) c->device = now.st_dev, c->file = now.st_ino;
  return code;
}

/* A lock that somebody holds is met by the first row that is read. */
static int probe(host_reader *r) {
  host_rows rows;
  const char *from = r->host->tables[HOST_REPS].view;
  char *sql = NULL;
  arena *a = arena_new(0);
  if (a) sql = arena_print(a, "SELECT 1 FROM %s LIMIT 1", from);
  int code = sql ? host_query(r, &rows, sql, NULL, 0) : error_no_memory(r->error);
  if (sql) {
    host_next(&rows);
    code = host_rows_end(&rows);
  }
  arena_free(a);
  return code;
}

int host_reader_again(host_reader *r, host_patience patience) {
  const store_driver *driver = r->host->driver;
  driver->rollback(r->connection.handle);
  return driver->begin(r->connection.handle, clock_monotonic() + (patience == HOST_BRIEF ? brief : patient), r->error);
}

static int start(host_reader *r, host_patience patience, int64_t now) {
  host *h = r->host;
  int code = connect(h, &r->connection, r->error);
  if (code) return code;
  void *handle = r->connection.handle;
  code = h->driver->begin(handle, now + (patience == HOST_BRIEF ? brief : lock_wait), r->error);
  if (code || patience == HOST_BRIEF) return code;
  code = probe(r);
  if (code == MCRM_INTERNAL) {
    error_clear(r->error);
    code = host_reader_again(r, HOST_LONG);
    if (!code) code = host_check_tables(r);
  }
  if (!code) return host_reader_again(r, HOST_LONG);
  h->driver->rollback(handle);
  return code;
}

int host_reader_begin(host *h, host_patience patience, mcrm_error *error, host_reader *r) {
  mcrm_error why = {0};
  int64_t now = clock_monotonic();
  *r = (host_reader){.host = h, .error = &why};
  if (h->process != getpid())
    return error_set(error, MCRM_UNSUPPORTED, NULL, "forked", "a host that process %ld opened was used after fork()",
                     (long)h->process);
  int code = take(h, now + lock_wait, &why, &r->connection);
  if (code) return host_unavailable(h, &why, error);
  code = start(r, patience, now);
  r->error = error;
  if (!code) return MCRM_OK;
  give_back(h, &r->connection);
  return host_unavailable(h, &why, error);
}

void host_reader_end(host_reader *r) {
  r->host->driver->rollback(r->connection.handle);
  give_back(r->host, &r->connection);
}

int host_unavailable(host *h, mcrm_error *from, mcrm_error *error) {
  if (from->code == MCRM_NO_MEMORY) return error_no_memory(error);
  bool slow = from->code == MCRM_BUSY || from->code == MCRM_TIMEOUT;
  if (slow && strcmp(from->message, "host.slow") != 0) {
    pthread_mutex_lock(&h->lock);
    h->slow_until = clock_monotonic() + slow_pause;
    pthread_mutex_unlock(&h->lock);
  }
  return error_set(error, MCRM_UNAVAILABLE, from->field[0] ? from->field : "host",
                   from->code == MCRM_INVALID ? "host.shape" : "host.unavailable", "the host's database: %s",
                   from->detail);
}
