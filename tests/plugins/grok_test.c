/* What the plugin grok sends, to the byte, and what it makes of what comes back. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const stage_setting xai[] = {{"key", "xai-0123456789"}, {0}};
static const mcrm_chat_message system_message = {sizeof system_message, "system", "Summarise."};
static const mcrm_chat_message user_message = {sizeof user_message, "user", "گفت \"کُند\" است\n"};
static const mcrm_chat_message *const messages[] = {&system_message, &user_message};

static mcrm_chat_request asking(void) {
  return (mcrm_chat_request){
      .size = sizeof(mcrm_chat_request), .messages = messages, .message_count = 2, .temperature = -1};
}

#define GOOD                                                                                                        \
  "{\"id\":\"2af5\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"grok-4.3\",\"choices\":[{\"index\":0," \
  "\"message\":{\"role\":\"assistant\",\"content\":\"سلام\",\"reasoning_content\":\"hm\",\"refusal\":null},"    \
  "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":1,\"total_tokens\":241,"      \
  "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":228},"       \
  "\"cost_in_usd_ticks\":1176500}}"

START_TEST(a_request_is_written_to_the_byte) {
  stage *s = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  q.schema_name = "note", q.schema = "{\"type\":\"object\"}", q.max_tokens = 300, q.temperature = 0.2,
  q.effort = "none";
  q.conversation = "c-7";
  stage_says(s, 200, "content-type: application/json\nx-zero-data-retention: true\nx-request-id: r-1\n", GOOD);
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s->sent[0],
                   "POST https://api.x.ai/v1/chat/completions\nAuthorization: Bearer xai-0123456789\n"
                   "Content-Type: application/json\nAccept: application/json\nx-grok-conv-id: c-7\n\n"
                   "{\"model\":\"grok-4.3\",\"temperature\":0.2,\"max_completion_tokens\":300,"
                   "\"reasoning_effort\":\"none\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
                   "\"name\":\"note\",\"strict\":true,\"schema\":{\"type\":\"object\"}}},\"messages\":["
                   "{\"role\":\"system\",\"content\":\"Summarise.\"},"
                   "{\"role\":\"user\",\"content\":\"گفت \\\"کُند\\\" است\\n\"}]}");
  ck_assert_str_eq(r.text, "سلام");
  ck_assert_str_eq(r.finish, "stop");
  ck_assert_str_eq(r.model, "grok-4.3");
  ck_assert_str_eq(r.request_id, "r-1");
  ck_assert_int_eq(r.input_tokens, 12);
  ck_assert_int_eq(r.cached_tokens, 4);
  ck_assert_int_eq(r.output_tokens, 1); /* xAI counts reasoning beside it */
  ck_assert_int_eq(r.reasoning_tokens, 228);
  ck_assert_int_eq(r.cost, 1176500);
  ck_assert_int_eq(r.zero_retention, 1);
  ck_assert_ptr_null(s->log);
  stage_close(s);
}
END_TEST

