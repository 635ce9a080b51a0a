#include "instance.h"

#include "option.h"
#include "services.h"
#include "settings.h"

#include <base/clock.h>
#include <base/error.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

mcrm_outcome provider_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...) {
  *failure = (mcrm_failure){.size = sizeof *failure, .retry_after_ms = -1};
  snprintf(failure->code, sizeof failure->code, "%s", code);
  va_list args;
  va_start(args, format);
  vsnprintf(failure->detail, sizeof failure->detail, format, args);
  va_end(args);
  return outcome;
}

mcrm_outcome provider_unreadable(mcrm_failure *failure) {
  return provider_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "audio", "the recording cannot be read");
}

int instance_load(int fd, const mcrm_plugin **out, mcrm_error *error) {
  char path[40];
  /* The object is never closed again, for libraries that it brought along may have left something behind in each
   * thread. Neither is its descriptor: the loader knows objects by name, and would take the next plugin for this one. */
  int kept = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (kept < 0) return error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "no descriptor for the plugin");
  snprintf(path, sizeof path, "/proc/self/fd/%d", kept);
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!object) {
    close(kept);
    const char *why = dlerror(), *rest = why ? strstr(why, ": ") : NULL;
    return error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "the plugin cannot be loaded: %.180s",
                     rest ? rest + 2 : "no reason given");
  }
  mcrm_plugin_entry_function *entry;
  void *symbol = dlsym(object, "mcrm_plugin_entry");
  if (!symbol)
    return error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "the plugin exports no mcrm_plugin_entry");
  memcpy(&entry, &symbol, sizeof entry);
  *out = entry(&instance_host);
  return MCRM_OK;
}

static int start(instance *i, mcrm_error *error) {
  if (!i->view.plugin.start) return MCRM_OK;
  mcrm_plugin_call call = {.instance = i, .arena = i->arena, .starting = true};
  failure_room failure = {.failure = {.size = sizeof(mcrm_failure), .retry_after_ms = -1}};
  capabilities_room capabilities = {.capabilities = i->view.capabilities};
  capabilities.capabilities.size = sizeof(mcrm_capabilities);
  mcrm_outcome outcome =
      i->view.plugin.start(i->state, &call, &instance_host, &capabilities.capabilities, &failure.failure);
  i->capabilities = capabilities.capabilities;
  if (outcome == MCRM_OUTCOME_OK) return MCRM_OK;
  services_failure(i, &failure.failure);
  char field[64];
  const char *option = failure.failure.code;
  snprintf(field, sizeof field, "providers.%.24s.%.28s", i->name, option);
  const char *where = NULL;
  for (size_t k = 0; k < i->setting_count && !where; k++)
    if (!strcmp(i->settings[k].name, option)) where = i->settings[k].where;
  return error_set(error, MCRM_INVALID, field, "provider.start", "%s%s%s: %s", where ? where : "", where ? ": " : "",
                   field, failure.failure.detail);
}

static int open_transport(instance *i, const transport_table *table, mcrm_error *error) {
  char why[256] = "";
  int code = settings_check(&i->transport_settings, i->name, i->vault, error);
  if (code || !table) return code;
  if (table->version != TRANSPORT_VERSION)
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.transport", "the transport is of another version");
  i->table = table;
  i->transport = table->open(&i->transport_settings, why);
  if (i->transport) return MCRM_OK;
  char field[64];
  snprintf(field, sizeof field, "providers.%s", i->name);
  return error_set(error, MCRM_INVALID, field, "provider.transport", "%s: %s", field, why);
}

int instance_open(const mcrm_plugin *descriptor, const instance_options *options, instance **out, mcrm_error *error) {
  instance *i = calloc(1, sizeof *i);
  if (!i) return error_no_memory(error);
  int code = MCRM_OK;
  i->arena = arena_new(0);
  i->vault = vault_new();
  if (!i->arena || !i->vault) code = error_no_memory(error);
  if (!code) code = plugin_adopt(descriptor, i->arena, &i->view, error);
  if (!code) {
    i->log = options->log;
    i->context = options->context;
    i->settings = options->settings;
    i->setting_count = options->setting_count;
    i->capabilities = i->view.capabilities;
    i->name = arena_text(i->arena, options->name);
    i->state = vault_alloc(i->vault, i->view.plugin.state_size + 1);
    if (!i->name || !i->state) code = error_no_memory(error);
  }
  if (!code) {
    const option_table tables[] = {{i->view.options, i->view.option_count, i->state},
                                   {settings_options, settings_option_count, &i->transport_settings}};
    code = option_read(tables, 2, i->name, options->settings, options->setting_count, i->vault, error);
  }
  if (!code) code = open_transport(i, options->transport, error);
  if (!code) {
    code = start(i, error);
    i->started = !code;
  }
  i->settings = NULL; /* the caller's again */
  i->setting_count = 0;
  if (code) {
    instance_close(i);
    return code;
  }
  *out = i;
  return MCRM_OK;
}

void instance_close(instance *i) {
  if (!i) return;
  if (i->started && i->view.plugin.stop) i->view.plugin.stop(i->state);
  if (i->transport) i->table->close(i->transport);
  vault_free(i->vault);
  arena_free(i->arena);
  free(i);
}

