#include "packets.h"

#include <string.h>

static bool read_head(packets *p, const unsigned char *head, size_t length) {
  if (length < 19 || memcmp(head, "OpusHead", 8)) return false;
  p->channels = head[9];
  p->pre_skip = head[10] | (unsigned)head[11] << 8;
  p->gain = (int16_t)(head[16] | head[17] << 8);
  return p->channels == 1 || p->channels == 2;
}

/* ---- Ogg: pages of laced packets ---- */

enum { PAGE_HEADER = 27, CONTINUED = 1 };

static uint32_t number32(const unsigned char *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* To the next page of our stream: 1, or 0 at the end, -1. Until the stream is known, every page is. */
static int next_page(packets *p, bool any) {
  for (;;) {
    const unsigned char *page = p->bytes + p->at;
    size_t left = p->length - p->at, body = 0;
    if (!left) return 0;
    if (left < PAGE_HEADER || memcmp(page, "OggS", 4)) return -1;
    unsigned laces = page[26];
    if (left < PAGE_HEADER + (size_t)laces) return -1;
    for (unsigned i = 0; i < laces; i++) body += page[PAGE_HEADER + i];
    if (left < PAGE_HEADER + laces + body) return -1;
    if (any || number32(page + 14) == p->serial) {
      if (!(page[5] & CONTINUED)) p->joined = 0;
      p->serial = number32(page + 14);
      p->laces = page + PAGE_HEADER;
      p->lace = 0;
      p->lace_count = laces;
      p->at += PAGE_HEADER + laces;
      return 1;
    }
    p->at += PAGE_HEADER + laces + body;
  }
}

static void skip_page(packets *p) {
  for (; p->lace < p->lace_count; p->lace++) p->at += p->laces[p->lace];
}

static int next_ogg(packets *p, const unsigned char **packet, size_t *size) {
  for (;;) {
    if (p->lace == p->lace_count) {
      int more = next_page(p, false);
      if (more <= 0) return more;
      continue;
    }
    size_t part = 0;
    bool whole = false;
    while (p->lace < p->lace_count && !whole) {
      whole = p->laces[p->lace] < 255;
      part += p->laces[p->lace++];
    }
    const unsigned char *from = p->bytes + p->at;
    p->at += part;
    if (whole && !p->joined) return *packet = from, *size = part, 1;
    if (part > sizeof p->packet - p->joined) return -1;
    memcpy(p->packet + p->joined, from, part);
    p->joined += part;
    if (!whole) continue;
    *packet = p->packet;
    *size = p->joined;
    p->joined = 0;
    return 1;
  }
}

static bool open_ogg(packets *p) {
  const unsigned char *packet;
  size_t size;
  while (next_page(p, true) == 1) {
    const unsigned char *first = p->bytes + p->at;
    size_t there = p->lace_count ? p->laces[0] : 0;
    if (there >= 8 && !memcmp(first, "OpusHead", 8))
      return next_ogg(p, &packet, &size) == 1 && read_head(p, packet, size) && next_ogg(p, &packet, &size) == 1 &&
             size >= 8 && !memcmp(packet, "OpusTags", 8);
    skip_page(p);
  }
  return false;
}

/* ---- WebM: elements; of those that hold others only the head is skipped, so that all lie in one row ---- */

enum {
  SEGMENT = 0x18538067,
  TRACKS = 0x1654AE6B,
  TRACK = 0xAE,
  TRACK_NUMBER = 0xD7,
  CODEC = 0x86,
  CODEC_PRIVATE = 0x63A2,
  CLUSTER = 0x1F43B675,
  BLOCK_GROUP = 0xA0,
  SIMPLE_BLOCK = 0xA3,
  BLOCK = 0xA1,
  LACING = 0x06
};

/* A number of 1 to `most` bytes whose first byte tells how many; marked: with its length bits, as ids are. All ones of
 * a size is UINT64_MAX: unknown. 0 = there is none. */
static size_t element_number(const packets *p, size_t at, size_t most, bool marked, uint64_t *out) {
  size_t length = 1;
  if (at >= p->length || !p->bytes[at]) return 0;
  while (!(p->bytes[at] & 0x80 >> (length - 1))) length++;
  if (length > most || length > p->length - at) return 0;
  uint64_t value = marked ? p->bytes[at] : p->bytes[at] & (0xFFU >> length);
  bool ones = (p->bytes[at] | (0xFF00U >> length & 0xFF)) == 0xFF;
  for (size_t i = 1; i < length; i++) {
    value = value << 8 | p->bytes[at + i];
    ones = ones && p->bytes[at + i] == 0xFF;
  }
  *out = !marked && ones ? UINT64_MAX : value;
  return length;
}

static bool holds_others(uint64_t id) {
  return id == SEGMENT || id == TRACKS || id == TRACK || id == CLUSTER || id == BLOCK_GROUP;
}

/* A block of our track: 1, of another: 0, one that we cannot read: -1. */
static int read_block(const packets *p, size_t at, size_t size, const unsigned char **packet, size_t *packet_size) {
  uint64_t track;
  size_t head = element_number(p, at, 8, false, &track);
  if (!head || size < head + 3) return -1;
  if (track != p->track) return 0;
  if (p->bytes[at + head + 2] & LACING) return -1; /* nobody laces Opus */
  *packet = p->bytes + at + head + 3;
  *packet_size = size - head - 3;
  return 1;
}

static void read_track(packets *p, uint64_t id, size_t at, size_t size) {
  if (id == TRACK_NUMBER && size <= 8) {
    p->number = 0;
    for (size_t i = 0; i < size; i++) p->number = p->number << 8 | p->bytes[at + i];
  } else if (id == CODEC) {
    p->opus = size >= 6 && !memcmp(p->bytes + at, "A_OPUS", 6);
  } else if (id == CODEC_PRIVATE && !p->track && read_head(p, p->bytes + at, size)) {
    p->headers = 1;
  }
  if (!p->track && p->opus && p->headers && p->number) p->track = p->number;
}

static int next_webm(packets *p, const unsigned char **packet, size_t *size) {
  while (p->at < p->length) {
    uint64_t id, length;
    size_t first = element_number(p, p->at, 4, true, &id);
    size_t second = first ? element_number(p, p->at + first, 8, false, &length) : 0;
    if (!second) return -1;
    size_t body = p->at + first + second;
    if (holds_others(id)) {
      if (id == TRACK) {
        p->number = 0;
        p->opus = false;
        if (!p->track) p->headers = 0;
      }
      p->at = body;
      continue;
    }
    if (length > p->length - body) return -1;
    p->at = body + (size_t)length;
    read_track(p, id, body, (size_t)length);
    if ((id != SIMPLE_BLOCK && id != BLOCK) || !p->track) continue;
    int found = read_block(p, body, (size_t)length, packet, size);
    if (found) return found;
  }
  return 0;
}

bool packets_open(packets *p, const void *bytes, size_t length, bool webm) {
  memset(p, 0, offsetof(packets, packet));
  p->number = p->track = 0;
  p->opus = false;
  p->bytes = bytes;
  p->length = length;
  p->webm = webm;
  if (!webm) return open_ogg(p);
  const unsigned char *packet;
  size_t size;
  if (next_webm(p, &packet, &size) != 1) return false; /* the track is known once its first block is there */
  p->at = 0;
  return true;
}

int packets_next(packets *p, const unsigned char **packet, size_t *size) {
  return p->webm ? next_webm(p, packet, size) : next_ogg(p, packet, size);
}
