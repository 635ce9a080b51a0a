#include "stage.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct memory {
  struct memory *next;
  max_align_t bytes[];
};

static int64_t now_ms = 1700000000000;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER; /* calls on one state may run at once */

void stage_set_now(int64_t ms) { now_ms = ms; }
static int64_t host_now(void) { return now_ms; }

static stage *of(mcrm_plugin_call *call) { return (stage *)call; }

static void append(char **text, const char *bytes, size_t length) {
  size_t have = *text ? strlen(*text) : 0;
  *text = realloc(*text, have + length + 1);
  if (!*text) abort();
  memcpy(*text + have, bytes, length);
  (*text)[have + length] = 0;
}

static void host_log(mcrm_plugin_call *call, mcrm_log_level level, const char *line) {
  (void)level;
  append(&of(call)->log, line, strlen(line));
  append(&of(call)->log, "\n", 1);
}

static void *host_alloc(mcrm_plugin_call *call, size_t bytes) {
  stage *s = of(call);
  pthread_mutex_lock(&guard);
  struct memory **list = s->starting ? &s->state_memory : &s->call_memory;
  bool refused = ++s->allocations == s->fail_at || bytes > (256 << 20);
  struct memory *m = refused ? NULL : calloc(1, sizeof *m + bytes);
  if (m) {
    m->next = *list;
    *list = m;
  }
  pthread_mutex_unlock(&guard);
  return m ? m->bytes : NULL;
}

static void forget(struct memory **list) {
  while (*list) {
    struct memory *next = (*list)->next;
    free(*list);
    *list = next;
  }
}

static void write_down(char **out, const char *text) { append(out, text, strlen(text)); }

/* What has a NUL in it is written as its length: tests compare texts. */
static void write_bytes(char **out, const void *bytes, size_t length) {
  char words[48];
  if (!length || !memchr(bytes, 0, length)) {
    if (length) append(out, bytes, length);
    return;
  }
  snprintf(words, sizeof words, "(%zu bytes)", length);
  write_down(out, words);
}

static char *written(const mcrm_http_request *r) {
  char *out = NULL;
  write_down(&out, r->method), write_down(&out, " "), write_down(&out, r->url), write_down(&out, "\n");
  for (size_t i = 0; i < r->header_count; i++) {
    write_down(&out, r->headers[i].name), write_down(&out, ": ");
    write_down(&out, r->headers[i].value), write_down(&out, "\n");
  }
  write_down(&out, "\n");
  write_bytes(&out, r->body, r->body_length);
  for (size_t i = 0; i < r->part_count; i++) {
    const mcrm_http_part *p = &r->parts[i];
    write_down(&out, "--"), write_down(&out, p->name);
    if (p->file_name) write_down(&out, " "), write_down(&out, p->file_name);
    if (p->media_type) write_down(&out, " "), write_down(&out, p->media_type);
    write_down(&out, "\n");
    write_bytes(&out, p->bytes, p->length);
    write_down(&out, "\n");
  }
  return out;
}

static void read_headers(stage *s, const char *lines, mcrm_http_reply *reply) {
  mcrm_http_field *fields = calloc(16, sizeof *fields);
  struct memory *m = calloc(1, sizeof *m + strlen(lines) + 1);
  struct memory *keeper = calloc(1, sizeof *keeper + 16 * sizeof *fields);
  if (!fields || !m || !keeper) abort();
  char *text = strcpy((char *)m->bytes, lines);
  m->next = keeper;
  keeper->next = s->call_memory;
  s->call_memory = m;
  for (char *rest, *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *colon = strstr(line, ": ");
    *colon = 0;
    fields[reply->header_count++] = (mcrm_http_field){line, colon + 2};
  }
  memcpy(keeper->bytes, fields, 16 * sizeof *fields);
  reply->headers = (const mcrm_http_field *)keeper->bytes;
  free(fields);
}

/* As the real host does it: 2xx goes to `data` in pieces, until it is told to stop. */
static void deliver(const stage *s, const mcrm_http_request *request, const stage_reply *said, mcrm_http_reply *reply) {
  if (!request->data || said->status < 200 || said->status > 299) {
    reply->body = said->body;
    reply->length = said->length;
    return;
  }
  size_t piece = s->piece ? s->piece : said->length;
  for (size_t at = 0; at < said->length; at += piece) {
    size_t length = said->length - at < piece ? said->length - at : piece;
    if (request->data(request->context, said->body + at, length)) break;
  }
}

static mcrm_outcome host_http(mcrm_plugin_call *call, const mcrm_http_request *request, mcrm_http_reply *reply,
                              mcrm_failure *failure) {
  stage *s = of(call);
  pthread_mutex_lock(&guard);
  bool scripted = s->used < s->reply_count;
  stage_reply said = s->replies[s->used];
  if (scripted) s->used++;
  if (s->sent_count < STAGE_REPLIES) s->sent[s->sent_count++] = written(request);
  pthread_mutex_unlock(&guard);
  if (!scripted) {
    snprintf(failure->code, sizeof failure->code, "unscripted");
    return MCRM_OUTCOME_NETWORK;
  }
  reply->status = said.status;
  reply->body = "";
  reply->retry_after_ms = said.retry_after_ms;
  reply->server_time = said.server_time;
  if (said.headers) read_headers(s, said.headers, reply);
  deliver(s, request, &said, reply);
  if (said.outcome) snprintf(failure->code, sizeof failure->code, "%s", said.code ? said.code : "");
  return said.outcome;
}

