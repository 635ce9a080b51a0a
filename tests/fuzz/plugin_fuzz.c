/* What a hostile service may answer a plugin: any status, any bytes, in pieces of any size. The plugin comes home, and
 * with a text where it says that all is well. */
#include <string.h>

#include "../plugins/stage.h"
#include "fuzz.h"

static const stage_setting settings[] = {{"key", "k-0123456789"}, {0}};

static void listen(stage *s) {
  const mcrm_speech_request q = {
      .size = sizeof q, .audio = "OggS", .length = 4, .media_type = "audio/ogg", .language = "fa"};
  mcrm_speech_reply r;
  if (stage_speech(s, &q, &r)) return;
  promise(r.text, "a good reply has a text");
  for (size_t i = 0; i < r.segment_count; i++) promise(r.segments[i]->text, "and so has each segment");
}

static void chat(stage *s, bool stream) {
  const mcrm_chat_message message = {.size = sizeof message, .role = "user", .text = "x"};
  const mcrm_chat_message *messages[] = {&message};
  const mcrm_chat_request q = {
      .size = sizeof q, .messages = messages, .message_count = 1, .temperature = -1, .stream = stream};
  mcrm_chat_reply r;
  if (!stage_chat(s, &q, &r)) promise(r.text && r.finish, "a good reply has a text and an end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int statuses[] = {200, 200, 200, 201, 302, 400, 403, 429, 500};
  const char *said;
  if (size < 2) return 0;
  stage *s = stage_with(mcrm_plugin_entry(&stage_host), settings);
  char *body = calloc(1, size);
  if (!body) abort();
  memcpy(body, data + 2, size - 2);
  s->piece = data[0] >> 2;
  for (int i = 0; i < 2; i++)
    stage_says(s, statuses[data[1] % 9], data[1] & 0x80 ? "content-type: text/html\n" : NULL, body)->length = size - 2;
  switch (data[0] & 3) {
    case 0:
      stage_probe(s, &said);
      break;
    case 1:
      listen(s);
      break;
    default:
      s->plugin->chat ? chat(s, data[0] & 1) : listen(s);
  }
  stage_close(s);
  free(body);
  return 0;
}
