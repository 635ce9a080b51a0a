/* marfacrm/gateway.h: the whole CRM over HTTP, without being an HTTP server.
 *
 * A host that has a server mounts the CRM with two calls a request:
 *
 *   mcrm_exchange *x;
 *   switch (mcrm_gateway_begin(gateway, &head, &x)) {      // quick, never blocks: fit for an event loop
 *     case MCRM_NOT_MINE:  the host goes on as if the CRM were not there (its own page, its own 404)
 *     case MCRM_NEED_BODY: mcrm_exchange_body(x, bytes, length) for each piece, then finish
 *     case MCRM_READY:     finish
 *   }
 *   mcrm_gateway_finish(x);                                 // does the work; on any thread, it may block
 *   …send mcrm_exchange_status, _header, _content (or _file, or _stream)…
 *   mcrm_exchange_free(x);
 *
 * NOT_MINE covers every path outside the mount, and every path inside it for whoever has not come in by a secret
 * path: the host answers both alike, so nobody can tell that there is a CRM.
 *
 * Who may come in. A secret path is shown once (https://host/<secret>): the answer sets a cookie and sends the browser
 * to the mount. The gate only keeps strangers away; a login, or an identity that the host vouches for, always
 * follows. Rights are the lesser of the person's role and of the gate they came in by. */
#ifndef MARFACRM_GATEWAY_H
#define MARFACRM_GATEWAY_H

#include <marfacrm/session.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_gateway mcrm_gateway;
typedef struct mcrm_exchange mcrm_exchange;
struct mcrm_head;

/* Set size; leave at 0 what you do not care for. Texts are copied. */
typedef struct mcrm_gateway_options {
  size_t size;
  const char *public_url; /* where browsers find the mount: "https://crm.example.ir/crm". Default
                             "http://127.0.0.1:8080/crm". Scheme, mount and cookie names come from it, never from
                             the Host header. Plain http is refused beyond loopback unless `insecure` is set */
  int insecure;
  const char *gate_prefix;   /* what stands before the secret in its address; default "/": https://host/<secret> */
  const char *tag;           /* tells the cookies of two instances on one host apart; default: none */
  const char *ui_folder;     /* files of a frontend, served at the mount: index.html and what it names; with x.js.br or
                                x.js.gz beside x.js these are sent to whoever takes them. NULL: none */
  const char *upload_folder; /* where bodies over 64 KiB are spooled; default: /var/tmp */
  size_t json_limit;         /* largest JSON body; default 1 MiB */
  size_t upload_limit;       /* largest upload; default 25 MiB */
  int64_t idle_ms;           /* a login ends after so long without a request; default 30 minutes */
  int64_t absolute_ms;       /* and after so long in any case; default 12 hours */
  unsigned logins_at_once;   /* password checks that may run at once (each takes 64 MiB and a core); default 2 */
  int local_probes;          /* GET <mount>/health and /metrics from a loopback peer need no gate. Not behind a proxy on
                                the same machine, through which everybody's peer is loopback */
  /* The second way in: whom the host has authenticated itself. Writes the username (at most 64 bytes) and returns 1, or
   * 0 where the host does not know the visitor. Called on the thread of mcrm_gateway_finish. */
  int (*identify)(void *context, const struct mcrm_head *head, char username[65]);
  void *identify_context;
  /* A structured log line (JSON, no line break). It never holds a secret. */
  void (*log)(void *context, int level, const char *line);
  void *log_context;
  /* Shared with the host, which signs with it who is signed in there: GET <mount>/hand-over?token=… (docs/gateway.md).
   * At least 32 bytes; default: gateway.host_secret of the configuration. NULL: no such way in. */
  const char *host_secret;
} mcrm_gateway_options;

MCRM_API int mcrm_gateway_open(mcrm *instance, const mcrm_gateway_options *options, mcrm_gateway **out,
                               mcrm_error *error);
/* All exchanges must be freed. */
MCRM_API void mcrm_gateway_close(mcrm_gateway *gateway);

typedef struct mcrm_header {
  const char *name, *value;
} mcrm_header;

