#include "instance.h"

#include <base/error.h>
#include <host/host.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <blob/blob.h>
#include "key_file.h"
#include "settings.h"

#ifndef MARFACRM_VERSION
#error "MARFACRM_VERSION comes from the build"
#endif

const char *mcrm_version(void) { return MARFACRM_VERSION; }

static void wake(void *context) {
  mcrm *instance = context;
  atomic_fetch_add(&instance->commits, 1);
  pthread_mutex_lock(&instance->lock);
  void (*call)(void *) = instance->wake;
  void *with = instance->wake_context;
  pthread_mutex_unlock(&instance->lock);
  if (call) call(with);
}

void mcrm_on_change(mcrm *instance, void (*call)(void *context), void *context) {
  pthread_mutex_lock(&instance->lock);
  instance->wake = call;
  instance->wake_context = context;
  pthread_mutex_unlock(&instance->lock);
}

/* The options a caller was compiled with, in our size. */
static int adopt(const mcrm_options *theirs, mcrm_options *ours, mcrm_error *error) {
  if (!theirs || theirs->size < offsetof(mcrm_options, config_file) + sizeof theirs->config_file)
    return error_set(error, MCRM_INVALID, "size", "record.size", "mcrm_options: set size to sizeof the struct");
  *ours = (mcrm_options){0};
  memcpy(ours, theirs, theirs->size < sizeof *ours ? theirs->size : sizeof *ours);
  return MCRM_OK;
}

/* sqlite:crm.db → crm.db.key; a server's database has no folder of ours: marfacrm.key where the program runs. */
static const char *default_key_file(mcrm *instance, const char *url) {
  if (strstr(url, "://")) return "marfacrm.key";
  const char *path = strncmp(url, "sqlite:", 7) ? url : url + 7;
  return arena_print(instance->memory, "%s.key", path);
}

static int open_store(mcrm *instance, const mcrm_options *o, const api_settings *settings, mcrm_error *error) {
  unsigned char key[STORE_KEY_SIZE];
  const char *url = o->storage_url ? o->storage_url : settings->storage_url ? settings->storage_url : "sqlite:crm.db";
  const char *key_file = o->key_file          ? o->key_file
                         : settings->key_file ? settings->key_file
                                              : default_key_file(instance, url);
  if (!key_file) return error_no_memory(error);
  store_options options = {.url = url,
                           .listen_url = settings->listen_url,
                           .create = o->create != 0,
                           .readers = o->readers ? o->readers : settings->readers,
                           .clock = instance->clock,
                           .zone = instance->zone,
                           .key = key};
  /* The key first: a database without its key could not be audited. */
  int code = key_file_read(key_file, o->create != 0, error, key);
  if (!code && sodium_init() < 0) code = error_no_memory(error);
  if (!code) crypto_kdf_derive_from_key(instance->master, sizeof instance->master, 1, "mcrm_api", key);
  if (!code) code = store_open(&options, error, &instance->store);
  explicit_bzero(key, sizeof key);
  if (!code && o->create) code = store_migrate(instance->store, error, NULL);
  if (code) return code;
  unsigned has, wants;
  code = store_schema(instance->store, error, &has, &wants);
  if (!code && has < wants)
    code = error_set(error, MCRM_UNSUPPORTED, "storage", "storage.old",
                     "the database has schema %u, this library needs %u: run marfacrm migrate", has, wants);
  if (!code) store_on_commit(instance->store, wake, instance);
  return code;
}

/* https://crm.example.ir/crm and / → https://crm.example.ir/ */
static const char *gate_address(mcrm *instance) {
  const char *url = instance->gateway.public_url, *name = url ? strstr(url, "://") : NULL;
  if (!name) return NULL;
  name += 3;
  return arena_print(instance->memory, "%.*s%s", (int)((size_t)(name - url) + strcspn(name, "/")), url,
                     instance->gateway.prefix);
}

/* Of a program that is not the host program, such as the command line: the last known values show. */
static int nobody_reads(void *context, const char *table, mcrm_texts keys, mcrm_host_rows *rows) {
  (void)context, (void)table, (void)keys, (void)rows;
  return MCRM_UNAVAILABLE;
}

static int open_host(mcrm *instance, const mcrm_options *o, const api_settings *settings, mcrm_error *error) {
  static const mcrm_host_source nobody = {.size = sizeof nobody, .tables = "representatives", .read = nobody_reads};
  host_options given = settings->host ? *settings->host : (host_options){0};
  if (o->host_source)
    given.source = o->host_source;
  else if (settings->host_callbacks)
    given.source = &nobody;
  else if (!settings->host)
    return MCRM_OK;
  instance->crm.host_elsewhere = given.source == &nobody;
  return host_open(&given, error, &instance->host);
}

