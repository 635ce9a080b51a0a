#include "intelligence.h"

#include <base/buffer.h>
#include <base/error.h>
#include <base/json.h>
#include <base/loader.h>
#include <string.h>

/* The router's own; everything else is the plugin's or the transport's. */
static bool routers(const char *name) {
  static const char *const names[] = {"plugin",          "sha256", "isolation", "concurrency",
                                      "rate_per_minute", "price",  "budget"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(names[i], name)) return true;
  return false;
}

static int refuse(mcrm_error *error, const config_provider *p, const config_setting *s, const char *expected) {
  char field[64];
  size_t length = 0;
  for (const char *const parts[] = {"providers.", p->name, ".", s->name, NULL}, *const *part = parts; *part; part++)
    for (const char *c = *part; *c && length + 1 < sizeof field; c++) field[length++] = *c;
  field[length] = 0;
  return error_set(error, MCRM_INVALID, field, "config.number", "%s: %s: '%.40s' is not %s", s->where, field, s->value,
                   expected);
}

/* 1 to 1000000; 0 where it is not given. */
static int whole(const config_provider *p, const char *name, mcrm_error *error, unsigned *out) {
  const config_setting *s = config_setting_of(p, name);
  unsigned value = 0;
  *out = 0;
  if (!s) return MCRM_OK;
  for (const char *c = s->value; *c; c++) {
    if (*c < '0' || *c > '9' || value > 100000) return refuse(error, p, s, "a whole number from 1 to 1000000");
    value = value * 10 + (unsigned)(*c - '0');
  }
  if (!value) return refuse(error, p, s, "a whole number from 1 to 1000000");
  *out = value;
  return MCRM_OK;
}

/* "1.25/2.50": USD for a million tokens in and out; "0.36/h": for an hour of audio. */
static int read_price(const config_provider *p, mcrm_error *error, ai_provider *out) {
  const config_setting *s = config_setting_of(p, "price");
  if (!s) return MCRM_OK;
  const char *slash = strchr(s->value, '/');
  bool good = slash != NULL;
  if (good && !strcmp(slash, "/h"))
    good = config_ticks(s->value, (size_t)(slash - s->value), &out->price_audio);
  else if (good)
    good = config_ticks(s->value, (size_t)(slash - s->value), &out->price_input) &&
           config_ticks(slash + 1, strlen(slash + 1), &out->price_output);
  return good ? MCRM_OK
              : refuse(error, p, s, "a price: 1.25/2.50 (USD for a million tokens in and out) or 0.36/h (of audio)");
}

static int read_own(const config_provider *p, mcrm_error *error, ai_provider *out) {
  const config_setting *budget = config_setting_of(p, "budget");
  int code = whole(p, "concurrency", error, &out->concurrency);
  if (!code) code = whole(p, "rate_per_minute", error, &out->rate_per_minute);
  if (!code) code = read_price(p, error, out);
  if (!code && budget && !config_ticks(budget->value, strlen(budget->value), &out->day.cost))
    code = refuse(error, p, budget, "an amount of US dollars a day such as 2.50");
  return code;
}

int intelligence_provider(const config *c, const config_provider *p, arena *a, mcrm_error *error,
                          provider_options *out) {
  const config_setting *sha256 = config_setting_of(p, "sha256"), *isolation = config_setting_of(p, "isolation");
  provider_setting *settings = arena_array(a, p->count + 1, sizeof *settings);
  ai_provider own = {0};
  if (!settings) return error_no_memory(error);
  int code = read_own(p, error, &own);
  if (code) return code;
  const char *isolated = isolation ? isolation->value : c->ai_isolation;
  if (strcmp(isolated, "process") && strcmp(isolated, "none")) return refuse(error, p, isolation, "process or none");
  if (!strcmp(isolated, "none") && loader_need("isolation", p->name, error)) return error->code;
  *out = (provider_options){.name = p->name,
                            .plugin = config_setting_of(p, "plugin")->value,
                            .sha256 = sha256 ? sha256->value : NULL,
                            .isolated = !strcmp(isolated, "process"),
                            .folder = c->ai_plugins,
                            .program = c->ai_program,
                            .concurrency = own.concurrency};
  for (size_t i = 0; i < p->count; i++)
    if (!routers(p->settings[i].name))
      settings[out->setting_count++] =
          (provider_setting){p->settings[i].name, p->settings[i].value, p->settings[i].where};
  out->settings = settings;
  return MCRM_OK;
}

/* A line of a plugin or its process, in the instance's log. */
static void plugin_said(void *context, mcrm_log_level level, const char *instance, const char *text) {
  const api_log *log = context;
  buffer line;
  buffer_init(&line, 8192);
  buffer_text(&line, "{\"event\":\"provider\",\"provider\":");
  json_write_string(&line, instance, strlen(instance));
  buffer_text(&line, ",\"line\":");
  json_write_string(&line, text, strlen(text));
  buffer_byte(&line, '}');
  if (!line.failed) log->call(log->context, (int)level, line.bytes);
  buffer_free(&line);
}

static void router_said(void *context, mcrm_log_level level, const char *line) {
  const api_log *log = context;
  log->call(log->context, (int)level, line);
}

/* Nothing of a plugin is looked at yet: most processes of a CGI program need none, and one that is broken is no reason
 * to keep the rest from working. */
static int take_one(const config *c, const config_provider *p, arena *a, api_log *log, mcrm_error *error,
                    ai_provider *out) {
  provider_options o;
  int code = intelligence_provider(c, p, a, error, &o);
  if (!code) code = read_own(p, error, out);
  if (log->call) {
    o.log = plugin_said;
    o.context = log;
  }
  return code ? code : provider_new(&o, error, &out->provider);
}

static void read_tasks(const config *c, ai_task_options *out) {
  for (size_t i = 0; i < c->ai_tasks.count; i++) {
    const config_task *t = &c->ai_tasks.at[i];
    out[i] = (ai_task_options){t->name, t->providers, {t->day_ticks, t->day_tokens}};
  }
}

int intelligence_open(const config *c, arena *a, mcrm_clock clock, api_log *log, mcrm_error *error, ai **out) {
  *out = NULL;
  if (!c->providers.count && !c->ai_chat.count && !c->ai_speech.count) return MCRM_OK;
  ai_provider *opened = arena_array(a, c->providers.count + 1, sizeof *opened);
  ai_task_options *tasks = arena_array(a, c->ai_tasks.count + 1, sizeof *tasks);
  if (!opened || !tasks) return error_no_memory(error);
  read_tasks(c, tasks);
  size_t count = 0;
  int code = MCRM_OK;
  for (; count < c->providers.count && !code; count += !code)
    code = take_one(c, &c->providers.at[count], a, log, error, &opened[count]);
  if (code) {
    while (count--) provider_close(opened[count].provider);
    return code;
  }
  ai_options o = {.providers = opened,
                  .provider_count = count,
                  .chat = c->ai_chat,
                  .speech = c->ai_speech,
                  .tasks = tasks,
                  .task_count = c->ai_tasks.count,
                  .day = {c->ai_day_ticks, c->ai_day_tokens},
                  .user_day = {c->ai_user_day_ticks, c->ai_user_day_tokens},
                  .keep_private_data = !strcmp(c->ai_redact, "false"),
                  .no_egress = !strcmp(c->ai_egress, "none"),
                  .prompts = c->ai_prompts,
                  .time = {.now = clock.now, .context = clock.context},
                  .log = log->call ? router_said : NULL,
                  .log_context = log};
  return ai_open(&o, error, out);
}
