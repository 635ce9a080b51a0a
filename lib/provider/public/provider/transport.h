/* HTTP for plugins, as a table of functions: made by lib/transport on libcurl, which is compiled into marfacrm-provider
 * and into a module for plugins that run in the host's process, so that libmarfacrm links no HTTP and no TLS. */
#ifndef PROVIDER_TRANSPORT_H
#define PROVIDER_TRANSPORT_H

#include <marfacrm/plugin.h>

typedef struct transport transport;

/* Of one instance; the texts outlive the transport. 0 = no limit of its own. */
typedef struct transport_settings {
  int64_t total_ms, connect_ms, first_byte_ms, idle_ms;
  const char *proxy, *no_proxy, *ca_file, *ip;
  mcrm_plugin_texts resolve;
  int64_t insecure;
} transport_settings;

/* One request of a call. */
typedef struct transport_send {
  int64_t deadline;                            /* of CLOCK_MONOTONIC, ns */
  void *(*alloc)(void *context, size_t bytes); /* the reply's memory */
  int (*cancelled)(void *context);
  void *context;
  /* ---- added up; first_byte: clock of the first byte of any reply, 0 = none ---- */
  int64_t bytes_sent, bytes_received, first_byte;
  unsigned requests;
} transport_send;

enum { TRANSPORT_VERSION = 1 };

typedef struct transport_table {
  unsigned version;
  /* NULL, with a line in `why`. */
  transport *(*open)(const transport_settings *settings, char why[256]);
  void (*close)(transport *t); /* no request runs any more */
  void (*wake)(transport *t);  /* whoever waits looks whether it is cancelled; any thread */
  mcrm_outcome (*send)(transport *t, transport_send *how, const mcrm_http_request *request, mcrm_http_reply *reply,
                       mcrm_failure *failure); /* structs of our own size; any thread */
} transport_table;

/* What the module exports. */
typedef const transport_table *transport_entry_function(void);
__attribute__((visibility("default"))) const transport_table *marfacrm_transport(void);

#endif
