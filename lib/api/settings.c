#include "settings.h"

#include <base/civil.h>
#include <base/error.h>
#include <config/config.h>
#include <string.h>

static const char *const built_in_types[] = {"call", "telegram", "email", "meeting"};
enum { BUILT_IN_TYPES = sizeof built_in_types / sizeof *built_in_types };

static int read_types(const config *c, arena *a, mcrm_error *error, mcrm_texts *out) {
  const char **at = arena_array(a, BUILT_IN_TYPES + c->interaction_types.count, sizeof *at);
  if (!at) return error_no_memory(error);
  memcpy(at, built_in_types, sizeof built_in_types);
  for (size_t i = 0; i < c->interaction_types.count; i++)
    at[BUILT_IN_TYPES + i] = arena_text(a, c->interaction_types.at[i]);
  *out = (mcrm_texts){at, BUILT_IN_TYPES + c->interaction_types.count};
  return arena_failed(a) ? error_no_memory(error) : MCRM_OK;
}

static int read_rights(const config *c, access_policy *policy, mcrm_error *error) {
  for (size_t i = 0; i < c->access_scopes.count; i++) {
    const config_scope *s = &c->access_scopes.at[i];
    int code = access_policy_set(policy, s->permission, s->role, s->scope, error);
    if (code) return code;
  }
  return MCRM_OK;
}

/* The preset's mapping with the file's on top; "from" is the table. */
static int read_mapping(arena *a, const config_pairs *pairs, const host_mapping *preset, size_t preset_count,
                        const char **from, const host_mapping **out, size_t *count, mcrm_error *error) {
  host_mapping *at = arena_array(a, preset_count + pairs->count, sizeof *at);
  if (!at) return error_no_memory(error);
  *count = preset_count;
  if (preset_count) memcpy(at, preset, preset_count * sizeof *at);
  for (size_t i = 0; i < pairs->count; i++) {
    const char *name = pairs->at[i].name, *value = arena_text(a, pairs->at[i].value);
    if (!strcmp(name, "from")) {
      *from = value;
      continue;
    }
    size_t k = 0;
    while (k < *count && strcmp(at[k].name, name)) k++;
    at[k] = (host_mapping){arena_text(a, name), value};
    if (k == *count) ++*count;
  }
  *out = at;
  return arena_failed(a) ? error_no_memory(error) : MCRM_OK;
}

static int read_host(const config *c, arena *a, mcrm_error *error, const host_options **out) {
  *out = NULL;
  if (!c->host_source) return MCRM_OK;
  host_options *h = arena_alloc(a, sizeof *h);
  if (!h) return error_no_memory(error);
  const char *generation = c->host_generation ? c->host_generation : "";
  if (!strcmp(generation, "v1")) *h = host_preset_v1;
  if (!strcmp(generation, "v2")) *h = host_preset_v2;
  h->url = arena_text(a, c->host_url);
  h->listen_url = arena_text(a, c->host_listen_url);
  h->live = c->host_live && !strcmp(c->host_live, "listen");
  if (c->host_time_zone) h->time_zone = arena_text(a, c->host_time_zone);
  if (c->host_rep_url) h->rep_url = arena_text(a, c->host_rep_url);
  if (c->host_debtor_sign) h->debtor_sign = arena_text(a, c->host_debtor_sign);
  int code =
      read_mapping(a, &c->host_representatives, h->reps, h->rep_count, &h->reps_from, &h->reps, &h->rep_count, error);
  if (!code)
    code = read_mapping(a, &c->host_invoices, h->invoices, h->invoice_count, &h->invoices_from, &h->invoices,
                        &h->invoice_count, error);
  if (!code)
    code = read_mapping(a, &c->host_payments, h->payments, h->payment_count, &h->payments_from, &h->payments,
                        &h->payment_count, error);
  if (!code)
    code = read_mapping(a, &c->host_ledger, h->ledger, h->ledger_count, &h->ledger_from, &h->ledger, &h->ledger_count,
                        error);
  *out = h;
  return code;
}

static void read_gateway(const config *c, arena *a, api_gateway *out) {
  *out = (api_gateway){.public_url = arena_text(a, c->gateway_public_url),
                       .prefix = arena_text(a, c->gateway_prefix),
                       .tag = arena_text(a, c->gateway_tag),
                       .host_secret = arena_text(a, c->gateway_host_secret),
                       .ui_folder = arena_text(a, c->gateway_ui_folder),
                       .upload_folder = arena_text(a, c->gateway_upload_folder),
                       .idle_ms = c->access_idle_minutes * MS_PER_MINUTE,
                       .absolute_ms = c->access_absolute_hours * MS_PER_HOUR,
                       .upload_limit = (size_t)c->gateway_upload_mib << 20};
}

static void read_voice(const config *c, arena *a, api_settings *out) {
  out->voice = (crm_voice){.bytes_most = c->voice_max_mib << 20,
                           .duration_ms_most = c->voice_max_minutes * MS_PER_MINUTE,
                           .quota_bytes = c->voice_quota_mib << 20,
                           .keep_days = c->voice_keep_days,
                           .automatic = !strcmp(c->ai_policy, "automatic")};
  out->voice_folder = arena_text(a, c->voice_folder);
  out->voice_key_file = arena_text(a, c->voice_key_file);
}

int api_settings_read(const char *file, arena *a, access_policy *policy, mcrm_clock clock, api_log *log,
                      mcrm_error *error, api_settings *out) {
  config *c = NULL;
  int code = file ? config_load(file, error, &c) : config_parse("", 0, "", error, &c);
  if (code) return code;
  *out = (api_settings){.storage_url = arena_text(a, c->storage_url),
                        .listen_url = arena_text(a, c->storage_listen_url),
                        .time_zone = arena_text(a, c->locale_time_zone),
                        .key_file = arena_text(a, c->storage_key_file),
                        .readers = (unsigned)c->storage_readers};
  read_voice(c, a, out);
  read_gateway(c, a, &out->gateway);
  code = arena_failed(a) ? error_no_memory(error) : read_rights(c, policy, error);
  if (!code) code = read_types(c, a, error, &out->interaction_types);
  if (!code) code = read_host(c, a, error, &out->host);
  out->host_poll_ms = c->host_poll_seconds * MS_PER_SECOND;
  out->host_callbacks = c->host_source && !strcmp(c->host_source, "callbacks");
  if (!code) code = intelligence_open(c, a, clock, log, error, &out->ai);
  config_free(c);
  return code;
}
