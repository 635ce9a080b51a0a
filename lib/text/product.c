/* Products and protocols of the trade, however they are written. */
#include <string.h>

#include "entity_reader.h"

enum { LONGEST_KEY = 40, MOST_TOKENS = 4 };

/* Folded, without spaces, half-spaces and hyphens, in the order of their bytes. */
static const struct {
  const char *key, *value;
} PRODUCTS[] = {
    {"3xui", "3x-ui"},
    {"anyconnect", "Cisco AnyConnect"},
    {"cdn", "CDN"},
    {"ciscoanyconnect", "Cisco AnyConnect"},
    {"clash", "Clash"},
    {"clashmeta", "Clash"},
    {"cloudflare", "Cloudflare"},
    {"config", "کانفیگ"},
    {"configs", "کانفیگ"},
    {"eshterak", "اشتراک"},
    {"filtershekan", "فیلترشکن"},
    {"foxray", "FoXray"},
    {"grpc", "gRPC"},
    {"happ", "Happ"},
    {"hiddify", "Hiddify"},
    {"hysteria", "Hysteria"},
    {"hysteria2", "Hysteria"},
    {"ikev2", "IKEv2"},
    {"ipsec", "IPsec"},
    {"kanfig", "کانفیگ"},
    {"konfig", "کانفیگ"},
    {"l2tp", "L2TP"},
    {"marzban", "Marzban"},
    {"marzneshin", "Marzneshin"},
    {"mtproto", "MTProto"},
    {"mtprotoproxy", "MTProto"},
    {"nekobox", "NekoBox"},
    {"nekoray", "NekoRay"},
    {"ocserv", "OpenConnect"},
    {"openconnect", "OpenConnect"},
    {"openvpn", "OpenVPN"},
    {"outline", "Outline"},
    {"panel", "پنل"},
    {"panels", "پنل"},
    {"panl", "پنل"},
    {"pptp", "PPTP"},
    {"proxy", "proxy"},
    {"psiphon", "Psiphon"},
    {"reality", "Reality"},
    {"remnawave", "Remnawave"},
    {"sanaei", "3x-ui"},
    {"server", "سرور"},
    {"servers", "سرور"},
    {"shadowrocket", "Shadowrocket"},
    {"shadowsock", "Shadowsocks"},
    {"shadowsocks", "Shadowsocks"},
    {"singbox", "sing-box"},
    {"sni", "SNI"},
    {"socks", "SOCKS5"},
    {"socks5", "SOCKS5"},
    {"sstp", "SSTP"},
    {"starlink", "Starlink"},
    {"streisand", "Streisand"},
    {"sublink", "لینک ساب"},
    {"subscription", "اشتراک"},
    {"tls", "TLS"},
    {"trojan", "Trojan"},
    {"tuic", "TUIC"},
    {"v2box", "V2Box"},
    {"v2ray", "V2Ray"},
    {"v2rayn", "v2rayN"},
    {"v2rayng", "v2rayNG"},
    {"v2rey", "V2Ray"},
    {"v2ry", "V2Ray"},
    {"vless", "VLESS"},
    {"vmess", "VMess"},
    {"vpn", "VPN"},
    {"vtworay", "V2Ray"},
    {"wallet", "کیف پول"},
    {"websocket", "WebSocket"},
    {"wireguard", "WireGuard"},
    {"xray", "Xray"},
    {"xui", "3x-ui"},
    {"استارلینک", "Starlink"},
    {"استریسند", "Streisand"},
    {"اشتراک", "اشتراک"},
    {"التوتیپی", "L2TP"},
    {"انیکانکت", "Cisco AnyConnect"},
    {"اوتلاین", "Outline"},
    {"اوپنویپیان", "OpenVPN"},
    {"اپنویپیان", "OpenVPN"},
    {"اکسری", "Xray"},
    {"ایکسری", "Xray"},
    {"ایکسیوآی", "3x-ui"},
    {"ایکسیوای", "3x-ui"},
    {"تروجان", "Trojan"},
    {"ریالیتی", "Reality"},
    {"سابلینک", "لینک ساب"},
    {"ساکس", "SOCKS5"},
    {"ساکس5", "SOCKS5"},
    {"سایفون", "Psiphon"},
    {"سرور", "سرور"},
    {"سنایی", "3x-ui"},
    {"سیدیان", "CDN"},
    {"سیسکو", "Cisco AnyConnect"},
    {"سینگباکس", "sing-box"},
    {"شادوساکس", "Shadowsocks"},
    {"شدوراکت", "Shadowrocket"},
    {"شدوساکز", "Shadowsocks"},
    {"شدوساکس", "Shadowsocks"},
    {"فیلترشکن", "فیلترشکن"},
    {"لینکساب", "لینک ساب"},
    {"مرزبان", "Marzban"},
    {"مرزنشین", "Marzneshin"},
    {"نکوباکس", "NekoBox"},
    {"نکوری", "NekoRay"},
    {"هیدیفای", "Hiddify"},
    {"هیدیفی", "Hiddify"},
    {"هیستریا", "Hysteria"},
    {"وایرگاد", "WireGuard"},
    {"وایرگارد", "WireGuard"},
    {"وبسوکت", "WebSocket"},
    {"وی2رای", "V2Ray"},
    {"وی2ری", "V2Ray"},
    {"ویتورای", "V2Ray"},
    {"ویتورى", "V2Ray"},
    {"ویتوری", "V2Ray"},
    {"ویتوریانجی", "v2rayNG"},
    {"ویتوریی", "V2Ray"},
    {"ویلس", "VLESS"},
    {"ویلیس", "VLESS"},
    {"ویمس", "VMess"},
    {"ویپیان", "VPN"},
    {"پراکسی", "proxy"},
    {"پروکسی", "proxy"},
    {"پنل", "پنل"},
    {"کانفیک", "کانفیگ"},
    {"کانفیگ", "کانفیگ"},
    {"کلادفلر", "Cloudflare"},
    {"کلش", "Clash"},
    {"کلودفلر", "Cloudflare"},
    {"کیفپول", "کیف پول"},
};

