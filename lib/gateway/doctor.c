#include <base/civil.h>
#include <base/error.h>
#include <gateway/doctor.h>
#include <model/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

typedef struct doctor {
  mcrm_gateway *gateway;
  store_tx tx;
  access_gates gates; /* the ended ones as well */
  buffer findings;
  bool ok;
} doctor;

static void find(doctor *d, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void find(doctor *d, bool bad, const char *format, ...) {
  va_list args;
  char text[400];
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length < 0) return;
  buffer_text(&d->findings, d->findings.length ? "," : "");
  buffer_print(&d->findings, "{\"level\":\"%s\",\"what\":", bad ? "problem" : "note");
  json_write_string(&d->findings, text, strlen(text));
  buffer_byte(&d->findings, '}');
  if (bad) d->ok = false;
}

static bool valid(const doctor *d, const access_gate *g) { return !g->ends_at || g->ends_at > d->tx.now; }

static const char *time_text(doctor *d, mcrm_time at) {
  char text[CIVIL_ISO_SIZE];
  civil_print(at, store_zone(d->gateway->store), text);
  const char *kept = arena_text(d->tx.arena, text);
  return kept ? kept : "?";
}

/* ---- the gates ---- */

static void look_at_gates(doctor *d) {
  static const char *const names[] = {"crt", "admin"};
  for (int i = 0; i < 2; i++) {
    size_t open = 0, ended = 0;
    for (size_t k = 0; k < d->gates.count; k++)
      if (!strcmp(d->gates.at[k].name, names[i])) valid(d, &d->gates.at[k]) ? open++ : ended++;
    if (open) continue;
    find(d, true, "the %s gate has no valid path%s: make one with marfacrm path rotate %s", names[i],
         ended ? " any more" : " yet", names[i]);
  }
}

static void write_gates(doctor *d, buffer *json) {
  for (size_t i = 0; i < d->gates.count; i++) {
    const access_gate *g = &d->gates.at[i];
    buffer_print(json, "%s{\"gate\":\"%s\",\"made_at\":\"%s\",\"ends_at\":", i ? "," : "", g->name,
                 time_text(d, g->created_at));
    if (g->ends_at)
      buffer_print(json, "\"%s\"", time_text(d, g->ends_at));
    else
      buffer_text(json, "null");
    buffer_print(json, ",\"valid\":%s}", valid(d, g) ? "true" : "false");
  }
}

/* ---- the address that was typed ---- */

static void look_at_secret(doctor *d, const char *secret, size_t length) {
  access_gates all = d->gates;
  unsigned char first = length ? (unsigned char)secret[0] : 0;
  if (length != ACCESS_SECRET_LENGTH) {
    find(d, true, "the secret in the address has %zu characters, not %d%s", length, ACCESS_SECRET_LENGTH,
         first == '%'                    ? "; it was escaped on the way"
         : length > ACCESS_SECRET_LENGTH ? "; something hangs on it"
                                         : "; it was cut short");
    return;
  }
  if (strspn(secret, "abcdefghijklmnopqrstuvwxyz234567") < length) {
    find(d, true, "the secret in the address has letters that no secret has (capitals?): it is made of a-z and 2-7");
    return;
  }
  /* ended ones, too: time 0 lies before every end */
  const access_gate *g = access_gate_find(&all, secret, length, 0);
  if (!g)
    find(d, true, "the secret in the address was never one of this database%s",
         d->gates.count ? ", or it ended long ago" : "");
  else if (!valid(d, g))
    find(d, true, "the secret in the address is of the %s gate and ended at %s", g->name, time_text(d, g->ends_at));
  else
    find(d, false, "the secret in the address opens the %s gate", g->name);
}

static void look_at_path(doctor *d, const char *path) {
  const mcrm_gateway *g = d->gateway;
  size_t length = target_path_length(path);
  if (length >= g->mount_length && !memcmp(path, g->mount, g->mount_length) &&
      (length == g->mount_length || path[g->mount_length] == '/') && g->mount_length) {
    find(d, false,
         "the address is below the mount %s: it shows something to a browser with the gate's cookie only; come "
         "in by the secret path first",
         g->mount);
    return;
  }
  if (length >= g->prefix_length && !memcmp(path, g->options.gate_prefix, g->prefix_length)) {
    look_at_secret(d, path + g->prefix_length, length - g->prefix_length);
    return;
  }
  find(d, true, "the address is neither below %s nor %s followed by a secret", g->mount_length ? g->mount : "/",
       g->options.gate_prefix);
}

