/* From the host's options and the configuration to what the gateway goes by. */
#include <base/error.h>
#include <stddef.h>
#include <string.h>

#include "internal.h"

enum { JSON_LIMIT = 1 << 20, UPLOAD_LIMIT = 25 << 20, LOGINS_AT_ONCE = 2, LOGINS_MOST = 64, SECRET_LEAST = 32 };

static int wrong(mcrm_error *error, const char *field, const char *what, const char *value) {
  return error_set(error, MCRM_INVALID, field, "gateway.option", "%s: \"%.100s\" %s", field, value, what);
}

/* The options a host was compiled with, in our size. */
static int adopt(mcrm_gateway *g, const mcrm_gateway_options *theirs, mcrm_error *error) {
  mcrm_gateway_options *o = &g->options;
  if (theirs) {
    if (theirs->size < offsetof(mcrm_gateway_options, public_url) + sizeof theirs->public_url)
      return error_set(error, MCRM_INVALID, "size", "record.size",
                       "mcrm_gateway_options: set size to sizeof the struct");
    memcpy(o, theirs, theirs->size < sizeof *o ? theirs->size : sizeof *o);
  }
  const api_gateway *c = api_gateway_settings(g->instance);
  if (!o->public_url) o->public_url = c->public_url ? c->public_url : "http://127.0.0.1:8080/crm";
  if (!o->gate_prefix) o->gate_prefix = c->prefix ? c->prefix : "/";
  if (!o->tag) o->tag = c->tag ? c->tag : "";
  if (!o->ui_folder) o->ui_folder = c->ui_folder;
  if (!o->host_secret) o->host_secret = c->host_secret;
  if (!o->upload_folder) o->upload_folder = c->upload_folder ? c->upload_folder : "/var/tmp";
  if (!o->json_limit) o->json_limit = JSON_LIMIT;
  if (!o->upload_limit) o->upload_limit = c->upload_limit ? c->upload_limit : UPLOAD_LIMIT;
  if (!o->idle_ms) o->idle_ms = c->idle_ms;
  if (!o->absolute_ms) o->absolute_ms = c->absolute_ms;
  if (!o->logins_at_once) o->logins_at_once = LOGINS_AT_ONCE;
  o->public_url = arena_text(g->memory, o->public_url);
  o->gate_prefix = arena_text(g->memory, o->gate_prefix);
  o->tag = arena_text(g->memory, o->tag);
  o->ui_folder = arena_text(g->memory, o->ui_folder);
  o->upload_folder = arena_text(g->memory, o->upload_folder);
  return arena_failed(g->memory) ? error_no_memory(error) : MCRM_OK;
}

/* Beside the other texts, so that it can be overwritten when the gateway closes. */
static int keep_secret(mcrm_gateway *g, mcrm_error *error) {
  const char *secret = g->options.host_secret;
  g->options.host_secret = NULL;
  if (!secret) return MCRM_OK;
  if (strlen(secret) < SECRET_LEAST)
    return error_set(error, MCRM_INVALID, "host_secret", "gateway.option", "host_secret: it has fewer than %d bytes",
                     SECRET_LEAST);
  g->host_secret = strdup(secret);
  return g->host_secret ? MCRM_OK : error_no_memory(error);
}

