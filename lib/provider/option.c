#include "option.h"

#include <base/error.h>
#include <base/utf8.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is being read, for the words of an error. */
typedef struct reading {
  const mcrm_plugin_option *row;
  const char *instance, *where;
  vault *vault;
  mcrm_error *error;
} reading;

static int refuse(const reading *r, const char *message, const char *value, const char *expected) {
  char field[64];
  snprintf(field, sizeof field, "providers.%s.%s", r->instance, r->row->name);
  const char *place = r->where ? r->where : "", *colon = r->where ? ": " : "";
  /* A wrong secret is not shown, either. */
  if (!value || r->row->kind == MCRM_OPTION_SECRET)
    return error_set(r->error, MCRM_INVALID, field, message, "%s%s%s %s", place, colon, field, expected);
  return error_set(r->error, MCRM_INVALID, field, message, "%s%s%s: '%.60s' is not %s", place, colon, field, value,
                   expected);
}

size_t option_bytes(mcrm_option_kind kind) {
  switch (kind) {
    case MCRM_OPTION_TEXT:
    case MCRM_OPTION_URL:
    case MCRM_OPTION_SECRET:
      return sizeof(const char *);
    case MCRM_OPTION_INT:
    case MCRM_OPTION_BOOL:
    case MCRM_OPTION_DURATION:
      return sizeof(int64_t);
    case MCRM_OPTION_REAL:
      return sizeof(double);
    case MCRM_OPTION_TEXTS:
      return sizeof(mcrm_plugin_texts);
  }
  return 0;
}

/* Digits with at most one point, without the C library's locale; what follows them in *rest. */
static bool read_real(const char *text, double *out, const char **rest) {
  bool minus = *text == '-', digits = false;
  double value = 0, scale = 1;
  if (minus) text++;
  for (; *text >= '0' && *text <= '9'; text++, digits = true) value = value * 10 + (*text - '0');
  if (digits && *text == '.') {
    for (text++; *text >= '0' && *text <= '9'; text++) value += (*text - '0') * (scale /= 10);
  }
  *out = minus ? -value : value;
  *rest = text;
  return digits && value < 1e15;
}

static bool within(const mcrm_plugin_option *row, double value) {
  return (row->least == 0 && row->most == 0) || (value >= row->least && value <= row->most);
}

static int refuse_range(const reading *r, const char *value, const char *what) {
  char expected[120];
  if (r->row->least == 0 && r->row->most == 0)
    snprintf(expected, sizeof expected, "%s", what);
  else
    snprintf(expected, sizeof expected, "%s from %lld to %lld", what, (long long)r->row->least,
             (long long)r->row->most);
  return refuse(r, "provider.number", value, expected);
}

static int put_number(const reading *r, const char *value, void *at) {
  const char *rest;
  double number;
  bool right = read_real(value, &number, &rest) && !*rest && within(r->row, number);
  if (r->row->kind == MCRM_OPTION_REAL) {
    if (!right) return refuse_range(r, value, "a number");
    memcpy(at, &number, sizeof number);
    return MCRM_OK;
  }
  if (!right || strchr(value, '.')) return refuse_range(r, value, "a whole number");
  int64_t whole = (int64_t)number;
  memcpy(at, &whole, sizeof whole);
  return MCRM_OK;
}

static int put_duration(const reading *r, const char *value, void *at) {
  static const struct {
    const char *name;
    double ms;
  } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"", 1000}};
  const char *rest;
  double number, scale = -1;
  bool right = read_real(value, &number, &rest) && number >= 0;
  for (size_t i = 0; right && i < sizeof units / sizeof *units; i++)
    if (!strcmp(rest, units[i].name)) scale = units[i].ms;
  int64_t ms = scale < 0 ? -1 : llround(number * scale);
  if (ms < 0 || !within(r->row, (double)ms)) return refuse_range(r, value, "a time such as 500ms, 30s or 2m, in ms");
  memcpy(at, &ms, sizeof ms);
  return MCRM_OK;
}

static int put_bool(const reading *r, const char *value, void *at) {
  bool yes = !strcmp(value, "true") || !strcmp(value, "yes") || !strcmp(value, "1");
  if (!yes && strcmp(value, "false") && strcmp(value, "no") && strcmp(value, "0"))
    return refuse(r, "provider.bool", value, "true or false");
  int64_t truth = yes;
  memcpy(at, &truth, sizeof truth);
  return MCRM_OK;
}

