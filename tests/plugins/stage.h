/* A stage for one plugin: it plays the host, answers with what was scripted to the byte, and writes down to the byte
 * what it was sent. No network, no clock. */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include <marfacrm/plugin.h>
#include <stdbool.h>

enum { STAGE_REPLIES = 64 };

typedef struct stage_setting {
  const char *name, *value; /* a list: several of one name */
} stage_setting;

typedef struct stage_reply {
  int status;
  const char *headers; /* "name: value\n" each */
  const char *body;
  size_t length;
  mcrm_outcome outcome; /* anything but OK: after the body came, or instead of it */
  const char *code;
  int64_t retry_after_ms, server_time;
} stage_reply;

typedef struct stage {
  const mcrm_plugin *plugin;
  void *state;
  mcrm_capabilities capabilities;
  mcrm_failure failure; /* of the last call */
  mcrm_outcome started;
  stage_reply replies[STAGE_REPLIES];
  size_t reply_count, used;
  char *sent[STAGE_REPLIES]; /* "POST url\nName: value\n\nbody", parts as "--name[ file.wav audio/wav]\nbytes\n" */
  size_t sent_count;
  char *deltas, *log;
  size_t delta_count;
  size_t piece;                /* bytes of a stream handed over at once; 0 = all */
  size_t allocations, fail_at; /* the fail_at-th allocation of a call finds no memory; 0 = none */
  double progress;
  int cancelled;
  struct memory *call_memory, *state_memory;
  bool starting;
  void *library;
} stage;

/* Loads build/…/plugins/NAME.so, or takes `plugin`, and starts it; `started` tells how that went. */
stage *stage_open(const char *name, const stage_setting *settings);
stage *stage_with(const mcrm_plugin *plugin, const stage_setting *settings);
void stage_close(stage *s);
/* The next reply in the script; returns it for more to be set. */
stage_reply *stage_says(stage *s, int status, const char *headers, const char *body);
/* Forgets script, sent and logged, for another call on the same state. */
void stage_clear(stage *s);
void stage_set_now(int64_t ms);

mcrm_outcome stage_chat(stage *s, const mcrm_chat_request *request, mcrm_chat_reply *reply);
mcrm_outcome stage_speech(stage *s, const mcrm_speech_request *request, mcrm_speech_reply *reply);
mcrm_outcome stage_probe(stage *s, const char **said);

extern const mcrm_plugin_host stage_host;

#endif
