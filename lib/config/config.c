#include "option.h"

#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const option *find(const char *path) {
  for (const option *o = config_options; o->path; o++)
    if (!strcmp(o->path, path)) return o;
  return NULL;
}

static bool is_section(const char *path) {
  size_t length = strlen(path);
  for (const option *o = config_options; o->path; o++)
    if (!strncmp(o->path, path, length) && o->path[length] == '.') return true;
  return false;
}

/* What may stand in a section, for whoever mistyped a key. */
static int refuse_key(config_state *state, const char *section, const char *path, const node *at) {
  buffer known;
  buffer_init(&known, 4000);
  size_t skip = strlen(section) + (*section != 0);
  const char *last = "";
  size_t last_length = 0;
  for (const option *o = config_options; o->path; o++) {
    if (strncmp(o->path, section, strlen(section)) || (*section && o->path[strlen(section)] != '.')) continue;
    const char *name = o->path + skip;
    size_t length = strcspn(name, ".");
    if (length == last_length && !memcmp(name, last, length)) continue;
    buffer_print(&known, "%s%.*s", known.length ? ", " : "unknown key; here may stand ", (int)length, name);
    last = name;
    last_length = length;
  }
  int code =
      known.failed ? error_no_memory(state->error) : option_refuse(state, path, at, "config.unknown", known.bytes);
  buffer_free(&known);
  return code;
}

/* Sections are two levels deep at most, as the table's paths are, so this does not recurse without end. */
static int read_section(config_state *state, const char *section, const node *map) {
  if (node_empty(map)) return MCRM_OK;
  if (map->kind != NODE_MAP)
    return option_refuse(state, *section ? section : "(file)", map, "config.type", "must be a map of keys and values");
  for (const node *n = map->children; n; n = n->next) {
    const char *path = *section ? arena_print(state->arena, "%s.%s", section, n->key) : n->key;
    if (!path) return error_no_memory(state->error);
    const option *o = strchr(n->key, '.') ? NULL : find(path);
    int code = o                                          ? option_set(state, o, n)
               : !strchr(n->key, '.') && is_section(path) ? read_section(state, path, n)
                                                          : refuse_key(state, section, path, n);
    if (code) return code;
  }
  return MCRM_OK;
}

static int defaults(config_state *state) {
  for (const option *o = config_options; o->path; o++) {
    if (!o->fallback) continue;
    node value = {.kind = NODE_TEXT, .text = o->fallback, .plain = true, .file = "(default)"};
    int code = option_set(state, o, &value);
    if (code) return code;
  }
  return MCRM_OK;
}

/* What no single option can check. */
static int check_whole(config_state *state) {
  const config *c = &state->public;
  bool mapped = c->host_representatives.count || c->host_generation;
  if (c->host_source && !strcmp(c->host_source, "callbacks")) return MCRM_OK;
  if (c->host_source && !c->host_url)
    return error_set(state->error, MCRM_INVALID, "host.url", "config.missing",
                     "host.url: needed where host.source is given");
  if (c->host_url && !c->host_source)
    return error_set(state->error, MCRM_INVALID, "host.source", "config.missing",
                     "host.source: needed where host.url is given");
  if (c->host_url && !mapped)
    return error_set(state->error, MCRM_INVALID, "host.generation", "config.missing",
                     "host.generation (v1, v2) or host.representatives: needed to read the host's tables");
  if (!c->host_url && (mapped || c->host_invoices.count || c->host_payments.count || c->host_ledger.count))
    return error_set(state->error, MCRM_INVALID, "host.url", "config.missing",
                     "host.url: needed where the host's tables are mapped");
  return MCRM_OK;
}

void config_free(config *c) {
  if (!c) return;
  config_state *state = (config_state *)c; /* its first member */
  secret_wipe(state);
  arena_free(state->arena);
  free(state);
}

int config_parse(const char *text, size_t length, const char *name, mcrm_error *error, config **out) {
  *out = NULL;
  config_state *state = calloc(1, sizeof *state);
  if (!state) return error_no_memory(error);
  state->arena = arena_new(8 << 20);
  state->error = error;
  node *root = NULL;
  char *file = state->arena ? arena_text(state->arena, name) : NULL;
  int code = file ? node_read(state->arena, text, length, file, (node_limits){CONFIG_BYTES, CONFIG_NODES}, error, &root)
                  : error_no_memory(error);
  if (!code) code = defaults(state);
  if (!code && root) code = read_section(state, "", root);
  if (!code) code = check_whole(state);
  if (code) {
    config_free(&state->public);
    return code;
  }
  state->error = NULL;
  *out = &state->public;
  return MCRM_OK;
}

static int read_file(int fd, const char *file, mcrm_error *error, buffer *text) {
  for (;;) {
    char *room = buffer_room(text, 4096);
    if (!room && text->too_long)
      return error_set(error, MCRM_INVALID, NULL, "config.too_large", "%s: more than %d bytes", file, CONFIG_BYTES);
    if (!room) return error_no_memory(error);
    ssize_t got = read(fd, room, 4096);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_set(error, MCRM_IO, NULL, "config.file", "%s: %s", file, "cannot be read");
    if (!got) return MCRM_OK;
    buffer_used(text, (size_t)got);
  }
}

int config_load(const char *file, mcrm_error *error, config **out) {
  *out = NULL;
  struct stat st;
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return errno == ENOENT ? error_set(error, MCRM_NOT_FOUND, NULL, "config.file", "%s: there is no such file", file)
                           : error_set(error, MCRM_IO, NULL, "config.file", "%s: cannot be opened", file);
  buffer text;
  buffer_init(&text, CONFIG_BYTES + 8192);
  int code = fstat(fd, &st) || !S_ISREG(st.st_mode)
                 ? error_set(error, MCRM_INVALID, NULL, "config.file", "%s: is not a regular file", file)
                 : read_file(fd, file, error, &text);
  close(fd);
  if (!code) code = config_parse(text.length ? text.bytes : "", text.length, file, error, out);
  buffer_free(&text);
  return code;
}

const char *config_pair_value(const config_pairs *pairs, const char *name) {
  for (size_t i = 0; i < pairs->count; i++)
    if (!strcmp(pairs->at[i].name, name)) return pairs->at[i].value;
  return NULL;
}
