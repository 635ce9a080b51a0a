#include <provider/provider.h>

#include "file.h"
#include "instance.h"
#include "module.h"
#include "remote.h"

#include <base/clock.h>
#include <base/error.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONCURRENCY = 4, CONCURRENCY_MOST = 256, LOOK_NS = 20 * 1000000, CLOSE_NS = 2000000000 };

struct provider {
  vault *vault;             /* the settings, which a process is told whenever it starts */
  provider_options options; /* kept in the vault */
  const char *label;
  const provider_setting **settings;
  pid_t process;
  const transport_table *table;
  instance *local;
  remote *remote;
  mcrm_capabilities capabilities;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned inside;
  bool starting;
  atomic_bool started, closing;
};

static const char *const names[] = {"ok",          "auth",           "region",    "billing",
                                    "rate_limit",  "overload",       "timeout",   "network",
                                    "bad_request", "content_filter", "truncated", "invalid_output",
                                    "cancelled",   "budget",         "protocol",  "unsupported"};

const char *provider_outcome_name(mcrm_outcome outcome) {
  return (unsigned)outcome < sizeof names / sizeof *names ? names[outcome] : "protocol";
}

static void say(void *context, mcrm_log_level level, const char *line) {
  const provider *p = context;
  if (p->options.log) p->options.log(p->options.context, level, p->options.name, line);
}

/* ---- opening ---- */

static bool keep(vault *v, const char *text, const char **out) {
  *out = text ? vault_copy(v, text, strlen(text)) : NULL;
  return !text || *out;
}

static int keep_options(provider *p, const provider_options *o, mcrm_error *error) {
  provider_options *mine = &p->options;
  *mine = *o;
  p->settings = vault_alloc(p->vault, (o->setting_count + 1) * sizeof *p->settings);
  provider_setting *all = vault_alloc(p->vault, (o->setting_count + 1) * sizeof *all);
  bool right = p->settings && all && keep(p->vault, o->name, &mine->name) && keep(p->vault, o->plugin, &mine->plugin) &&
               keep(p->vault, o->sha256, &mine->sha256) && keep(p->vault, o->folder, &mine->folder) &&
               keep(p->vault, o->program, &mine->program);
  for (size_t i = 0; right && i < o->setting_count; i++) {
    right = keep(p->vault, o->settings[i].name, &all[i].name) && keep(p->vault, o->settings[i].value, &all[i].value) &&
            keep(p->vault, o->settings[i].where, &all[i].where);
    p->settings[i] = &all[i];
  }
  mine->settings = all;
  mine->concurrency = o->concurrency ? o->concurrency : CONCURRENCY;
  if (mine->concurrency > CONCURRENCY_MOST) mine->concurrency = CONCURRENCY_MOST;
  return right ? MCRM_OK : error_no_memory(error);
}

/* The file as a sealed descriptor. */
static int seal(const provider_options *o, int *fd, mcrm_error *error) {
  char path[FILE_PATH_BYTES];
  int code = file_plugin(o->plugin, o->folder, path, error);
  return code ? code : file_seal(path, o->sha256, fd, error);
}

static int find_program(const provider_options *o, char path[FILE_PATH_BYTES], mcrm_error *error) {
  if (o->program)
    snprintf(path, FILE_PATH_BYTES, "%s", o->program);
  else if (file_installed(true, "marfacrm-provider", path))
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_program", "marfacrm-provider is not installed");
  return file_trusted(path, error);
}

static int open_remote(provider *p, const provider_patience *patience, bool describe, mcrm_error *error) {
  const provider_options *o = &p->options;
  char program[FILE_PATH_BYTES];
  int fd, code = find_program(o, program, error);
  if (!code) code = seal(o, &fd, error);
  if (code) return code;
  remote_options options = {.plugin = fd, .patience = *patience, .log = say, .context = p};
  options.hello = (message_hello){.version = WIRE_VERSION,
                                  .concurrency = (int)o->concurrency,
                                  .describe = describe,
                                  .name = o->name,
                                  .settings = p->settings,
                                  .setting_count = o->setting_count};
  if (!o->program && !keep(p->vault, program, &p->options.program)) {
    close(fd);
    return error_no_memory(error);
  }
  options.program = o->program;
  return remote_open(&options, &p->remote, error);
}

