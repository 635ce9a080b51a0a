/* What stands under providers and ai.tasks: names that the admin chooses, options that a plugin knows. */
#include <base/error.h>
#include <string.h>

#include "option.h"

enum { SETTINGS_MOST = 200 };

static bool name_good(const char *name) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
  return length && length <= 40 && !name[length];
}

static size_t children(const node *n) {
  size_t count = 0;
  for (const node *c = n->children; c; c = c->next) count++;
  return count;
}

int option_set_names(config_state *state, const char *path, const node *value, mcrm_texts *out) {
  if (value->kind != NODE_LIST) return option_refuse_value(state, path, value, "config.type", "a list of providers");
  size_t count = 0;
  const char **at = arena_array(state->arena, children(value) + 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *c = value->children; c; c = c->next) {
    if (c->kind != NODE_TEXT || !name_good(c->text))
      return option_refuse_value(state, path, c, "config.word", "the name of a provider");
    for (size_t i = 0; i < count; i++)
      if (!strcmp(at[i], c->text)) return option_refuse_value(state, path, c, "config.twice", "new in this list");
    at[count++] = c->text;
  }
  *out = (mcrm_texts){at, count};
  return MCRM_OK;
}

bool config_ticks(const char *text, size_t length, int64_t *out) {
  int64_t ticks = 0, unit = INT64_C(10000000000);
  size_t i = 0, digits = 0;
  for (; i < length && text[i] >= '0' && text[i] <= '9' && digits < 7; i++, digits++)
    ticks = ticks * 10 + (text[i] - '0');
  ticks *= unit;
  if (i < length && text[i] == '.')
    for (i++; i < length && text[i] >= '0' && text[i] <= '9' && unit > 1; i++, digits++)
      ticks += (text[i] - '0') * (unit /= 10);
  *out = ticks;
  return digits && i == length;
}

const config_setting *config_setting_of(const config_provider *p, const char *name) {
  for (size_t i = 0; i < p->count; i++)
    if (!strcmp(p->settings[i].name, name)) return &p->settings[i];
  return NULL;
}

/* Options that hold what nobody may read, by their name; a plugin's own table says it again. */
static bool secret_name(const char *name) {
  static const char *const ends[] = {"key", "secret", "token", "password"};
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t end = strlen(ends[i]);
    if (length >= end && !strcmp(name + length - end, ends[i])) return true;
  }
  return false;
}

static int take_value(config_state *state, const char *path, const node *value, config_setting *out) {
  if (value->kind != NODE_TEXT)
    return option_refuse_value(state, path, value, "config.type", "a text, a number or a list");
  if (node_empty(value) || !value->text[0])
    return option_refuse(state, path, value, "config.empty", "has no value; leave the line out for the default");
  out->where = arena_print(state->arena, "%s:%zu:%zu", value->file, value->line, value->column);
  out->value = value->text;
  if (!out->where) return error_no_memory(state->error);
  if (!strncmp(value->text, "env:", 4) || !strncmp(value->text, "file:", 5))
    return secret_read(state, path, value, &out->value);
  /* the value is not shown */
  if (secret_name(out->name))
    return option_refuse(state, path, value, "config.secret", "is a secret; put it into env:NAME or file:PATH");
  return MCRM_OK;
}

static int take_settings(config_state *state, const char *path, const node *map, config_provider *out) {
  config_setting *at = arena_array(state->arena, SETTINGS_MOST, sizeof *at);
  size_t count = 0;
  if (!at) return error_no_memory(state->error);
  for (const node *n = map->children; n; n = n->next) {
    const char *whole = arena_print(state->arena, "%s.%s", path, n->key);
    if (!whole) return error_no_memory(state->error);
    const node *item = n->kind == NODE_LIST ? n->children : n;
    for (; item; item = n->kind == NODE_LIST ? item->next : NULL) {
      if (count == SETTINGS_MOST) return option_refuse(state, whole, n, "config.too_large", "has too many settings");
      at[count].name = n->key;
      int code = take_value(state, whole, item, &at[count]);
      if (code) return code;
      count++;
    }
  }
  out->settings = at;
  out->count = count;
  return MCRM_OK;
}

int option_set_providers(config_state *state, const option *o, const node *value) {
  if (node_empty(value)) return MCRM_OK;
  if (value->kind != NODE_MAP) return option_refuse_value(state, o->path, value, "config.type", "a map of providers");
  size_t count = 0;
  config_provider *at = arena_array(state->arena, children(value) + 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *n = value->children; n; n = n->next) {
    const char *path = arena_print(state->arena, "%s.%s", o->path, n->key);
    if (!path) return error_no_memory(state->error);
    if (!name_good(n->key))
      return option_refuse(state, path, n, "config.word", "a provider's name has a to z, 0 to 9, _ and - only");
    if (n->kind != NODE_MAP)
      return option_refuse_value(state, path, n, "config.type", "a map with plugin and its options");
    config_provider *p = &at[count++];
    p->name = n->key;
    p->where = arena_print(state->arena, "%s:%zu:%zu", n->file, n->line, n->column);
    int code = p->where ? take_settings(state, path, n, p) : error_no_memory(state->error);
    if (code) return code;
    if (!config_setting_of(p, "plugin"))
      return option_refuse(state, path, n, "config.missing", "needs plugin: which plugin it is an instance of");
  }
  state->public.providers = (config_providers){at, count};
  return MCRM_OK;
}

static int take_task(config_state *state, const char *path, const node *map, config_task *out) {
  if (map->kind != NODE_MAP)
    return option_refuse_value(state, path, map, "config.type", "a map of providers, day_usd, day_tokens");
  for (const node *n = map->children; n; n = n->next) {
    const char *whole = arena_print(state->arena, "%s.%s", path, n->key);
    int code = whole ? MCRM_OK : error_no_memory(state->error);
    bool ok = n->kind == NODE_TEXT;
    int64_t ticks = 0;
    if (code) return code;
    if (!strcmp(n->key, "providers")) {
      if ((code = option_set_names(state, whole, n, &out->providers))) return code;
    } else if (!strcmp(n->key, "day_usd")) {
      if (!ok || !config_ticks(n->text, strlen(n->text), &out->day_ticks))
        return option_refuse_value(state, whole, n, "config.number", "an amount of US dollars such as 2.50");
    } else if (!strcmp(n->key, "day_tokens")) {
      if (!ok || strchr(n->text, '.') || !config_ticks(n->text, strlen(n->text), &ticks))
        return option_refuse_value(state, whole, n, "config.number", "a whole number up to 9999999");
      out->day_tokens = ticks / INT64_C(10000000000);
    } else {
      return option_refuse(state, whole, n, "config.unknown",
                           "unknown key; here may stand providers, day_usd, day_tokens");
    }
  }
  return MCRM_OK;
}

int option_set_tasks(config_state *state, const option *o, const node *value) {
  if (value->kind != NODE_MAP) return option_refuse_value(state, o->path, value, "config.type", "a map of tasks");
  size_t count = 0;
  config_task *at = arena_array(state->arena, children(value) + 1, sizeof *at);
  if (!at) return error_no_memory(state->error);
  for (const node *n = value->children; n; n = n->next) {
    const char *path = arena_print(state->arena, "%s.%s", o->path, n->key);
    if (!path) return error_no_memory(state->error);
    at[count].name = n->key;
    int code = take_task(state, path, n, &at[count++]);
    if (code) return code;
  }
  state->public.ai_tasks = (config_tasks){at, count};
  return MCRM_OK;
}
