/* A plugin that does what it is told by the option `deed`: well, or as badly as a plugin can. */
#include <fcntl.h>
#include <marfacrm/plugin.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct state {
  const char *url, *key, *deed, *proxied;
  int64_t count, wait;
  double weight;
  int64_t loud;
  mcrm_plugin_texts words;
  const mcrm_plugin_host *host;
} state;

#define ROW(is, of, member, ...) \
  { .size = sizeof(mcrm_plugin_option), .name = is, .kind = of, .offset = offsetof(state, member), __VA_ARGS__ }
static const char *const deeds[] = {"echo", NULL};
static const mcrm_plugin_option options[] = {
    ROW("url", MCRM_OPTION_URL, url, .help = "Whom to ask."),
    ROW("key", MCRM_OPTION_SECRET, key, .help = "A key."),
    ROW("deed", MCRM_OPTION_TEXT, deed, .fallback = "echo", .help = "What to do."),
    ROW("count", MCRM_OPTION_INT, count, .fallback = "3", .least = 1, .most = 1000, .help = "How many."),
    ROW("wait", MCRM_OPTION_DURATION, wait, .fallback = "1s", .least = 1, .most = 60000, .help = "How long."),
    ROW("weight", MCRM_OPTION_REAL, weight, .fallback = "0.5", .most = 1, .help = "How much."),
    ROW("loud", MCRM_OPTION_BOOL, loud, .fallback = "false", .help = "Whether to shout."),
    ROW("words", MCRM_OPTION_TEXTS, words, .fallback = "one,two", .help = "Which."),
    ROW("manner", MCRM_OPTION_TEXT, proxied, .choices = deeds, .help = "How."),
    {.size = sizeof(mcrm_plugin_option)},
};

static char *copy(const state *s, mcrm_plugin_call *call, const char *text) {
  size_t length = strlen(text);
  char *to = s->host->alloc(call, length + 1);
  if (to) memcpy(to, text, length);
  return to;
}

/* ---- deeds ---- */

static mcrm_outcome echo(const state *s, mcrm_plugin_call *call, const mcrm_chat_request *request,
                         mcrm_chat_reply *reply) {
  reply->text = copy(s, call, request->message_count ? request->messages[0]->text : "");
  reply->model = "rogue-1";
  reply->finish = "stop";
  reply->input_tokens = 7;
  return MCRM_OUTCOME_OK;
}

static int hand_over(void *context, const char *bytes, size_t length) {
  void **both = context;
  const state *s = both[0];
  s->host->delta(both[1], bytes, length);
  return 0;
}

