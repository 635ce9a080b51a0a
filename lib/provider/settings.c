#include "settings.h"

#include <base/error.h>
#include <stdio.h>
#include <string.h>

#define AT(member) offsetof(transport_settings, member)
#define ROW(option, of_kind, member, ...) \
  { .size = sizeof(mcrm_plugin_option), .name = option, .kind = of_kind, .offset = AT(member), __VA_ARGS__ }

static const char *const addresses[] = {"any", "4", "6", NULL};

const mcrm_plugin_option settings_options[] = {
    ROW("timeout", MCRM_OPTION_DURATION, total_ms, .most = 3600000,
        .help = "The most time of one request; without it, only the call's own deadline."),
    ROW("connect_timeout", MCRM_OPTION_DURATION, connect_ms, .fallback = "10s", .least = 1, .most = 600000,
        .help = "For name, connection, proxy and TLS together."),
    ROW("first_byte_timeout", MCRM_OPTION_DURATION, first_byte_ms, .most = 3600000,
        .help = "From the whole request to the first byte of the reply; without it, the call's deadline."),
    ROW("idle_timeout", MCRM_OPTION_DURATION, idle_ms, .fallback = "60s", .least = 1, .most = 3600000,
        .help = "The longest silence within a reply."),
    ROW("proxy", MCRM_OPTION_SECRET, proxy,
        .help = "http://, https://, socks5:// or socks5h:// (names are resolved by the proxy), with name:password@ "
                "where it wants one."),
    ROW("no_proxy", MCRM_OPTION_TEXT, no_proxy, .fallback = "localhost,127.0.0.0/8,::1",
        .help = "Hosts and networks that are reached without the proxy, between commas; none: all go through it."),
    ROW("ca_file", MCRM_OPTION_TEXT, ca_file, .help = "Certificates to trust instead of the system's, as PEM."),
    ROW("ip", MCRM_OPTION_TEXT, ip, .fallback = "any", .choices = addresses, .help = "Only IPv4 or IPv6."),
    ROW("resolve", MCRM_OPTION_TEXTS, resolve, .help = "HOST:PORT:ADDRESS, instead of asking the name service."),
    ROW("insecure", MCRM_OPTION_BOOL, insecure, .fallback = "false",
        .help = "Certificates are not checked; for servers on this machine only."),
};
const size_t settings_option_count = sizeof settings_options / sizeof *settings_options;

const char *const settings_reserved[] = {"plugin",  "sha256", "isolation", "concurrency",     "rate_per_minute",
                                         "timeout", "proxy",  "no_proxy",  "connect_timeout", "first_byte_timeout",
                                         "ca_file", "ip",     "resolve",   "idle_timeout",    "insecure",
                                         "price",   "budget", NULL};

/* name:password@ of the proxy: the password alone is a secret, too. */
static bool hide_password(const char *proxy, vault *v) {
  const char *authority = strstr(proxy, "://");
  if (!authority) return true;
  authority += 3;
  const char *at = strrchr(authority, '@'), *colon = strchr(authority, ':');
  if (!at || !colon || colon > at) return true;
  char *password = vault_copy(v, colon + 1, (size_t)(at - colon - 1));
  return password && vault_secret(v, password);
}

int settings_check(const transport_settings *s, const char *instance, vault *v, mcrm_error *error) {
  static const char *const schemes[] = {"http://", "https://", "socks4a://", "socks5://", "socks5h://"};
  if (!s->proxy) return MCRM_OK;
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    size_t length = strlen(schemes[i]);
    if (!strncmp(s->proxy, schemes[i], length) && s->proxy[length])
      return hide_password(s->proxy, v) ? MCRM_OK : error_no_memory(error);
  }
  char field[64];
  snprintf(field, sizeof field, "providers.%s.proxy", instance);
  return error_set(error, MCRM_INVALID, field, "provider.proxy",
                   "%s begins with none of http:// https:// socks4a:// socks5:// socks5h://", field);
}