static int host_cancelled(mcrm_plugin_call *call) { return of(call)->cancelled; }
static void host_progress(mcrm_plugin_call *call, double done) { of(call)->progress = done; }
static void host_delta(mcrm_plugin_call *call, const char *text, size_t length) {
  append(&of(call)->deltas, text, length);
  of(call)->delta_count++;
}

const mcrm_plugin_host stage_host = {
    sizeof stage_host, MCRM_PLUGIN_ABI_MAJOR, MCRM_PLUGIN_ABI_MINOR, host_log,  host_now, host_alloc,
    host_http,         host_cancelled,        host_progress,         host_delta};

/* ---- options ---- */

static void set(stage *s, const mcrm_plugin_option *row, const char *value) {
  char *member = (char *)s->state + row->offset;
  mcrm_plugin_texts *list;
  const char **grown;
  switch (row->kind) {
    case MCRM_OPTION_INT:
    case MCRM_OPTION_DURATION:
      *(int64_t *)member = strtoll(value, NULL, 10);
      break;
    case MCRM_OPTION_BOOL:
      *(int64_t *)member = !strcmp(value, "true");
      break;
    case MCRM_OPTION_REAL:
      *(double *)member = strtod(value, NULL);
      break;
    case MCRM_OPTION_TEXTS:
      list = (mcrm_plugin_texts *)member;
      grown = host_alloc((mcrm_plugin_call *)s, (list->count + 1) * sizeof *grown);
      if (list->count) memcpy(grown, list->at, list->count * sizeof *grown);
      grown[list->count++] = value;
      list->at = grown;
      break;
    default:
      *(const char **)member = value;
  }
}

static void read_settings(stage *s, const stage_setting *settings) {
  for (const mcrm_plugin_option *row = s->plugin->options; row->name; row++) {
    if (row->fallback) set(s, row, row->fallback);
  }
  for (; settings && settings->name; settings++) {
    const mcrm_plugin_option *row = s->plugin->options;
    while (row->name && strcmp(row->name, settings->name)) row++;
    if (!row->name) fprintf(stderr, "%s has no option %s\n", s->plugin->name, settings->name), abort();
    set(s, row, settings->value);
  }
}

stage *stage_with(const mcrm_plugin *plugin, const stage_setting *settings) {
  stage *s = calloc(1, sizeof *s);
  if (!s) abort();
  s->plugin = plugin;
  s->state = calloc(1, plugin->state_size);
  if (!s->state) abort();
  s->starting = true;
  s->capabilities = *plugin->capabilities;
  s->failure = (mcrm_failure){.size = sizeof s->failure, .retry_after_ms = -1};
  read_settings(s, settings);
  if (plugin->start)
    s->started = plugin->start(s->state, (mcrm_plugin_call *)s, &stage_host, &s->capabilities, &s->failure);
  s->starting = false;
  return s;
}

stage *stage_open(const char *name, const stage_setting *settings) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s.so", STAGE_PLUGINS, name);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) fprintf(stderr, "%s\n", dlerror()), abort();
  mcrm_plugin_entry_function *entry;
  *(void **)&entry = dlsym(library, "mcrm_plugin_entry");
  return stage_with(entry(&stage_host), settings);
}

stage_reply *stage_says(stage *s, int status, const char *headers, const char *body) {
  stage_reply *r = &s->replies[s->reply_count++];
  *r = (stage_reply){.status = status, .headers = headers, .body = body, .length = strlen(body), .retry_after_ms = -1};
  return r;
}

void stage_clear(stage *s) {
  for (size_t i = 0; i < s->sent_count; i++) free(s->sent[i]);
  free(s->deltas), free(s->log);
  s->deltas = s->log = NULL;
  s->sent_count = s->reply_count = s->used = s->delta_count = s->allocations = 0;
  memset(s->replies, 0, sizeof s->replies);
  forget(&s->call_memory);
}

void stage_close(stage *s) {
  if (s->plugin->stop && s->started == MCRM_OUTCOME_OK) s->plugin->stop(s->state);
  stage_clear(s);
  forget(&s->state_memory);
  free(s->state);
  free(s);
}

static void begin(stage *s) {
  s->failure = (mcrm_failure){.size = sizeof s->failure, .retry_after_ms = -1};
  s->allocations = 0;
}

mcrm_outcome stage_chat(stage *s, const mcrm_chat_request *request, mcrm_chat_reply *reply) {
  begin(s);
  *reply = (mcrm_chat_reply){.size = sizeof *reply};
  return s->plugin->chat->run(s->state, (mcrm_plugin_call *)s, request, reply, &s->failure);
}

mcrm_outcome stage_speech(stage *s, const mcrm_speech_request *request, mcrm_speech_reply *reply) {
  begin(s);
  *reply = (mcrm_speech_reply){.size = sizeof *reply};
  return s->plugin->speech->run(s->state, (mcrm_plugin_call *)s, request, reply, &s->failure);
}

mcrm_outcome stage_probe(stage *s, const char **said) {
  begin(s);
  *said = NULL;
  return s->plugin->probe(s->state, (mcrm_plugin_call *)s, said, &s->failure);
}