const plugin_view *instance_view(const instance *i) { return &i->view; }

const mcrm_capabilities *instance_capabilities(const instance *i) { return &i->capabilities; }

void instance_wake(instance *i) {
  if (i->transport) i->table->wake(i->transport);
}

/* ---- calls ---- */

static mcrm_plugin_call begin(instance *i, provider_call *call, failure_room *failure) {
  *failure = (failure_room){.failure = {.size = sizeof(mcrm_failure), .retry_after_ms = -1}};
  return (mcrm_plugin_call){.instance = i,
                            .arena = call->arena,
                            .call = call,
                            .begun = clock_monotonic(),
                            .send = {.deadline = call->deadline}};
}

static mcrm_outcome end(mcrm_plugin_call *c, mcrm_outcome outcome, failure_room *failure) {
  provider_call *call = c->call;
  call->bytes_sent = c->send.bytes_sent;
  call->bytes_received = c->send.bytes_received;
  call->requests = c->send.requests;
  call->first_byte_ns = c->send.first_byte ? c->send.first_byte - c->begun : 0;
  if ((unsigned)outcome > MCRM_OUTCOME_UNSUPPORTED)
    return provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "plugin", "the plugin answered with outcome %d",
                         (int)outcome);
  services_failure(c->instance, &failure->failure);
  call->failure = failure->failure;
  return outcome;
}

mcrm_outcome instance_chat(instance *i, provider_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply) {
  failure_room failure;
  mcrm_plugin_call c = begin(i, call, &failure);
  struct {
    mcrm_chat_reply reply;
    char more[INSTANCE_ROOM];
  } theirs = {.reply = {.size = sizeof(mcrm_chat_reply),
                        .input_tokens = -1,
                        .cached_tokens = -1,
                        .output_tokens = -1,
                        .reasoning_tokens = -1,
                        .cost = -1,
                        .zero_retention = -1}};
  *reply = theirs.reply;
  if (!i->view.chat.run)
    return provider_fail(&call->failure, MCRM_OUTCOME_UNSUPPORTED, "chat", "this provider does not chat");
  mcrm_outcome outcome = end(&c, i->view.chat.run(i->state, &c, request, &theirs.reply, &failure.failure), &failure);
  if (outcome == MCRM_OUTCOME_OK) outcome = instance_check_chat(&theirs.reply, &call->failure);
  if (outcome == MCRM_OUTCOME_OK) *reply = theirs.reply;
  return outcome;
}

/* Segments as long as our header has them. */
static bool take_segments(arena *a, mcrm_speech_reply *reply) {
  const mcrm_speech_segment *const *theirs = reply->segments;
  if (!reply->segment_count) return true;
  if (!theirs || reply->segment_count > INSTANCE_SEGMENTS) return false;
  const mcrm_speech_segment **list = arena_array(a, reply->segment_count, sizeof *list);
  mcrm_speech_segment *ours = arena_array(a, reply->segment_count, sizeof *ours);
  for (size_t k = 0; list && ours && k < reply->segment_count; k++) {
    if (!theirs[k] ||
        !plugin_take(&ours[k], sizeof *ours, theirs[k], theirs[k]->size, PLUGIN_THROUGH(mcrm_speech_segment, speaker)))
      return false;
    list[k] = &ours[k];
  }
  reply->segments = list;
  return list && ours;
}

mcrm_outcome instance_speech(instance *i, provider_call *call, const mcrm_speech_request *request,
                             mcrm_speech_reply *reply) {
  failure_room failure;
  mcrm_plugin_call c = begin(i, call, &failure);
  struct {
    mcrm_speech_reply reply;
    char more[INSTANCE_ROOM];
  } theirs = {.reply = {.size = sizeof(mcrm_speech_reply), .confidence = -1, .cost = -1}};
  *reply = theirs.reply;
  if (!i->view.speech.run)
    return provider_fail(&call->failure, MCRM_OUTCOME_UNSUPPORTED, "speech", "this provider does not listen");
  mcrm_outcome outcome = end(&c, i->view.speech.run(i->state, &c, request, &theirs.reply, &failure.failure), &failure);
  if (outcome == MCRM_OUTCOME_OK && !take_segments(call->arena, &theirs.reply))
    outcome = provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "plugin", "the reply's segments cannot be read");
  if (outcome == MCRM_OUTCOME_OK) outcome = instance_check_speech(&theirs.reply, &call->failure);
  if (outcome == MCRM_OUTCOME_OK) *reply = theirs.reply;
  return outcome;
}

mcrm_outcome instance_probe(instance *i, provider_call *call, const char **said) {
  failure_room failure;
  mcrm_plugin_call c = begin(i, call, &failure);
  *said = NULL;
  if (!i->view.plugin.probe) {
    call->failure = failure.failure;
    return MCRM_OUTCOME_OK;
  }
  mcrm_outcome outcome = end(&c, i->view.plugin.probe(i->state, &c, said, &failure.failure), &failure);
  if (!*said) return outcome;
  size_t length = strnlen(*said, 400);
  char *line = arena_copy(call->arena, *said, length);
  if (line) {
    vault_blot(i->vault, line);
    instance_line(line, strlen(line) + 1);
  }
  *said = line;
  return outcome;
}
