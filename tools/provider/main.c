/* marfacrm-provider: one plugin, its settings and HTTP in a process of their own. Started by libmarfacrm, never by
 * hand: descriptor 3 is the socket to the host, 4 the plugin's sealed file, the argument the host's process id. It has
 * no database, no file and no secret but its provider's, and ends with its host. */
#include "message.h"
#include "sandbox.h"
#include "serve.h"

#include <base/clock.h>
#include <base/error.h>
#include <malloc.h>
#include <provider/transport.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SOCKET_AT = 3, PLUGIN_AT = 4, NICE = 5, STACK_BYTES = 512 << 10, ARENAS = 4, HELLO_NS = 1000000000 };

/* The socket's end is not enough: somebody whom the host forked may hold it open. */
static int watch_host(const char *argument) {
  pid_t host = (pid_t)strtol(argument, NULL, 10);
  int fd = (int)syscall(SYS_pidfd_open, host, 0);
  return getppid() == host ? fd : -2;
}

static const char *setting(const message_hello *hello, const char *name) {
  for (size_t i = 0; i < hello->setting_count; i++)
    if (hello->settings[i]->name && !strcmp(hello->settings[i]->name, name)) return hello->settings[i]->value;
  return NULL;
}

static bool whole(const message_hello *hello) {
  if (hello->version != WIRE_VERSION || !hello->name || hello->concurrency < 1) return false;
  for (size_t i = 0; i < hello->setting_count; i++)
    if (!hello->settings[i]->name || !hello->settings[i]->value) return false;
  return true;
}

static int open_instance(server *s, const message_hello *hello, arena *a, const mcrm_plugin *plugin, instance **out,
                         mcrm_error *error) {
  provider_setting *settings = arena_array(a, hello->setting_count + 1, sizeof *settings);
  if (!settings) return error_no_memory(error);
  for (size_t i = 0; i < hello->setting_count; i++) settings[i] = *hello->settings[i];
  const instance_options options = {.name = hello->name,
                                    .settings = settings,
                                    .setting_count = hello->setting_count,
                                    .transport = marfacrm_transport(),
                                    .log = serve_log,
                                    .context = s};
  return instance_open(plugin, &options, out, error);
}

static int describe(const mcrm_plugin *plugin, arena *a, message_ready *ready, buffer *text, mcrm_error *error) {
  plugin_view view;
  int code = plugin_adopt(plugin, a, &view, error);
  if (code) return code;
  plugin_describe(&view, text);
  ready->label = view.plugin.name;
  ready->text = text->failed ? "" : text->bytes;
  return MCRM_OK;
}

static int start(server *s, const message_hello *hello, arena *a, message_ready *ready, buffer *text,
                 mcrm_error *error) {
  const mcrm_plugin *plugin;
  instance *i;
  static char said[160];
  if (!whole(hello))
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.process",
                     "library and marfacrm-provider are of different versions");
  sandbox_enter(setting(hello, "ca_file"), said, sizeof said);
  ready->sandbox = said;
  if (strstr(said, "no ")) serve_log(s, MCRM_LOG_WARNING, said);
  int code = instance_load(PLUGIN_AT, &plugin, error);
  close(PLUGIN_AT);
  if (code) return code;
  if (hello->describe) return describe(plugin, a, ready, text, error);
  code = open_instance(s, hello, a, plugin, &i, error);
  if (code) return code;
  const plugin_view *view = instance_view(i);
  ready->label = arena_print(a, "%s %.40s", view->plugin.name, view->plugin.version);
  ready->capabilities = instance_capabilities(i);
  serve_start(s, i, (unsigned)hello->concurrency);
  return ready->label ? MCRM_OK : error_no_memory(error);
}

/* The frame with the settings is forgotten as soon as they are read. */
static bool greet(server *s, channel *c) {
  frame *f;
  message_hello hello = {0};
  message_ready ready = {0};
  mcrm_error error = {0};
  buffer text;
  arena *a = arena_new(0);
  buffer_init(&text, 1 << 20);
  if (!a || channel_receive(c, clock_monotonic() + HELLO_NS, &f) || f->head.verb != WIRE_HELLO ||
      wire_read(a, &message_hello_shape, f->bytes, f->head.fields, &hello))
    return false;
  explicit_bzero(f->bytes, f->head.fields);
  free(f);
  int code = start(s, &hello, a, &ready, &text, &error);
  for (size_t i = 0; i < hello.setting_count; i++) {
    char *value = (char *)(uintptr_t)hello.settings[i]->value;
    if (value) explicit_bzero(value, strlen(value));
  }
  if (code)
    serve_say(s, WIRE_REFUSED, 0, &message_error_shape, &error);
  else
    serve_say(s, WIRE_READY, 0, &message_ready_shape, &ready);
  buffer_free(&text);
  arena_free(a);
  return !code && !hello.describe;
}

/* libcurl's threads that wait for a name service which is dead outlive their requests, so there may be many, and the
 * address space is limited. */
static void many_threads(void) {
  pthread_attr_t attributes;
  mallopt(M_ARENA_MAX, ARENAS);
  if (pthread_attr_init(&attributes)) return;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

int main(int count, char **arguments) {
  if (count != 2 || arguments[1][0] < '1' || arguments[1][0] > '9') {
    fputs("marfacrm-provider is started by libmarfacrm, not by hand\n", stderr);
    return 2;
  }
  channel c;
  int host = watch_host(arguments[1]);
  if (host == -2) return 1; /* it died meanwhile */
  signal(SIGPIPE, SIG_IGN);
  /* Where the processor is short, the host's threads go first: whoever leaves a call must not wait for ours, which may
   * be at the arithmetic of eight handshakes. */
  setpriority(PRIO_PROCESS, 0, NICE);
  many_threads();
  channel_init(&c, SOCKET_AT, host);
  server *s = serve_new(&c);
  if (!s || !greet(s, &c)) _exit(1);
  for (;;) {
    frame *f;
    int code = channel_receive(&c, serve_watch(s), &f);
    if (code == MCRM_TIMEOUT) continue;
    if (code || !serve_frame(s, f)) _exit(0);
  }
}