enum { COUNT = sizeof PRODUCTS / sizeof *PRODUCTS };

/* A key against a text of this length: below, equal or above; beginning: is the key's beginning enough? */
static int key_order(const char *key, const char *text, size_t length, bool beginning) {
  size_t i = 0;
  while (i < length && key[i] == text[i]) i++;
  if (i < length) return (unsigned char)key[i] - (unsigned char)text[i];
  return beginning ? 0 : key[i] != 0;
}

static const char *find(const char *key, size_t length) {
  size_t low = 0, high = COUNT;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = key_order(PRODUCTS[middle].key, key, length, false);
    if (!order) return PRODUCTS[middle].value;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* Does any key begin so? Sends most words away before anything is copied. */
static bool may_begin(const char *text, size_t length) {
  size_t low = 0, high = COUNT, shown = length < 4 ? length : 4;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = key_order(PRODUCTS[middle].key, text, shown, true);
    if (!order) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

static size_t append(char *key, size_t length, const text_token *t) {
  for (uint32_t i = 0; i < t->fold_length; i++) {
    if (t->fold_length - i >= 3 && !memcmp(t->fold + i, TEXT_HALF_SPACE, 3)) {
      i += 2;
      continue;
    }
    if (length == LONGEST_KEY) return 0;
    key[length++] = t->fold[i];
  }
  return length;
}

/* Endings that a product's name takes without being another word. */
static const char *find_with_ending(const char *key, size_t length) {
  static const char *const ENDINGS[] = {"های", "هام",  "هاش",  "هامون", "ها", "هایی", "هارو", "مون", "تون", "شون",
                                        "مان", "اتون", "امون", "رو",    "م",  "ت",    "ش",    "ی",   "و",   "ه"};
  const char *value = find(key, length);
  for (size_t i = 0; !value && i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
    size_t ending = strlen(ENDINGS[i]);
    if (length > ending + 3 && !memcmp(key + length - ending, ENDINGS[i], ending)) value = find(key, length - ending);
  }
  return value;
}

bool product_at(const text_scan *s, size_t token, text_entity *out) {
  const text_token *first = &s->tokens[token];
  if ((first->kind != TEXT_WORD && first->kind != TEXT_NUMBER) || !may_begin(first->fold, first->fold_length))
    return false;
  char key[LONGEST_KEY];
  size_t length = 0, end = 0;
  const char *value = NULL;
  for (size_t i = token; i < s->token_count && i < token + MOST_TOKENS; i++) {
    const text_token *t = &s->tokens[i];
    if (t->kind == TEXT_MARK && text_token_is(t, "-") && i > token) continue;
    if (t->kind != TEXT_WORD && t->kind != TEXT_NUMBER) break;
    length = append(key, length, t);
    if (!length) break;
    const char *found = find_with_ending(key, length);
    if (!found) continue;
    value = found;
    end = (size_t)(t->fold - s->folded.bytes) + t->fold_length;
  }
  if (!value) return false;
  entity_span(s, token, end, out);
  out->kind = TEXT_PRODUCT;
  out->value = value;
  return true;
}
