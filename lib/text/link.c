#include "link.h"

#include <string.h>

enum { LONGEST_LOCAL = 64, LONGEST_SCHEME = 12 };

static bool alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
static bool letter(char c) { return c >= 'a' && c <= 'z'; }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool local_char(char c) { return alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-'; }
static bool host_char(char c) { return alnum(c) || c == '.' || c == '-'; }
static bool url_char(char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"' && c != '`'; }

/* Domains under which people write addresses without a scheme. A closed list, so that "end.Next" stays two words. */
static const char *const DOMAINS[] = {
    "com", "net", "org", "ir",   "io",    "me",   "app",  "dev",   "co",   "info", "xyz",  "site",  "online", "shop",
    "ai",  "uk",  "de",  "us",   "tr",    "ae",   "ru",   "cn",    "eu",   "tv",   "gg",   "ly",    "biz",    "cloud",
    "pro", "top", "fr",  "nl",   "ca",    "edu",  "gov",  "store", "tech", "club", "live", "click", "link",   "space",
    "fun", "vip", "cc",  "host", "world", "blog", "wiki", "page",  "mobi", "name", "int",  "mil",   "example"};

static size_t run_end(const link_reader *r, size_t at, size_t known, bool (*allowed)(char)) {
  if (known > at) return known;
  while (at < r->length && allowed(r->in[at])) at++;
  return at;
}

static bool known_domain(const char *label, size_t length) {
  for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++)
    if (strlen(DOMAINS[i]) == length && !memcmp(DOMAINS[i], label, length)) return true;
  return false;
}

/* Punctuation at the end belongs to the sentence, a closing bracket too unless it was opened inside. */
static size_t trimmed(const link_reader *r, size_t start, size_t end) {
  int open = 0;
  for (size_t i = start; i < end; i++) open += r->in[i] == '(' ? 1 : r->in[i] == ')' ? -1 : 0;
  while (end > start) {
    char c = r->in[end - 1];
    if (c == ')' && open < 0)
      open++;
    else if (!strchr(".,;:!?'*]}|\\", c))
      break;
    end--;
  }
  return end;
}

static size_t url_end(const link_reader *r, size_t start, size_t from) {
  size_t end = from;
  while (end < r->length && url_char(r->in[end])) end++;
  end = trimmed(r, start, end);
  return end > from ? end : 0;
}

/* scheme:// */
static size_t scheme_end(const link_reader *r, size_t at) {
  size_t end = at;
  if (!letter(r->in[at])) return 0;
  while (end < r->length && end - at < LONGEST_SCHEME && (alnum(r->in[end]) || r->in[end] == '+' || r->in[end] == '-'))
    end++;
  return end > at + 1 && r->length - end > 3 && !memcmp(r->in + end, "://", 3) ? end + 3 : 0;
}

/* A host name that begins at `at`: its end, 0 where the last label is no domain. */
static size_t host_name_end(link_reader *r, size_t at) {
  r->host_end = run_end(r, at, r->host_end, host_char);
  size_t end = r->host_end;
  while (end > at && !alnum(r->in[end - 1])) end--;
  size_t label = end;
  while (label > at && end - label < 8 && letter(r->in[label - 1])) label--;
  if (label <= at + 1 || r->in[label - 1] != '.' || !alnum(r->in[label - 2])) return 0;
  return known_domain(r->in + label, end - label) ? end : 0;
}

/* Behind @ any domain of two letters or more will do. */
static size_t mail_host_end(const link_reader *r, size_t at) {
  size_t end = at;
  while (end < r->length && end - at < 253 && host_char(r->in[end])) end++;
  while (end > at && !alnum(r->in[end - 1])) end--;
  size_t label = end;
  while (label > at && letter(r->in[label - 1])) label--;
  return end - label >= 2 && label > at + 1 && r->in[label - 1] == '.' && alnum(r->in[label - 2]) && alnum(r->in[at])
             ? end
             : 0;
}

static size_t handle_end(const link_reader *r, size_t at) {
  size_t end = at + 1;
  while (end < r->length && end - at <= LONGEST_LOCAL && (alnum(r->in[end]) || r->in[end] == '_')) end++;
  return end - at >= 3 && letter(r->in[at + 1]) ? end : 0;
}

/* Four numbers up to 255 between dots, with a port or a prefix length. */
static size_t ip_end(const link_reader *r, size_t at) {
  for (int part = 0; part < 4; part++) {
    int value = 0;
    size_t start = at;
    while (at < r->length && at - start < 4 && digit(r->in[at])) value = value * 10 + (r->in[at++] - '0');
    if (at == start || at - start > 3 || value > 255) return 0;
    if (part < 3 && (at >= r->length || r->in[at++] != '.')) return 0;
  }
  if (at < r->length && (alnum(r->in[at]) || (r->in[at] == '.' && at + 1 < r->length && digit(r->in[at + 1]))))
    return 0;
  return at;
}

size_t link_end(link_reader *r, size_t at) {
  char first = r->in[at];
  if (first == '@') return at && alnum(r->in[at - 1]) ? 0 : handle_end(r, at);
  if (!alnum(first)) return 0;
  if (at && (alnum(r->in[at - 1]) || r->in[at - 1] == '_')) return 0;
  size_t end;
  if (digit(first) && (end = ip_end(r, at)) && !(at && r->in[at - 1] == '.')) return end;
  if ((end = scheme_end(r, at))) return url_end(r, at, end);
  if (r->length - at > 4 && !memcmp(r->in + at, "www.", 4)) return url_end(r, at, at + 4);
  r->local_end = run_end(r, at, r->local_end, local_char);
  if (r->local_end < r->length && r->in[r->local_end] == '@' && r->local_end - at <= LONGEST_LOCAL &&
      (end = mail_host_end(r, r->local_end + 1)))
    return end;
  end = host_name_end(r, at);
  if (!end) return 0;
  return end < r->length && (r->in[end] == '/' || (r->in[end] == ':' && end + 1 < r->length && digit(r->in[end + 1])))
             ? url_end(r, at, end)
             : end;
}

bool link_is_handle(const char *link, size_t length) { return length > 1 && link[0] == '@'; }

bool link_is_email(const char *link, size_t length) {
  const char *at = memchr(link, '@', length), *slash = memchr(link, '/', length);
  return at && at > link && !slash;
}

bool link_is_ip(const char *link, size_t length) {
  link_reader r = {.in = link, .length = length};
  return length && digit(link[0]) && ip_end(&r, 0) == length;
}
