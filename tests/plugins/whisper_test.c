/* What the plugin whisper sends each kind of server, and what it believes of the replies. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const stage_setting openai[] = {{"key", "sk-0123456789"}, {0}};

static mcrm_speech_request hearing(void) {
  static const char *const hints[] = {"مرفا", "پنل همکاران"};
  return (mcrm_speech_request){.size = sizeof(mcrm_speech_request),
                               .audio = "OggS..",
                               .length = 6,
                               .media_type = "audio/ogg",
                               .language = "fa",
                               .hints = hints,
                               .hint_count = 2};
}

START_TEST(each_server_is_asked_in_its_ways) {
  static const struct {
    stage_setting settings[6];
    const char *model, *sent;
  } cases[] = {
      {{{"key", "sk-1"}},
       NULL,
       "POST https://api.openai.com/v1/audio/transcriptions\nAuthorization: Bearer sk-1\n\n--model\nwhisper-1\n"
       "--language\nfa\n--response_format\nverbose_json\n--timestamp_granularities[]\nsegment\n--temperature\n0\n"
       "--prompt\nمرفا، پنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"key", "sk-1"}},
       "gpt-4o-transcribe",
       "POST https://api.openai.com/v1/audio/transcriptions\nAuthorization: Bearer sk-1\n\n--model\ngpt-4o-transcribe\n"
       "--language\nfa\n--response_format\njson\n--temperature\n0\n"
       "--prompt\nمرفا، پنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"key", "sk-1"}},
       "gpt-transcribe",
       "POST https://api.openai.com/v1/audio/transcriptions\nAuthorization: Bearer sk-1\n\n--model\ngpt-transcribe\n"
       "--languages[]\nfa\n--response_format\njson\n--temperature\n0\n"
       "--keywords[]\nمرفا\n--keywords[]\nپنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"key", "sk-1"}},
       "gpt-4o-transcribe-diarize",
       "POST https://api.openai.com/v1/audio/transcriptions\nAuthorization: Bearer sk-1\n\n"
       "--model\ngpt-4o-transcribe-diarize\n--language\nfa\n--response_format\ndiarized_json\n"
       "--chunking_strategy\nauto\n--temperature\n0\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"server", "groq"}, {"key", "gsk_1"}, {"word_times", "true"}, {"prompt", "گفتگوی پشتیبانی."}},
       NULL,
       "POST https://api.groq.com/openai/v1/audio/transcriptions\nAuthorization: Bearer gsk_1\n\n"
       "--model\nwhisper-large-v3\n--language\nfa\n--response_format\nverbose_json\n"
       "--timestamp_granularities[]\nsegment\n--timestamp_granularities[]\nword\n--temperature\n0\n"
       "--prompt\nگفتگوی پشتیبانی. مرفا، پنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"server", "azure"},
        {"key", "k"},
        {"query", "api-version=2026-01-01"},
        {"base_url", "https://r.openai.azure.com/openai/deployments/w"}},
       NULL,
       "POST https://r.openai.azure.com/openai/deployments/w/audio/transcriptions?api-version=2026-01-01\napi-key: "
       "k\n\n"
       "--model\nwhisper-1\n--language\nfa\n--response_format\nverbose_json\n--timestamp_granularities[]\nsegment\n"
       "--temperature\n0\n--prompt\nمرفا، پنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"server", "speaches"}, {"model", "Systran/faster-whisper-small"}},
       NULL,
       "POST http://127.0.0.1:8000/v1/audio/transcriptions\n\n--model\nSystran/faster-whisper-small\n--language\nfa\n"
       "--response_format\nverbose_json\n--timestamp_granularities[]\nsegment\n--temperature\n0\n"
       "--hotwords\nمرفا, پنل همکاران\n--file note.ogg audio/ogg\nOggS..\n"},
      {{{"server", "whisper.cpp"}, {"array_style", "plain"}, {"temperature", "0.2"}},
       NULL,
       "POST http://127.0.0.1:8080/inference\n\n--language\nfa\n--response_format\nverbose_json\n"
       "--timestamp_granularities\nsegment\n--temperature\n0.2\n--prompt\nمرفا، پنل همکاران\n"
       "--file note.ogg audio/ogg\nOggS..\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("whisper", cases[i].settings);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    ck_assert_int_eq(s->started, MCRM_OUTCOME_OK);
    q.model = cases[i].model;
    stage_says(s, 200, "content-type: application/json\n", "{\"text\":\"خب\"}");
    ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
    ck_assert_str_eq(s->sent[0], cases[i].sent);
    stage_close(s);
  }
}
END_TEST

START_TEST(whisper_cpp_is_told_to_find_the_language_out) {
  stage *s = stage_open("whisper", (stage_setting[]){{"server", "whisper.cpp"}, {0}});
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.language = NULL;
  stage_says(s, 200, NULL, "{\"text\":\"خب\"}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_ptr_nonnull(strstr(s->sent[0], "--language\nauto\n"));
  stage_close(s);
}
END_TEST

#define SEGMENT(start, end, text, rest) "{\"id\":0,\"start\":" start ",\"end\":" end ",\"text\":\"" text "\"" rest "}"

START_TEST(segments_come_with_times_and_confidence) {
  stage *s = stage_open("whisper", openai);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  stage_says(s, 200, "content-type: application/json\nx-request-id: r-9\n",
             "{\"task\":\"transcribe\",\"language\":\"persian\",\"duration\":\"4.5\",\"text\":\" سلام. فردا زنگ "
             "می‌زنم. \",\"segments\":[" SEGMENT("0.0", "1.5", " سلام.",
                                                        ",\"avg_logprob\":-0.1,\"no_speech_prob\":0.01,\"compression_"
                                                        "ratio\":1.1") "," SEGMENT("1.5", "4.25",
                                                                                   " فردا زنگ می‌زنم.",
                                                                                   ",\"avg_logprob\":-0.2,\"no_speech_"
                                                                                   "prob\":0.7,\"speaker\":\"A\"") "]"
                                                                                                                   "}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "سلام. فردا زنگ می‌زنم.");
  ck_assert_str_eq(r.language, "fa");
  ck_assert_str_eq(r.model, "whisper-1");
  ck_assert_str_eq(r.request_id, "r-9");
  ck_assert_int_eq(r.duration_ms, 4500);
  ck_assert_uint_eq(r.segment_count, 2);
  ck_assert_int_eq(r.segments[1]->start_ms, 1500);
  ck_assert_int_eq(r.segments[1]->end_ms, 4250);
  ck_assert_str_eq(r.segments[1]->speaker, "A");
  ck_assert_double_eq_tol(r.segments[0]->confidence, 0.904837, 1e-5);
  ck_assert_double_eq_tol(r.confidence, 0.8488, 1e-3);
  ck_assert_int_eq(r.dropped, 0);
  stage_close(s);
}
END_TEST

START_TEST(replies_of_every_form_are_read) {
  static const struct {
    const char *format, *type, *body, *text, *language;
    mcrm_outcome outcome;
  } cases[] = {
      {"json", "application/json",
       "{\"text\":\"خب\",\"languages\":[{\"code\":\"fa\"}],\"usage\":{\"type\":\"duration\",\"seconds\":3}}", "خب",
       "fa", MCRM_OUTCOME_OK},
      {"json", "application/json", "{\"text\":\"\"}", "", NULL, MCRM_OUTCOME_OK},
      {"text", "text/html; charset=utf-8", " خب\n", "خب", NULL, MCRM_OUTCOME_OK},
      {"text", "text/plain", "{curly} words", "{curly} words", NULL, MCRM_OUTCOME_OK},
      {"text", "text/html", "<html><title>Sign in</title>", NULL, NULL, MCRM_OUTCOME_PROTOCOL},
      {"verbose_json", "text/plain", "{\"text\":\"خب\",\"language\":\"english\"}", "خب", "en", MCRM_OUTCOME_OK},
      {"verbose_json", "application/json", "{\"text\":\"خب\",\"detected_language\":\"farsi\",\"segments\":[]}", "خب",
       "fa", MCRM_OUTCOME_OK},
      {"json", "application/json", "{\"text\":\"خ", NULL, NULL, MCRM_OUTCOME_PROTOCOL},
      {"json", "application/json", "[]", NULL, NULL, MCRM_OUTCOME_PROTOCOL},
      {"json", "application/json", "{\"error\":{\"message\":\"busy\",\"code\":503}}", NULL, NULL,
       MCRM_OUTCOME_OVERLOAD}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char header[64];
    stage *s = stage_open("whisper", (stage_setting[]){{"key", "k"}, {"response_format", cases[i].format}, {0}});
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    snprintf(header, sizeof header, "content-type: %s\n", cases[i].type);
    stage_says(s, 200, header, cases[i].body);
    mcrm_outcome outcome = stage_speech(s, &q, &r);
    ck_assert_msg(outcome == cases[i].outcome, "case %zu: %d %s", i, outcome, s->failure.detail);
    if (!outcome) {
      ck_assert_str_eq(r.text, cases[i].text);
      ck_assert_pstr_eq(r.language, cases[i].language);
    }
    stage_close(s);
  }
}
END_TEST

START_TEST(what_the_model_invents_is_left_out_and_counted) {
  static const struct {
    const char *body, *text;
    int64_t dropped;
  } cases[] = {
      /* silence: both signs are needed */
      {"{\"text\":\"الف ب\",\"segments\":[" SEGMENT(
           "0", "1", "الف", ",\"no_speech_prob\":0.9,\"avg_logprob\":-1.5") "," SEGMENT("1", "2", "ب",
                                                                                        ",\"no_speech_prob\":0.9,\"avg_"
                                                                                        "logprob\":-0.3") "]}",
       "ب", 1},
      {"{\"text\":\"x y\",\"segments\":[" SEGMENT("0", "1", "x", ",\"compression_ratio\":2.5") "," SEGMENT(
           "1", "2", "y", ",\"compression_ratio\":2.3") "]}",
       "y", 1},
      /* outros, only as a whole segment */
      {"{\"text\":\"باشه. ممنون که تماشا كرديد!\",\"segments\":[" SEGMENT("0", "1", "باشه.", "") "," SEGMENT(
           "1", "31", " ممنون که تماشا كرديد!", "") "]}",
       "باشه.", 1},
      {"{\"text\":\"Thanks for watching!\"}", "", 1},
      {"{\"text\":\"Subtitles by the Amara.org community\"}", "", 1},
      {"{\"text\":\"زیرنویس‌ها را خواستم\"}", "زیرنویس‌ها را خواستم", 0},
      {"{\"text\":\"He said thanks for watching the store.\"}", "He said thanks for watching the store.", 0},
      /* loops */
      {"{\"text\":\"سلام خوبی سلام خوبی سلام خوبی سلام خوبی سلام خوبی بعد\"}", "سلام خوبی بعد", 1},
      {"{\"text\":\"نه نه نه نه نمی‌خوام\"}", "نه نه نه نه نمی‌خوام",
       0}, /* people talk like that */
      {"{\"text\":\"no, no, no, no, no, no, no, no way\"}", "no, way", 1},
      {"{\"text\":\"a a a a\",\"segments\":[" SEGMENT("0", "1", "بله بله", "") "," SEGMENT(
           "1", "2", "بله بله", "") "," SEGMENT("2", "3", "بله بله",
                                                "") "," SEGMENT("3", "4", "بله بله",
                                                                "") "," SEGMENT("4", "5", "بله بله", "") "]}",
       "بله بله بله بله بله بله", 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("whisper", openai);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    stage_says(s, 200, "content-type: application/json\n", cases[i].body);
    ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
    ck_assert_str_eq(r.text, cases[i].text);
    ck_assert_int_eq(r.dropped, cases[i].dropped);
    stage_close(s);
  }
}
END_TEST

