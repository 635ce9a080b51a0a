#include "complaint.h"

#include <stdio.h>
#include <string.h>

#include "draft.h"

static void read_details(const json *details, complaint *c) {
  for (const json *d = details && details->kind == JSON_LIST ? details->first : NULL; d; d = d->next) {
    const char *type = json_text(d, "@type", "");
    if (work_has(type, "errorinfo")) c->reason = json_text(d, "reason", c->reason);
    double seconds = -1;
    const char *delay = json_text(d, "retryDelay", NULL);
    if (work_has(type, "retryinfo") && delay) seconds = json_number(delay, NULL); /* "12s" */
    if (seconds >= 0 && seconds < 1e6) c->retry_ms = (int64_t)(seconds * 1000);
  }
}

/* FastAPI says which field and what of it. */
static const char *read_fields(const work *w, const json *list) {
  const json *place = json_at(list, "0.loc");
  const json *last = place && place->kind == JSON_LIST ? place->last : NULL;
  const char *field = json_line(last, "", NULL);
  const char *words = json_text(list, "0.msg", "refused");
  const char *both = field ? work_print(w, "%s: %s", field, words) : words;
  return both ? both : words;
}

bool complaint_in(const work *w, const json *body, complaint *out) {
  *out = (complaint){"", "", "", "", -1, 0, false};
  if (body && body->kind == JSON_LIST) body = body->first;
  const json *error = json_at(body, "error");
  const json *detail = json_at(body, "detail");
  if (error && error->kind == JSON_OBJECT) {
    out->message = json_text(error, "message", "");
    out->type = json_text(error, "type", json_text(error, "status", ""));
    out->code = json_text(error, "code", json_text(error, "innererror.code", ""));
    out->number = (int)json_integer(error, "code", 0);
    read_details(json_at(error, "details"), out);
  } else if (error && error->kind == JSON_TEXT && *error->text) {
    out->message = json_text(body, "error_description", error->text);
    out->code = json_text(body, "code", out->message == error->text ? "" : error->text);
  } else if (detail && detail->kind == JSON_TEXT) {
    out->message = detail->text;
  } else if (detail && detail->kind == JSON_LIST) {
    out->message = read_fields(w, detail);
  } else if (json_text(body, "message", NULL) && !json_at(body, "choices")) {
    out->message = json_text(body, "message", "");
    out->code = json_text(body, "code", "");
  } else {
    return false;
  }
  return true;
}

/* The title of a page, or the page itself. */
static const char *title(const work *w, const char *page) {
  const char *from = strstr(page, "<title>");
  const char *to = from ? strstr(from, "</title>") : NULL;
  const char *words = to ? work_copy(w, from + 7, (size_t)(to - from - 7)) : NULL;
  return words ? words : "a page of HTML";
}

void complaint_read(const work *w, const mcrm_http_reply *reply, complaint *out) {
  const char *type = work_header(reply, "content-type");
  const char *body = reply->body ? reply->body : "";
  while (*body == ' ' || *body == '\n' || *body == '\r' || *body == '\t') body++;
  size_t length = reply->body ? reply->length - (size_t)(body - reply->body) : 0;
  if (*body == '{' || *body == '[') {
    if (complaint_in(w, json_read(w, NULL, body, length), out)) return;
  }
  *out = (complaint){"", "", "", "", -1, 0, false};
  if (*body == '<') {
    out->html = !type || work_has(type, "html") || work_has(type, "xml");
    out->message = title(w, body);
  } else {
    out->message = body;
  }
}

static bool says(const complaint *c, const char *const *words) {
  for (; *words; words++) {
    if (work_has(c->message, *words) || work_has(c->code, *words) || work_has(c->type, *words) ||
        work_has(c->reason, *words))
      return true;
  }
  return false;
}

static mcrm_outcome class_by_status(int status) {
  switch (status) {
    case 401:
      return MCRM_OUTCOME_AUTH;
    case 402:
      return MCRM_OUTCOME_BILLING;
    case 403:
      return MCRM_OUTCOME_AUTH;
    case 407:
      return MCRM_OUTCOME_NETWORK;
    case 408:
    case 409:
    case 425:
    case 499:
      return MCRM_OUTCOME_OVERLOAD; /* waited too long, lost a race, too early, gone: once more may do */
    case 429:
      return MCRM_OUTCOME_RATE_LIMIT;
    case 451:
      return MCRM_OUTCOME_REGION;
    case 501:
      return MCRM_OUTCOME_BAD_REQUEST;
    default:
      return status >= 500 ? MCRM_OUTCOME_OVERLOAD : MCRM_OUTCOME_BAD_REQUEST;
  }
}

