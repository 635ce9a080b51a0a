#include "option.h"

#include <base/error.h>
#include <base/zone.h>
#include <string.h>

static const char *const roles[] = {"agent", "supervisor", "admin", NULL};
static const char *const scopes[] = {"none", "own", "team", "all", NULL};

int option_refuse(config_state *state, const char *path, const node *at, const char *message, const char *what) {
  return error_set(state->error, MCRM_INVALID, path, message, "%s:%zu:%zu: %s: %s", at->file, at->line, at->column,
                   path, what);
}

int option_refuse_value(config_state *state, const char *path, const node *at, const char *message,
                        const char *expected) {
  char what[200];
  int shown = at->kind == NODE_TEXT ? 80 : 0;
  const char *value = at->kind == NODE_TEXT ? at->text : at->kind == NODE_LIST ? "a list" : "a map";
  size_t length = strlen(value);
  if (!shown || length < (size_t)shown) shown = (int)(length < 80 ? length : 80);
  const char *quote = at->kind == NODE_TEXT ? "'" : "";
  buffer b;
  buffer_init(&b, sizeof what);
  buffer_print(&b, "%s%.*s%s is not %s", quote, shown, value, quote, expected);
  int code = b.failed ? error_no_memory(state->error) : option_refuse(state, path, at, message, b.bytes);
  buffer_free(&b);
  return code;
}

static int one_of(config_state *state, const char *path, const node *at, const char *value,
                  const char *const *choices) {
  buffer list;
  buffer_init(&list, 1000);
  for (const char *const *c = choices; *c; c++) {
    if (!strcmp(*c, value)) {
      buffer_free(&list);
      return MCRM_OK;
    }
    buffer_print(&list, "%s%s", c == choices ? "one of " : ", ", *c);
  }
  int code =
      list.failed ? error_no_memory(state->error) : option_refuse_value(state, path, at, "config.choice", list.bytes);
  buffer_free(&list);
  return code;
}

static int text_of(config_state *state, const char *path, const node *value) {
  if (value->kind != NODE_TEXT) return option_refuse_value(state, path, value, "config.type", "a text");
  if (node_empty(value) || !value->text[0])
    return option_refuse(state, path, value, "config.empty", "has no value; leave the line out for the default");
  return MCRM_OK;
}

static int set_number(config_state *state, const option *o, const node *value) {
  int64_t number = 0;
  const char *p = value->text;
  bool digits = value->plain && *p;
  for (; digits && *p; p++) {
    digits = *p >= '0' && *p <= '9' && number <= o->most;
    if (digits) number = number * 10 + (*p - '0');
  }
  if (!digits || number < o->least || number > o->most) {
    char *expected =
        arena_print(state->arena, "a whole number from %lld to %lld", (long long)o->least, (long long)o->most);
    return expected ? option_refuse_value(state, o->path, value, "config.number", expected)
                    : error_no_memory(state->error);
  }
  memcpy((char *)&state->public + o->offset, &number, sizeof number);
  return MCRM_OK;
}

static void put(config_state *state, const option *o, const char *text) {
  memcpy((char *)&state->public + o->offset, &text, sizeof text);
}

static int set_zone(config_state *state, const option *o, const node *value) {
  mcrm_error why = {0};
  zone *z = zone_load(value->text, &why);
  if (!z && why.code == MCRM_NO_MEMORY) return error_no_memory(state->error);
  if (!z) return option_refuse_value(state, o->path, value, "config.zone", "a time zone that this system knows");
  zone_free(z);
  put(state, o, value->text);
  return MCRM_OK;
}

/* A password in a URL: scheme://name:password@… or password=… among its parameters. */
static bool has_password(const char *url) {
  const char *authority = strstr(url, "://");
  if (authority) {
    authority += 3;
    const char *end = authority + strcspn(authority, "/?#");
    const char *at = memchr(authority, '@', (size_t)(end - authority));
    if (at && memchr(authority, ':', (size_t)(at - authority))) return true;
  }
  return strstr(url, "password=") != NULL;
}

static int set_url(config_state *state, const option *o, const node *value) {
  if (!strncmp(value->text, "env:", 4) || !strncmp(value->text, "file:", 5)) {
    const char *url;
    int code = secret_read(state, o->path, value, &url);
    if (!code) put(state, o, url);
    return code;
  }
  if (has_password(value->text))
    return option_refuse(state, o->path, value, "config.secret",
                         "holds a password; put the URL into env:NAME or file:PATH");
  put(state, o, value->text);
  return MCRM_OK;
}

static int set_secret(config_state *state, const option *o, const node *value) {
  const char *text;
  if (strncmp(value->text, "env:", 4) && strncmp(value->text, "file:", 5))
    return option_refuse(state, o->path, value, "config.secret", "is a secret; put it into env:NAME or file:PATH");
  int code = secret_read(state, o->path, value, &text);
  if (!code) put(state, o, text);
  return code;
}

static bool word(const char *text) {
  size_t n = 0;
  for (; text[n]; n++)
    if (!((text[n] >= 'a' && text[n] <= 'z') || (n && text[n] >= '0' && text[n] <= '9') || (n && text[n] == '_')))
      return false;
  return n > 0 && n <= 40;
}

