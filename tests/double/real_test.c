/* The shipped plugins in their own process, with the real transport, against the double (tests/double/run starts it,
 * and names its folder). real_test FOLDER [aimock URL] */
#include <base/clock.h>
#include <check.h>
#include <openssl/evp.h>
#include <provider/provider.h>
#include <stdlib.h>
#include <string.h>

#include "../provider/fault_table.h"

static const char *folder, *url;

enum { SETTINGS = 12 };

typedef struct open_provider {
  provider *p;
  arena *arena;
  provider_call call;
  char deltas[1024];
} open_provider;

static void take_delta(void *context, const char *text, size_t length) {
  open_provider *o = context;
  strncat(o->deltas, text, length);
}

static open_provider opened(const char *plugin, const provider_setting *settings) {
  open_provider o = {.arena = arena_new(0)};
  mcrm_error error = {0};
  size_t count = 0;
  while (settings[count].name) count++;
  const provider_options options = {.name = plugin,
                                    .plugin = plugin,
                                    .isolated = true,
                                    .folder = REAL_PLUGINS,
                                    .program = REAL_PROGRAM,
                                    .settings = settings,
                                    .setting_count = count};
  ck_assert_msg(!provider_open(&options, &error, &o.p), "%s: %s %s", plugin, error.field, error.detail);
  return o;
}

static void closed(open_provider *o) {
  provider_close(o->p);
  arena_free(o->arena);
}

static provider_call *within(open_provider *o, int64_t ms) {
  arena_reset(o->arena);
  o->call = (provider_call){.arena = o->arena, .deadline = clock_monotonic() + ms * 1000000, .context = o};
  o->deltas[0] = 0;
  return &o->call;
}

static const char *at(const char *path) {
  static char urls[4][256];
  static unsigned next;
  char *out = urls[next++ % 4];
  snprintf(out, sizeof urls[0], "%s%s", url, path);
  return out;
}

static void read_file(const char *name, char **bytes, size_t *length) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "rb");
  ck_assert_msg(f != NULL, "%s", path);
  *bytes = calloc(1, 4 << 20);
  *length = fread(*bytes, 1, (4 << 20) - 1, f);
  fclose(f);
}

static void set_fault(const char *path, const char *fault, int times) {
  char command[512];
  snprintf(command, sizeof command,
           "curl -sf -X PUT %s/__double/fault -d '{\"path\":\"%s\",\"fault\":\"%s\",\"times\":%d}' >/dev/null", url,
           path, fault, times);
  ck_assert_int_eq(system(command), 0);
}

static mcrm_outcome say(open_provider *o, bool stream, int64_t ms, mcrm_chat_reply *reply) {
  const mcrm_chat_message message = {.size = sizeof message, .role = "user", .text = "سلام"};
  const mcrm_chat_message *messages[] = {&message};
  const mcrm_chat_request q = {
      .size = sizeof q, .messages = messages, .message_count = 1, .temperature = -1, .stream = stream};
  provider_call *call = within(o, ms);
  if (stream) call->delta = take_delta;
  *reply = (mcrm_chat_reply){.size = sizeof *reply};
  return provider_chat(o->p, call, &q, reply);
}

#define GROK ((provider_setting[]){{"key", "xai-double-0123456789", NULL}, {"base_url", at("/v1"), NULL}, {0}})

START_TEST(grok_chats_and_streams) {
  open_provider o = opened("grok", GROK);
  mcrm_chat_reply r;
  const char *said;
  ck_assert_msg(say(&o, false, 10000, &r) == MCRM_OUTCOME_OK, "%s %s", o.call.failure.code, o.call.failure.detail);
  ck_assert_str_eq(r.text, "گفتید: سلام");
  ck_assert_int_eq(r.cost, 1176500);
  ck_assert_int_eq(r.output_tokens, 5);
  ck_assert_int_eq(r.reasoning_tokens, 5);
  ck_assert_int_eq(r.zero_retention, 0);
  ck_assert_int_eq(say(&o, true, 10000, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "گفتید: سلام");
  ck_assert_str_eq(o.deltas, "گفتید: سلام");
  ck_assert_int_eq(provider_probe(o.p, within(&o, 10000), &said), MCRM_OUTCOME_OK);
  ck_assert_str_eq(said, "key double, model grok-4.3");
  closed(&o);
}
END_TEST

static void check(open_provider *o, const fault_row *row) {
  mcrm_chat_reply r;
  mcrm_outcome outcome = say(o, row->stream, row->ms, &r);
  ck_assert_msg(outcome == row->outcome &&
                    (outcome == MCRM_OUTCOME_TIMEOUT || !row->code[0] || !strcmp(o->call.failure.code, row->code)),
                "%s: %s %s %s", row->fault, provider_outcome_name(outcome), o->call.failure.code,
                o->call.failure.detail);
  if (!strcmp(row->fault, "storm")) ck_assert_int_eq(o->call.failure.retry_after_ms, 7000);
  ck_assert_ptr_null(strstr(o->call.failure.detail, "xai-double"));
}

START_TEST(each_fault_has_its_outcome) {
  open_provider o = opened("grok", GROK);
  mcrm_chat_reply r;
  for (size_t i = 0; i < SERVICE_FAULTS; i++) {
    set_fault("/v1/chat/completions", service_faults[i].fault, 1); /* sent twice, it would be well the second time */
    check(&o, &service_faults[i]);
  }
  ck_assert_int_eq(say(&o, false, 10000, &r), MCRM_OUTCOME_OK); /* and the next call is as good as ever */
  closed(&o);
}
END_TEST

START_TEST(each_fault_of_tls_has_its_outcome) {
  for (size_t i = 0; i < TLS_FAULTS; i++) {
    char *base, ca[512];
    size_t length;
    read_file(tls_faults[i].fault, &base, &length); /* where that server listens */
    snprintf(ca, sizeof ca, "%s/%s.pem", folder, tls_faults[i].fault);
    open_provider o = opened("grok", (provider_setting[]){{"key", "xai-double-0123456789", NULL},
                                                          {"base_url", base, NULL},
                                                          {strcmp(tls_faults[i].fault, "stranger") ? "ca_file" : "ip",
                                                           strcmp(tls_faults[i].fault, "stranger") ? ca : "any", NULL},
                                                          {0}});
    check(&o, &tls_faults[i]);
    closed(&o);
    free(base);
  }
}
END_TEST

/* What the double heard is told by length and digest: the very bytes of the file. */
static void listens(const char *plugin, const provider_setting *settings, const char *file, const char *language) {
  open_provider o = opened(plugin, settings);
  unsigned char digest[32];
  char expected[160], *bytes;
  size_t length;
  read_file(file, &bytes, &length);
  EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL);
  int n = snprintf(expected, sizeof expected, "heard %zu ", length);
  for (size_t i = 0; i < sizeof digest; i++) n += snprintf(expected + n, 3, "%02x", digest[i]);
  const char *hints[] = {"مرفا"};
  const mcrm_speech_request q = {.size = sizeof q,
                                 .audio = bytes,
                                 .length = length,
                                 .media_type = "audio/wav",
                                 .duration_ms = 2000,
                                 .language = language,
                                 .hints = hints,
                                 .hint_count = 1};
  mcrm_speech_reply r = {.size = sizeof r};
  mcrm_outcome outcome = provider_speech(o.p, within(&o, 10000), &q, &r);
  ck_assert_msg(!outcome, "%s: %s %s", plugin, o.call.failure.code, o.call.failure.detail);
  ck_assert_str_eq(r.text, expected);
  ck_assert_uint_ge(r.segment_count, 1);
  const char *said = NULL;
  outcome = provider_probe(o.p, within(&o, 10000), &said);
  ck_assert_msg(!outcome, "%s: %s %s", plugin, o.call.failure.code, o.call.failure.detail);
  free(bytes);
  closed(&o);
}