static int check_choice(const reading *r, const char *value) {
  if (!r->row->choices) return MCRM_OK;
  char list[160] = "one of";
  size_t length = strlen(list);
  for (const char *const *c = r->row->choices; *c; c++) {
    if (!strcmp(*c, value)) return MCRM_OK;
    if (length < sizeof list)
      length += (size_t)snprintf(list + length, sizeof list - length, "%s %s", length > 6 ? "," : "", *c);
  }
  return refuse(r, "provider.choice", value, list);
}

static bool is_url(const char *text) {
  size_t scheme = !strncmp(text, "http://", 7) ? 7 : !strncmp(text, "https://", 8) ? 8 : 0;
  if (!scheme) return false;
  const char *host = text + scheme, *end = host + strcspn(host, "/?#");
  if (end == host || *host == ':' || memchr(host, '@', (size_t)(end - host))) return false;
  for (const char *p = text; *p; p++)
    if ((unsigned char)*p <= ' ' || *p == 0x7F || *p == '"' || *p == '\\') return false;
  return true;
}

/* Checked and copied. */
static int keep_text(const reading *r, const char *value, const char **out) {
  size_t length = strlen(value);
  if (!length) return refuse(r, "provider.empty", NULL, "has no value; leave the line out for the default");
  if (length > OPTION_TEXT_BYTES) return refuse(r, "provider.long", NULL, "is too long");
  if (!utf8_valid(value, length)) return refuse(r, "provider.text", NULL, "is not UTF-8");
  if (r->row->kind == MCRM_OPTION_URL) {
    if (!is_url(value))
      return refuse(r, "provider.url", value, "an http:// or https:// address without a name and password");
    while (length && value[length - 1] == '/') length--;
  }
  int code = check_choice(r, value);
  if (code) return code;
  char *copy = vault_copy(r->vault, value, length);
  if (!copy || (r->row->kind == MCRM_OPTION_SECRET && !vault_secret(r->vault, copy))) return error_no_memory(r->error);
  *out = copy;
  return MCRM_OK;
}

static int put_text(const reading *r, const char *value, void *at) {
  const char *kept;
  int code = keep_text(r, value, &kept);
  if (!code) memcpy(at, &kept, sizeof kept);
  return code;
}

static int put(const reading *r, const char *value, void *at) {
  switch (r->row->kind) {
    case MCRM_OPTION_INT:
    case MCRM_OPTION_REAL:
      return put_number(r, value, at);
    case MCRM_OPTION_BOOL:
      return put_bool(r, value, at);
    case MCRM_OPTION_DURATION:
      return put_duration(r, value, at);
    default:
      return put_text(r, value, at);
  }
}

/* A list: all settings of the name, or the default's words between commas. */
static int put_texts(reading *r, const provider_setting *settings, size_t count, void *at) {
  size_t most = 0;
  for (size_t i = 0; i < count; i++) most += settings[i].name && !strcmp(settings[i].name, r->row->name);
  const char **items = vault_alloc(r->vault, (most ? most : 1) * sizeof *items);
  if (!items) return error_no_memory(r->error);
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    if (!settings[i].name || strcmp(settings[i].name, r->row->name)) continue;
    r->where = settings[i].where;
    int code = keep_text(r, settings[i].value, &items[n]);
    if (code) return code;
    n++;
  }
  mcrm_plugin_texts texts = {items, n};
  memcpy(at, &texts, sizeof texts);
  return MCRM_OK;
}

static int split_texts(reading *r, const char *list, void *at) {
  provider_setting items[16];
  size_t n = 0;
  char *copy = vault_copy(r->vault, list, strlen(list));
  if (!copy) return error_no_memory(r->error);
  for (char *p = copy, *end; p && n < sizeof items / sizeof *items; p = end) {
    end = strchr(p, ',');
    if (end) *end++ = 0;
    items[n++] = (provider_setting){.name = r->row->name, .value = p};
  }
  return put_texts(r, items, n, at);
}