/* The head of a request, borrowed for the call. */
typedef struct mcrm_head {
  size_t size;
  const char *method; /* "GET" */
  const char *target; /* path and query as they stood in the request line, nothing decoded */
  const mcrm_header *headers;
  size_t header_count;
  const char *peer; /* address of the client as text, as far as it can be trusted (X-Forwarded-For only from your own
                       proxy): too many failed logins from it have to wait. NULL or "" = unknown */
} mcrm_head;

typedef enum mcrm_step { MCRM_NOT_MINE, MCRM_NEED_BODY, MCRM_READY } mcrm_step;

/* Looks at the head. *out is NULL for MCRM_NOT_MINE, else yours until mcrm_exchange_free. Never blocks, never touches
 * the database. Thread-safe. MCRM_READY although a body follows: the answer is known without it (413, 404 …). */
MCRM_API mcrm_step mcrm_gateway_begin(mcrm_gateway *gateway, const mcrm_head *head, mcrm_exchange **out);
/* The next piece of the body. 0 = go on; otherwise stop reading and finish: the answer is known (413, disk full …). */
MCRM_API int mcrm_exchange_body(mcrm_exchange *exchange, const void *bytes, size_t length);
/* Does what was asked. Afterwards the answer can be read. 0, or MCRM_NOT_FOUND: it turned out not to be ours (a cookie
 * that has lapsed, a wrong secret), so the host answers as for MCRM_NOT_MINE, byte for byte. */
MCRM_API int mcrm_gateway_finish(mcrm_exchange *exchange);
/* The same where there is nothing to wait for: one record, read from a database file by somebody who asked a moment
 * ago, and no host is asked for it. Else MCRM_BUSY, and nothing has happened: finish it on a thread that may wait. It
 * saves a server with an event thread the way to another thread and back, which costs more than such a read. */
MCRM_API int mcrm_gateway_try(mcrm_exchange *exchange);
/* 1: it is a short change of a database that takes one change after the other (SQLite). On several threads such
 * exchanges would do nothing but wait for each other, wake each other and keep the threads from the rest; a server with
 * threads does well to finish all of them on one. Asked when the body is there. */
MCRM_API int mcrm_exchange_in_turn(const mcrm_exchange *exchange);

/* The answer. All borrowed until mcrm_exchange_free. */
MCRM_API int mcrm_exchange_status(const mcrm_exchange *exchange);
/* The i-th header, or one with name NULL behind the last; the same name may stand there twice (Set-Cookie).
 * Content-Length is left to the server, and so is leaving out the content in answer to HEAD. */
MCRM_API mcrm_header mcrm_exchange_header(const mcrm_exchange *exchange, size_t i);
MCRM_API const void *mcrm_exchange_content(const mcrm_exchange *exchange, size_t *length);
/* An open file to send instead of content (offset and length), or -1. The exchange closes it. */
MCRM_API int mcrm_exchange_file(const mcrm_exchange *exchange, int64_t *offset, int64_t *length);

/* 1: the answer is an event stream (text/event-stream) that goes on until either side ends it. Its status and headers
 * can be read until mcrm_exchange_stream is first asked. */
MCRM_API int mcrm_exchange_is_stream(const mcrm_exchange *exchange);
/* The next bytes of the stream for a client that has taken all before: events since the last call, or a heartbeat
 * where 15 s have passed without one. *length 0: nothing now; ask again when mcrm_on_change woke you or after
 * *wait_ms. A client that falls behind is told to start afresh; nothing is queued for it. The bytes are borrowed until
 * the next call. MCRM_CANCELLED: the stream is over (signed out, rights lost, mcrm_exchange_end). May read the
 * database: not for an event thread. */
MCRM_API int mcrm_exchange_stream(mcrm_exchange *exchange, const char **bytes, size_t *length, int64_t *wait_ms);
/* The server is stopping: the next mcrm_exchange_stream says goodbye and then ends. Any thread. */
MCRM_API void mcrm_exchange_end(mcrm_exchange *exchange);
MCRM_API void mcrm_exchange_free(mcrm_exchange *exchange);

/* Secret paths are made by the operation path.rotate: mcrm_path_rotate(session, &rotation, &result) in
 * <marfacrm/operations.h>, by an admin or by mcrm_session_system. */

#ifdef __cplusplus
}
#endif
#endif
