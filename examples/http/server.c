#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "patience.h"
#include "request.h"

enum { HEADERS_MOST = 100, POOL = 12 * 1024, IDLE_SECONDS = 60, PATIENCE = 60, CONNECTIONS = 4000 };

struct server {
  mcrm *crm;
  mcrm_gateway *gateway;
  struct MHD_Daemon *daemon;
  loop loop;
  queue queue, turns; /* turns: what would only wait for each other has one thread */
  stream_list streams;
  patience patience;
  atomic_uint requests;                     /* that have begun and not ended */
  atomic_bool stopping;                     /* what begins now is turned away */
  struct MHD_Response *not_found, *refused; /* the host's own answers */
};

/* What this host says to any address it does not know, the CRM's included. */
static const char not_found_page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>404</title><p>Not found.</p></html>\n";

/* ---- the head ---- */

typedef struct header_list {
  mcrm_header at[HEADERS_MOST];
  size_t count;
  bool overflow;
} header_list;

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  header_list *list = context;
  (void)kind;
  list->overflow = list->count == HEADERS_MOST;
  if (list->overflow) return MHD_NO;
  list->at[list->count++] = (mcrm_header){name, value ? value : ""};
  return MHD_YES;
}

/* Behind a Unix socket stands a server of ours, which says whom it answers; anybody else's header would be a claim. */
static void peer_from(const header_list *headers, char out[INET6_ADDRSTRLEN]) {
  for (size_t i = 0; i < headers->count; i++)
    if (!strcasecmp(headers->at[i].name, "X-Forwarded-For"))
      snprintf(out, INET6_ADDRSTRLEN, "%.*s", (int)strcspn(headers->at[i].value, ", "), headers->at[i].value);
}

static mcrm_step begin(request *r, const char *method, const header_list *headers) {
  char forwarded[INET6_ADDRSTRLEN] = "";
  const char *peer = patience_peer(r->connection);
  if (!peer[0]) peer_from(headers, forwarded);
  mcrm_head head = {.size = sizeof head,
                    .method = method,
                    .target = r->target,
                    .headers = headers->at,
                    .header_count = headers->count,
                    .peer = peer[0] ? peer : forwarded};
  return mcrm_gateway_begin(r->server->gateway, &head, &r->exchange);
}

/* ---- the answer ---- */

