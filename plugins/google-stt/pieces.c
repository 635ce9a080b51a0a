/* A recording that is longer than the minute of one call goes in pieces, each ending where it is quietest, as WAV of
 * one channel. What is heard is put together again with the times of the whole. */
#include <string.h>

#include "google.h"
#include "sound.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are sent as they lie in memory");

enum { PIECE_S = 55, LEAST_S = 25, WINDOW_MS = 300, STEP_MS = 50, UNKNOWN_S = 3600 };

typedef struct piece {
  unsigned char *file; /* header and samples */
  int16_t *samples;
  size_t count, room;
  int64_t before; /* samples of the pieces that were sent */
} piece;

static double energy(const int16_t *samples, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)samples[i] * samples[i];
  return sum;
}

/* In the middle of the quietest place of the later part. */
static size_t find_cut(const piece *p, unsigned rate) {
  size_t window = rate * WINDOW_MS / 1000, step = rate * STEP_MS / 1000;
  size_t best = p->count - window;
  double least = energy(p->samples + best, window);
  for (size_t at = (size_t)rate * LEAST_S; at + window <= p->count; at += step) {
    double here = energy(p->samples + at, window);
    if (here <= least) {
      least = here;
      best = at;
    }
  }
  return best + window / 2;
}

/* False: damaged. */
static bool fill(piece *p, sound *s, bool *ended) {
  while (p->count < p->room && !*ended) {
    long got = sound_read(s, p->samples + p->count, p->room - p->count);
    if (got < 0) return false;
    *ended = !got;
    p->count += (size_t)got;
  }
  return true;
}

static mcrm_outcome send_piece(google *g, heard *h, const mcrm_speech_request *q, draft *body, const piece *p,
                               size_t count, unsigned rate, mcrm_failure *failure) {
  wav said;
  size_t length = WAV_HEADER + count * sizeof *p->samples;
  wav_header(p->file, rate, count);
  if (!wav_read(p->file, length, &said) || wav_loudest(&said) < g->silence) return MCRM_OUTCOME_OK;
  return recognize(g, h, q, body, p->file, length, p->before * 1000 / rate, failure);
}

static mcrm_outcome run_all(google *g, heard *h, const mcrm_speech_request *q, sound *s, mcrm_failure *failure) {
  const work *w = h->w;
  piece p = {.room = (size_t)s->rate * PIECE_S};
  draft body;
  bool ended = false;
  /* a packet of two bytes may claim 60 ms, and each minute costs money */
  int64_t most_s = q->duration_ms > 0 ? q->duration_ms / 1000 + 10 : UNKNOWN_S;
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  draft_init(&body, w, 0);
  if (!(p.file = work_alloc(w, WAV_HEADER + p.room * sizeof *p.samples))) return work_no_memory(failure);
  p.samples = (int16_t *)(void *)(p.file + WAV_HEADER);
  draft_expect(&body, (WAV_HEADER + p.room * sizeof *p.samples) / 3 * 4 + 4096);
  while (!outcome && !(ended && !p.count)) {
    if (!fill(&p, s, &ended))
      return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "audio", "the recording is damaged after %lld s",
                       (long long)(p.before + (int64_t)p.count) / s->rate);
    size_t count = ended ? p.count : find_cut(&p, s->rate);
    if (!count) break;
    if ((p.before + (int64_t)p.count) / s->rate > most_s)
      return work_fail(failure, MCRM_OUTCOME_UNSUPPORTED, "length", "over %lld s of sound: longer than was said",
                       (long long)most_s);
    if (w->host->cancelled(w->call))
      return work_fail(failure, MCRM_OUTCOME_CANCELLED, "cancelled", "between two pieces");
    outcome = send_piece(g, h, q, &body, &p, count, s->rate, failure);
    memmove(p.samples, p.samples + count, (p.count - count) * sizeof *p.samples);
    p.count -= count;
    p.before += (int64_t)count;
    double done = (double)p.before * 1000 / s->rate;
    if (q->duration_ms > 0)
      w->host->progress(w->call, done < (double)q->duration_ms ? done / (double)q->duration_ms : 1);
  }
  return outcome;
}

mcrm_outcome pieces_run(google *g, heard *h, const mcrm_speech_request *q, mcrm_failure *failure) {
  sound *s = work_alloc(h->w, sizeof *s);
  if (!s) return work_no_memory(failure);
  mcrm_outcome outcome = sound_open(h->w, s, q->audio, q->length, q->media_type, failure);
  if (!outcome) outcome = run_all(g, h, q, s, failure);
  sound_close(s);
  return outcome;
}
