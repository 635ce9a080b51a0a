/* The pieces of one exchange: transport.c drives, request.c builds, reply.c collects, outcome.c says what became of it.
 */
#ifndef TRANSPORT_INTERNAL_H
#define TRANSPORT_INTERNAL_H

#include <base/buffer.h>
#include <curl/curl.h>
#include <provider/transport.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
  TRANSPORT_REPLY_BYTES = 8 << 20, /* where the plugin says nothing */
  TRANSPORT_REPLY_MOST = 32 << 20,
  TRANSPORT_HEADERS = 200,
  TRANSPORT_HEADER_BYTES = 64 << 10,
  TRANSPORT_LOOK_MS = 50 /* how often a waiting request looks whether it is cancelled */
};

/* An easy handle with the connections it has kept, driven by one thread at a time. */
typedef struct connection {
  struct connection *next; /* free ones, the last used first */
  struct connection *all;
  CURLM *multi;
  CURL *easy;
} connection;

struct transport {
  transport_settings settings;
  pthread_mutex_t lock;
  connection *free, *all;
  struct curl_slist *resolve;
};

typedef struct exchange {
  transport *transport;
  transport_send *how;
  const mcrm_http_request *request;
  CURL *easy;
  struct curl_slist *headers;
  curl_mime *mime;
  buffer body;
  size_t limit, taken;
  bool streams, stopped, too_large, no_memory;
  /* the reply's head: names and values in one buffer, offsets of pairs */
  buffer head;
  size_t at[TRANSPORT_HEADERS][2];
  size_t header_count;
  int64_t retry_after_ms, server_time;
  /* when what happened, CLOCK_MONOTONIC ns; 0 = not yet */
  int64_t begun, connected, active, first_byte;
  curl_off_t uploaded;
  const char *limit_hit; /* the phase whose limit has passed */
  bool cancelled, sent, sent_again;
  char error[CURL_ERROR_SIZE];
} exchange;

/* MCRM_OUTCOME_OK, or why it cannot be sent. */
mcrm_outcome request_prepare(exchange *x, mcrm_failure *failure);
void request_free(exchange *x);

void reply_listen(exchange *x);
/* Into the caller's memory. */
mcrm_outcome reply_give(exchange *x, mcrm_http_reply *reply, mcrm_failure *failure);

mcrm_outcome outcome_of(exchange *x, CURLcode code, mcrm_failure *failure);
mcrm_outcome outcome_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
