/* The samples of an mp4's track: where each one is, and how long they sound together. */
#include <string.h>

#include "mp4.h"

enum { AAC_SAMPLES = 1024, SAMPLES_MOST = 4 << 20, DESCRIPTION_MOST = 512 };

/* ---- which codec ---- */

static const uint32_t aac_rates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                     22050, 16000, 12000, 11025, 8000,  7350};

/* A descriptor's length: up to four bytes of seven bits. */
static size_t descriptor(const uint8_t *p, size_t length, size_t at, uint8_t tag, size_t *body) {
  size_t size = 0, i = at + 1;
  if (at >= length || p[at] != tag) return 0;
  for (int n = 0; n < 4 && i < length; n++) {
    size = size << 7 | (p[i] & 0x7F);
    if (!(p[i++] & 0x80)) break;
  }
  *body = i;
  return size <= length - i ? size : 0;
}

/* AudioSpecificConfig: the rate at which the 1024 samples of a frame count. */
static int read_esds(mp4 *m, const uint8_t *p, size_t length, uint64_t at) {
  size_t es, config, specific;
  if (!descriptor(p, length, 4, 3, &es)) return walk_damaged(m->w, at, "no decoder's description");
  if (es + 3 > length) return walk_damaged(m->w, at, "the decoder's description");
  size_t inner = es + 3 + (p[es + 2] & 0x80 ? 2U : 0) + (p[es + 2] & 0x20 ? 2U : 0);
  size_t size = descriptor(p, length, inner, 4, &config);
  if (size < 13 || (p[config] != 0x40 && p[config] != 0x67))
    return walk_unsupported(m->w, "another codec than AAC", "");
  size = descriptor(p, length, config + 13, 5, &specific);
  if (size < 2) return walk_damaged(m->w, at, "the decoder's description");
  /* five bits of kind, four of rate (or 15 and the rate in 24), four of channels */
  uint64_t bits = 0;
  for (size_t i = 0; i < 8; i++) bits = bits << 8 | (i < size ? p[specific + i] : 0);
  unsigned index = bits >> 55 & 15, place = index == 15 ? 31 : 55;
  if (index == 15) m->w->unit = bits >> 31 & 0xFFFFFF;
  if (index < sizeof aac_rates / sizeof *aac_rates) m->w->unit = aac_rates[index];
  unsigned channels = bits >> (place - 4) & 15;
  if (channels && channels < 8) m->w->out->channels = channels == 7 ? 8 : channels;
  m->w->out->sample_rate = (uint32_t)m->w->unit;
  m->aac = true;
  return m->w->unit > 1 ? MCRM_OK : walk_damaged(m->w, at, "the decoder's sample rate");
}

int mp4_describe(mp4 *m) {
  uint8_t bytes[DESCRIPTION_MOST];
  const mp4_table *t = &m->track.description;
  size_t length = t->size < sizeof bytes ? (size_t)t->size : sizeof bytes;
  const uint8_t *p = t->at && length >= 44 ? walk_see(m->w, t->at, length) : NULL;
  if (!p) return walk_damaged(m->w, t->at, "a track without a description");
  memcpy(bytes, p, length);
  if (be32(bytes + 4) != 1) return walk_unsupported(m->w, "more than one description", "");
  m->w->out->channels = be16(bytes + 32);
  if (!memcmp(bytes + 12, "Opus", 4)) {
    m->w->out->codec = "opus";
    m->w->out->sample_rate = 48000;
    m->w->unit = 48000;
    return MCRM_OK;
  }
  if (memcmp(bytes + 12, "mp4a", 4)) return walk_unsupported(m->w, "another codec than AAC or Opus", "");
  m->w->out->codec = "aac";
  const uint8_t *esds = memmem(bytes + 44, length - 44, "esds", 4);
  if (!esds) return walk_damaged(m->w, t->at, "no decoder's description");
  esds += 4;
  return read_esds(m, esds, (size_t)(bytes + length - esds), t->at);
}

/* ---- one sample ---- */

static int take_sample(mp4 *m, uint64_t at, uint64_t size) {
  walk *w = m->w;
  if (at > w->size || size > w->size - at) return walk_cut(w, at, "a sample");
  if (!size) return walk_damaged(w, at, "a sample without bytes");
  w->out->frames++;
  if (m->aac) {
    w->length += AAC_SAMPLES;
    return MCRM_OK;
  }
  size_t known = size < 2 ? (size_t)size : 2;
  const uint8_t *p = walk_see(w, at, known);
  uint32_t samples = p ? opus_samples(p, known) : 0;
  if (!samples) return walk_damaged(w, at, "a sample that is not Opus");
  w->length += samples;
  return MCRM_OK;
}

/* ---- tables ---- */

/* A table that is read from one end to the other. */
typedef struct column {
  walk *w;
  window window;
  uint64_t at, end;
} column;

static void column_open(column *c, const mp4 *m, const mp4_table *t, uint64_t skip) {
  c->w = m->w;
  c->window.input = m->w->file.input;
  c->window.at = c->window.length = 0;
  c->window.code = 0;
  c->at = t->at + skip;
  c->end = t->at + t->size;
}

static const uint8_t *column_next(column *c, size_t length) {
  const uint8_t *p = c->at < c->end && length <= c->end - c->at ? window_see(&c->window, c->at, length) : NULL;
  c->at += length;
  if (c->window.code) c->w->file.code = c->window.code;
  return p;
}