START_TEST(the_guards_can_be_set) {
  const char *body = "{\"text\":\"x خداحافظ فیلم\",\"segments\":[" SEGMENT(
      "0", "1", "x", ",\"compression_ratio\":9") "," SEGMENT("1", "2", "خداحافظ فیلم", "") "]}";
  stage *s = stage_open("whisper",
                        (stage_setting[]){{"key", "k"}, {"drop_compression", "0"}, {"outros", "خداحافظ، فیلم!"}, {0}});
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  stage_says(s, 200, "content-type: application/json\n", body);
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "x");
  stage_close(s);
}
END_TEST

/* A tone, or nothing, of half a second at 8 kHz. */
static size_t make_wav(unsigned char *out, int16_t loud) {
  static const unsigned char header[44] = {'R', 'I', 'F', 'F', 0,  0, 0,   0,   'W', 'A',  'V',  'E',  'f', 'm',  't',
                                           ' ', 16,  0,   0,   0,  1, 0,   1,   0,   0x40, 0x1F, 0,    0,   0x80, 0x3E,
                                           0,   0,   2,   0,   16, 0, 'd', 'a', 't', 'a',  0x40, 0x1F, 0,   0};
  memcpy(out, header, sizeof header);
  for (size_t i = 0; i < 4000; i++) {
    int16_t sample = i % 8 < 4 ? loud : (int16_t)-loud;
    out[44 + i * 2] = (unsigned char)(sample & 0xFF);
    out[45 + i * 2] = (unsigned char)(sample >> 8 & 0xFF);
  }
  return 44 + 8000;
}

