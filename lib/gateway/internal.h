/* What a gateway and an exchange are made of. One exchange goes through: head (begin) → gate → route → body → who
 * acts → the work → answer. */
#ifndef GATEWAY_INTERNAL_H
#define GATEWAY_INTERNAL_H

#include <access/gate.h>
#include <access/login.h>
#include <api/inside.h>
#include <api/operation.h>
#include <base/arena.h>
#include <marfacrm/gateway.h>
#include <pthread.h>
#include <stdatomic.h>

#include "head.h"
#include "target.h"

enum {
  NAME_SIZE = 96,   /* of a cookie */
  COOKIE_TEXT = 44, /* the value of a gate's */
  COOKIES_KNOWN = 64,
  CALLERS_IDLE = 64, /* sessions kept for the next request of a login */
  OPERATIONS_MOST = 128,
  TARGET_MOST = 8192,
  HEADERS_MOST = 24,
  SPOOL_FROM = 64 << 10 /* larger uploads wait in a file */
};

/* ---- gateway ---- */

/* A session that acts for a login, be it one that a host's word has made. Used by one exchange at a time; between
 * requests it waits among the idle ones, so that the next request finds everything open. */
typedef struct caller {
  struct caller *next;
  unsigned char key[32]; /* of what the request showed */
  mcrm_session *session;
  access_login login; /* its texts are in here */
  char username[65], gate[8], csrf[ACCESS_CSRF_SIZE];
  int64_t checked_at; /* clock_monotonic: when the login was last looked up */
  unsigned logins;    /* the gateway's count then */
} caller;

/* A gate cookie whose signature was right. */
typedef struct known_cookie {
  char text[COOKIE_TEXT];
  mcrm_id gate; /* 0: none */
  mcrm_time expires;
  const char *name;
} known_cookie;

typedef struct counters {
  _Atomic unsigned long long misses, entries, logins, logins_failed, status[6]; /* status: by hundreds */
  _Atomic unsigned long long busy_ns, calls[OPERATIONS_MOST], failures[OPERATIONS_MOST];
  atomic_int streams;
} counters;

struct mcrm_gateway {
  mcrm *instance;
  store *store;
  arena *memory; /* texts of the options */
  mcrm_gateway_options options;
  bool secure;       /* https */
  const char *mount; /* "/crm"; "" at the root */
  const char *api;   /* "/crm/api/v1" */
  size_t mount_length, prefix_length;
  char gate_cookie[NAME_SIZE], login_cookie[NAME_SIZE];
  const char *gate_attributes, *login_attributes;
  access_login_limits limits;
  unsigned char key[API_KEY_SIZE];      /* signs gate cookies */
  unsigned char host_key[API_KEY_SIZE]; /* of those whom the host vouches for */
  char *host_secret;                    /* shared with the host, or NULL */
  int ui;                               /* folder, or -1 */
  size_t operations;
  unsigned char run[8]; /* begins the trace ids of this run, which are counted */
  _Atomic uint64_t exchanges;

  pthread_mutex_t lock; /* guards what follows */
  arena *gates_memory;
  access_gates gates;
  bool gates_known;
  int64_t gates_read_at;
  unsigned gates_paths;
  known_cookie known[COOKIES_KNOWN];
  caller *idle; /* newest first */
  unsigned idle_count;
  char *openapi;
  size_t openapi_length;
  int64_t head, head_read_at; /* the journal's newest seq */
  unsigned head_commits;
  int64_t misses_logged_at;
  unsigned long long misses_logged;
  pthread_cond_t login_free;
  unsigned logins_running, logins_waiting;

  atomic_uint logins; /* raised when logins end in this process */
  counters count;
};

/* ---- exchange ---- */

typedef enum task {
  TASK_REFUSE, /* the answer is there already */
  TASK_GATE,
  TASK_API, /* an operation; NULL: there is none, which is said once it is known who asks */
  TASK_LOGIN,
  TASK_LOGOUT,
  TASK_ME,
  TASK_HAND_OVER,
  TASK_STREAM,
  TASK_OPENAPI,
  TASK_FILE,
  TASK_HEALTH,
  TASK_METRICS
} task;

typedef struct body {
  buffer bytes;
  int spool; /* -1: in memory */
  size_t length, limit;
  int64_t expected; /* Content-Length, or -1 */
  bool upload;      /* not JSON: may be spooled */
  void *map;        /* of the spool, while it is read */
  int file;         /* a part of it as a file of its own, or -1 */
} body;

typedef struct stream {
  bool on, over, greeted;
  atomic_bool end;
  int64_t seq; /* the client has what came up to here; -1: it is new */
  int64_t heard_at, checked_at;
  unsigned logins;
  buffer out;
} stream;

/* What a request shows of who asks. */
typedef struct identity {
  char token[ACCESS_TOKEN_SIZE]; /* of a login; "" = none */
  char username[65];             /* whom the host vouches for; "" = nobody */
  const char *gate;              /* by which they came in now … */
  mcrm_id path;                  /* … and which of its secret paths it was */
} identity;

struct mcrm_exchange {
  mcrm_gateway *gateway;
  arena *memory;
  heading head;
  char method[8]; /* HEAD stands as GET */
  bool head_only;
  target target;
  task task;
  const api_operation *operation;
  target_pair path_values[4];
  size_t path_count;
  char allow[64]; /* methods of the route where this one is not among them */

  mcrm_id gate; /* of the cookie */
  const char *gate_name;
  mcrm_time gate_expires;
  bool probe;         /* let in without a gate, for health and metrics only */
  const char *secret; /* TASK_GATE */
  identity identity;
  caller *caller;
  char trace[65];
  body body;
  stream stream;