START_TEST(each_server_is_spoken_to_in_its_ways) {
  static const struct {
    stage_setting settings[6];
    const char *sent;
  } cases[] = {
      {{{"server", "openai"}, {"key", "sk-1"}, {"model", "gpt-5"}, {"system_role", "developer"}},
       "POST https://api.openai.com/v1/chat/completions\nAuthorization: Bearer sk-1\nContent-Type: application/json\n"
       "Accept: application/json\n\n{\"model\":\"gpt-5\",\"max_completion_tokens\":9,\"reasoning_effort\":\"low\","
       "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"strict\":true,\"schema\":{}}},"
       "\"store\":false,\"prompt_cache_key\":\"c\",\"messages\":[{\"role\":\"developer\",\"content\":\"Summarise.\"}]"
       "}"},
      {{{"server", "azure"},
        {"key", "k"},
        {"model", "d"},
        {"query", "api-version=2026-01-01"},
        {"base_url", "https://r.openai.azure.com/openai/deployments/d"}},
       "POST https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2026-01-01\napi-key: k\n"
       "Content-Type: application/json\nAccept: application/json\n\n{\"model\":\"d\",\"max_completion_tokens\":9,"
       "\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
       "\"strict\":true,\"schema\":{}}},\"messages\":[{\"role\":\"system\",\"content\":\"Summarise.\"}]}"},
      {{{"server", "llama.cpp"}, {"structured", "json_object"}},
       "POST http://127.0.0.1:8080/v1/chat/completions\nContent-Type: application/json\nAccept: application/json\n\n"
       "{\"max_tokens\":9,\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_object\"},\"messages\":["
       "{\"role\":\"system\",\"content\":\"Summarise.\"}]}"},
      {{{"server", "gemini"}, {"key", "AIzaX"}, {"model", "gemini-3.5-flash"}, {"structured", "prompt"}},
       "POST https://generativelanguage.googleapis.com/v1beta/openai/chat/completions\nAuthorization: Bearer AIzaX\n"
       "Content-Type: application/json\nAccept: application/json\n\n{\"model\":\"gemini-3.5-flash\",\"max_tokens\":9,"
       "\"reasoning_effort\":\"low\",\"messages\":[{\"role\":\"system\",\"content\":\"Summarise.\"}]}"},
      {{{"server", "other"},
        {"base_url", "https://mirror.example/api"},
        {"auth_style", "none"},
        {"model", "m"},
        {"headers", "X-Site: crm"}},
       "POST https://mirror.example/api/chat/completions\nX-Site: crm\nContent-Type: application/json\n"
       "Accept: application/json\n\n{\"model\":\"m\",\"max_tokens\":9,\"reasoning_effort\":\"low\","
       "\"response_format\":{\"type\":\"json_object\"},\"messages\":[{\"role\":\"system\",\"content\":\"Summarise.\"}]"
       "}"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("grok", cases[i].settings);
    mcrm_chat_request q = asking();
    mcrm_chat_reply r;
    ck_assert_int_eq(s->started, MCRM_OUTCOME_OK);
    q.message_count = 1, q.schema_name = "n", q.schema = "{}", q.max_tokens = 9, q.effort = "low", q.conversation = "c";
    stage_says(s, 200, NULL, GOOD);
    ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
    ck_assert_str_eq(s->sent[0], cases[i].sent);
    stage_close(s);
  }
}
END_TEST

START_TEST(effort_is_not_sent_to_models_that_refuse_it) {
  stage *s = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  q.effort = "low", q.model = "grok-4.20-0309-reasoning";
  stage_says(s, 200, NULL, GOOD);
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_ptr_null(strstr(s->sent[0], "reasoning_effort"));
  stage_close(s);
}
END_TEST

START_TEST(another_model_than_was_asked_is_told) {
  static const struct {
    const char *asked;
    bool told;
  } cases[] = {{"grok-3", true}, {"grok-4.3-latest", false}, {"grok-4.3", false}, {"grok-4", true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("grok", xai);
    mcrm_chat_request q = asking();
    mcrm_chat_reply r;
    q.model = cases[i].asked;
    stage_says(s, 200, NULL, GOOD);
    ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
    ck_assert_str_eq(r.model, "grok-4.3");
    ck_assert_msg(!!s->log == cases[i].told, "%s: %s", cases[i].asked, s->log ? s->log : "nothing told");
    stage_close(s);
  }
}
END_TEST

/* OpenAI counts reasoning within the output; the sum tells. */
START_TEST(reasoning_is_never_part_of_the_output) {
  stage *s = stage_open("grok", (stage_setting[]){{"server", "openai"}, {"key", "k"}, {"model", "m"}, {0}});
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  stage_says(
      s, 200, NULL,
      "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,"
      "\"completion_tokens\":50,\"total_tokens\":60,\"completion_tokens_details\":{\"reasoning_tokens\":40}}}");
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_int_eq(r.output_tokens, 10);
  ck_assert_int_eq(r.reasoning_tokens, 40);
  ck_assert_int_eq(r.cost, -1);
  stage_close(s);
}
END_TEST

/* ---- streams ---- */

#define CHUNK(delta) "data: {\"id\":\"s1\",\"model\":\"grok-4.3\",\"choices\":[{\"index\":0,\"delta\":" delta "}]}\n\n"
#define STREAM_TEXT                                                                                               \
  ": keep-alive\n\ndata: {\"choices\":[],\"id\":\"\",\"model\":\"\",\"prompt_filter_results\":[]}\r\n\r\n" CHUNK( \
      "{\"role\":\"assistant\",\"reasoning_content\":\"hm\"}")                                                    \
      CHUNK("{\"content\":\"سلا\"}") "event: message\nid: 4\nretry: 10\n" CHUNK("{\"content\":\"م \\ud83d\\ude42\"}")
#define STREAM_FINISH                                                               \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" \
  "data:{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\n"

START_TEST(a_stream_may_be_cut_anywhere) {
  const char *whole = "\xEF\xBB\xBF" STREAM_TEXT STREAM_FINISH "data: [DONE]\n\ndata: {\"late\":1}\n\n";
  for (size_t piece = 1; piece <= strlen(whole); piece += piece < 40 ? 1 : 97) {
    stage *s = stage_open("grok", xai);
    mcrm_chat_request q = asking();
    mcrm_chat_reply r;
    q.stream = 1;
    s->piece = piece;
    stage_says(s, 200, "content-type: text/event-stream\n", whole);
    ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
    ck_assert_str_eq(s->deltas, "سلام 🙂");
    ck_assert_str_eq(r.text, "سلام 🙂");
    ck_assert_str_eq(r.finish, "stop");
    ck_assert_int_eq(s->delta_count, 2);
    ck_assert_int_eq(r.input_tokens, 3);
    ck_assert_str_eq(r.model, "grok-4.3");
    ck_assert_ptr_nonnull(strstr(s->sent[0], "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    stage_close(s);
  }
}
END_TEST

static mcrm_outcome streamed(stage **out, mcrm_chat_reply *r, const char *body, mcrm_outcome broken) {
  stage *s = *out = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  q.stream = 1;
  s->piece = 11;
  stage_reply *said = stage_says(s, 200, "content-type: text/event-stream\n", body);
  said->outcome = broken;
  said->code = "reset";
  return stage_chat(s, &q, r);
}

START_TEST(how_a_stream_ends_decides_what_it_is) {
  static const struct {
    const char *body;
    mcrm_outcome broken, expected;
    const char *code;
    bool warned;
  } cases[] = {
      {STREAM_TEXT STREAM_FINISH, MCRM_OUTCOME_OK, MCRM_OUTCOME_OK, "", true}, /* no end mark */
      {STREAM_TEXT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", MCRM_OUTCOME_OK, MCRM_OUTCOME_OK,
       "", true},
      {STREAM_TEXT STREAM_FINISH, MCRM_OUTCOME_NETWORK, MCRM_OUTCOME_OK, "reset", true},
      {STREAM_TEXT, MCRM_OUTCOME_OK, MCRM_OUTCOME_TRUNCATED, "cut", false},
      {STREAM_TEXT "data: {\"choices\":[{\"de", MCRM_OUTCOME_OK, MCRM_OUTCOME_TRUNCATED, "cut", false},
      {STREAM_TEXT, MCRM_OUTCOME_NETWORK, MCRM_OUTCOME_NETWORK, "reset", false},
      {STREAM_TEXT "data: [DONE]\n\n", MCRM_OUTCOME_OK, MCRM_OUTCOME_TRUNCATED, "cut", false},
      {STREAM_TEXT "data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\",\"code\":\"503\"}}\n\n",
       MCRM_OUTCOME_OK, MCRM_OUTCOME_OVERLOAD, "503", false},
      {STREAM_TEXT "event: error\ndata: {\"what\":\"ever\"}\n\n", MCRM_OUTCOME_OK, MCRM_OUTCOME_OVERLOAD, "http_200",
       false},
      {STREAM_TEXT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n", MCRM_OUTCOME_OK,
       MCRM_OUTCOME_CONTENT_FILTER, "content_filter", true},
      {"{\"code\":\"The service is currently unavailable\",\"error\":\"The model is at capacity\"}", MCRM_OUTCOME_OK,
       MCRM_OUTCOME_OVERLOAD, "http_200", false},
      {" \n" GOOD, MCRM_OUTCOME_OK, MCRM_OUTCOME_OK, "", false}, /* no stream, but a good reply */
      {"<html><title>Sign in</title></html>", MCRM_OUTCOME_OK, MCRM_OUTCOME_PROTOCOL, "no_reply", false},
      {"", MCRM_OUTCOME_OK, MCRM_OUTCOME_PROTOCOL, "no_reply", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s;
    mcrm_chat_reply r;
    mcrm_outcome outcome = streamed(&s, &r, cases[i].body, cases[i].broken);
    ck_assert_msg(outcome == cases[i].expected, "case %zu: %d %s %s", i, outcome, s->failure.code, s->failure.detail);
    ck_assert_str_eq(s->failure.code, cases[i].code);
    ck_assert_msg(!!s->log == cases[i].warned, "case %zu: %s", i, s->log ? s->log : "no warning");
    stage_close(s);
  }
}
END_TEST

START_TEST(an_endless_line_is_refused) {
  size_t length = 3 << 20;
  char *body = malloc(length + 1);
  ck_assert_ptr_nonnull(body);
  memset(body, 'x', length);
  memcpy(body, "data: ", 6);
  body[length] = 0;
  stage *s = stage_open("grok", xai);
  mcrm_chat_reply r;
  mcrm_chat_request q = asking();
  q.stream = 1;
  s->piece = 4096;
  stage_says(s, 200, NULL, body);
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_PROTOCOL);
  ck_assert_str_eq(s->failure.code, "too_long");
  stage_close(s);
  free(body);
}
END_TEST

START_TEST(the_last_message_said_again_is_left_out) {
  static const mcrm_chat_message before = {sizeof before, "assistant", "قبلی"};
  static const mcrm_chat_message *const with[] = {&user_message, &before};
  stage *s = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  q.messages = with, q.stream = 1;
  stage_says(s, 200, NULL,
             CHUNK("{\"content\":\"قبلی\"}") CHUNK("{\"content\":\"نو\"}") STREAM_FINISH "data: [DONE]\n\n");
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "نو");
  ck_assert_str_eq(s->deltas, "نو");
  stage_close(s);
}
END_TEST

/* ---- failures ---- */

START_TEST(what_went_wrong_is_told_apart) {
  static const struct {
    int status;
    const char *headers, *body;
    mcrm_outcome expected;
    const char *code;
  } cases[] = {
      {400, NULL,
       "{\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: xai*YA.\"}",
       MCRM_OUTCOME_AUTH, "http_400"},
      {401, NULL,
       "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}"
       "}",
       MCRM_OUTCOME_AUTH, "invalid_api_key"},
      {403, NULL,
       "{\"code\":\"The caller does not have permission to execute the specified operation\",\"error\":"
       "\"Your newly created teams doesn't have any credits yet. Purchase credits\"}",
       MCRM_OUTCOME_BILLING, "http_403"},
      {403, NULL, "{\"error\":\"blocked\"}", MCRM_OUTCOME_AUTH, "http_403"},
      {403, NULL,
       "{\"error\":{\"code\":\"unsupported_country_region_territory\",\"message\":\"Country, region, or territory not "
       "supported\","
       "\"param\":null,\"type\":\"request_forbidden\"}}",
       MCRM_OUTCOME_REGION, "unsupported_country_region_territory"},
      {403, "content-type: text/html\n", "<html><head><title>Error 403 (Forbidden)!!1</title>", MCRM_OUTCOME_REGION,
       "html_403"},
      {400, NULL,
       "[{\"error\":{\"code\":400,\"message\":\"User location is not supported for the API use.\",\"status\":"
       "\"FAILED_PRECONDITION\"}}]",
       MCRM_OUTCOME_REGION, "FAILED_PRECONDITION"},
      {403, NULL, "{\"code\":\"permission\",\"error\":\"Content violates usage guidelines.\"}",
       MCRM_OUTCOME_CONTENT_FILTER, "permission"},
      {402, NULL, "{}", MCRM_OUTCOME_BILLING, "http_402"},
      {429, NULL, "{\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}}",
       MCRM_OUTCOME_BILLING, "insufficient_quota"},
      {429, NULL, "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}", MCRM_OUTCOME_RATE_LIMIT,
       "rate_limit_exceeded"},
      {404, NULL, "{\"code\":\"Some requested entity was not found\",\"error\":\"The model grok-9 does not exist\"}",
       MCRM_OUTCOME_BAD_REQUEST, "http_404"},
      {422, NULL, "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"field required\"}]}", MCRM_OUTCOME_BAD_REQUEST,
       "http_422"},
      {500, NULL, "oops", MCRM_OUTCOME_OVERLOAD, "http_500"},
      {503, NULL, "", MCRM_OUTCOME_OVERLOAD, "http_503"},
      {529, NULL, "{\"error\":\"busy\"}", MCRM_OUTCOME_OVERLOAD, "http_529"},
      {200, NULL, "{\"code\":\"The service is currently unavailable\",\"error\":\"later\"}", MCRM_OUTCOME_OVERLOAD,
       "http_200"},
      {200, NULL, "{\"error\":{\"message\":\"limit\",\"code\":429}}", MCRM_OUTCOME_RATE_LIMIT, "http_200"},
      {301, "location: https://elsewhere/\n", "", MCRM_OUTCOME_BAD_REQUEST, "redirect"},
      {200, NULL, "not json", MCRM_OUTCOME_PROTOCOL, "no_reply"},
      {200, NULL, "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}", MCRM_OUTCOME_PROTOCOL,
       "empty"},
      {200, NULL, "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"length\"}]}", MCRM_OUTCOME_OK,
       ""},
      {200, NULL,
       "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I cannot\"},\"finish_reason\":\"stop\"}]}",
       MCRM_OUTCOME_CONTENT_FILTER, "refusal"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("grok", xai);
    mcrm_chat_request q = asking();
    mcrm_chat_reply r;
    stage_says(s, cases[i].status, cases[i].headers, cases[i].body);
    mcrm_outcome outcome = stage_chat(s, &q, &r);
    ck_assert_msg(outcome == cases[i].expected, "case %zu: %d %s %s", i, outcome, s->failure.code, s->failure.detail);
    ck_assert_str_eq(s->failure.code, cases[i].code);
    ck_assert_int_eq(s->failure.status, cases[i].status);
    stage_close(s);
  }
}
END_TEST

START_TEST(a_key_that_the_service_repeats_is_not_told_on) {
  stage *s = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  stage_reply *said =
      stage_says(s, 429, NULL, "{\"error\":\"wait, xai-0123456789! also sk-abcdefghijkl and task-force\"}");
  said->retry_after_ms = 7000, said->server_time = 5;
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_RATE_LIMIT);
  ck_assert_str_eq(s->failure.detail, "wait, [key]! also [key] and task-force");
  ck_assert_int_eq(s->failure.retry_after_ms, 7000);
  ck_assert_int_eq(s->failure.server_time, 5);
  stage_close(s);
}
END_TEST

START_TEST(what_a_text_cannot_hold_does_not_cost_the_reply) {
  stage *s = stage_open("grok", xai);
  mcrm_chat_request q = asking();
  mcrm_chat_reply r;
  stage_says(s, 200, NULL,
             "{\"choices\":[{\"message\":{\"content\":\"a\\u0000b\\ud83dc\xff\"},\"finish_reason\":\"stop\"}]}");
  ck_assert_int_eq(stage_chat(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text,
                   "a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD"
                   "c\xEF\xBF\xBD");
  stage_close(s);
}
END_TEST

/* ---- options ---- */

START_TEST(options_are_checked_together) {
  static const struct {
    stage_setting settings[5];
    const char *option;
  } cases[] = {{{{0}}, "key"},
               {{{"server", "openai"}, {"key", "k"}}, "model"},
               {{{"server", "azure"}, {"key", "k"}, {"model", "m"}}, "base_url"},
               {{{"key", "with space"}}, "key"},
               {{{"key", "k"}, {"path", "chat"}}, "path"},
               {{{"key", "k"}, {"headers", "no colon"}}, "headers"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("grok", cases[i].settings);
    ck_assert_int_eq(s->started, MCRM_OUTCOME_BAD_REQUEST);
    ck_assert_str_eq(s->failure.code, cases[i].option);
    stage_close(s);
  }
}
END_TEST

START_TEST(what_stays_on_this_machine_is_known) {
  static const struct {
    const char *url;
    int local;
  } cases[] = {
      {"http://127.0.0.1:8080/v1", 1},     {"http://localhost/v1", 1},          {"http://[::1]:80", 1},
      {"https://api.x.ai/v1", 0},          {"http://127.0.0.1.example.com", 0}, {"http://localhost.example.com", 0},
      {"http://localhost@example.com", 0}, {"http://10.0.0.5:8080", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stage *s = stage_open("grok", (stage_setting[]){{"key", "k"}, {"base_url", cases[i].url}, {0}});
    ck_assert_msg(s->capabilities.local == cases[i].local, "%s", cases[i].url);
    stage_close(s);
  }
}
END_TEST

START_TEST(abilities_follow_the_options) {
  stage *s = stage_open("grok", xai);
  ck_assert_uint_eq(s->capabilities.flags & (MCRM_CAN_SCHEMA | MCRM_CAN_SPEECH), MCRM_CAN_SCHEMA | MCRM_CAN_SPEECH);
  stage_close(s);
  s = stage_open("grok", (stage_setting[]){{"server", "llama.cpp"}, {"structured", "prompt"}, {0}});
  ck_assert_uint_eq(s->capabilities.flags, MCRM_CAN_CHAT | MCRM_CAN_STREAM);
  ck_assert_int_eq(s->capabilities.local, 1);
  stage_close(s);
}
END_TEST

/* ---- probe ---- */

START_TEST(a_probe_asks_for_the_key_and_the_model) {
  const char *said;
  stage *s = stage_open("grok", xai);
  stage_says(s, 200, NULL, "{\"redacted_api_key\":\"xai-...9\",\"name\":\"crm\",\"team_blocked\":false}");
  stage_says(s, 200, NULL, "{\"models\":[{\"id\":\"grok-4.3-0501\",\"aliases\":[\"grok-4.3\",\"grok-4.3-latest\"]}]}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OK);
  ck_assert_str_eq(said, "key crm, model grok-4.3");
  ck_assert_str_eq(s->sent[0], "GET https://api.x.ai/v1/api-key\nAuthorization: Bearer xai-0123456789\n\n");
  stage_clear(s);
  stage_says(s, 200, NULL, "{\"name\":\"crm\",\"team_blocked\":true}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_BILLING);
  stage_clear(s);
  stage_says(s, 200, NULL, "{\"name\":\"crm\",\"api_key_disabled\":true}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_AUTH);
  stage_clear(s);
  stage_says(s, 200, NULL, "{\"name\":\"crm\"}");
  stage_says(s, 200, NULL, "{\"models\":[{\"id\":\"grok-9\"}]}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_BAD_REQUEST);
  ck_assert_str_eq(s->failure.code, "model");
  ck_assert_str_eq(s->failure.detail, "the service does not list grok-4.3, but grok-9");
  stage_close(s);
  s = stage_open("grok", (stage_setting[]){{"server", "llama.cpp"}, {0}});
  stage_says(s, 503, NULL, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}");
  ck_assert_int_eq(stage_probe(s, &said), MCRM_OUTCOME_OVERLOAD);
  ck_assert_str_eq(s->sent[0], "GET http://127.0.0.1:8080/health\n\n");
  stage_close(s);
}
END_TEST

/* ---- speech ---- */

START_TEST(speech_sends_the_file_last) {
  static const char *const hints[] = {"مرفا", "a term that is longer than the fifty letters which are allowed", "پنل"};
  stage *s = stage_open("grok", xai);
  mcrm_speech_request q = {.size = sizeof q,
                           .audio = "RIFFxy",
                           .length = 6,
                           .media_type = "audio/wav",
                           .language = "fa",
                           .hints = hints,
                           .hint_count = 3};
  mcrm_speech_reply r;
  stage_says(
      s, 200, NULL,
      "{\"text\":\"سلام مرفا بله\",\"language\":\"\",\"duration\":3.25,\"words\":["
      "{\"text\":\"سلام\",\"start\":0.1,\"end\":0.5,\"confidence\":0.9},{\"text\":\"مرفا\",\"start\":0.6,\"end\":1,"
      "\"confidence\":0.7},{\"text\":\"بله\",\"start\":2.5,\"end\":3.0}]}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(
      s->sent[0],
      "POST https://api.x.ai/v1/stt\nAuthorization: Bearer xai-0123456789\n\n--language\nfa\n--format\ntrue\n"
      "--keyterm\nمرفا\n--keyterm\nپنل\n--file note.wav audio/wav\nRIFFxy\n");
  ck_assert_str_eq(r.text, "سلام مرفا بله");
  ck_assert_int_eq(r.duration_ms, 3250);
  ck_assert_uint_eq(r.segment_count, 2);
  ck_assert_str_eq(r.segments[0]->text, "سلام مرفا");
  ck_assert_int_eq(r.segments[0]->start_ms, 100);
  ck_assert_int_eq(r.segments[0]->end_ms, 1000);
  ck_assert_str_eq(r.segments[1]->text, "بله");
  ck_assert_double_eq_tol(r.confidence, 0.8, 1e-9);
  stage_clear(s);
  stage_says(s, 200, NULL, "{\"text\":\"\",\"language\":\"\",\"duration\":1}");
  ck_assert_int_eq(stage_speech(s, &q, &r), MCRM_OUTCOME_OK);
  ck_assert_str_eq(r.text, "");
  stage_close(s);
}
END_TEST

/* Wherever memory runs out, the call says so or is right. */
START_TEST(every_allocation_may_fail) {
  for (int kind = 0; kind < 3; kind++) {
    bool ended = false;
    for (size_t nth = 1; !ended; nth++) {
      stage *s = stage_open("grok", xai);
      mcrm_chat_request q = asking();
      mcrm_speech_request heard = {.size = sizeof heard, .audio = "x", .length = 1, .media_type = "audio/ogg"};
      mcrm_chat_reply r;
      mcrm_speech_reply t;
      q.stream = kind == 1;
      s->piece = 50;
      s->fail_at = nth;
      stage_says(s, 200, "x-request-id: r\n",
                 kind == 0   ? GOOD
                 : kind == 1 ? STREAM_TEXT STREAM_FINISH "data: [DONE]\n\n"
                             : "{\"text\":\"a\",\"words\":[{\"text\":\"a\",\"start\":0,\"end\":1}]}");
      mcrm_outcome outcome = kind < 2 ? stage_chat(s, &q, &r) : stage_speech(s, &heard, &t);
      ended = s->allocations < nth;
      if (!outcome)
        ck_assert_str_eq(kind < 2 ? r.text : t.text, kind == 0 ? "سلام" : kind == 1 ? "سلام 🙂" : "a");
      stage_close(s);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("grok");
  TCase *t = tcase_create("grok");
  tcase_add_test(t, a_request_is_written_to_the_byte);
  tcase_add_test(t, each_server_is_spoken_to_in_its_ways);
  tcase_add_test(t, effort_is_not_sent_to_models_that_refuse_it);
  tcase_add_test(t, another_model_than_was_asked_is_told);
  tcase_add_test(t, reasoning_is_never_part_of_the_output);
  tcase_add_test(t, a_stream_may_be_cut_anywhere);
  tcase_add_test(t, how_a_stream_ends_decides_what_it_is);
  tcase_add_test(t, an_endless_line_is_refused);
  tcase_add_test(t, the_last_message_said_again_is_left_out);
  tcase_add_test(t, what_went_wrong_is_told_apart);
  tcase_add_test(t, a_key_that_the_service_repeats_is_not_told_on);
  tcase_add_test(t, what_a_text_cannot_hold_does_not_cost_the_reply);
  tcase_add_test(t, options_are_checked_together);
  tcase_add_test(t, what_stays_on_this_machine_is_known);
  tcase_add_test(t, abilities_follow_the_options);
  tcase_add_test(t, a_probe_asks_for_the_key_and_the_model);
  tcase_add_test(t, speech_sends_the_file_last);
  tcase_add_test(t, every_allocation_may_fail);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
