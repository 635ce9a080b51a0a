/* Ogg: pages with a checksum each, packets laced over them. */
#include <string.h>

#include "walk.h"

enum { HEAD = 27, CONTINUED = 1, FIRST = 2, PACKET_START = 32, SAMPLES_48K = 48000 };

typedef struct ogg {
  walk *w;
  uint32_t checksums[256];
  uint32_t serial, sequence;
  bool begun, open, vorbis; /* open: the packet goes on in the next page */
  uint64_t packet, packets; /* length of the open one so far; how many were whole */
  uint8_t start[PACKET_START];
  uint64_t skip, last_position, longest_block;
} ogg;

static void make_checksums(ogg *o) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t sum = i << 24;
    for (int bit = 0; bit < 8; bit++) sum = sum << 1 ^ (sum & 0x80000000 ? 0x04C11DB7 : 0);
    o->checksums[i] = sum;
  }
}

/* The page's checksum, counting its own four bytes as zeros. */
static bool sum_page(ogg *o, uint64_t at, uint64_t length, uint32_t *out) {
  uint32_t sum = 0;
  for (uint64_t done = 0; done < length;) {
    size_t piece = length - done < WINDOW ? (size_t)(length - done) : WINDOW;
    const uint8_t *p = walk_see(o->w, at + done, piece);
    if (!p) return false;
    for (size_t i = 0; i < piece; i++) {
      uint64_t place = done + i;
      uint8_t byte = place >= 22 && place < 26 ? 0 : p[i];
      sum = sum << 8 ^ o->checksums[sum >> 24 ^ byte];
    }
    done += piece;
  }
  *out = sum;
  return true;
}

static int identify(ogg *o, uint64_t at) {
  walk *w = o->w;
  const uint8_t *p = o->start;
  if (o->packet >= 19 && !memcmp(p, "OpusHead", 8)) {
    if (p[8] & 0xF0) return walk_unsupported(w, "another version of Opus", "");
    w->out->codec = "opus";
    w->out->channels = p[9];
    w->out->sample_rate = SAMPLES_48K;
    w->unit = SAMPLES_48K;
    o->skip = le16(p + 10);
    return MCRM_OK;
  }
  if (o->packet >= 30 && !memcmp(p, "\1vorbis", 7)) {
    unsigned small = p[28] & 15, large = p[28] >> 4;
    if (le32(p + 7) || !p[11] || !le32(p + 12) || small > large || small < 6 || large > 13)
      return walk_damaged(w, at, "the Vorbis header does not add up");
    o->vorbis = true;
    o->longest_block = (uint64_t)1 << large;
    w->out->codec = "vorbis";
    w->out->channels = p[11];
    w->out->sample_rate = le32(p + 12);
    w->unit = w->out->sample_rate;
    return MCRM_OK;
  }
  return walk_unsupported(w, "neither Opus nor Vorbis", "");
}

static int end_packet(ogg *o, uint64_t at) {
  walk *w = o->w;
  uint64_t number = o->packets++;
  size_t known = o->packet < PACKET_START ? (size_t)o->packet : PACKET_START;
  if (number == 0) return identify(o, at);
  if (number == 1 && !o->vorbis && (known < 8 || memcmp(o->start, "OpusTags", 8)))
    return walk_damaged(w, at, "the second packet is not the tags");
  if (number < (o->vorbis ? 3U : 2U)) return MCRM_OK;
  w->out->frames++;
  if (o->vorbis) return MCRM_OK;
  uint32_t samples = opus_samples(o->start, known);
  if (!samples) return walk_damaged(w, at, "a packet that is not Opus");
  w->length += samples;
  return MCRM_OK;
}

/* The pieces of a page: a piece of less than 255 bytes ends its packet. */
static int read_pieces(ogg *o, uint64_t at, const uint8_t *lacing, size_t count, uint64_t body) {
  for (size_t i = 0; i < count; i++) {
    size_t length = lacing[i];
    if (o->packet < PACKET_START && length) {
      size_t room = PACKET_START - (size_t)o->packet, take = length < room ? length : room;
      const uint8_t *p = walk_see(o->w, body, take);
      if (!p) return walk_cut(o->w, at, "a page");
      memcpy(o->start + o->packet, p, take);
    }
    o->packet += length;
    body += length;
    o->open = length == 255;
    if (o->open) continue;
    int code = end_packet(o, at);
    if (code) return code;
    o->packet = 0;
  }
  return MCRM_OK;
}

static int check_order(ogg *o, uint64_t at, const uint8_t *p) {
  uint32_t serial = le32(p + 14), sequence = le32(p + 18);
  bool first = p[5] & FIRST, continued = p[5] & CONTINUED;
  if (p[4]) return walk_unsupported(o->w, "another version of pages", "");
  if (first == o->begun)
    return first ? walk_unsupported(o->w, "more than one stream", "") : walk_damaged(o->w, at, "no first page");
  if (o->begun && serial != o->serial) return walk_damaged(o->w, at, "a page of another stream");
  if (o->begun && sequence != o->sequence + 1) return walk_damaged(o->w, at, "a page is missing");
  if (continued != o->open) return walk_damaged(o->w, at, "a packet that does not go on");
  o->begun = true;
  o->serial = serial;
  o->sequence = sequence;
  return MCRM_OK;
}

/* Vorbis says how far a page reaches; more than its packets can hold it cannot. */
static int take_position(ogg *o, uint64_t at, uint64_t position) {
  if (!o->vorbis || position == UINT64_MAX || !position) return MCRM_OK;
  if (position < o->last_position || position / o->longest_block > o->w->out->frames + 1)
    return walk_damaged(o->w, at, "a position that its packets cannot reach");
  o->last_position = o->w->length = position;
  return MCRM_OK;
}

static int read_page(ogg *o, uint64_t at, uint64_t *next) {
  walk *w = o->w;
  uint8_t head[HEAD + 255];
  uint32_t sum;
  const uint8_t *p = walk_see(w, at, HEAD);
  if (!p) return walk_cut(w, at, "a page's head");
  size_t count = p[26];
  if (memcmp(p, "OggS", 4)) return walk_damaged(w, at, "no page begins");
  p = walk_see(w, at, HEAD + count);
  if (!p) return walk_cut(w, at, "a page's head");
  memcpy(head, p, HEAD + count);
  uint64_t body = at + HEAD + count, length = 0;
  for (size_t i = 0; i < count; i++) length += head[HEAD + i];
  if (length > w->size - body) return walk_cut(w, at, "a page");
  if (!sum_page(o, at, body + length - at, &sum)) return walk_cut(w, at, "a page");
  if (sum != le32(head + 22)) return walk_damaged(w, at, "the checksum does not fit the page");
  int code = check_order(o, at, head);
  if (!code) code = read_pieces(o, at, head + HEAD, count, body);
  if (!code) code = take_position(o, at, le64(head + 6));
  *next = body + length;
  return code;
}

int walk_ogg(walk *w) {
  ogg o = {.w = w};
  int code = MCRM_OK;
  make_checksums(&o);
  for (uint64_t at = 0; !code && at < w->size;) code = read_page(&o, at, &at);
  if (!code && o.open) return walk_cut(w, w->size, "the last packet");
  if (!code && !o.vorbis) w->length -= o.skip < w->length ? o.skip : w->length;
  return code;
}
