/* What a peer may do, and what becomes of the call: the tests do each of them, and docs/ai.md shows the same rows
 * (transport_test says where it is behind). */
#ifndef TESTS_FAULT_TABLE_H
#define TESTS_FAULT_TABLE_H

#include <marfacrm/plugin.h>
#include <stdbool.h>

typedef struct fault_row {
  const char *fault; /* its name in faults.py, in double.mjs, or of a TLS server of the double's */
  const char *does;
  bool stream;
  int64_t ms; /* the call's deadline */
  mcrm_outcome outcome;
  const char *code;
} fault_row;

/* Of any service, by tests/provider/faults.py. Any status is an answer here: the plugin reads it. */
static const fault_row transport_faults[] = {
    {"none", "answers", false, 10000, MCRM_OUTCOME_OK, ""},
    {"zipped", "answers compressed", false, 10000, MCRM_OUTCOME_OK, ""},
    {"stream", "streams its answer", true, 10000, MCRM_OUTCOME_OK, ""},
    {"heads", "sends 1,500 headers", false, 10000, MCRM_OUTCOME_OK, ""},
    {"html", "answers 502 with a page of HTML", false, 10000, MCRM_OUTCOME_OK, ""},
    {"redirect", "redirects: that is not followed", false, 10000, MCRM_OUTCOME_OK, ""},
    {"storm", "answers 429", false, 10000, MCRM_OUTCOME_RATE_LIMIT, ""},
    {"drip", "drips a byte at a time", false, 400, MCRM_OUTCOME_TIMEOUT, "total"},
    {"stall", "stops in the middle", false, 400, MCRM_OUTCOME_TIMEOUT, "total"},
    {"silence", "takes the request and says nothing", false, 400, MCRM_OUTCOME_TIMEOUT, "first_byte"},
    {"endless", "streams comments without end", true, 400, MCRM_OUTCOME_TIMEOUT, "total"},
    {"cut", "closes inside of its chunks", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"cut", "closes inside of a stream", true, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"short", "sends less than it said", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"reset", "resets the connection", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"half", "closes its half without a word", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"chunks", "gives a chunk no length", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"bomb", "sends 200 MB as 200 KB of gzip", false, 30000, MCRM_OUTCOME_PROTOCOL, "too_large"},
    {"large", "sends a body without end", false, 30000, MCRM_OUTCOME_PROTOCOL, "too_large"},
    {"garbage", "speaks no HTTP", false, 10000, MCRM_OUTCOME_PROTOCOL, "http"},
};

/* Of an AI service, by tests/double/double.mjs through the plugin grok. */
static const fault_row service_faults[] = {
    {"key", "400: the key is wrong (xAI)", false, 10000, MCRM_OUTCOME_AUTH, ""},
    {"credit", "403: no credits", false, 10000, MCRM_OUTCOME_BILLING, ""},
    {"quota", "429: the quota is used up", false, 10000, MCRM_OUTCOME_BILLING, ""},
    {"storm", "429: too many calls, again in 7 s", false, 10000, MCRM_OUTCOME_RATE_LIMIT, ""},
    {"region", "403: not in this country", false, 10000, MCRM_OUTCOME_REGION, ""},
    {"page", "403: a page of HTML", false, 10000, MCRM_OUTCOME_REGION, ""},
    {"busy", "503", false, 10000, MCRM_OUTCOME_OVERLOAD, ""},
    {"unavailable", "200 with an error for an answer", false, 10000, MCRM_OUTCOME_OVERLOAD, ""},
    {"unavailable", "200 with an error for a stream", true, 10000, MCRM_OUTCOME_OVERLOAD, ""},
    {"midway", "an error inside of a stream", true, 10000, MCRM_OUTCOME_OVERLOAD, ""},
    {"nomark", "a stream that ends without its mark", true, 10000, MCRM_OUTCOME_OK, ""},
    {"cut", "a stream that breaks off", true, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"short", "JSON that breaks off", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
    {"garbage", "half of its JSON", false, 10000, MCRM_OUTCOME_PROTOCOL, ""},
    {"bomb", "200 MB of JSON as 200 KB of gzip", false, 10000, MCRM_OUTCOME_PROTOCOL, "too_large"},
    {"endless", "JSON without end", false, 10000, MCRM_OUTCOME_PROTOCOL, "too_large"},
    {"drip", "JSON a byte at a time", false, 1500, MCRM_OUTCOME_TIMEOUT, "total"},
    {"comments", "a stream of comments", true, 1500, MCRM_OUTCOME_TIMEOUT, "total"},
    {"silent", "nothing", false, 1500, MCRM_OUTCOME_TIMEOUT, "first_byte"},
    {"moved", "302", false, 10000, MCRM_OUTCOME_BAD_REQUEST, "redirect"},
    {"reset", "closes without an answer", false, 10000, MCRM_OUTCOME_NETWORK, "reset"},
};

/* Of its TLS: what the double's servers of these names do. */
static const fault_row tls_faults[] = {
    {"trusted", "a certificate that ca_file vouches for", false, 10000, MCRM_OUTCOME_OK, ""},
    {"stranger", "a certificate that nobody vouches for", false, 10000, MCRM_OUTCOME_NETWORK, "tls"},
    {"expired", "a certificate of yesterday", false, 10000, MCRM_OUTCOME_NETWORK, "tls"},
    {"misnamed", "a certificate of another name", false, 10000, MCRM_OUTCOME_NETWORK, "tls"},
    {"hangup", "closes in the handshake", false, 10000, MCRM_OUTCOME_NETWORK, "tls"},
};

enum {
  TRANSPORT_FAULTS = sizeof transport_faults / sizeof *transport_faults,
  SERVICE_FAULTS = sizeof service_faults / sizeof *service_faults,
  TLS_FAULTS = sizeof tls_faults / sizeof *tls_faults
};

#endif
