/* What a hostile service may answer a plugin: any status, any bytes, in pieces of any size. The plugin comes home, and
 * with a text where it says that all is well. */
#include <string.h>

#include "../plugins/stage.h"
#include "fuzz.h"

#ifdef FUZZ_ACCOUNT
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>

/* google-stt signs for itself: it wants an account with a key. */
static const stage_setting *settings(void) {
  static char json[8192];
  static const stage_setting all[] = {{"credentials", json}, {0}};
  if (json[0]) return all;
  EVP_PKEY *key = EVP_RSA_gen(1024);
  BIO *bio = BIO_new(BIO_s_mem());
  char *pem, *to = json;
  PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
  long length = BIO_get_mem_data(bio, &pem);
  to += sprintf(to, "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"k\",\"private_key\":\"");
  for (long i = 0; i < length; i++) to += sprintf(to, pem[i] == '\n' ? "\\n" : "%c", pem[i]);
  sprintf(to, "\",\"client_email\":\"a@p.example\",\"token_uri\":\"https://oauth2.example/token\"}");
  BIO_free(bio);
  EVP_PKEY_free(key);
  return all;
}
#else
static const stage_setting *settings(void) {
  static const stage_setting all[] = {{"key", "k-0123456789"}, {0}};
  return all;
}
#endif

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
  stage *s = stage_with(mcrm_plugin_entry(&stage_host), settings());
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