static mcrm_outcome get(const state *s, mcrm_plugin_call *call, int stream, mcrm_chat_reply *reply,
                        mcrm_failure *failure) {
  void *both[] = {(void *)(size_t)s, call};
  mcrm_http_reply answer = {.size = sizeof answer};
  mcrm_http_request ask = {.size = sizeof ask, .method = "GET", .url = s->url};
  if (stream) {
    ask.data = hand_over;
    ask.context = both;
  }
  mcrm_outcome outcome = s->host->http(call, &ask, &answer, failure);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  failure->status = answer.status;
  failure->retry_after_ms = answer.retry_after_ms;
  failure->server_time = answer.server_time;
  if (answer.status == 429) return MCRM_OUTCOME_RATE_LIMIT;
  reply->text = copy(s, call, answer.body);
  reply->output_tokens = (int64_t)answer.length;
  reply->cost = answer.status;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome post_parts(const state *s, mcrm_plugin_call *call, mcrm_chat_reply *reply, mcrm_failure *failure) {
  static char large[3 << 20];
  memset(large, 'x', sizeof large);
  const mcrm_http_part parts[] = {{.size = sizeof parts[0], .name = "model", .bytes = "whisper", .length = 7},
                                  {.size = sizeof parts[0], .name = "language", .bytes = "fa", .length = 2},
                                  {.size = sizeof parts[0],
                                   .name = "file",
                                   .file_name = "a.webm",
                                   .media_type = "audio/webm",
                                   .bytes = large,
                                   .length = sizeof large}};
  mcrm_http_reply answer = {.size = sizeof answer};
  mcrm_http_request ask = {.size = sizeof ask, .method = "POST", .url = s->url, .parts = parts, .part_count = 3};
  mcrm_outcome outcome = s->host->http(call, &ask, &answer, failure);
  reply->text = outcome == MCRM_OUTCOME_OK ? copy(s, call, answer.body) : NULL;
  return outcome;
}

static void write_everywhere(void) {
  static const char words[] = "HELLO HOST, I AM NOT YOUR PROTOCOL AT ALL, NOT EVEN A LITTLE";
  for (int fd = 0; fd < 16; fd++)
    if (write(fd, words, sizeof words) < 0) continue;
}

static mcrm_outcome reply_of(const state *s, mcrm_plugin_call *call, size_t bytes, mcrm_chat_reply *reply) {
  char *text = s->host->alloc(call, bytes + 1);
  if (!text) text = malloc(bytes + 1);
  if (text) memset(text, '[', bytes);
  if (text) text[bytes] = 0;
  reply->text = text;
  return MCRM_OUTCOME_OK;
}

static int is(const state *s, const char *deed) { return !strcmp(s->deed, deed); }

static mcrm_outcome misbehave(const state *s, mcrm_plugin_call *call, mcrm_chat_reply *reply, mcrm_failure *failure) {
  static const char scream[] = {(char)0xFF, (char)0xFE, 'x', 0};
  volatile int *nowhere = NULL;
  if (is(s, "abort")) abort();
  if (is(s, "exit")) exit(0);
  if (is(s, "quit")) _exit(9);
  if (is(s, "segv")) *nowhere = 1;
  if (is(s, "kill")) raise(SIGKILL);
  if (is(s, "stop")) raise(SIGSTOP);
  if (is(s, "loop"))
    for (volatile int i = 0;; i++) continue;
  if (is(s, "sleep"))
    while (!s->host->cancelled(call)) usleep(1000);
  if (is(s, "recurse"))
    return misbehave(s, call, reply, failure) == MCRM_OUTCOME_OK ? MCRM_OUTCOME_AUTH : MCRM_OUTCOME_OK;
  if (is(s, "large")) return reply_of(s, call, 1000000000, reply);
  if (is(s, "broad")) return reply_of(s, call, 40 << 20, reply);
  if (is(s, "deep")) return reply_of(s, call, 1 << 20, reply);
  if (is(s, "write")) write_everywhere();
  if (is(s, "close"))
    for (int fd = 0; fd < 64; fd++) close(fd);
  if (is(s, "bytes")) reply->text = scream;
  if (is(s, "silent")) return MCRM_OUTCOME_OK;
  if (is(s, "nonsense")) return (mcrm_outcome)4711;
  if (is(s, "wild")) reply->model = (const char *)8;
  if (is(s, "unended")) memset(failure->detail, 'd', sizeof failure->detail);
  if (is(s, "unended")) return MCRM_OUTCOME_AUTH;
  if (is(s, "leak")) {
    snprintf(failure->detail, sizeof failure->detail, "Incorrect API key provided: %s.", s->key);
    s->host->log(call, MCRM_LOG_WARNING, failure->detail);
    return MCRM_OUTCOME_AUTH;
  }
  if (is(s, "flood"))
    for (int i = 0; i < 200000; i++) s->host->log(call, MCRM_LOG_INFO, "water");
  if (is(s, "stream"))
    for (int i = 0; i < 3; i++) s->host->delta(call, "abc" + i, 1);
  if (is(s, "stream")) s->host->progress(call, 0.5);
  if (is(s, "many"))
    for (int i = 0; i < 4000; i++) s->host->delta(call, s->url, strlen(s->url));
  if (is(s, "fork")) {
    pid_t child = fork();
    if (!child) {
      for (;;) pause();
    }
    reply->text = child < 0 ? "no fork" : "forked";
  }
  if (is(s, "exec")) reply->text = system("true") ? "no program" : "a program";
  if (is(s, "files")) {
    int made = open("/tmp/rogue-was-here", O_CREAT | O_WRONLY, 0600), read = open("/etc/shadow", O_RDONLY);
    reply->text = made >= 0 || read >= 0 ? "files" : "no files";
  }
  if (is(s, "listen")) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    reply->text = listen(fd, 1) ? "no listening" : "listening";
  }
  if (!reply->text) reply->text = "did it";
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome chat(void *of, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                         mcrm_failure *failure) {
  const state *s = of;
  if (is(s, "echo")) return echo(s, call, request, reply);
  if (is(s, "get")) return get(s, call, request->stream, reply, failure);
  if (is(s, "parts")) return post_parts(s, call, reply, failure);
  if (is(s, "words")) {
    char *text = s->host->alloc(call, 200);
    snprintf(text, 200, "%zu %s %lld %lld %.3f %lld", s->words.count, s->words.at[0], (long long)s->count,
             (long long)s->wait, s->weight, (long long)s->loud);
    reply->text = text;
    return MCRM_OUTCOME_OK;
  }
  return misbehave(s, call, reply, failure);
}

static mcrm_outcome speech(void *of, mcrm_plugin_call *call, const mcrm_speech_request *request,
                           mcrm_speech_reply *reply, mcrm_failure *failure) {
  const state *s = of;
  (void)failure;
  mcrm_speech_segment *one = s->host->alloc(call, sizeof *one);
  const mcrm_speech_segment **list = s->host->alloc(call, sizeof *list);
  char *text = s->host->alloc(call, 100);
  unsigned sum = 0;
  for (size_t i = 0; i < request->length; i++) sum = sum * 31 + ((const unsigned char *)request->audio)[i];
  if (!one || !list || !text) return MCRM_OUTCOME_PROTOCOL;
  snprintf(text, 100, "%zu %u %s %zu", request->length, sum, request->media_type, request->hint_count);
  *one = (mcrm_speech_segment){.size = sizeof *one, .end_ms = 900, .text = text, .confidence = 0.5};
  list[0] = one;
  reply->text = text;
  reply->segments = list;
  reply->segment_count = 1;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome probe(void *of, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  const state *s = of;
  (void)failure;
  *said = copy(s, call, s->key ? s->key : "no key");
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome start(void *of, mcrm_plugin_call *call, const mcrm_plugin_host *host, mcrm_capabilities *can,
                          mcrm_failure *failure) {
  state *s = of;
  s->host = host;
  host->log(call, MCRM_LOG_INFO, "started");
  if (is(s, "refuse")) {
    snprintf(failure->code, sizeof failure->code, "deed");
    snprintf(failure->detail, sizeof failure->detail, "I will not");
    return MCRM_OUTCOME_BAD_REQUEST;
  }
  if (is(s, "die")) abort();
  if (is(s, "hang"))
    for (;;) pause();
  can->local = 1;
  return MCRM_OUTCOME_OK;
}

static const mcrm_chat_ops chat_ops = {.size = sizeof chat_ops, .run = chat};
static const mcrm_speech_ops speech_ops = {.size = sizeof speech_ops, .run = speech};
static const char *const media_types[] = {"audio/webm", "audio/wav", NULL};
static const mcrm_capabilities capabilities = {.size = sizeof capabilities,
                                               .flags = MCRM_CAN_CHAT | MCRM_CAN_SPEECH | MCRM_CAN_STREAM,
                                               .media_types = media_types,
                                               .audio_ms = 60000};
static const mcrm_plugin plugin = {.abi_major = MCRM_PLUGIN_ABI_MAJOR,
                                   .abi_minor = MCRM_PLUGIN_ABI_MINOR,
                                   .size = sizeof plugin,
                                   .name = "rogue",
                                   .version = "1.0",
                                   .help = "Does what it is told.",
                                   .options = options,
                                   .state_size = sizeof(state),
                                   .capabilities = &capabilities,
                                   .start = start,
                                   .probe = probe,
                                   .chat = &chat_ops,
                                   .speech = &speech_ops};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  (void)host;
  return &plugin;
}
