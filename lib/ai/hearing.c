/* Whether a provider takes what browsers record: it is sent a second of Persian speech as a browser would send it, and
 * where it refuses that, a tone in wav, so that the format is told from everything else.
 *
 * hearing.webm: espeak-ng -v fa 'سلام، صدا می‌آید؟', by ffmpeg -c:a libopus -b:a 8k -live 1. */
#include <ai/hearing.h>
#include <base/utf8.h>
#include <stdio.h>
#include <string.h>

#include "hearing_built_in.h"
#include "internal.h"

enum { RATE = 16000, WAV_HEAD = 44, WAV_BYTES = WAV_HEAD + RATE * 2, LOUD = 6000, PERIOD = 32, SHOWN = 120 };

static void little(unsigned char *to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) to[i] = (unsigned char)(value >> 8 * i);
}

/* One second of 500 Hz. */
static void make_tone(unsigned char out[WAV_BYTES]) {
  memcpy(out, "RIFF....WAVEfmt ", 16);
  little(out + 4, WAV_BYTES - 8, 4);
  little(out + 16, 16, 4);
  little(out + 20, 1, 2);
  little(out + 22, 1, 2);
  little(out + 24, RATE, 4);
  little(out + 28, RATE * 2, 4);
  little(out + 32, 2, 2);
  little(out + 34, 16, 2);
  memcpy(out + 36, "data", 4);
  little(out + 40, RATE * 2, 4);
  for (int i = 0; i < RATE; i++)
    little(out + WAV_HEAD + i * 2, (uint16_t)(int16_t)(i % PERIOD < PERIOD / 2 ? LOUD : -LOUD), 2);
}

static mcrm_outcome send(provider *p, provider_call *call, const void *bytes, size_t length, const char *media_type,
                         mcrm_speech_reply *reply) {
  const mcrm_speech_request request = {.size = sizeof request,
                                       .audio = bytes,
                                       .length = length,
                                       .media_type = media_type,
                                       .duration_ms = AI_HEARING_MS,
                                       .language = "fa"};
  *reply = (mcrm_speech_reply){.size = sizeof *reply, .confidence = -1, .cost = -1};
  return provider_speech(p, call, &request, reply);
}

/* How many bytes of it are shown. */
static int beginning(const char *text) {
  size_t length = strlen(text);
  return (int)utf8_whole(text, length < SHOWN ? length : SHOWN);
}

static mcrm_outcome refuse(mcrm_failure *failure, const char *format, const char *what) {
  snprintf(failure->code, sizeof failure->code, "audio");
  snprintf(failure->detail, sizeof failure->detail, format, what);
  return MCRM_OUTCOME_UNSUPPORTED;
}

/* Would the service say so of a format it does not know? */
static bool may_be_format(mcrm_outcome outcome) {
  return outcome == MCRM_OUTCOME_BAD_REQUEST || outcome == MCRM_OUTCOME_UNSUPPORTED ||
         outcome == MCRM_OUTCOME_OVERLOAD || outcome == MCRM_OUTCOME_PROTOCOL;
}

mcrm_outcome ai_hear(provider *p, provider_call *call, const char **said) {
  const char *const *types = provider_capabilities(p)->media_types;
  mcrm_speech_reply reply;
  *said = NULL;
  call->failure = (mcrm_failure){.size = sizeof call->failure, .retry_after_ms = -1};
  while (types && *types && strcmp(*types, "audio/webm")) types++;
  if (types && !*types) return refuse(&call->failure, "%s", "audio/webm is not among what the plugin takes");
  mcrm_outcome outcome = send(p, call, hearing_sample, hearing_sample_size, "audio/webm", &reply);
  if (outcome == MCRM_OUTCOME_OK) {
    const char *text = reply.text ? reply.text : "";
    *said = arena_print(call->arena, "hears webm: %.*s", beginning(text), text);
    return outcome;
  }
  unsigned char *tone = may_be_format(outcome) ? arena_alloc(call->arena, WAV_BYTES) : NULL;
  if (!tone) return outcome;
  provider_call again = *call;
  make_tone(tone);
  if (send(p, &again, tone, WAV_BYTES, "audio/wav", &reply) != MCRM_OUTCOME_OK) return outcome;
  char why[SHOWN + 1];
  snprintf(why, sizeof why, "%.*s", beginning(call->failure.detail), call->failure.detail);
  return refuse(&call->failure, "it takes wav, but not webm with Opus: %s", why);
}
