/* What the plugin google-stt sends, how it proves who it is, and how it cuts what is too long for one call. */
#include <check.h>
#include <math.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../audio/speech.h"
#include "folder.h"
#include "stage.h"

static EVP_PKEY *key;
static char credentials[8192];

/* A service account as Google hands it out, with a key of our own. */
static void make_account(void) {
  char pem[4096] = {0}, escaped[4096];
  size_t at = 0;
  key = EVP_RSA_gen(2048);
  BIO *bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
  BIO_read(bio, pem, sizeof pem - 1);
  BIO_free(bio);
  for (const char *c = pem; *c; c++) {
    if (*c == '\n') escaped[at++] = '\\';
    escaped[at++] = *c == '\n' ? 'n' : *c;
  }
  escaped[at] = 0;
  snprintf(
      credentials, sizeof credentials,
      "{\"type\":\"service_account\",\"project_id\":\"marfanet-1\",\"private_key_id\":\"kid7\",\"private_key\":\"%s\","
      "\"client_email\":\"crm@marfanet-1.iam.gserviceaccount.com\",\"token_uri\":\"https://oauth2.googleapis.com/"
      "token\"}",
      escaped);
}

static stage *opened(const char *name, const char *value) {
  return stage_open("google-stt", (stage_setting[]){{"credentials", credentials}, {name, value}, {0}});
}

static mcrm_speech_request hearing(void) {
  static const char *const hints[] = {"مرفا"};
  return (mcrm_speech_request){.size = sizeof(mcrm_speech_request),
                               .audio = "OggS..",
                               .length = 6,
                               .duration_ms = 1500,
                               .media_type = "audio/ogg",
                               .language = "fa",
                               .hints = hints,
                               .hint_count = 1};
}

static size_t from_base64(const char *text, size_t length, unsigned char *out) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned char value[256];
  unsigned bits = 0, have = 0, strange = 0;
  size_t count = 0;
  memset(value, 64, sizeof value);
  for (unsigned char i = 0; i < 64; i++) value[(unsigned char)letters[i]] = i;
  value['-'] = 62, value['_'] = 63;
  for (size_t i = 0; i < length && text[i] != '='; i++) {
    unsigned char six = value[(unsigned char)text[i]];
    strange += six > 63;
    bits = bits << 6 | (six & 63U);
    if ((have += 6) >= 8) out[count++] = (unsigned char)(bits >> (have -= 8));
  }
  ck_assert_uint_eq(strange, 0);
  return count;
}