mcrm_outcome complaint_class(int status, const complaint *c) {
  static const char *const region[] = {"unsupported_country",          "country, region, or territory not supported",
                                       "location is not supported",    "not available in your country",
                                       "not available in your region", NULL};
  static const char *const billing[] = {"insufficient_quota",
                                        "billing_hard_limit",
                                        "billing_not_active",
                                        "billing_disabled",
                                        "billing account",
                                        "any credits",
                                        "out of credits",
                                        "enough credits",
                                        "no credits",
                                        "insufficient credit",
                                        "used all available credits",
                                        "spending limit",
                                        "purchase credits",
                                        "exceeded your current quota",
                                        NULL};
  static const char *const key[] = {"incorrect api key", "invalid api key",
                                    "invalid_api_key",   "api_key_invalid",
                                    "api key not valid", "invalid_grant",
                                    "unauthenticated",   "access_token_type_unsupported",
                                    "account_disabled",  NULL};
  static const char *const filter[] = {
      "content_filter",  "content_policy", "content moderation", "moderation_blocked",    "usage guideline",
      "usage_guideline", "flagged by",     "safety_check",       "responsible ai policy", NULL};
  static const char *const often[] = {"rate_limit_exceeded", "resource_exhausted", NULL};
  static const char *const audio[] = {"failed to read audio data",
                                      "invalid file format",
                                      "could not be decoded",
                                      "corrupted or unsupported",
                                      "unsupported audio",
                                      "unsupported file format",
                                      NULL};
  static const char *const busy[] = {"currently unavailable", "overloaded", "model is loading", "loading model", NULL};
  bool refused = status >= 400 && status < 500;
  if (says(c, region) || (c->html && status == 403)) return MCRM_OUTCOME_REGION;
  if ((refused || status < 300) && says(c, billing)) return MCRM_OUTCOME_BILLING;
  if ((refused || status < 300) && says(c, key)) return MCRM_OUTCOME_AUTH;
  if ((refused || status < 300) && status != 429 && says(c, filter)) return MCRM_OUTCOME_CONTENT_FILTER;
  if (refused && says(c, often)) return MCRM_OUTCOME_RATE_LIMIT;
  if (says(c, audio)) return MCRM_OUTCOME_UNSUPPORTED; /* whisper.cpp says so with 200; others may take it */
  if (says(c, busy)) return MCRM_OUTCOME_OVERLOAD;
  if (status < 300) /* a complaint in a reply that says it is good: of its own number, or a passing fault */
    return c->number >= 400 && c->number < 600 ? class_by_status(c->number) : MCRM_OUTCOME_OVERLOAD;
  return class_by_status(status);
}

/* Letters that keys and tokens are made of. */
static size_t secret_length(const char *at) {
  return strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*");
}

/* Services like to repeat the key they refuse, whole or in part. */
static const char *without_secrets(const work *w, const char *text, const char *secret) {
  static const char *const beginnings[] = {"sk-", "sk*", "xai-", "xai*", "gsk_", "AIza", "ya29.", "eyJ", NULL};
  size_t known = secret ? strlen(secret) : 0;
  draft d;
  draft_init(&d, w, 0);
  for (bool word = true; *text && d.length < 1024;) {
    size_t length = known >= 6 && !strncmp(text, secret, known) ? known : 0;
    for (size_t i = 0; !length && word && beginnings[i]; i++) {
      if (work_starts(text, beginnings[i]) && secret_length(text) >= 8) length = secret_length(text);
    }
    word = !secret_length(text) || *text == '*';
    if (length)
      draft_text(&d, "[key]");
    else
      draft_byte(&d, *text);
    text += length ? length : 1;
  }
  return d.failed || !d.bytes ? "" : d.bytes;
}

mcrm_outcome complaint_fail(const work *w, const mcrm_http_reply *reply, const complaint *c, const char *secret,
                            mcrm_failure *failure) {
  mcrm_outcome outcome = complaint_class(reply->status, c);
  const char *code = *c->reason ? c->reason : *c->code ? c->code : c->type;
  const char *words = without_secrets(w, c->message, secret);
  const char *location = work_header(reply, "location");
  char status[16];
  snprintf(status, sizeof status, "http_%d", reply->status);
  failure->status = reply->status;
  failure->server_time = reply->server_time;
  failure->retry_after_ms = reply->retry_after_ms >= 0 ? reply->retry_after_ms : c->retry_ms;
  if (reply->status >= 300 && reply->status < 400)
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "redirect",
                     "the address has moved to %s: put that into base_url", location ? location : "somewhere else");
  if (reply->status == 407) return work_fail(failure, outcome, "proxy", "the proxy wants a login");
  if (c->html && outcome == MCRM_OUTCOME_REGION)
    return work_fail(failure, outcome, "html_403",
                     "refused before the service looked at the key (%s): country or network", words);
  code = *code && strlen(code) < sizeof failure->code && !strchr(code, ' ') ? without_secrets(w, code, secret) : status;
  return work_fail(failure, outcome, code, "%s", *words ? words : "the service says no more than its status");
}

mcrm_outcome complaint_of(const work *w, const mcrm_http_reply *reply, const char *secret, mcrm_failure *failure) {
  complaint c;
  complaint_read(w, reply, &c);
  return complaint_fail(w, reply, &c, secret, failure);
}