typedef struct tables {
  column sizes, chunks, offsets;
  uint32_t one_size, sample_count, chunk_count;
  uint32_t runs, run_first, per_chunk; /* of "stsc": what is left; where the next run begins; samples in a chunk */
  uint32_t next_per_chunk;
} tables;

static int next_run(mp4 *m, tables *t) {
  t->run_first = UINT32_MAX;
  if (!t->runs) return MCRM_OK;
  const uint8_t *p = column_next(&t->chunks, 12);
  if (!p) return walk_damaged(m->w, m->track.chunks.at, "the table of chunks");
  t->runs--;
  t->run_first = be32(p);
  t->next_per_chunk = be32(p + 4);
  return MCRM_OK;
}

static int open_tables(mp4 *m, tables *t) {
  const mp4_track *track = &m->track;
  const uint8_t *p = track->sizes.size >= 12 ? walk_see(m->w, track->sizes.at, 12) : NULL;
  if (!p) return walk_damaged(m->w, track->sizes.at, "no table of sizes");
  t->one_size = be32(p + 4);
  t->sample_count = be32(p + 8);
  p = track->offsets.size >= 8 ? walk_see(m->w, track->offsets.at, 8) : NULL;
  if (!p) return walk_damaged(m->w, track->offsets.at, "no table of offsets");
  t->chunk_count = be32(p + 4);
  p = track->chunks.size >= 8 ? walk_see(m->w, track->chunks.at, 8) : NULL;
  if (!p) return walk_damaged(m->w, track->chunks.at, "no table of chunks");
  t->runs = be32(p + 4);
  if (t->sample_count > SAMPLES_MOST || t->chunk_count > SAMPLES_MOST)
    return walk_damaged(m->w, track->sizes.at, "more samples than there can be");
  column_open(&t->sizes, m, &track->sizes, 12);
  column_open(&t->chunks, m, &track->chunks, 8);
  column_open(&t->offsets, m, &track->offsets, 8);
  return next_run(m, t);
}

static int count_chunk(mp4 *m, tables *t, uint64_t at, uint32_t *left) {
  for (uint32_t i = 0; i < t->per_chunk && *left; i++, --*left) {
    uint64_t size = t->one_size;
    if (!size) {
      const uint8_t *p = column_next(&t->sizes, 4);
      if (!p) return walk_damaged(m->w, m->track.sizes.at, "the table of sizes");
      size = be32(p);
    }
    int code = take_sample(m, at, size);
    if (code) return code;
    at += size;
  }
  return MCRM_OK;
}

int mp4_count_samples(mp4 *m) {
  tables t = {0};
  if (!m->track.sizes.at)
    return m->w->out->frames ? MCRM_OK : walk_damaged(m->w, m->w->size, "no sample until the end,");
  int code = open_tables(m, &t);
  if (code) return code;
  uint32_t left = t.sample_count;
  for (uint32_t chunk = 1; chunk <= t.chunk_count && left; chunk++) {
    if (chunk == t.run_first) {
      t.per_chunk = t.next_per_chunk;
      if ((code = next_run(m, &t))) return code;
    }
    const uint8_t *p = column_next(&t.offsets, m->track.wide ? 8 : 4);
    if (!p || !t.per_chunk) return walk_damaged(m->w, m->track.offsets.at, "the table of offsets");
    code = count_chunk(m, &t, m->track.wide ? be64(p) : be32(p), &left);
    if (code) return code;
  }
  return left ? walk_damaged(m->w, m->track.offsets.at, "fewer chunks than samples") : MCRM_OK;
}

int mp4_count_run(mp4 *m, uint64_t at, uint64_t size) {
  const uint8_t *p = size >= 12 ? walk_see(m->w, at, 12) : size >= 8 ? walk_see(m->w, at, 8) : NULL;
  if (!p) return walk_damaged(m->w, at, "a box that is too short");
  uint32_t flags = be32(p) & 0xFFFFFF, count = be32(p + 4);
  uint64_t place = 8, data = m->base;
  if (flags & 1) {
    if (size < 12) return walk_damaged(m->w, at, "a box that is too short");
    data += (uint64_t)(int64_t)(int32_t)be32(p + 8);
    place += 4;
  }
  if (flags & 4) place += 4;
  unsigned each =
      (flags & 0x100 ? 4U : 0) + (flags & 0x200 ? 4U : 0) + (flags & 0x400 ? 4U : 0) + (flags & 0x800 ? 4U : 0);
  if (count > SAMPLES_MOST || place > size || (uint64_t)count * each > size - place)
    return walk_damaged(m->w, at, "more samples than the box holds");
  column rows;
  column_open(&rows, m, &(mp4_table){at, size}, place);
  for (uint32_t i = 0; i < count; i++) {
    p = each ? column_next(&rows, each) : NULL;
    if (each && !p) return walk_damaged(m->w, at, "a run of samples");
    uint64_t one = flags & 0x200 ? be32(p + (flags & 0x100 ? 4 : 0)) : m->fragment_size;
    if (m->w->out->frames >= SAMPLES_MOST) return walk_damaged(m->w, at, "more samples than there can be");
    int code = take_sample(m, data, one);
    if (code) return code;
    data += one;
  }
  return MCRM_OK;
}