/* The token among the headers, or the assertion, checked with the public key; its two parts in `head` and `claims`. */
static void read_jwt(const char *jwt, char *head, char *claims) {
  unsigned char signature[512];
  const char *first = strchr(jwt, '.'), *second = strchr(first + 1, '.');
  size_t length = strspn(second + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  head[from_base64(jwt, (size_t)(first - jwt), (unsigned char *)head)] = 0;
  claims[from_base64(first + 1, (size_t)(second - first - 1), (unsigned char *)claims)] = 0;
  length = from_base64(second + 1, length, signature);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  ck_assert_int_eq(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
  ck_assert_int_eq(EVP_DigestVerify(context, signature, length, (const unsigned char *)jwt, (size_t)(second - jwt)), 1);
  EVP_MD_CTX_free(context);
}

START_TEST(the_request_is_written_to_the_byte_and_signed) {
  stage *s = opened("phrases", "پنل همکاران");
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  char head[256], claims[1024];
  ck_assert_int_eq(s->started, MCRM_OUTCOME_OK);
  stage_says(s, 200, NULL,
             "{\"results\":[{\"alternatives\":[{\"transcript\":\"سلام مرفا\",\"confidence\":0.75,\"words\":["
             "{\"startOffset\":\"0.300s\",\"endOffset\":\"0.800s\",\"word\":\"سلام\"},{\"endOffset\":\"1.1s\",\"word\":"
             "\"مرفا\"}]}],"
             "\"resultEndOffset\":\"1.200s\",\"languageCode\":\"fa-ir\"},"
             "{\"alternatives\":[{\"transcript\":\" بله\"}],\"resultEndOffset\":\"1.500s\"}],"
             "\"metadata\":{\"requestId\":\"q-1\",\"totalBilledDuration\":\"2s\"}}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  const char *token = strstr(s->sent[0], "Bearer ") + 7;
  read_jwt(token, head, claims);
  ck_assert_str_eq(head, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"kid7\"}");
  ck_assert_str_eq(
      claims,
      "{\"iss\":\"crm@marfanet-1.iam.gserviceaccount.com\",\"sub\":\"crm@marfanet-1.iam.gserviceaccount.com\","
      "\"scope\":\"https://www.googleapis.com/auth/cloud-platform\",\"iat\":1700000000,\"exp\":1700003600}");
  ck_assert_ptr_eq(strstr(s->sent[0],
                          "POST https://speech.googleapis.com/v2/projects/marfanet-1/locations/global/"
                          "recognizers/_:recognize\nAuthorization: Bearer "),
                   s->sent[0]);
  ck_assert_str_eq(
      strstr(s->sent[0], "\nContent-Type"),
      "\nContent-Type: application/json\n\n{\"config\":{\"languageCodes\":[\"fa-IR\"],"
      "\"autoDecodingConfig\":{},\"model\":\"long\",\"features\":{\"enableWordTimeOffsets\":true,"
      "\"enableAutomaticPunctuation\":true},\"adaptation\":{\"phraseSets\":[{\"inlinePhraseSet\":{\"phrases\":["
      "{\"value\":\"پنل همکاران\",\"boost\":10},{\"value\":\"مرفا\",\"boost\":10}]}}]}},\"content\":\"T2dnUy4u\"}");
  ck_assert_str_eq(r.text, "سلام مرفا بله");
  ck_assert_str_eq(r.language, "fa");
  ck_assert_str_eq(r.request_id, "q-1");
  ck_assert_uint_eq(r.segment_count, 2);
  ck_assert_int_eq(r.segments[0]->start_ms, 300);
  ck_assert_int_eq(r.segments[0]->end_ms, 1200);
  ck_assert_int_eq(r.segments[1]->start_ms, 1200);
  ck_assert_str_eq(r.segments[1]->text, "بله");
  ck_assert_double_eq_tol(r.confidence, 0.75, 1e-9);
  ck_assert_double_eq_tol(r.segments[1]->confidence, -1, 1e-9);
  stage_close(s);
}
END_TEST

START_TEST(without_results_nothing_was_said) {
  stage *s = opened(NULL, NULL);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  stage_says(s, 200, NULL, "{\"metadata\":{\"totalBilledDuration\":\"1s\"}}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "");
  stage_close(s);
}
END_TEST

START_TEST(each_location_has_its_host) {
  stage *s = stage_open("google-stt", (stage_setting[]){{"credentials", credentials},
                                                        {"location", "europe-west4"},
                                                        {"model", "chirp_2"},
                                                        {"project", "other"},
                                                        {"languages", "en"},
                                                        {"languages", "fa"},
                                                        {0}});
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.language = NULL;
  stage_says(s, 200, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_ptr_eq(strstr(s->sent[0],
                          "POST https://europe-west4-speech.googleapis.com/v2/projects/other/locations/"
                          "europe-west4/recognizers/_:recognize\n"),
                   s->sent[0]);
  ck_assert_ptr_nonnull(strstr(s->sent[0], "\"languageCodes\":[\"en-US\",\"fa-IR\"]"));
  stage_close(s);
}
END_TEST

START_TEST(a_token_is_kept_until_shortly_before_its_end) {
  static const struct {
    int64_t later_ms;
    bool same;
  } cases[] = {{1000, true}, {3299000, true}, {3301000, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = opened(NULL, NULL);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    stage_says(s, 200, NULL, "{}"), stage_says(s, 200, NULL, "{}");
    ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
    stage_set_now(1700000000000 + cases[i].later_ms);
    ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
    stage_set_now(1700000000000);
    ck_assert(!strcmp(s->sent[0], s->sent[1]) == cases[i].same);
    stage_close(s);
  }
}
END_TEST

START_TEST(a_token_can_be_exchanged) {
  stage *s = opened("auth", "exchange");
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  char head[256], claims[1024];
  stage_says(s, 200, NULL, "{\"access_token\":\"ya29.abc\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
  stage_says(s, 200, NULL, "{}"), stage_says(s, 200, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_uint_eq(s->sent_count, 3);
  const char *form =
      "POST https://oauth2.googleapis.com/token\nContent-Type: application/x-www-form-urlencoded\n\n"
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ck_assert_ptr_eq(strstr(s->sent[0], form), s->sent[0]);
  read_jwt(s->sent[0] + strlen(form), head, claims);
  ck_assert_ptr_nonnull(strstr(claims, "\"aud\":\"https://oauth2.googleapis.com/token\""));
  ck_assert_ptr_nonnull(strstr(s->sent[1], "Authorization: Bearer ya29.abc\n"));
  /* while the token service is away, the old one serves until it ends */
  stage_set_now(1700000000000 + 3400000);
  stage_clear(s);
  stage_says(s, 503, NULL, ""), stage_says(s, 200, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_ptr_nonnull(strstr(s->sent[1], "Authorization: Bearer ya29.abc\n"));
  stage_set_now(1700000000000 + 3700000);
  stage_clear(s);
  stage_says(s, 503, NULL, "");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OVERLOAD);
  stage_set_now(1700000000000);
  stage_close(s);
}
END_TEST

static void *one_call(void *context) {
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r = {.size = sizeof r};
  mcrm_failure f = {.size = sizeof f};
  stage *s = context;
  return s->plugin->speech->run(s->state, (mcrm_plugin_call *)s, &q, &r, &f) ? s : NULL;
}

START_TEST(calls_at_once_fetch_one_token) {
  pthread_t threads[8];
  size_t fetched = 0;
  stage *s = opened("auth", "exchange");
  for (size_t i = 0; i < 9; i++) stage_says(s, 200, NULL, "{\"access_token\":\"ya29.abc\",\"expires_in\":3599}");
  for (size_t i = 0; i < 8; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, one_call, s), 0);
  for (size_t i = 0; i < 8; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    ck_assert_ptr_null(failed);
  }
  for (size_t i = 0; i < s->sent_count; i++) fetched += strstr(s->sent[i], "oauth2") != NULL;
  ck_assert_uint_eq(s->sent_count, 9);
  ck_assert_uint_eq(fetched, 1);
  stage_close(s);
}
END_TEST

#define GRPC(code, status, message, details) \
  "{\"error\":{\"code\":" code ",\"message\":\"" message "\",\"status\":\"" status "\",\"details\":[" details "]}}"
#define REASON(reason) \
  "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" reason "\",\"domain\":\"googleapis.com\"}"

START_TEST(what_went_wrong_is_told_apart) {
  static const struct {
    int status;
    const char *headers, *body;
    int64_t server_time;
    mcrm_outcome expected;
    const char *code;
    int64_t retry_ms;
  } cases[] = {
      {401, NULL, GRPC("401", "UNAUTHENTICATED", "bad token", ""), 1700000001000, MCRM_OUTCOME_AUTH, "UNAUTHENTICATED",
       -1},
      {401, NULL, GRPC("401", "UNAUTHENTICATED", "bad token", ""), 1700000720000, MCRM_OUTCOME_AUTH, "clock", -1},
      {403, NULL, GRPC("403", "PERMISSION_DENIED", "off", REASON("SERVICE_DISABLED")), 0, MCRM_OUTCOME_AUTH,
       "SERVICE_DISABLED", -1},
      {403, NULL, GRPC("403", "PERMISSION_DENIED", "off", REASON("BILLING_DISABLED")), 0, MCRM_OUTCOME_BILLING,
       "BILLING_DISABLED", -1},
      {403, "content-type: text/html; charset=UTF-8\n", "<!DOCTYPE html><title>Error 403 (Forbidden)!!1</title>", 0,
       MCRM_OUTCOME_REGION, "html_403", -1},
      {429, NULL,
       GRPC("429", "RESOURCE_EXHAUSTED", "slow",
            REASON("RATE_LIMIT_EXCEEDED") ",{\"@type\":\"type.googleapis.com/"
                                          "google.rpc.RetryInfo\",\"retryDelay\":\"12s\"}"),
       0, MCRM_OUTCOME_RATE_LIMIT, "RATE_LIMIT_EXCEEDED", 12000},
      {400, NULL, GRPC("400", "INVALID_ARGUMENT", "The model chirp_2 does not exist in the location named global.", ""),
       0, MCRM_OUTCOME_BAD_REQUEST, "INVALID_ARGUMENT", -1},
      {503, NULL, GRPC("503", "UNAVAILABLE", "later", ""), 0, MCRM_OUTCOME_OVERLOAD, "UNAVAILABLE", -1},
      {504, NULL, GRPC("504", "DEADLINE_EXCEEDED", "late", ""), 0, MCRM_OUTCOME_OVERLOAD, "DEADLINE_EXCEEDED", -1},
      {502, "content-type: text/html\n", "<html><title>502</title></html>", 0, MCRM_OUTCOME_OVERLOAD, "http_502", -1},
      {200, NULL, "[1]", 0, MCRM_OUTCOME_PROTOCOL, "no_json", -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = opened(NULL, NULL);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    stage_says(s, cases[i].status, cases[i].headers, cases[i].body)->server_time = cases[i].server_time;
    mcrm_outcome outcome = stage_speech(s, &q, &r);
    ck_assert_msg(outcome == cases[i].expected, "case %zu: %d %s %s", i, outcome, s->failure.code, s->failure.detail);
    ck_assert_str_eq(s->failure.code, cases[i].code);
    ck_assert_int_eq(s->failure.retry_after_ms, cases[i].retry_ms);
    ck_assert_int_eq(s->failure.server_time, cases[i].server_time);
    stage_close(s);
  }
}
END_TEST

START_TEST(a_wrong_clock_is_named_by_the_token_service_too) {
  stage *s = opened("auth", "exchange");
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  stage_says(s, 400, NULL,
             "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: Token must be a short-lived token (60 "
             "minutes) and in a reasonable timeframe.\"}")
      ->server_time = 1700000000000 - 900000;
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_AUTH);
  ck_assert_str_eq(s->failure.code, "clock");
  ck_assert_str_eq(s->failure.detail, "this machine's clock is 900 s ahead of the service's: set it right (NTP)");
  ck_assert_int_eq(s->failure.server_time, 1700000000000 - 900000);
  stage_close(s);
}
END_TEST

START_TEST(the_account_is_checked_before_any_call) {
  static const char *const wrong[] = {
      "no json", "[]", "{\"type\":\"authorized_user\"}", "{\"type\":\"service_account\"}",
      "{\"type\":\"service_account\",\"client_email\":\"a@b\",\"project_id\":\"p\",\"private_key\":\"x\"}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    stage *s = stage_open("google-stt", (stage_setting[]){{"credentials", wrong[i]}, {0}});
    ck_assert_int_eq(s->started, MCRM_OUTCOME_BAD_REQUEST);
    ck_assert_str_eq(s->failure.code, "credentials");
    stage_close(s);
  }
  stage *s = opened("location", "evil.example/x");
  ck_assert_str_eq(s->failure.code, "location");
  stage_close(s);
}
END_TEST

START_TEST(a_probe_asks_for_the_location) {
  const char *said;
  stage *s = opened(NULL, NULL);
  stage_says(s, 200, NULL,
             "{\"name\":\"projects/marfanet-1/locations/global\",\"locationId\":\"global\",\"metadata\":{\"languages\":"
             "{\"models\":{\"fa-IR\":{\"modelFeatures\":{\"long\":{},\"short\":{}}}}}}}");
  stage_says(s, 200, NULL,
             "{\"metadata\":{\"languages\":{\"models\":{\"fa-IR\":{\"modelFeatures\":{\"short\":{}}}}}}}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OK);
  ck_assert_str_eq(said, "project marfanet-1, location global, model long");
  ck_assert_ptr_eq(strstr(s->sent[0], "GET https://speech.googleapis.com/v2/projects/marfanet-1/locations/global\n"),
                   s->sent[0]);
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_BAD_REQUEST);
  ck_assert_str_eq(s->failure.code, "model");
  stage_close(s);
}
END_TEST

/* ---- what is longer than a call ---- */

enum { LOUD_S = 4, QUIET_S = 1, LONG_S = 120, RATE = 16000 };

/* Four seconds of a tone, one of quiet, and so on, as a wav; other kinds are made of it. */
static void make_long(const char *folder) {
  char path[256], command[1024];
  snprintf(path, sizeof path, "%s/long.wav", folder);
  FILE *f = fopen(path, "wb");
  unsigned char header[44] = "RIFF....WAVEfmt ";
  unsigned sizes[] = {LONG_S * RATE * 2 + 36, 16, 1 | 1 << 16, RATE, RATE * 2, 2 | 16 << 16, 0, LONG_S * RATE * 2};
  memcpy(header + 4, &sizes[0], 4), memcpy(header + 16, &sizes[1], 20), memcpy(header + 36, "data", 4);
  memcpy(header + 40, &sizes[7], 4);
  fwrite(header, 1, sizeof header, f);
  for (size_t i = 0; i < (size_t)LONG_S * RATE; i++) {
    bool loud = i / RATE % (LOUD_S + QUIET_S) < LOUD_S;
    int16_t sample = (int16_t)(loud ? 8000 * sin((double)i * 0.17) : 0);
    fwrite(&sample, 2, 1, f);
  }
  fclose(f);
  snprintf(command, sizeof command,
           "cd %s && ffmpeg -v error -y -i long.wav -c:a libopus -b:a 24k long.ogg -c:a libopus -b:a 24k long.webm "
           "-c:a libopus -b:a 24k -f webm -live 1 live.webm -b:a 32k long.mp3",
           folder);
  ck_assert_int_eq(system(command), 0);
}

/* The samples of the piece that was sent with request `n`. */
static size_t piece_of(const stage *s, size_t n, unsigned char **file) {
  const char *content = strstr(s->sent[n], "\"content\":\"") + 11;
  size_t length = strcspn(content, "\"");
  *file = malloc(length);
  return (from_base64(content, length, *file) - 44) / 2;
}

static void cut_and_compare(const char *folder, const char *name, const char *media_type, double tolerance_s) {
  size_t length, total = 0;
  unsigned char *bytes = speech_read(folder, name, &length);
  stage *s = opened(NULL, NULL);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.audio = bytes, q.length = length, q.media_type = media_type, q.duration_ms = LONG_S * 1000;
  for (int i = 0; i < 10; i++)
    stage_says(s, 200, NULL,
               "{\"results\":[{\"alternatives\":[{\"transcript\":\"پاره\",\"words\":[{\"startOffset\":\"1s\"}]}],"
               "\"resultEndOffset\":\"2s\"}]}");
  ck_assert_msg(stage_speech(s, &q, &r) == MCRM_OUTCOME_OK, "%s: %s %s", name, s->failure.code, s->failure.detail);
  ck_assert_uint_ge(s->sent_count, 3);
  ck_assert_uint_eq(r.segment_count, s->sent_count);
  for (size_t n = 0; n < s->sent_count; n++) {
    unsigned char *file;
    size_t samples = piece_of(s, n, &file);
    double from = (double)total / RATE;
    ck_assert_uint_le(samples, 55 * RATE);
    ck_assert_int_eq(memcmp(file, "RIFF", 4), 0);
    ck_assert_int_eq(r.segments[n]->start_ms, (int64_t)(from * 1000) + 1000);
    total += samples;
    /* each cut lies in the quiet second */
    double end = fmod((double)total / RATE, LOUD_S + QUIET_S);
    ck_assert_msg(n + 1 == s->sent_count || end >= LOUD_S - tolerance_s || end <= tolerance_s, "%s: cut at %.2f", name,
                  end);
    free(file);
  }
  ck_assert_double_eq_tol((double)total / RATE, LONG_S, 0.1);
  ck_assert_double_ge(s->progress, 0.99);
  stage_close(s);
  free(bytes);
}

START_TEST(long_recordings_are_cut_where_they_are_quiet) {
  char folder[FOLDER_SIZE];
  size_t length;
  folder_make(folder);
  make_long(folder);
  cut_and_compare(folder, "long.wav", "audio/wav", 0);
  cut_and_compare(folder, "long.ogg", "audio/ogg", 0.1);
  cut_and_compare(folder, "long.webm", "audio/webm", 0.1);
  cut_and_compare(folder, "live.webm", "audio/webm", 0.1);
  /* mp3 is not decoded here: it is refused with what to do, and nothing is sent */
  unsigned char *bytes = speech_read(folder, "long.mp3", &length);
  stage *s = opened(NULL, NULL);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.audio = bytes, q.length = length, q.media_type = "audio/mpeg", q.duration_ms = LONG_S * 1000;
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_UNSUPPORTED);
  ck_assert_str_eq(s->failure.code, "length");
  ck_assert_uint_eq(s->sent_count, 0);
  stage_close(s);
  free(bytes);
  folder_remove(folder);
}
END_TEST

START_TEST(a_failure_in_the_middle_is_the_whole_calls) {
  char folder[FOLDER_SIZE];
  size_t length;
  folder_make(folder);
  make_long(folder);
  unsigned char *bytes = speech_read(folder, "long.ogg", &length);
  stage *s = opened(NULL, NULL);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.audio = bytes, q.length = length, q.duration_ms = LONG_S * 1000;
  stage_says(s, 200, NULL, "{}"), stage_says(s, 429, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_RATE_LIMIT);
  ck_assert_uint_eq(s->sent_count, 2);
  /* more sound than the host counted: not paid for */
  stage_clear(s);
  q.duration_ms = 60000;
  for (int i = 0; i < 10; i++) stage_says(s, 200, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_UNSUPPORTED);
  ck_assert_uint_le(s->sent_count, 1);
  /* cut off in the middle of a page */
  stage_clear(s);
  q.length = length / 2, q.duration_ms = LONG_S * 1000;
  for (int i = 0; i < 10; i++) stage_says(s, 200, NULL, "{}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_BAD_REQUEST);
  ck_assert_str_eq(s->failure.code, "audio");
  stage_close(s);
  free(bytes);
  folder_remove(folder);
}
END_TEST

START_TEST(every_allocation_may_fail) {
  bool ended = false;
  for (size_t nth = 1; !ended; nth++) {
    stage *s = opened("auth", "exchange");
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    s->fail_at = nth;
    stage_says(s, 200, NULL, "{\"access_token\":\"ya29.abc\",\"expires_in\":3599}");
    stage_says(s, 200, NULL, "{\"results\":[{\"alternatives\":[{\"transcript\":\"خب\"}],\"languageCode\":\"fa-IR\"}]}");
    mcrm_outcome outcome = stage_speech(s, &q, &r);
    ended = s->allocations < nth;
    if (!outcome) ck_assert_str_eq(r.text, "خب");
    stage_close(s);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("google-stt");
  TCase *t = tcase_create("google-stt");
  make_account();
  tcase_set_timeout(t, 120);
  tcase_add_test(t, the_request_is_written_to_the_byte_and_signed);
  tcase_add_test(t, without_results_nothing_was_said);
  tcase_add_test(t, each_location_has_its_host);
  tcase_add_test(t, a_token_is_kept_until_shortly_before_its_end);
  tcase_add_test(t, a_token_can_be_exchanged);
  tcase_add_test(t, calls_at_once_fetch_one_token);
  tcase_add_test(t, what_went_wrong_is_told_apart);
  tcase_add_test(t, a_wrong_clock_is_named_by_the_token_service_too);
  tcase_add_test(t, the_account_is_checked_before_any_call);
  tcase_add_test(t, a_probe_asks_for_the_location);
  tcase_add_test(t, long_recordings_are_cut_where_they_are_quiet);
  tcase_add_test(t, a_failure_in_the_middle_is_the_whole_calls);
  tcase_add_test(t, every_allocation_may_fail);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  EVP_PKEY_free(key);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