START_TEST(silence_is_not_sent) {
  static unsigned char sound[9000];
  stage *s = stage_open("whisper", openai);
  mcrm_speech_request q = hearing();
  mcrm_speech_reply r;
  q.audio = sound, q.media_type = "audio/wav", q.length = make_wav(sound, 10);
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "");
  ck_assert_uint_eq(s->sent_count, 0);
  q.length = make_wav(sound, 3000);
  stage_says(s, 200, NULL, "{\"text\":\"خب\"}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "خب");
  stage_close(s);
}
END_TEST

START_TEST(what_went_wrong_is_told_apart) {
  static const struct {
    int status;
    const char *body;
    mcrm_outcome expected;
    const char *code, *detail;
  } cases[] = {
      {400, "Invalid request", MCRM_OUTCOME_BAD_REQUEST, "http_400", "Invalid request"},
      {500, "500 Internal Server Error\nstof", MCRM_OUTCOME_OVERLOAD, "http_500", "500 Internal Server Error stof"},
      {422, "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"model\"],\"msg\":\"Field required\"}]}",
       MCRM_OUTCOME_BAD_REQUEST, "http_422", "model: Field required"},
      {404, "{\"detail\":\"Model 'x' is not installed locally.\"}", MCRM_OUTCOME_BAD_REQUEST, "http_404",
       "Model 'x' is not installed locally."},
      {401,
       "{\"error\":{\"message\":\"Incorrect API key provided: "
       "sk-0123456789.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}",
       MCRM_OUTCOME_AUTH, "invalid_api_key", "Incorrect API key provided: [key]."},
      {429,
       "{\"error\":{\"message\":\"quota\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_"
       "quota\"}}",
       MCRM_OUTCOME_BILLING, "insufficient_quota", "quota"},
      {429, "{\"error\":{\"message\":\"slow\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}",
       MCRM_OUTCOME_RATE_LIMIT, "rate_limit_exceeded", "slow"},
      {403,
       "{\"error\":{\"code\":\"unsupported_country_region_territory\",\"type\":\"request_forbidden\",\"message\":"
       "\"no\",\"param\":null}}",
       MCRM_OUTCOME_REGION, "unsupported_country_region_territory", "no"},
      {200, "{\"error\":\"failed to read audio data\"}", MCRM_OUTCOME_UNSUPPORTED, "http_200",
       "failed to read audio data"},
      {400,
       "{\"error\":{\"message\":\"Invalid file format. Supported formats: "
       "['flac']\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
       MCRM_OUTCOME_UNSUPPORTED, "invalid_request_error", "Invalid file format. Supported formats: ['flac']"},
      {413, "", MCRM_OUTCOME_BAD_REQUEST, "http_413", "the service says no more than its status"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("whisper", openai);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    stage_says(s, cases[i].status, NULL, cases[i].body);
    ck_assert_int_eq(stage_speech(s, &q, &r), cases[i].expected);
    ck_assert_str_eq(s->failure.code, cases[i].code);
    ck_assert_str_eq(s->failure.detail, cases[i].detail);
    stage_close(s);
  }
}
END_TEST

START_TEST(a_probe_asks_for_health_or_the_model) {
  const char *said;
  stage *s = stage_open("whisper", (stage_setting[]){{"server", "whisper.cpp"}, {0}});
  stage_says(s, 200, NULL, "{\"status\":\"ok\"}");
  stage_says(s, 503, NULL, "{\"status\":\"loading model\"}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OK);
  ck_assert_str_eq(said, "health ok");
  ck_assert_str_eq(s->sent[0], "GET http://127.0.0.1:8080/health\n\n");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OVERLOAD);
  stage_close(s);
  s = stage_open("whisper", openai);
  stage_says(s, 200, NULL, "{\"data\":[{\"id\":\"tts-1\"},{\"id\":\"whisper-1\"}]}");
  stage_says(s, 200, NULL, "{\"data\":[{\"id\":\"tts-1\"}]}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OK);
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_BAD_REQUEST);
  ck_assert_str_eq(s->failure.code, "model");
  stage_close(s);
}
END_TEST

START_TEST(options_are_checked_together) {
  stage *s = stage_open("whisper", (stage_setting[]){{"server", "speaches"}, {0}});
  ck_assert_str_eq(s->failure.code, "model");
  stage_close(s);
  s = stage_open(
      "whisper",
      (stage_setting[]){{"key", "k"}, {"model", "gpt-4o-transcribe"}, {"response_format", "verbose_json"}, {0}});
  ck_assert_str_eq(s->failure.code, "response_format");
  stage_close(s);
  s = stage_open("whisper", (stage_setting[]){{"server", "whisper.cpp"}, {0}});
  ck_assert_int_eq(s->capabilities.local, 1);
  stage_close(s);
}
END_TEST

START_TEST(every_allocation_may_fail) {
  bool ended = false;
  for (size_t nth = 1; !ended; nth++) {
    stage *s = stage_open("whisper", openai);
    mcrm_speech_request q = hearing();
    mcrm_speech_reply r;
    s->fail_at = nth;
    stage_says(s, 200, "content-type: application/json\n",
               "{\"text\":\"x\",\"segments\":[" SEGMENT("0", "1", " a a a a a a a a ", "") "," SEGMENT(
                   "1", "2", "b", ",\"compression_ratio\":9") "]}");
    mcrm_outcome outcome = stage_speech(s, &q, &r);
    ended = s->allocations < nth;
    if (!outcome) ck_assert_str_eq(r.text, "a");
    stage_close(s);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("whisper");
  TCase *t = tcase_create("whisper");
  tcase_add_test(t, each_server_is_asked_in_its_ways);
  tcase_add_test(t, whisper_cpp_is_told_to_find_the_language_out);
  tcase_add_test(t, segments_come_with_times_and_confidence);
  tcase_add_test(t, replies_of_every_form_are_read);
  tcase_add_test(t, what_the_model_invents_is_left_out_and_counted);
  tcase_add_test(t, the_guards_can_be_set);
  tcase_add_test(t, silence_is_not_sent);
  tcase_add_test(t, what_went_wrong_is_told_apart);
  tcase_add_test(t, a_probe_asks_for_health_or_the_model);
  tcase_add_test(t, options_are_checked_together);
  tcase_add_test(t, every_allocation_may_fail);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