static int descriptor_of(const provider_options *o, const mcrm_plugin **out, mcrm_error *error) {
  int fd;
  *out = o->built_in;
  if (o->built_in) return MCRM_OK;
  int code = seal(o, &fd, error);
  if (code) return code;
  code = instance_load(fd, out, error);
  close(fd);
  return code;
}

static int open_local(provider *p, mcrm_error *error) {
  const provider_options *o = &p->options;
  const mcrm_plugin *descriptor;
  mcrm_error why = {0};
  int code = module_transport(&p->table, &why);
  /* Somebody's own descriptor may do without HTTP. */
  if (code && !o->built_in) return error_set(error, code, why.field, why.message, "%s", why.detail);
  code = descriptor_of(o, &descriptor, error);
  if (code) return code;
  const instance_options options = {.name = o->name,
                                    .settings = o->settings,
                                    .setting_count = o->setting_count,
                                    .transport = p->table,
                                    .log = say,
                                    .context = p};
  code = instance_open(descriptor, &options, &p->local, error);
  if (code) return code;
  const plugin_view *view = instance_view(p->local);
  char label[96];
  snprintf(label, sizeof label, "%s %.40s", view->plugin.name, view->plugin.version);
  if (keep(p->vault, label, &p->label)) return MCRM_OK;
  instance_close(p->local);
  p->local = NULL;
  return error_no_memory(error);
}