static int check(const mcrm_gateway_options *o, mcrm_error *error) {
  if (o->idle_ms < 1000 || o->absolute_ms < o->idle_ms)
    return error_set(error, MCRM_INVALID, "idle_ms", "gateway.option",
                     "idle_ms %lld and absolute_ms %lld: at least a second, and the second not below the first",
                     (long long)o->idle_ms, (long long)o->absolute_ms);
  if (o->json_limit < 1024 || o->upload_limit < o->json_limit)
    return error_set(error, MCRM_INVALID, "json_limit", "gateway.option",
                     "json_limit %zu and upload_limit %zu: at least 1024, and the second not below the first",
                     o->json_limit, o->upload_limit);
  if (o->logins_at_once > LOGINS_MOST)
    return error_set(error, MCRM_INVALID, "logins_at_once", "gateway.option", "logins_at_once: %u is above %d",
                     o->logins_at_once, LOGINS_MOST);
  if (strlen(o->tag) > 20 || strspn(o->tag, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(o->tag))
    return wrong(error, "tag", "is not made of at most 20 of a-z and 0-9", o->tag);
  return MCRM_OK;
}

static const char path_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

static bool plain_path(const char *path) {
  return strspn(path, path_bytes) == strlen(path) && !strstr(path, "//") && !strstr(path, "/.");
}

static bool loopback(const char *name, size_t length) {
  static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
  for (size_t i = 0; i < 3; i++)
    if (strlen(names[i]) == length && !memcmp(names[i], name, length)) return true;
  return (length > 10 && !memcmp(name + length - 10, ".localhost", 10)) ||
         (length > 4 && !memcmp(name, "127.", 4) && strspn(name, "0123456789.") >= length);
}

/* Scheme and mount, from the address that browsers use. */
static int read_url(mcrm_gateway *g, mcrm_error *error) {
  const char *url = g->options.public_url, *rest = strstr(url, "://");
  g->secure = !strncmp(url, "https://", 8);
  if (!g->secure && strncmp(url, "http://", 7))
    return wrong(error, "public_url", "begins with neither https:// nor http://", url);
  rest += 3;
  size_t authority = strcspn(rest, "/?#"), name = rest[0] == '[' ? strcspn(rest, "]") + 1 : strcspn(rest, ":/?#");
  if (!authority || !name || memchr(rest, '@', authority))
    return wrong(error, "public_url", "names no plain host", url);
  char *mount = arena_text(g->memory, rest + authority);
  if (!mount) return error_no_memory(error);
  g->mount_length = strlen(mount);
  while (g->mount_length && mount[g->mount_length - 1] == '/') mount[--g->mount_length] = 0;
  if (!plain_path(mount)) return wrong(error, "public_url", "has more than a plain path", url);
  g->mount = mount;
  g->api = arena_print(g->memory, "%s/api/v1", mount);
  if (!g->api) return error_no_memory(error);
  if (!g->secure && !g->options.insecure && !loopback(rest, name))
    return wrong(error, "public_url", "is plain http: everything, passwords too, could be read on the way; use https",
                 url);
  const char *prefix = g->options.gate_prefix;
  g->prefix_length = strlen(prefix);
  if (prefix[0] != '/' || !plain_path(prefix))
    return wrong(error, "gate_prefix", "is not a path that begins with a slash", prefix);
  return MCRM_OK;
}

/* "__Host-" needs Path=/; Secure is refused on plain http by some browsers, and by scripted clients. The gate is
 * Lax, for a link in a message must lead in; the login is Strict. */
static int name_cookies(mcrm_gateway *g, mcrm_error *error) {
  const char *path = g->mount_length ? g->mount : "/", *secure = g->secure ? "; Secure" : "";
  const char *before = !g->secure ? "" : g->mount_length ? "__Secure-" : "__Host-";
  const char *tag = g->options.tag, *line = *tag ? "_" : "";
  buffer name;
  char *names[] = {g->gate_cookie, g->login_cookie};
  for (int i = 0; i < 2; i++) {
    buffer_init(&name, NAME_SIZE - 1);
    buffer_print(&name, "%smcrm_%s%s%s", before, i ? "login" : "gate", line, tag);
    if (!name.failed) memcpy(names[i], name.bytes, name.length + 1);
    bool failed = name.failed;
    buffer_free(&name);
    if (failed) return error_no_memory(error);
  }
  g->gate_attributes = arena_print(g->memory, "; Path=%s; HttpOnly; SameSite=Lax%s", path, secure);
  g->login_attributes = arena_print(g->memory, "; Path=%s; HttpOnly; SameSite=Strict%s", path, secure);
  return arena_failed(g->memory) ? error_no_memory(error) : MCRM_OK;
}

int options_take(mcrm_gateway *g, const mcrm_gateway_options *theirs, mcrm_error *error) {
  int code = adopt(g, theirs, error);
  if (!code) code = keep_secret(g, error);
  if (!code) code = check(&g->options, error);
  if (!code) code = read_url(g, error);
  if (!code) code = name_cookies(g, error);
  g->limits = (access_login_limits){g->options.idle_ms, g->options.absolute_ms};
  return code;
}