static struct MHD_Response *response_of(request *r) {
  int64_t offset, length;
  size_t size;
  if (mcrm_exchange_is_stream(r->exchange)) return stream_response(&r->server->streams, r);
  int file = mcrm_exchange_file(r->exchange, &offset, &length);
  if (file >= 0) /* the daemon closes its own copy */
    return MHD_create_response_from_fd_at_offset64((uint64_t)length, dup(file), (uint64_t)offset);
  /* the exchange lives until the request has ended */
  const void *content = mcrm_exchange_content(r->exchange, &size);
  return MHD_create_response_from_buffer(size, (void *)(uintptr_t)content, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(request *r) {
  if (r->state == REQUEST_FOREIGN) return MHD_queue_response(r->connection, MHD_HTTP_NOT_FOUND, r->server->not_found);
  struct MHD_Response *response = response_of(r);
  if (!response) return MHD_NO;
  mcrm_header h;
  for (size_t i = 0; (h = mcrm_exchange_header(r->exchange, i)).name; i++)
    MHD_add_response_header(response, h.name, h.value);
  enum MHD_Result result = MHD_queue_response(r->connection, (unsigned)mcrm_exchange_status(r->exchange), response);
  MHD_destroy_response(response);
  return result;
}

/* A read that waits for nothing is done before a worker would be awake. */
static bool finish_here(request *r) {
  int code = mcrm_gateway_try(r->exchange);
  if (code == MCRM_BUSY) return false;
  r->state = code ? REQUEST_FOREIGN : REQUEST_DONE;
  r->drained = true;
  return true;
}

/* A stream that sleeps waits for nothing. */
static bool is_only_one(server *s) { return atomic_load(&s->requests) - atomic_load(&s->streams.open) == 1; }

static enum MHD_Result hand_over(request *r) {
  r->state = REQUEST_WORKING;
  MHD_suspend_connection(r->connection);
  if (mcrm_exchange_in_turn(r->exchange))
    queue_put(&r->server->turns, r);
  else if (!is_only_one(r->server) || !loop_keep(&r->server->loop, r))
    queue_put(&r->server->queue, r);
  return MHD_YES;
}

static unsigned long long announced(const header_list *headers) {
  for (size_t i = 0; i < headers->count; i++)
    if (!strcasecmp(headers->at[i].name, "Content-Length")) return strtoull(headers->at[i].value, NULL, 10);
  return 0;
}

static bool announces_body(const header_list *headers) {
  for (size_t i = 0; i < headers->count; i++) {
    const mcrm_header *h = &headers->at[i];
    if (!strcasecmp(h->name, "Transfer-Encoding")) return true;
    if (!strcasecmp(h->name, "Content-Length") && strcmp(h->value, "0") != 0) return true;
  }
  return false;
}

static enum MHD_Result start(request *r, const char *method) {
  header_list headers = {.count = 0};
  server *s = r->server;
  MHD_get_connection_values(r->connection, MHD_HEADER_KIND, collect_header, &headers);
  patience_body(&s->patience, r->connection, announced(&headers));
  if (headers.overflow) return MHD_queue_response(r->connection, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, s->refused);
  if (atomic_load(&s->stopping)) return MHD_queue_response(r->connection, MHD_HTTP_SERVICE_UNAVAILABLE, s->refused);
  mcrm_step step = begin(r, method, &headers);
  /* The daemon closes a connection that is answered before its body was read, so only a body nobody wants is worth it.
   */
  if (step == MCRM_READY && announces_body(&headers)) return hand_over(r);
  r->state = step == MCRM_NOT_MINE ? REQUEST_FOREIGN : REQUEST_BODY;
  r->drained = true;
  return MHD_YES;
}

/* ---- the daemon's callbacks, all on the thread that looks after the connections ---- */

static void *request_new(void *context, const char *uri, struct MHD_Connection *connection) {
  request *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->target = strdup(uri);
  if (!r->target) {
    free(r);
    return NULL;
  }
  r->server = context;
  r->connection = connection;
  atomic_fetch_add(&r->server->requests, 1);
  return r;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
  request *r = *state;
  (void)context, (void)url, (void)version;
  if (!r) return MHD_NO;
  if (r->state == REQUEST_NEW) return start(r, method);
  if (*size) { /* what nobody wants is read and dropped, so that the answer can be sent in order */
    if (r->state == REQUEST_BODY && !r->stopped) r->stopped = mcrm_exchange_body(r->exchange, data, *size) != 0;
    *size = 0;
    return MHD_YES;
  }
  if (!r->whole) patience_whole(&r->server->patience, connection);
  r->whole = true;
  if (r->state == REQUEST_BODY && !finish_here(r)) return hand_over(r);
  if (r->state == REQUEST_FOREIGN && !r->drained) { /* with a body or without: strangers get one and the same answer */
    r->drained = true;
    return MHD_YES;
  }
  return r->state == REQUEST_WORKING ? MHD_YES : answer(r);
}

static void request_end(void *context, struct MHD_Connection *connection, void **state,
                        enum MHD_RequestTerminationCode why) {
  request *r = *state;
  (void)context, (void)why;
  if (!r) return;
  server *s = r->server;
  patience_next(&s->patience, connection);
  if (r->streams) stream_forget(r->streams, r);
  mcrm_exchange_free(r->exchange);
  free(r->target);
  free(r);
  atomic_fetch_sub(&s->requests, 1);
}

void request_resume(request *r) {
  server *s = r->server; /* the request may be over as soon as it is resumed */
  MHD_resume_connection(r->connection);
  loop_look(&s->loop);
}

static void wake(void *context) { stream_list_wake(context); }

/* ---- starting and stopping ---- */

static struct MHD_Response *fixed_response(const char *text, const char *header, const char *value) {
  struct MHD_Response *r =
      MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
  if (r) MHD_add_response_header(r, header, value);
  return r;
}

server *server_start(const server_options *o) {
  server *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->crm = o->crm;
  s->gateway = o->gateway;
  s->not_found = fixed_response(not_found_page, "Content-Type", "text/html; charset=utf-8");
  s->refused = fixed_response("", "Connection", "close");
  if (!s->not_found || !s->refused || queue_start(&s->queue, o->workers) || queue_start(&s->turns, 1) ||
      stream_list_start(&s->streams) || patience_start(&s->patience, o->patience ? o->patience : PATIENCE))
    return NULL;
  mcrm_on_change(s->crm, wake, &s->streams);
  s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, s,
                               MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, /* else files are copied by hand */
                               MHD_OPTION_LISTEN_SOCKET, o->listener, MHD_OPTION_URI_LOG_CALLBACK, request_new, s,
                               MHD_OPTION_NOTIFY_COMPLETED, request_end, NULL, MHD_OPTION_NOTIFY_CONNECTION,
                               patience_connection, &s->patience, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL,
                               MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
                               (unsigned)CONNECTIONS, MHD_OPTION_END);
  return s->daemon && !loop_start(&s->loop, s->daemon) ? s : NULL;
}

bool server_await_streams(server *s, unsigned seconds) { return stream_list_await(&s->streams, seconds); }

static void rest(void) { nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL); }

/* libmicrohttpd aborts the process where it is stopped with suspended connections, so first nobody may be left. */
void server_stop(server *s, int patience_ms) {
  atomic_store(&s->stopping, true);
  loop_close(&s->loop);
  mcrm_on_change(s->crm, NULL, NULL);
  stream_list_close(&s->streams);
  while (atomic_load(&s->requests) && patience_ms > 0) {
    rest();
    patience_ms -= 10;
  }
  if (atomic_load(&s->requests)) _exit(0); /* a client that does not read: everything acknowledged is durable */
  loop_stop(&s->loop);
  queue_stop(&s->queue);
  queue_stop(&s->turns);
  MHD_stop_daemon(s->daemon);
}

void server_free(server *s) {
  stream_list_stop(&s->streams);
  loop_free(&s->loop);
  patience_stop(&s->patience);
  MHD_destroy_response(s->not_found);
  MHD_destroy_response(s->refused);
  free(s);
}