static int make_locks(provider *p) {
  pthread_condattr_t attributes;
  if (pthread_mutex_init(&p->lock, NULL)) return MCRM_NO_MEMORY;
  if (!pthread_condattr_init(&attributes)) {
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int code = pthread_cond_init(&p->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (!code) return MCRM_OK;
  }
  pthread_mutex_destroy(&p->lock);
  return MCRM_NO_MEMORY;
}

static void provider_free(provider *p) {
  if (p->remote) remote_free(p->remote);
  instance_close(p->local);
  pthread_cond_destroy(&p->changed);
  pthread_mutex_destroy(&p->lock);
  vault_free(p->vault);
  free(p);
}

int provider_new(const provider_options *o, mcrm_error *error, provider **out) {
  provider *p = calloc(1, sizeof *p);
  *out = NULL;
  if (!p) return error_no_memory(error);
  p->vault = vault_new();
  if (!p->vault || make_locks(p)) {
    vault_free(p->vault);
    free(p);
    return error_no_memory(error);
  }
  p->process = getpid();
  int code = keep_options(p, o, error);
  if (code)
    provider_free(p);
  else
    *out = p;
  return code;
}

/* What went wrong with the file is said of the instance's line. */
static int name_field(const provider_options *o, mcrm_error *error) {
  char prefix[60];
  if (error->code && error->field[0] && strncmp(error->field, "providers", 9)) {
    snprintf(prefix, sizeof prefix, "providers.%s", o->name);
    error_within(error, prefix);
  }
  return error->code;
}

/* On this machine is what the plugin thinks of an address; a proxy or a name that is looked up elsewhere makes it
 * wrong. */
static bool leads_away(const provider_options *o) {
  for (size_t i = 0; i < o->setting_count; i++)
    if ((!strcmp(o->settings[i].name, "proxy") || !strcmp(o->settings[i].name, "resolve")) && o->settings[i].value[0])
      return true;
  return false;
}

static int start(provider *p, const provider_patience *patience, mcrm_error *error) {
  const provider_options *o = &p->options;
  int code = o->isolated && !o->built_in ? open_remote(p, patience, false, error) : open_local(p, error);
  if (code) return name_field(o, error);
  p->capabilities = *(p->remote ? remote_ready(p->remote)->capabilities : instance_capabilities(p->local));
  if (leads_away(o)) p->capabilities.local = 0;
  atomic_store(&p->started, true);
  return MCRM_OK;
}

/* Under the lock, which it leaves to ask: it is the caller's function. */
static bool gives_up(provider *p, bool (*cancelled)(void *context), void *context) {
  pthread_mutex_unlock(&p->lock);
  bool yes = cancelled && cancelled(context);
  pthread_mutex_lock(&p->lock);
  return yes;
}

/* Under the lock: until something changes or it is time to look again. */
static void look(provider *p, int64_t deadline) {
  int64_t until = clock_monotonic() + LOOK_NS;
  if (until > deadline) until = deadline;
  const struct timespec t = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
  pthread_cond_timedwait(&p->changed, &p->lock, &t);
}

/* Under the lock: until nobody else starts it. */
static int wait_start(provider *p, const provider_patience *patience, mcrm_error *error) {
  while (p->starting && clock_monotonic() < patience->deadline) {
    if (gives_up(p, patience->cancelled, patience->context))
      return error_set(error, MCRM_CANCELLED, "plugin", "cancelled", "nobody waits for it any more");
    if (p->starting) look(p, patience->deadline);
  }
  if (!p->starting) return MCRM_OK;
  return error_set(error, MCRM_TIMEOUT, "plugin", "provider.process", "%s does not come up by the deadline",
                   p->options.name);
}

int provider_start(provider *p, const provider_patience *patience, mcrm_error *error) {
  if (atomic_load(&p->started)) return MCRM_OK;
  if (p->process != getpid())
    return error_set(error, MCRM_UNSUPPORTED, "plugin", "forked", "the provider was opened before a fork");
  pthread_mutex_lock(&p->lock);
  int code = wait_start(p, patience, error);
  if (!code && atomic_load(&p->closing))
    code = error_set(error, MCRM_CANCELLED, "plugin", "cancelled", "the provider is being closed");
  bool ours = !code && !atomic_load(&p->started);
  if (ours) {
    p->starting = true;
    p->inside++;
  }
  pthread_mutex_unlock(&p->lock);
  if (!ours) return code;
  code = start(p, patience, error);
  pthread_mutex_lock(&p->lock);
  p->starting = false;
  p->inside--;
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
  return code;
}

int provider_open(const provider_options *options, mcrm_error *error, provider **out) {
  provider *p;
  int code = provider_new(options, error, &p);
  if (code) return code;
  code = provider_start(p, &(provider_patience){.deadline = INT64_MAX}, error);
  if (code)
    provider_free(p);
  else
    *out = p;
  return code;
}

int provider_describe(const provider_options *options, mcrm_error *error, char **text) {
  provider *p;
  buffer out;
  const mcrm_plugin *descriptor;
  plugin_view view;
  int code = provider_new(options, error, &p);
  if (code) return code;
  buffer_init(&out, 1 << 20);
  if (options->isolated && !options->built_in) {
    code = open_remote(p, &(provider_patience){.deadline = INT64_MAX}, true, error);
    if (!code && remote_ready(p->remote)->text) buffer_text(&out, remote_ready(p->remote)->text);
  } else {
    arena *a = arena_new(0);
    code = a ? descriptor_of(options, &descriptor, error) : error_no_memory(error);
    if (!code) code = plugin_adopt(descriptor, a, &view, error);
    if (!code) plugin_describe(&view, &out);
    arena_free(a);
  }
  if (!code && !(*text = buffer_take(&out))) code = error_no_memory(error);
  buffer_free(&out);
  provider_free(p);
  return code ? name_field(options, error) : MCRM_OK;
}

/* Whoever is still inside after two seconds is in a function that does not come back; what it stands on stays. */
void provider_close(provider *p) {
  if (!p || p->process != getpid()) return;
  int64_t until = clock_monotonic() + CLOSE_NS;
  const struct timespec limit = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
  atomic_store(&p->closing, true);
  if (p->remote) remote_stop(p->remote);
  if (p->local) instance_wake(p->local);
  pthread_mutex_lock(&p->lock);
  pthread_cond_broadcast(&p->changed);
  while (p->inside && !pthread_cond_timedwait(&p->changed, &p->lock, &limit)) continue;
  bool empty = !p->inside;
  pthread_mutex_unlock(&p->lock);
  if (empty) provider_free(p);
}

const char *provider_name(const provider *p) { return p->options.name; }

const char *provider_plugin(const provider *p) {
  if (!atomic_load(&p->started)) return p->options.plugin;
  return p->remote ? remote_ready(p->remote)->label : p->label;
}

const mcrm_capabilities *provider_capabilities(const provider *p) {
  return atomic_load(&p->started) ? &p->capabilities : NULL;
}

const char *provider_sandbox(const provider *p) { return p->remote ? remote_ready(p->remote)->sandbox : "none"; }

/* ---- calls ---- */

/* The caller's functions, and our own end. */
typedef struct inside {
  provider *p;
  provider_call *outer;
} inside;

static bool inner_cancelled(void *context) {
  const inside *i = context;
  return atomic_load(&i->p->closing) || (i->outer->cancelled && i->outer->cancelled(i->outer->context));
}

static void inner_delta(void *context, const char *text, size_t length) {
  const inside *i = context;
  i->outer->delta(i->outer->context, text, length);
}

static void inner_progress(void *context, double done) {
  const inside *i = context;
  i->outer->progress(i->outer->context, done);
}

static int inner_read(void *context, size_t at, void *to, size_t length) {
  const inside *i = context;
  return i->outer->read(i->outer->context, at, to, length);
}

static mcrm_outcome enter(provider *p, provider_call *call) {
  call->failure = (mcrm_failure){.size = sizeof call->failure, .retry_after_ms = -1};
  call->bytes_sent = call->bytes_received = call->first_byte_ns = 0;
  call->requests = 0;
  if (p->process != getpid())
    return provider_fail(&call->failure, MCRM_OUTCOME_UNSUPPORTED, "forked", "the provider was opened before a fork");
  if (!atomic_load(&p->started))
    return provider_fail(&call->failure, MCRM_OUTCOME_UNSUPPORTED, "start", "the provider was not started");
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  pthread_mutex_lock(&p->lock);
  while (outcome == MCRM_OUTCOME_OK) {
    int64_t now = clock_monotonic();
    if (atomic_load(&p->closing)) {
      outcome = provider_fail(&call->failure, MCRM_OUTCOME_CANCELLED, "closing", "the provider is being closed");
    } else if (now >= call->deadline) {
      outcome = provider_fail(&call->failure, MCRM_OUTCOME_TIMEOUT, "total", "its turn did not come by the deadline");
    } else if (p->inside < p->options.concurrency) {
      p->inside++;
      break;
    } else {
      if (gives_up(p, call->cancelled, call->context))
        outcome = provider_fail(&call->failure, MCRM_OUTCOME_CANCELLED, "cancelled", "the call was cancelled");
      else if (p->inside >= p->options.concurrency)
        look(p, call->deadline);
    }
  }
  pthread_mutex_unlock(&p->lock);
  return outcome;
}

static void leave(provider *p) {
  pthread_mutex_lock(&p->lock);
  p->inside--;
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
}

static provider_call inner_call(inside *i) {
  provider_call call = *i->outer;
  call.cancelled = inner_cancelled;
  if (call.delta) call.delta = inner_delta;
  if (call.progress) call.progress = inner_progress;
  if (call.read) call.read = inner_read;
  call.context = i;
  return call;
}

static void told(provider_call *outer, const provider_call *inner) {
  outer->failure = inner->failure;
  outer->bytes_sent = inner->bytes_sent;
  outer->bytes_received = inner->bytes_received;
  outer->requests = inner->requests;
  outer->first_byte_ns = inner->first_byte_ns;
}

static mcrm_outcome ask_remote(provider *p, wire_verb verb, provider_call *call, message_ask *ask,
                               const channel_raw *raw, message_done *done) {
  ask->deadline = call->deadline;
  ask->trace = call->trace;
  mcrm_outcome outcome = remote_call(p->remote, verb, call, ask, raw, done);
  call->bytes_sent = done->bytes_sent;
  call->bytes_received = done->bytes_received;
  call->requests = done->requests;
  call->first_byte_ns = done->first_byte_ns;
  if (outcome != MCRM_OUTCOME_OK && done->failure) {
    call->failure = *done->failure;
    instance_line(call->failure.code, sizeof call->failure.code);
    instance_line(call->failure.detail, sizeof call->failure.detail);
  }
  return outcome;
}

static mcrm_outcome no_reply(provider_call *call) {
  return provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "process",
                       "the plugin's process answers without a reply");
}