/* Recordings lie beside the database, so that whoever looks after one finds the other. */
static int open_voice(mcrm *instance, const mcrm_options *o, const api_settings *settings, mcrm_error *error) {
  unsigned char key[STORE_KEY_SIZE];
  const char *url = o->storage_url ? o->storage_url : settings->storage_url ? settings->storage_url : "sqlite:crm.db";
  const char *path = !strncmp(url, "sqlite:", 7) ? url + 7 : strstr(url, "://") ? NULL : url;
  const char *folder = settings->voice_folder;
  /* a server's database has no folder of ours: where the program runs, as its key */
  if (!folder) folder = path ? arena_print(instance->memory, "%s.voice", path) : "marfacrm.voice";
  if (!folder) return error_no_memory(error);
  int code = settings->voice_key_file ? key_file_read(settings->voice_key_file, true, error, key) : MCRM_OK;
  if (!code) instance->blobs = blobs_new(folder, settings->voice_key_file ? key : NULL);
  explicit_bzero(key, sizeof key);
  return code ? code : instance->blobs ? MCRM_OK : error_no_memory(error);
}

static int build(mcrm *instance, const mcrm_options *o, mcrm_error *error) {
  api_settings settings = {0};
  mcrm_text_options text = {.size = sizeof text};
  instance->clock = (mcrm_clock){o->now ? o->now : clock_system, o->now_context};
  instance->log = (api_log){o->log, o->log_context};
  instance->memory = arena_new(0);
  if (!instance->memory) return error_no_memory(error);
  int code = access_policy_new(&instance->policy);
  if (code) return error_no_memory(error);
  code = api_settings_read(o->config_file, instance->memory, instance->policy, instance->clock, &instance->log, error,
                           &settings);
  instance->ai = settings.ai;
  instance->gateway = settings.gateway;
  if (code) return code;
  text.time_zone = settings.time_zone ? settings.time_zone : "Asia/Tehran";
  instance->zone = zone_load(text.time_zone, error);
  if (!instance->zone) return error->code ? error->code : error_no_memory(error);
  if ((code = mcrm_text_open(&text, &instance->text, error))) return code;
  if ((code = open_host(instance, o, &settings, error))) return code;
  if ((code = open_store(instance, o, &settings, error))) return code;
  if ((code = open_voice(instance, o, &settings, error))) return code;
  instance->crm = (crm){.host = instance->host,
                        .host_elsewhere = instance->crm.host_elsewhere,
                        .host_poll_ms = settings.host_poll_ms,
                        .text = instance->text,
                        .gate_address = gate_address(instance),
                        .interaction_types = settings.interaction_types,
                        .ai = instance->ai,
                        .blobs = instance->blobs,
                        .voice = settings.voice};
  return arena_failed(instance->memory) ? error_no_memory(error) : MCRM_OK;
}

int mcrm_open(const mcrm_options *options, mcrm **out, mcrm_error *error) {
  mcrm_options o;
  error_clear(error);
  *out = NULL;
  int code = adopt(options, &o, error);
  if (code) return code;
  mcrm *instance = calloc(1, sizeof *instance);
  if (!instance || pthread_mutex_init(&instance->lock, NULL)) {
    free(instance);
    return error_no_memory(error);
  }
  code = build(instance, &o, error);
  if (code)
    mcrm_close(instance);
  else
    *out = instance;
  return code;
}

void mcrm_close(mcrm *instance) {
  if (!instance) return;
  ai_close(instance->ai);
  store_close(instance->store);
  blobs_free(instance->blobs);
  host_close(instance->host);
  mcrm_text_close(instance->text);
  zone_free(instance->zone);
  access_policy_free(instance->policy);
  char *secret = instance->gateway.host_secret;
  if (secret) explicit_bzero(secret, strlen(secret));
  arena_free(instance->memory);
  pthread_mutex_destroy(&instance->lock);
  explicit_bzero(instance->master, sizeof instance->master);
  free(instance);
}

const api_gateway *api_gateway_settings(const mcrm *instance) { return &instance->gateway; }

store *api_store(const mcrm *instance) { return instance->store; }
const crm *api_crm(const mcrm *instance) { return &instance->crm; }
ai *api_ai(const mcrm *instance) { return instance->ai; }

host *api_host(const mcrm *instance) { return instance->host; }

void api_key(const mcrm *instance, const char purpose[8], unsigned char out[API_KEY_SIZE]) {
  crypto_kdf_derive_from_key(out, API_KEY_SIZE, 1, purpose, instance->master);
}

unsigned api_commits(const mcrm *instance) { return atomic_load(&instance->commits); }
unsigned api_paths(const mcrm *instance) { return atomic_load(&instance->paths); }
void api_paths_changed(mcrm *instance) { atomic_fetch_add(&instance->paths, 1); }

/* The recordings after the database: files never change, so each that a copied row names is there, unless it was
 * erased in between. */
int mcrm_backup(mcrm *instance, const char *file, mcrm_error *error) {
  error_clear(error);
  int code = store_backup(instance->store, file, error);
  if (code || !instance->blobs) return code;
  arena *a = arena_new(0);
  const char *beside = a ? arena_print(a, "%s.voice", file) : NULL;
  code = beside ? blobs_copy(blobs_folder(instance->blobs), beside, error) : error_no_memory(error);
  arena_free(a);
  return code;
}