static void look_at_address(doctor *d, const char *address) {
  const char *mine = d->gateway->options.public_url, *authority = strstr(mine, "://") + 3,
             *theirs = strstr(address, "://");
  size_t origin = (size_t)(authority - mine) + strcspn(authority, "/");
  if (!theirs) {
    look_at_path(d, address);
    return;
  }
  theirs += 3;
  if (strncmp(address, mine, (size_t)(authority - mine)))
    find(d, true, "%s",
         d->gateway->secure ? "the address begins with http://, public_url with https://: the cookie is Secure, "
                              "and the browser drops it on plain http"
                            : "the address does not begin with http://, as public_url does");
  else if (strncmp(address, mine, origin) || (address[origin] && address[origin] != '/'))
    find(d, true, "the address names another host or port than public_url (%.*s): a cookie belongs to one host name",
         (int)origin, mine);
  look_at_path(d, theirs + strcspn(theirs, "/"));
}

/* ---- the cookies it sent ---- */

static void look_at_cookies(doctor *d, const char *cookies) {
  mcrm_gateway *g = d->gateway;
  heading h = {.cookies = {cookies}, .cookie_count = 1};
  const char *value, *name;
  size_t length;
  mcrm_id id;
  mcrm_time expires;
  if (!cookie_find(&h, g->gate_cookie, 0, &value, &length)) {
    find(d, true, "the cookie %s is not among those sent%s", g->gate_cookie,
         strstr(cookies, "mcrm_gate") ? "; another one is: the instance has another tag, mount or scheme than the one "
                                        "that gave it"
                                      : ": the browser never came in by the secret path, or dropped the cookie");
    return;
  }
  if (!cookie_gate_read(g, value, length, 0, &id, &name, &expires)) {
    find(d, true, "the cookie %s was not made by this instance: another database or another key file gave it",
         g->gate_cookie);
    return;
  }
  if (expires <= d->tx.now) {
    find(d, true, "the cookie of the %s gate ended at %s", name, time_text(d, expires));
    return;
  }
  for (size_t i = 0; i < d->gates.count; i++) {
    if (d->gates.at[i].id != id) continue;
    if (valid(d, &d->gates.at[i]))
      find(d, false, "the cookie of the %s gate is valid until %s", name, time_text(d, expires));
    else
      find(d, true, "the path that gave the cookie was replaced; it ended at %s", time_text(d, d->gates.at[i].ends_at));
    return;
  }
  find(d, true, "the path that gave the cookie is not in this database");
}

/* ---- all of it ---- */

static void examine(doctor *d, const gateway_doctor_case *question) {
  look_at_gates(d);
  if (!api_gateway_settings(d->gateway->instance)->public_url)
    find(d, false, "gateway.public_url is not configured: %s is taken", d->gateway->options.public_url);
  if (question->address) look_at_address(d, question->address);
  if (question->cookies) look_at_cookies(d, question->cookies);
}

int gateway_doctor(mcrm *instance, const gateway_doctor_case *question, buffer *json, bool *ok, mcrm_error *error) {
  doctor d = {.ok = true};
  int code = mcrm_gateway_open(instance, NULL, &d.gateway, error);
  if (code) return code;
  arena *memory = arena_new(1 << 20);
  buffer_init(&d.findings, 1 << 16);
  code = memory ? store_begin(d.gateway->store, memory, error, false, 0, &(store_origin){.operation = "doctor"}, &d.tx)
                : error_no_memory(error);
  if (!code) {
    code = access_gates_history(&d.tx, &d.gates);
    if (!code) examine(&d, question);
    buffer_text(json, "{\"public_url\":");
    json_write_string(json, d.gateway->options.public_url, strlen(d.gateway->options.public_url));
    buffer_print(json, ",\"cookie\":\"%s\",\"gates\":[", d.gateway->gate_cookie);
    write_gates(&d, json);
    buffer_print(json, "],\"findings\":[%s],\"ok\":%s}", d.findings.bytes ? d.findings.bytes : "",
                 d.ok ? "true" : "false");
    store_rollback(&d.tx);
    if (!code && (json->failed || d.findings.failed)) code = error_no_memory(error);
  }
  *ok = d.ok;
  buffer_free(&d.findings);
  arena_free(memory);
  mcrm_gateway_close(d.gateway);
  return code;
}
