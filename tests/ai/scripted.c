#include "scripted.h"

#include <base/clock.h>
#include <base/error.h>
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

scripted providers[SCRIPTED];
mcrm_error scripted_error;

const char good_reply[] =
    "{\"sentiment_quote\":\"خیلی ناراحت "
    "بود\",\"sentiment\":\"negative\",\"sentiment_score\":-0.8,\"emotions\":[\"angry\"],"
    "\"urgency_quote\":null,\"urgency\":\"unknown\",\"action_items\":[{\"quote\":\"فردا ساعت ۱۰ زنگ بزنم\",\"text\":"
    "\"تماس با رضایی\",\"who\":\"user\",\"when\":\"فردا ساعت ۱۰\"}],\"promises\":[],\"open_questions\":[],\"topics\":"
    "[\"پنل\"],\"follow_up_when\":\"فردا ساعت ۱۰\",\"outcome\":\"ناراضی\",\"feedback\":null,\"summary\":"
    "\"نماینده از قطعی پنل ناراحت بود.\",\"story\":\"نماینده تماس گرفت.\",\"confidence\":0.9}";

/* ---- the clock ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t ns, slept;
static uint64_t noise;
static arena *memory;
static zone *tehran;

static const mcrm_time morning = INT64_C(1795325400000); /* 2026-11-22T09:00:00+03:30 */

static int64_t monotonic(void *context) {
  (void)context;
  pthread_mutex_lock(&lock);
  int64_t now = ns;
  pthread_mutex_unlock(&lock);
  return now;
}

static mcrm_time wall(void *context) { return morning + monotonic(context) / 1000000 - 1000; }

static void pass(int64_t more) {
  pthread_mutex_lock(&lock);
  ns += more;
  pthread_mutex_unlock(&lock);
}

static void rest(void *context, int64_t more) {
  (void)context;
  pass(more);
  pthread_mutex_lock(&lock);
  slept += more;
  pthread_mutex_unlock(&lock);
}

static uint64_t next_noise(void *context) {
  (void)context;
  pthread_mutex_lock(&lock);
  uint64_t value = noise = noise * UINT64_C(6364136223846793005) + 1442695040888963407u;
  pthread_mutex_unlock(&lock);
  return value >> 17;
}

int64_t scripted_clock(void) { return monotonic(NULL); }
void scripted_pass(int64_t ms) { pass(ms * 1000000); }
int64_t scripted_slept_ms(void) { return slept / 1000000; }

/* ---- the plugin ---- */

typedef struct state {
  int64_t which;
} state;

static const mcrm_plugin_host *host_of[SCRIPTED];

static mcrm_outcome begin(void *s, mcrm_plugin_call *call, const mcrm_plugin_host *host, mcrm_capabilities *can,
                          mcrm_failure *failure) {
  int64_t which = ((state *)s)->which;
  (void)call;
  pthread_mutex_lock(&lock);
  providers[which].started++;
  pthread_mutex_unlock(&lock);
  if (providers[which].broken) {
    memcpy(failure->detail, "broken as scripted", sizeof "broken as scripted");
    return MCRM_OUTCOME_BAD_REQUEST;
  }
  host_of[which] = host;
  can->local = providers[which].local;
  if (providers[which].no_schema) can->flags &= ~(unsigned)MCRM_CAN_SCHEMA;
  return MCRM_OUTCOME_OK;
}

static step take(scripted *p) {
  pthread_mutex_lock(&lock);
  size_t at = p->asked++;
  step s = p->count ? p->steps[at < p->count ? at : p->count - 1] : (step){0};
  pthread_mutex_unlock(&lock);
  if (s.takes_ms) pass(s.takes_ms * 1000000);
  return s;
}

static mcrm_outcome refuse(const step *s, mcrm_failure *failure) {
  failure->retry_after_ms = s->retry_after_ms ? s->retry_after_ms : -1;
  memcpy(failure->detail, "as scripted", sizeof "as scripted");
  return s->outcome;
}

static const char *give(mcrm_plugin_call *call, int64_t which, const char *text) {
  char *copy = host_of[which]->alloc(call, strlen(text) + 1);
  if (copy) memcpy(copy, text, strlen(text) + 1);
  return copy;
}

static void remember(char **to, const char *text) {
  pthread_mutex_lock(&lock);
  free(*to);
  *to = text ? strdup(text) : NULL;
  pthread_mutex_unlock(&lock);
}