static int read_row(const option_table *table, const mcrm_plugin_option *row, const char *instance,
                    const provider_setting *settings, size_t count, vault *v, mcrm_error *error) {
  reading r = {.row = row, .instance = instance, .vault = v, .error = error};
  void *at = (char *)table->state + row->offset;
  const provider_setting *found = NULL;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(settings[i].name, row->name)) continue;
    r.where = settings[i].where;
    if (found && row->kind != MCRM_OPTION_TEXTS) return refuse(&r, "provider.twice", NULL, "is given twice");
    found = &settings[i];
  }
  if (found) {
    r.where = found->where;
    return row->kind == MCRM_OPTION_TEXTS ? put_texts(&r, settings, count, at) : put(&r, found->value, at);
  }
  if (row->required) return refuse(&r, "provider.required", NULL, "is required");
  if (!row->fallback) return MCRM_OK;
  return row->kind == MCRM_OPTION_TEXTS ? split_texts(&r, row->fallback, at) : put(&r, row->fallback, at);
}

static bool known(const option_table *tables, size_t table_count, const char *name) {
  for (size_t t = 0; t < table_count; t++)
    for (size_t i = 0; i < tables[t].count; i++)
      if (!strcmp(tables[t].rows[i].name, name)) return true;
  return false;
}

int option_read(const option_table *tables, size_t table_count, const char *instance, const provider_setting *settings,
                size_t setting_count, vault *v, mcrm_error *error) {
  for (size_t i = 0; i < setting_count; i++) {
    if (known(tables, table_count, settings[i].name)) continue;
    mcrm_plugin_option unknown = {.name = settings[i].name};
    reading r = {.row = &unknown, .instance = instance, .where = settings[i].where, .error = error};
    return refuse(&r, "provider.unknown", NULL, "is not an option of this plugin");
  }
  for (size_t t = 0; t < table_count; t++)
    for (size_t i = 0; i < tables[t].count; i++) {
      int code = read_row(&tables[t], &tables[t].rows[i], instance, settings, setting_count, v, error);
      if (code) return code;
    }
  return MCRM_OK;
}

/* ---- the table itself ---- */

static bool word(const char *text) {
  size_t n = 0;
  for (; text[n] && n < 41; n++)
    if (!((text[n] >= 'a' && text[n] <= 'z') || (n && ((text[n] >= '0' && text[n] <= '9') || text[n] == '_'))))
      return false;
  return n > 0 && n < 41;
}

static const char *wrong_row(const mcrm_plugin_option *rows, size_t i, size_t state_size, const char *const *reserved) {
  const mcrm_plugin_option *row = &rows[i];
  size_t bytes = option_bytes(row->kind);
  if (!word(row->name)) return "is not a name of a to z, 0 to 9 and _";
  if (!bytes) return "is of a kind that this host does not know";
  if (row->offset > state_size || bytes > state_size - row->offset) return "lies outside of the state";
  if (row->offset % sizeof(void *)) return "is not aligned";
  if (!(row->least <= row->most)) return "has a range without numbers in it";
  for (; *reserved; reserved++)
    if (!strcmp(*reserved, row->name)) return "is the host's";
  for (size_t k = 0; k < i; k++)
    if (!strcmp(rows[k].name, row->name)) return "is there twice";
  return NULL;
}

int option_check(const mcrm_plugin_option *rows, size_t count, size_t state_size, const char *const *reserved,
                 mcrm_error *error) {
  for (size_t i = 0; i < count; i++) {
    const char *wrong = wrong_row(rows, i, state_size, reserved);
    if (wrong)
      return error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "the plugin's option %.40s %s", rows[i].name,
                       wrong);
  }
  return MCRM_OK;
}

static void describe_row(const mcrm_plugin_option *row, buffer *out) {
  static const char *const kinds[] = {"text", "URL", "secret", "number", "number", "true or false", "duration", "list"};
  buffer_print(out, "  %-20s %s", row->name, kinds[row->kind]);
  if (row->required) buffer_text(out, ", required");
  for (const char *const *c = row->choices; c && *c; c++)
    buffer_print(out, "%s%s", c == row->choices ? ": " : " | ", *c);
  if (row->least != 0 || row->most != 0)
    buffer_print(out, ", %lld to %lld%s", (long long)row->least, (long long)row->most,
                 row->kind == MCRM_OPTION_DURATION ? " ms" : "");
  if (row->fallback) buffer_print(out, ", default %s", row->fallback);
  if (row->kind == MCRM_OPTION_SECRET) buffer_text(out, ", as env:NAME or file:PATH");
  buffer_print(out, "\n      %s\n", row->help ? row->help : "");
}

void option_describe(const mcrm_plugin_option *rows, size_t count, buffer *out) {
  for (size_t i = 0; i < count; i++) describe_row(&rows[i], out);
}
