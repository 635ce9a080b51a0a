/* Matroska's subset for the web: elements within elements (RFC 8794). A segment and its clusters may be of unknown
 * size, as browsers write them while they record; such a cluster ends where the next element of the segment begins. */
#include <string.h>

#include "walk.h"

enum {
  EBML = 0x1A45DFA3,
  DOC_TYPE = 0x4282,
  SEGMENT = 0x18538067,
  SEEK_HEAD = 0x114D9B74,
  INFO = 0x1549A966,
  TRACKS = 0x1654AE6B,
  TRACK = 0xAE,
  TRACK_NUMBER = 0xD7,
  TRACK_TYPE = 0x83,
  CODEC = 0x86,
  ENCODINGS = 0x6D80,
  AUDIO = 0xE1,
  CHANNELS = 0x9F,
  CLUSTER = 0x1F43B675,
  SIMPLE_BLOCK = 0xA3,
  BLOCK_GROUP = 0xA0,
  BLOCK = 0xA1,
  CUES = 0x1C53BB6B,
  TAGS = 0x1254C367,
  CHAPTERS = 0x1043A770,
  ATTACHMENTS = 0x1941A469,
  DEPTH = 8,
  LACES = 256,
  AUDIO_TRACK = 2
};
#define UNKNOWN UINT64_MAX

typedef struct level {
  uint32_t id;
  uint64_t start, end; /* UNKNOWN: to the next of its kind */
} level;

typedef struct webm {
  walk *w;
  level open[DEPTH];
  size_t depth;
  uint64_t track, track_number, track_type; /* the audio track's; of the one being read */
  bool opus, audio, encoded;
  uint64_t channels;
} webm;

/* A number of 1 to 8 bytes whose first byte says how many; with `mark` the length bits stay (ids). */
static size_t read_number(webm *m, uint64_t at, size_t most, bool mark, uint64_t *out) {
  const uint8_t *p = walk_see(m->w, at, 1);
  size_t length = 1;
  if (!p || !p[0]) return 0;
  while (!(p[0] & 0x80 >> (length - 1))) length++;
  if (length > most || !(p = walk_see(m->w, at, length))) return 0;
  uint64_t value = mark ? p[0] : p[0] & (0xFFU >> length);
  bool ones = value == 0xFFU >> length;
  for (size_t i = 1; i < length; i++) {
    ones = ones && p[i] == 0xFF;
    value = value << 8 | p[i];
  }
  *out = ones && !mark ? UNKNOWN : value;
  return length;
}

static bool is_master(uint32_t id) {
  return id == SEGMENT || id == TRACKS || id == TRACK || id == AUDIO || id == CLUSTER || id == BLOCK_GROUP;
}

/* Elements that stand in the segment itself: where one begins, a cluster of unknown size has ended. */
static bool is_top(uint32_t id) {
  return id == SEEK_HEAD || id == INFO || id == TRACKS || id == CLUSTER || id == CUES || id == TAGS || id == CHAPTERS ||
         id == ATTACHMENTS || id == SEGMENT || id == EBML;
}

static uint32_t parent_of(uint32_t id) {
  switch (id) {
    case TRACKS:
    case CLUSTER:
      return SEGMENT;
    case TRACK:
      return TRACKS;
    case AUDIO:
      return TRACK;
    case BLOCK_GROUP:
    case SIMPLE_BLOCK:
      return CLUSTER;
    case BLOCK:
      return BLOCK_GROUP;
    default:
      return 0;
  }
}

static int read_unsigned(webm *m, uint64_t at, uint64_t size, uint64_t *out) {
  const uint8_t *p = size <= 8 ? walk_see(m->w, at, (size_t)size) : NULL;
  if (!p) return walk_damaged(m->w, at, "a number of more than 8 bytes");
  *out = 0;
  for (size_t i = 0; i < size; i++) *out = *out << 8 | p[i];
  return MCRM_OK;
}

/* ---- blocks ---- */

static int take_frame(webm *m, uint64_t at, uint64_t length) {
  size_t known = length < 2 ? (size_t)length : 2;
  const uint8_t *p = walk_see(m->w, at, known);
  uint32_t samples = p ? opus_samples(p, known) : 0;
  if (!samples) return walk_damaged(m->w, at, "a frame that is not Opus");
  m->w->out->frames++;
  m->w->length += samples;
  return MCRM_OK;
}

