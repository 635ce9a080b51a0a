/* The fields of each frame. */
#ifndef PROVIDER_MESSAGE_H
#define PROVIDER_MESSAGE_H

#include "wire.h"

#include <provider/provider.h>

typedef struct message_hello {
  int version, concurrency, describe; /* describe: only say what there is, in READY's text */
  const char *name;
  const provider_setting *const *settings;
  size_t setting_count;
} message_hello;

typedef struct message_ready {
  const char *label, *sandbox, *text;
  const mcrm_capabilities *capabilities;
} message_ready;

typedef struct message_ask {
  int64_t deadline;
  const char *trace;
  const mcrm_chat_request *chat;
  const mcrm_speech_request *speech; /* the audio is the frame's raw bytes */
} message_ask;

typedef struct message_done {
  int outcome;
  unsigned requests;
  int64_t bytes_sent, bytes_received, first_byte_ns;
  const mcrm_failure *failure;
  const mcrm_chat_reply *chat;
  const mcrm_speech_reply *speech;
  const char *said;
} message_done;

typedef struct message_log {
  int level;
  const char *line;
} message_log;

typedef struct message_progress {
  double done;
} message_progress;

extern const wire_shape message_hello_shape, message_ready_shape, message_ask_shape, message_done_shape,
    message_log_shape, message_progress_shape, message_error_shape;

#endif