mcrm_outcome provider_chat(provider *p, provider_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply) {
  inside i = {p, call};
  message_ask ask = {.chat = request};
  message_done done = {0};
  mcrm_outcome outcome = enter(p, call);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  provider_call inner = inner_call(&i);
  if (p->local) {
    outcome = instance_chat(p->local, &inner, request, reply);
  } else {
    outcome = ask_remote(p, WIRE_CHAT, &inner, &ask, NULL, &done);
    if (outcome == MCRM_OUTCOME_OK)
      outcome = done.chat ? instance_check_chat(done.chat, &inner.failure) : no_reply(&inner);
    if (outcome == MCRM_OUTCOME_OK) *reply = *done.chat;
  }
  told(call, &inner);
  leave(p);
  return outcome;
}

/* A plugin in this process wants it whole. */
static mcrm_outcome speech_here(provider *p, provider_call *call, const mcrm_speech_request *request,
                                mcrm_speech_reply *reply) {
  mcrm_speech_request whole = *request;
  char *bytes = NULL;
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  if (call->read && !whole.audio) {
    bytes = malloc(whole.length + 1);
    whole.audio = bytes;
    if (!bytes)
      outcome = provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
    else if (call->read(call->context, 0, bytes, whole.length))
      outcome = provider_unreadable(&call->failure);
  }
  if (outcome == MCRM_OUTCOME_OK) outcome = instance_speech(p->local, call, &whole, reply);
  free(bytes);
  return outcome;
}