/* The sizes of all but the last frame of a block that holds several; how many bytes they took, or 0. */
static uint64_t read_xiph(webm *m, uint64_t at, uint64_t end, size_t count, uint64_t *sizes) {
  uint64_t start = at;
  for (size_t i = 0; i + 1 < count; i++) {
    const uint8_t *p;
    sizes[i] = 0;
    do {
      p = at < end ? walk_see(m->w, at++, 1) : NULL;
      if (!p) return 0;
      sizes[i] += p[0];
    } while (p[0] == 255);
  }
  return at - start;
}

static uint64_t read_ebml(webm *m, uint64_t at, uint64_t end, size_t count, uint64_t *sizes) {
  uint64_t start = at, value, previous = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    size_t length = at < end ? read_number(m, at, 8, false, &value) : 0;
    if (!length || value == UNKNOWN) return 0;
    /* the first as it is, the others as a difference, which is stored above its least value */
    if (i) value = previous + value - (((uint64_t)1 << (7 * length - 1)) - 1);
    sizes[i] = previous = value;
    at += length;
  }
  return at - start;
}

static int read_laced(webm *m, uint64_t at, uint64_t end, unsigned lacing) {
  uint64_t sizes[LACES], used = 1, total = 0;
  const uint8_t *p = at < end ? walk_see(m->w, at, 1) : NULL;
  if (!p) return walk_damaged(m->w, at, "an empty block");
  size_t count = (size_t)p[0] + 1;
  if (count > 1 && lacing != 2) {
    uint64_t took = lacing == 1 ? read_xiph(m, at + 1, end, count, sizes) : read_ebml(m, at + 1, end, count, sizes);
    if (!took) return walk_damaged(m->w, at, "the sizes of a block's frames");
    used += took;
  }
  if (used > end - at) return walk_damaged(m->w, at, "the sizes of a block's frames");
  uint64_t left = end - at - used;
  if (lacing == 2 && left % count) return walk_damaged(m->w, at, "frames of unequal size");
  for (size_t i = 0; i + 1 < count; i++) {
    if (lacing == 2) sizes[i] = left / count;
    if (sizes[i] > left - total) return walk_damaged(m->w, at, "frames that do not fit their block");
    total += sizes[i];
  }
  sizes[count - 1] = left - total;
  at += used;
  for (size_t i = 0; i < count; i++) {
    int code = take_frame(m, at, sizes[i]);
    if (code) return code;
    at += sizes[i];
  }
  return MCRM_OK;
}

static int read_block(webm *m, uint64_t at, uint64_t size) {
  uint64_t track, end = at + size;
  size_t length = read_number(m, at, 8, false, &track);
  const uint8_t *p = length && size >= length + 3 ? walk_see(m->w, at + length, 3) : NULL;
  if (!p) return walk_damaged(m->w, at, "a block without a head");
  if (!m->track || track != m->track) return walk_damaged(m->w, at, "a block of no track");
  unsigned lacing = p[2] >> 1 & 3;
  at += length + 3;
  return lacing ? read_laced(m, at, end, lacing) : take_frame(m, at, end - at);
}

/* ---- elements ---- */

static int read_codec(webm *m, uint64_t at, uint64_t size) {
  static const char opus[] = "A_OPUS";
  const uint8_t *p = walk_see(m->w, at, size < 32 ? (size_t)size : 32);
  m->opus = p && size >= sizeof opus - 1 && !memcmp(p, opus, sizeof opus - 1) &&
            (size == sizeof opus - 1 || !p[sizeof opus - 1]);
  return MCRM_OK;
}

static int read_leaf(webm *m, uint32_t id, uint64_t at, uint64_t size) {
  uint32_t in = m->depth ? m->open[m->depth - 1].id : 0;
  switch (id) {
    case SIMPLE_BLOCK:
    case BLOCK:
      return read_block(m, at, size);
    case TRACK_NUMBER:
      return in == TRACK ? read_unsigned(m, at, size, &m->track_number) : MCRM_OK;
    case TRACK_TYPE:
      return in == TRACK ? read_unsigned(m, at, size, &m->track_type) : MCRM_OK;
    case CODEC:
      return in == TRACK ? read_codec(m, at, size) : MCRM_OK;
    case ENCODINGS:
      m->encoded = m->encoded || in == TRACK;
      return MCRM_OK;
    case CHANNELS:
      return in == AUDIO ? read_unsigned(m, at, size, &m->channels) : MCRM_OK;
    default:
      return MCRM_OK;
  }
}