  int status;
  mcrm_header headers[HEADERS_MOST];
  size_t header_count;
  const char *content;
  size_t content_length;
  char *owned; /* freed with mcrm_free */
  int file;
  int64_t file_offset, file_length;
  int64_t started, whole_at; /* clock_monotonic; whole: with its body */
};

/* options.c */
int options_take(mcrm_gateway *g, const mcrm_gateway_options *theirs, mcrm_error *error);

/* gates.c: the list of valid secret paths, kept in memory and looked at again when it is a second old */
bool gates_fresh(mcrm_gateway *g);
int gates_refresh(mcrm_gateway *g, mcrm_error *error);
/* The gate's name and end where the secret opens one; needs no database. */
bool gates_open(mcrm_gateway *g, const char *secret, size_t length, mcrm_id *id, const char **name, mcrm_time *ends);
/* Is the gate of a cookie still valid? */
bool gates_valid(mcrm_gateway *g, mcrm_id id, mcrm_time *ends);
void gates_missed(mcrm_gateway *g);

/* cookie.c */
/* The value of a cookie among all Cookie headers; n-th of that name. */
bool cookie_find(const heading *h, const char *name, unsigned nth, const char **value, size_t *length);
/* A gate cookie's value for the gate; false where it is not ours, or over. */
bool cookie_gate_read(mcrm_gateway *g, const char *value, size_t length, mcrm_time now, mcrm_id *gate,
                      const char **name, mcrm_time *expires);
void cookie_set_gate(mcrm_exchange *x, mcrm_id gate, const char *name, mcrm_time ends);
void cookie_set_login(mcrm_exchange *x, const char *token); /* NULL: forget it */

/* route.c: what the target and the method ask for */
void route_find(mcrm_exchange *x);
/* Is there an operation? Else the answer is 404 or 405. */
int route_operation(mcrm_exchange *x);

/* answer.c */
void answer_begin(mcrm_exchange *x, int status);
void answer_header(mcrm_exchange *x, const char *name, const char *value);
/* Content that lives as long as the exchange. */
void answer_content(mcrm_exchange *x, const char *type, const char *bytes, size_t length);
void answer_json(mcrm_exchange *x, int status, char *owned);
int answer_error(mcrm_exchange *x, const mcrm_error *error);
/* Tells to wait so long. */
void answer_retry(mcrm_exchange *x, int64_t ms);
/* The error with its HTTP status by the code, or another. */
int answer_refuse(mcrm_exchange *x, int status, int code, const char *field, const char *message, const char *format,
                  ...) __attribute__((format(printf, 6, 7)));
int answer_status(const mcrm_error *error);

/* body.c */
mcrm_step body_begin(mcrm_exchange *x);
/* All of it, in one piece. */
int body_whole(mcrm_exchange *x, const char **bytes, size_t *length, mcrm_error *error);
/* Makes the stretch of the body a file without a name: the spool, where it is all of it, else b->file. */
int body_file(mcrm_exchange *x, const char *bytes, size_t length, mcrm_error *error);
void body_free(body *b);

/* input.c: what an operation is given, as JSON */
int input_build(mcrm_exchange *x, buffer *json, mcrm_error *error);
/* upload.c: the same where the operation takes a file, which the body is or is a part of */
int upload_build(mcrm_exchange *x, buffer *json, mcrm_error *error);
void input_name(buffer *json, const char *name, size_t length);
/* A text as the value of a field. */
typedef struct input_value {
  const char *name, *text;
  size_t length;
} input_value;
void input_given(buffer *json, const model_entity *e, const input_value *all, size_t count);
void input_query(mcrm_exchange *x, buffer *json, const model_entity *e);
/* The value of a member at the top of a JSON object; false where there is none. */
bool input_member(const char *json, size_t length, const char *name, const char **value, size_t *value_length);
bool input_number(const char *text, int64_t *out);

/* caller.c */
/* Who acts, or MCRM_UNAUTHENTICATED. */
int caller_take(mcrm_exchange *x, mcrm_error *error);
/* The same without the database and without asking the host; false where that does not tell. */
bool caller_at_hand(mcrm_exchange *x);
int caller_for(mcrm_gateway *g, const identity *who, caller **out, mcrm_error *error);
void caller_give_back(mcrm_gateway *g, caller *c);
/* Logins have ended in this process: whoever is kept is looked up again. */
void caller_forget(mcrm_gateway *g);
void caller_free(caller *c);
const char *caller_language(const mcrm_exchange *x);
/* X-CSRF-Token, and where the request says it comes from. */
int caller_check_page(mcrm_exchange *x);

/* the tasks; each leaves an answer */
void operation_run(mcrm_exchange *x);
/* download.c: the file that an operation has answered with, whole or a part of it */
void download_answer(mcrm_exchange *x, const char *json);
void signin_login(mcrm_exchange *x);
/* A transaction of somebody who comes in. */
int signin_begin(mcrm_exchange *x, const char *operation, mcrm_id user, bool write, mcrm_error *error, store_tx *tx);
/* Starts the login in place of the one that the browser had; the token stands in the identity. */
int signin_start(mcrm_exchange *x, store_tx *tx, mcrm_id user, const char *by, int64_t failures);
/* handover.c: the host's signed word becomes a login */
void handover_run(mcrm_exchange *x);
void signin_logout(mcrm_exchange *x);
void signin_me(mcrm_exchange *x);
void stream_open(mcrm_exchange *x);
void file_run(mcrm_exchange *x);
void metrics_run(mcrm_exchange *x);
void document_openapi(mcrm_exchange *x);
void document_health(mcrm_exchange *x);

#endif