mcrm_outcome provider_speech(provider *p, provider_call *call, const mcrm_speech_request *request,
                             mcrm_speech_reply *reply) {
  inside i = {p, call};
  message_ask ask = {.speech = request};
  message_done done = {0};
  const channel_raw raw = {.bytes = call->read && !request->audio ? NULL
                                    : request->audio              ? request->audio
                                                                  : "",
                           .length = request->length,
                           .read = inner_read,
                           .context = &i};
  mcrm_outcome outcome = enter(p, call);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  provider_call inner = inner_call(&i);
  if (p->local) {
    outcome = speech_here(p, &inner, request, reply);
  } else {
    outcome = ask_remote(p, WIRE_SPEECH, &inner, &ask, &raw, &done);
    if (outcome == MCRM_OUTCOME_OK)
      outcome = done.speech ? instance_check_speech(done.speech, &inner.failure) : no_reply(&inner);
    if (outcome == MCRM_OUTCOME_OK) *reply = *done.speech;
  }
  told(call, &inner);
  leave(p);
  return outcome;
}

mcrm_outcome provider_probe(provider *p, provider_call *call, const char **said) {
  inside i = {p, call};
  message_ask ask = {0};
  message_done done = {0};
  *said = NULL;
  mcrm_outcome outcome = enter(p, call);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  provider_call inner = inner_call(&i);
  if (p->local) {
    outcome = instance_probe(p->local, &inner, said);
  } else {
    outcome = ask_remote(p, WIRE_PROBE, &inner, &ask, NULL, &done);
    char *line = done.said ? arena_text(call->arena, done.said) : NULL;
    if (line) instance_line(line, strlen(line) + 1);
    *said = line;
  }
  told(call, &inner);
  leave(p);
  return outcome;
}