static int end_track(webm *m, uint64_t at) {
  if (m->track_type != AUDIO_TRACK) return walk_unsupported(m->w, "a track that is not sound", "");
  if (m->track) return walk_unsupported(m->w, "more than one track", "");
  if (!m->opus || m->encoded) return walk_unsupported(m->w, "another codec than Opus", "");
  if (!m->track_number) return walk_damaged(m->w, at, "a track without a number");
  m->track = m->track_number;
  m->w->out->codec = "opus";
  m->w->out->sample_rate = 48000;
  m->w->unit = 48000;
  m->w->out->channels = m->channels && m->channels < 256 ? (uint32_t)m->channels : m->channels ? 256 : 1;
  return MCRM_OK;
}

static int begin_master(webm *m, uint32_t id, uint64_t at, uint64_t end) {
  if (m->depth == DEPTH) return walk_damaged(m->w, at, "elements nested too deeply");
  if (id == TRACK) {
    m->track_number = m->track_type = m->channels = 0;
    m->opus = m->encoded = false;
  }
  m->open[m->depth++] = (level){id, at, end};
  return MCRM_OK;
}

/* Leaves what ends here, and a cluster of unknown size before the next element of its segment. */
static int leave(webm *m, uint64_t at, uint32_t next) {
  while (m->depth) {
    const level *l = &m->open[m->depth - 1];
    bool over = l->end == UNKNOWN ? l->id == CLUSTER && is_top(next) : at >= l->end;
    if (!over) return MCRM_OK;
    m->depth--;
    int code = l->id == TRACK ? end_track(m, at) : MCRM_OK;
    if (code) return code;
  }
  return MCRM_OK;
}

/* Where the innermost element whose size is known ends. */
static uint64_t bound(const webm *m) {
  for (size_t i = m->depth; i-- > 0;)
    if (m->open[i].end != UNKNOWN) return m->open[i].end;
  return m->w->size;
}

static int read_element(webm *m, uint64_t *at) {
  uint64_t id, size, start = *at;
  size_t id_length = read_number(m, start, 4, true, &id);
  if (!id_length) return walk_damaged(m->w, start, "no element begins");
  int code = leave(m, start, (uint32_t)id);
  if (code) return code;
  size_t size_length = read_number(m, start + id_length, 8, false, &size);
  if (!size_length) return walk_cut(m->w, start, "an element's head");
  uint64_t body = start + id_length + size_length, end = bound(m);
  bool master = is_master((uint32_t)id);
  uint32_t parent = parent_of((uint32_t)id), in = m->depth ? m->open[m->depth - 1].id : 0;
  if (parent && parent != in) return walk_damaged(m->w, start, "an element in the wrong place");
  if (!parent && (id == SEGMENT || id == EBML) && in) return walk_unsupported(m->w, "more than one segment", "");
  if (size == UNKNOWN && id != SEGMENT && id != CLUSTER) return walk_damaged(m->w, start, "an element of unknown size");
  if (size != UNKNOWN && (body > end || size > end - body))
    return end == m->w->size ? walk_cut(m->w, start, "an element") : walk_damaged(m->w, start, "an element overflows");
  if (master) {
    *at = body;
    return begin_master(m, (uint32_t)id, start, size == UNKNOWN ? UNKNOWN : body + size);
  }
  *at = body + size;
  return read_leaf(m, (uint32_t)id, body, size);
}

int walk_webm(walk *w) {
  webm m = {.w = w};
  uint64_t at = 0;
  int code = MCRM_OK;
  while (!code && at < w->size) code = read_element(&m, &at);
  if (!code) code = leave(&m, at, CLUSTER);
  if (code) return code;
  for (size_t i = 0; i < m.depth; i++)
    if (m.open[i].end != UNKNOWN) return walk_cut(w, m.open[i].start, "an element");
  return m.track ? MCRM_OK : walk_damaged(w, w->size, "no track until the end,");
}