START_TEST(speech_arrives_to_the_byte) {
  static const char *const files[][2] = {{"fa.wav", "fa"}, {"en.wav", "en"}};
  char *account;
  size_t length;
  read_file("account.json", &account, &length);
  for (size_t i = 0; i < 2; i++) {
    listens("grok", GROK, files[i][0], files[i][1]);
    listens("whisper", (provider_setting[]){{"key", "xai-double-0123456789", NULL}, {"base_url", at("/v1"), NULL}, {0}},
            files[i][0], files[i][1]);
    listens("google-stt", (provider_setting[]){{"credentials", account, NULL}, {"base_url", at(""), NULL}, {0}},
            files[i][0], files[i][1]);
    listens("google-stt",
            (provider_setting[]){
                {"credentials", account, NULL}, {"auth", "exchange", NULL}, {"base_url", at(""), NULL}, {0}},
            files[i][0], files[i][1]);
  }
  free(account);
}
END_TEST

/* An emulator that nobody here wrote, first well-behaved, then with its chaos. */
START_TEST(a_strangers_emulator_is_spoken_to) {
  open_provider o = opened("grok", (provider_setting[]){{"server", "other", NULL},
                                                        {"key", "k-0123456", NULL},
                                                        {"model", "gpt-4o", NULL},
                                                        {"base_url", at("/v1"), NULL},
                                                        {0}});
  mcrm_chat_reply r;
  const char *calm = getenv("CALM");
  int good = 0, bad = 0;
  for (int i = 0; i < 40; i++) {
    mcrm_outcome outcome = say(&o, i % 2, 3000, &r);
    if (outcome == MCRM_OUTCOME_OK) {
      good++;
      ck_assert_str_eq(r.text, "درود بر شما");
    } else {
      bad++;
      ck_assert_msg(outcome == MCRM_OUTCOME_OVERLOAD || outcome == MCRM_OUTCOME_RATE_LIMIT ||
                        outcome == MCRM_OUTCOME_NETWORK || outcome == MCRM_OUTCOME_PROTOCOL ||
                        outcome == MCRM_OUTCOME_TRUNCATED || outcome == MCRM_OUTCOME_TIMEOUT,
                    "%s %s", provider_outcome_name(outcome), o.call.failure.detail);
    }
  }
  ck_assert_msg(calm ? !bad : good && bad, "%d good, %d bad", good, bad);
  closed(&o);
}
END_TEST

int main(int count, char **arguments) {
  static char address[256];
  char path[512];
  if (count < 2) return fprintf(stderr, "usage: real_test FOLDER [URL]\n"), 2;
  folder = arguments[1];
  snprintf(path, sizeof path, "%s/url", folder);
  FILE *f = count == 2 ? fopen(path, "r") : NULL;
  if (count == 2 && (!f || !fgets(address, sizeof address, f))) return perror(path), 2;
  if (f) fclose(f);
  url = count == 2 ? address : arguments[2];
  Suite *suite = suite_create("plugins");
  TCase *t = tcase_create("plugins");
  tcase_set_timeout(t, 60);
  if (count == 2) {
    tcase_add_test(t, grok_chats_and_streams);
    tcase_add_test(t, each_fault_has_its_outcome);
    tcase_add_test(t, each_fault_of_tls_has_its_outcome);
    tcase_add_test(t, speech_arrives_to_the_byte);
  } else {
    tcase_add_test(t, a_strangers_emulator_is_spoken_to);
  }
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