static size_t children(const node *n) {
  size_t count = 0;
  for (const node *c = n->children; c; c = c->next) count++;
  return count;
}

static int set_texts(config_state *state, const option *o, const node *value) {
  if (value->kind != NODE_LIST) return option_refuse_value(state, o->path, value, "config.type", "a list");
  size_t count = children(value), i = 0;
  const char **at = arena_array(state->arena, count ? count : 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *c = value->children; c; c = c->next, i++) {
    if (c->kind != NODE_TEXT || !word(c->text))
      return option_refuse_value(state, o->path, c, "config.word", "a word of a to z, 0 to 9 and _");
    for (size_t k = 0; k < i; k++)
      if (!strcmp(at[k], c->text)) return option_refuse_value(state, o->path, c, "config.twice", "new in this list");
    at[i] = c->text;
  }
  mcrm_texts texts = {at, count};
  memcpy((char *)&state->public + o->offset, &texts, sizeof texts);
  return MCRM_OK;
}

static int set_pairs(config_state *state, const option *o, const node *value) {
  if (value->kind != NODE_MAP) return option_refuse_value(state, o->path, value, "config.type", "a map");
  size_t count = children(value), i = 0;
  config_pair *at = arena_array(state->arena, count ? count : 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *c = value->children; c; c = c->next, i++) {
    const char *path = arena_print(state->arena, "%s.%s", o->path, c->key);
    if (!path) return error_no_memory(state->error);
    if (!word(c->key)) return option_refuse(state, path, c, "config.unknown", "is not the name of a field");
    int code = text_of(state, path, c);
    if (code) return code;
    at[i] = (config_pair){c->key, c->text};
  }
  config_pairs pairs = {at, count};
  memcpy((char *)&state->public + o->offset, &pairs, sizeof pairs);
  return MCRM_OK;
}

/* One permission's roles, appended to the list. */
static int take_scopes(config_state *state, const option *o, const node *permission, config_scope *at, size_t *count) {
  char *path = arena_print(state->arena, "%s.%s", o->path, permission->key);
  if (!path) return error_no_memory(state->error);
  if (permission->kind != NODE_MAP)
    return option_refuse_value(state, path, permission, "config.type", "a map of roles");
  for (const node *role = permission->children; role; role = role->next) {
    char *whole = arena_print(state->arena, "%s.%s", path, role->key);
    if (!whole) return error_no_memory(state->error);
    int code = one_of(state, whole, role, role->key, roles);
    if (!code) code = text_of(state, whole, role);
    if (!code) code = one_of(state, whole, role, role->text, scopes);
    if (code) return code;
    at[(*count)++] = (config_scope){permission->key, role->key, role->text};
  }
  return MCRM_OK;
}

static int set_scopes(config_state *state, const option *o, const node *value) {
  if (value->kind != NODE_MAP) return option_refuse_value(state, o->path, value, "config.type", "a map of permissions");
  size_t most = 0, count = 0;
  for (const node *c = value->children; c; c = c->next) most += children(c);
  config_scope *at = arena_array(state->arena, most ? most : 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *c = value->children; c; c = c->next) {
    int code = take_scopes(state, o, c, at, &count);
    if (code) return code;
  }
  config_scopes list = {at, count};
  memcpy((char *)&state->public + o->offset, &list, sizeof list);
  return MCRM_OK;
}

static int set_names(config_state *state, const option *o, const node *value) {
  mcrm_texts names;
  int code = option_set_names(state, o->path, value, &names);
  if (!code) memcpy((char *)&state->public + o->offset, &names, sizeof names);
  return code;
}

static int set_ticks(config_state *state, const option *o, const node *value) {
  int64_t ticks;
  if (!config_ticks(value->text, strlen(value->text), &ticks))
    return option_refuse_value(state, o->path, value, "config.number", "an amount of US dollars such as 2.50");
  memcpy((char *)&state->public + o->offset, &ticks, sizeof ticks);
  return MCRM_OK;
}

int option_set(config_state *state, const option *o, const node *value) {
  switch (o->kind) {
    case OPTION_NAMES:
      return set_names(state, o, value);
    case OPTION_PROVIDERS:
      return option_set_providers(state, o, value);
    case OPTION_TASKS:
      return option_set_tasks(state, o, value);
    case OPTION_TEXTS:
      return set_texts(state, o, value);
    case OPTION_PAIRS:
      return set_pairs(state, o, value);
    case OPTION_SCOPES:
      return set_scopes(state, o, value);
    default:
      break;
  }
  int code = text_of(state, o->path, value);
  if (code) return code;
  switch (o->kind) {
    case OPTION_ZONE:
      return set_zone(state, o, value);
    case OPTION_URL:
      return set_url(state, o, value);
    case OPTION_SECRET:
      return set_secret(state, o, value);
    case OPTION_INT:
      return set_number(state, o, value);
    case OPTION_USD:
      return set_ticks(state, o, value);
    default:
      break;
  }
  if (o->choices) code = one_of(state, o->path, value, value->text, o->choices);
  if (!code) put(state, o, value->text);
  return code;
}