static mcrm_outcome chat(void *s, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                         mcrm_failure *failure) {
  int64_t which = ((state *)s)->which;
  scripted *p = &providers[which];
  step now = take(p);
  remember(&p->last_system, request->messages[0]->text);
  remember(&p->last_user, request->messages[1]->text);
  remember(&p->last_schema, request->schema);
  pthread_mutex_lock(&lock);
  p->messages = request->message_count;
  pthread_mutex_unlock(&lock);
  if (now.outcome != MCRM_OUTCOME_OK) return refuse(&now, failure);
  reply->text = give(call, which, now.text ? now.text : good_reply);
  reply->model = give(call, which, "scripted-1");
  reply->finish = give(call, which, now.finish ? now.finish : "stop");
  reply->input_tokens = 100;
  reply->output_tokens = 50;
  reply->cost = now.cost ? now.cost : -1;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome listen(void *s, mcrm_plugin_call *call, const mcrm_speech_request *request,
                           mcrm_speech_reply *reply, mcrm_failure *failure) {
  int64_t which = ((state *)s)->which;
  step now = take(&providers[which]);
  (void)request;
  if (now.outcome != MCRM_OUTCOME_OK) return refuse(&now, failure);
  reply->text = give(call, which, now.text ? now.text : "سلام");
  reply->model = give(call, which, "scripted-1");
  reply->confidence = 0.9;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome probe(void *s, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  int64_t which = ((state *)s)->which;
  step now = take(&providers[which]);
  if (now.outcome != MCRM_OUTCOME_OK) return refuse(&now, failure);
  *said = give(call, which, "scripted");
  return MCRM_OUTCOME_OK;
}

static const mcrm_plugin_option options[] = {
    {.size = sizeof *options, .name = "which", .kind = MCRM_OPTION_INT, .offset = offsetof(state, which)},
    {.size = sizeof *options}};
static const mcrm_capabilities can = {.size = sizeof can,
                                      .flags = MCRM_CAN_CHAT | MCRM_CAN_SCHEMA | MCRM_CAN_SPEECH | MCRM_CAN_HINTS};
static const mcrm_chat_ops chat_ops = {sizeof chat_ops, chat};
static const mcrm_speech_ops speech_ops = {sizeof speech_ops, listen};
static const mcrm_plugin plugin = {.abi_major = MCRM_PLUGIN_ABI_MAJOR,
                                   .abi_minor = MCRM_PLUGIN_ABI_MINOR,
                                   .size = sizeof plugin,
                                   .name = "scripted",
                                   .version = "1",
                                   .help = "answers from a script",
                                   .options = options,
                                   .state_size = sizeof(state),
                                   .capabilities = &can,
                                   .start = begin,
                                   .probe = probe,
                                   .chat = &chat_ops,
                                   .speech = &speech_ops};

/* ---- opening ---- */

void scripted_free(void) {
  for (int i = 0; i < SCRIPTED; i++) {
    free(providers[i].last_system);
    free(providers[i].last_user);
    free(providers[i].last_schema);
    providers[i].last_system = providers[i].last_user = providers[i].last_schema = NULL;
  }
  arena_free(memory);
  zone_free(tehran);
  memory = NULL;
  tehran = NULL;
}

void scripted_reset(void) {
  static const char *const names[SCRIPTED] = {"first", "second", "third", "fourth"};
  scripted_free();
  memset(providers, 0, sizeof providers);
  for (int i = 0; i < SCRIPTED; i++) providers[i].name = names[i];
  ns = 1000000000;
  slept = 0;
  noise = 1;
  error_clear(&scripted_error);
}

void scripted_step(int which, step s) { providers[which].steps[providers[which].count++] = s; }

static ai_provider opened[SCRIPTED];
static const char *names[SCRIPTED];

ai_options scripted_options(int count) {
  static const char *const numbers[SCRIPTED] = {"0", "1", "2", "3"};
  for (int i = 0; i < count; i++) {
    provider_setting which = {"which", numbers[i], NULL};
    provider_options o = {
        .name = providers[i].name, .plugin = "scripted", .built_in = &plugin, .settings = &which, .setting_count = 1};
    o.concurrency = 8;
    opened[i] = (ai_provider){.concurrency = 8};
    ck_assert_msg(!provider_new(&o, &scripted_error, &opened[i].provider), "%s", scripted_error.detail);
    names[i] = providers[i].name;
  }
  return (ai_options){.providers = opened,
                      .provider_count = (size_t)count,
                      .chat = {names, (size_t)count},
                      .speech = {names, (size_t)count},
                      .installed = MARFACRM_SOURCE "/share/prompts",
                      .time = {monotonic, wall, rest, next_noise, NULL}};
}

ai *scripted_open(const ai_options *o) {
  ai *a = NULL;
  ck_assert_msg(!ai_open(o, &scripted_error, &a), "%s", scripted_error.detail);
  return a;
}

ai_call scripted_call(ai *a) {
  if (!memory) memory = arena_new(0);
  if (!tehran) tehran = zone_load("Asia/Tehran", &scripted_error);
  error_clear(&scripted_error);
  return (ai_call){.arena = memory,
                   .error = &scripted_error,
                   .zone = tehran,
                   .now = wall(NULL),
                   .language = "fa",
                   .ai = a,
                   .user_id = 7,
                   .trace = "trace-1",
                   .deadline = monotonic(NULL) + INT64_C(60000000000)};
}
