#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mcrm_outcome outcome_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...) {
  *failure = (mcrm_failure){.size = sizeof *failure, .retry_after_ms = -1};
  snprintf(failure->code, sizeof failure->code, "%s", code);
  va_list args;
  va_start(args, format);
  vsnprintf(failure->detail, sizeof failure->detail, format, args);
  va_end(args);
  return outcome;
}

/* libcurl's words name the host that it could not connect to. */
static bool names_proxy(const exchange *x, const char *proxy) {
  char host[256];
  const char *from = strstr(proxy, "://") + 3, *at = strrchr(from, '@');
  if (at) from = at + 1;
  snprintf(host, sizeof host, "%.*s", (int)strcspn(from, ":/"), from);
  return strstr(x->error, host) != NULL;
}

/* Where the way through a proxy broke, the service is not to blame. */
static bool proxy_failed(const exchange *x, CURLcode code) {
  long answer = 0;
  const transport_settings *s = &x->transport->settings;
  if (code == CURLE_PROXY || code == CURLE_COULDNT_RESOLVE_PROXY) return true;
  if (!s->proxy) return false;
  curl_easy_getinfo(x->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
  if (answer && answer / 100 != 2) return true;
  if (code == CURLE_COULDNT_CONNECT) return names_proxy(x, s->proxy); /* a bypassed host answers for itself */
  return strstr(x->error, "CONNECT") || strstr(x->error, "SOCKS");
}

static const char *network_code(const exchange *x, CURLcode code) {
  if (proxy_failed(x, code)) return "proxy";
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "dns";
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      return "tcp";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
      return "tls";
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SEND_FAIL_REWIND:
      return x->connected ? "reset" : "tcp";
    default:
      return NULL;
  }
}

static mcrm_outcome fail(exchange *x, mcrm_failure *failure, mcrm_outcome outcome, const char *code, CURLcode why) {
  return outcome_fail(failure, outcome, code, "%.200s", x->error[0] ? x->error : curl_easy_strerror(why));
}

mcrm_outcome outcome_of(exchange *x, CURLcode code, mcrm_failure *failure) {
  long status = 0;
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  if (x->cancelled) return outcome_fail(failure, MCRM_OUTCOME_CANCELLED, "cancelled", "the call was cancelled");
  if (x->limit_hit) {
    outcome_fail(failure, MCRM_OUTCOME_TIMEOUT, x->limit_hit, "no end in time, in phase %s", x->limit_hit);
    failure->status = (int)status;
    return MCRM_OUTCOME_TIMEOUT;
  }
  if (x->sent_again)
    return outcome_fail(failure, MCRM_OUTCOME_NETWORK, "reset", "the connection was closed before there was an answer");
  if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && x->stopped)) return MCRM_OUTCOME_OK;
  const char *network = network_code(x, code);
  if (x->no_memory || code == CURLE_OUT_OF_MEMORY)
    outcome = outcome_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
  else if (x->too_large)
    outcome = outcome_fail(failure, MCRM_OUTCOME_PROTOCOL, "too_large", "the reply is larger than %zu bytes", x->limit);
  else if (network)
    outcome = fail(x, failure, MCRM_OUTCOME_NETWORK, network, code);
  else if (code == CURLE_OPERATION_TIMEDOUT)
    outcome = fail(x, failure, MCRM_OUTCOME_TIMEOUT, x->connected ? "total" : "connect", code);
  else if (!x->first_byte && !x->connected &&
           (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_LOGIN_DENIED))
    outcome = fail(x, failure, MCRM_OUTCOME_BAD_REQUEST, "request", code);
  else
    outcome = fail(x, failure, MCRM_OUTCOME_PROTOCOL, "http", code);
  failure->status = (int)status;
  return outcome;
}
