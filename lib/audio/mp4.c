/* ISO media: boxes within boxes. Either the tables of "moov" say where each sample is, or fragments ("moof") do, as
 * browsers write them while they record. */
#include "mp4.h"

#include <string.h>

enum { DEPTH = 8 };

#define BOX(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

typedef struct level {
  uint32_t type;
  uint64_t end;
} level;

static bool is_container(uint32_t type) {
  return type == BOX('m', 'o', 'o', 'v') || type == BOX('t', 'r', 'a', 'k') || type == BOX('m', 'd', 'i', 'a') ||
         type == BOX('m', 'i', 'n', 'f') || type == BOX('s', 't', 'b', 'l') || type == BOX('m', 'v', 'e', 'x') ||
         type == BOX('m', 'o', 'o', 'f') || type == BOX('t', 'r', 'a', 'f');
}

static int too_short(mp4 *m, uint64_t at) { return walk_damaged(m->w, at, "a box that is too short"); }

static int read_track_header(mp4 *m, uint64_t at, uint64_t size) {
  const uint8_t *p = size >= 24 ? walk_see(m->w, at, 24) : NULL;
  if (!p) return too_short(m, at);
  m->reading.id = be32(p + (p[0] == 1 ? 20 : 12));
  return MCRM_OK;
}

static int read_handler(mp4 *m, uint64_t at, uint64_t size) {
  const uint8_t *p = size >= 12 ? walk_see(m->w, at, 12) : NULL;
  if (!p) return too_short(m, at);
  if (!memcmp(p + 8, "vide", 4)) return walk_unsupported(m->w, "a track of pictures", "");
  m->reading.sound = !memcmp(p + 8, "soun", 4);
  return MCRM_OK;
}

static int read_defaults(mp4 *m, uint64_t at, uint64_t size) {
  const uint8_t *p = size >= 24 ? walk_see(m->w, at, 24) : NULL;
  if (!p) return too_short(m, at);
  m->default_size = be32(p + 16);
  return MCRM_OK;
}

static int read_fragment_header(mp4 *m, uint64_t at, uint64_t size) {
  const uint8_t *p = size >= 8 ? walk_see(m->w, at, size < 40 ? (size_t)size : 40) : NULL;
  if (!p) return too_short(m, at);
  uint32_t flags = be32(p) & 0xFFFFFF;
  size_t place = 8,
         need = 8 + (flags & 1 ? 8U : 0) + (flags & 2 ? 4U : 0) + (flags & 8 ? 4U : 0) + (flags & 16 ? 4U : 0);
  if (size < need) return too_short(m, at);
  m->ours = m->has_track && be32(p + 4) == m->track.id;
  m->base = m->moof;
  m->fragment_size = m->default_size;
  if (flags & 1) {
    m->base = be64(p + place);
    place += 8;
  }
  if (flags & 2) place += 4;
  if (flags & 8) place += 4;
  if (flags & 16) m->fragment_size = be32(p + place);
  return MCRM_OK;
}

static int read_leaf(mp4 *m, uint32_t type, uint64_t at, uint64_t size) {
  mp4_track *t = &m->reading;
  const mp4_table here = {at, size};
  switch (type) {
    case BOX('t', 'k', 'h', 'd'):
      return read_track_header(m, at, size);
    case BOX('h', 'd', 'l', 'r'):
      return read_handler(m, at, size);
    case BOX('s', 't', 's', 'd'):
      t->description = here;
      return MCRM_OK;
    case BOX('s', 't', 's', 'z'):
      t->sizes = here;
      return MCRM_OK;
    case BOX('s', 't', 's', 'c'):
      t->chunks = here;
      return MCRM_OK;
    case BOX('s', 't', 'c', 'o'):
    case BOX('c', 'o', '6', '4'):
      t->offsets = here;
      t->wide = type == BOX('c', 'o', '6', '4');
      return MCRM_OK;
    case BOX('t', 'r', 'e', 'x'):
      return read_defaults(m, at, size);
    case BOX('t', 'f', 'h', 'd'):
      return read_fragment_header(m, at, size);
    case BOX('t', 'r', 'u', 'n'):
      return m->ours ? mp4_count_run(m, at, size) : MCRM_OK;
    default:
      return MCRM_OK;
  }
}

static int end_box(mp4 *m, uint32_t type) {
  if (type == BOX('t', 'r', 'a', 'f')) m->ours = false;
  if (type != BOX('t', 'r', 'a', 'k') || !m->reading.sound) return MCRM_OK;
  if (m->has_track) return walk_unsupported(m->w, "more than one track", "");
  m->has_track = true;
  m->track = m->reading;
  return mp4_describe(m);
}

/* The parts of a track are told apart by where they stand. */
static bool fits(uint32_t type, uint32_t in) {
  switch (type) {
    case BOX('m', 'o', 'o', 'v'):
    case BOX('m', 'o', 'o', 'f'):
      return !in;
    case BOX('t', 'r', 'a', 'k'):
    case BOX('m', 'v', 'e', 'x'):
      return in == BOX('m', 'o', 'o', 'v');
    case BOX('m', 'd', 'i', 'a'):
      return in == BOX('t', 'r', 'a', 'k');
    case BOX('m', 'i', 'n', 'f'):
      return in == BOX('m', 'd', 'i', 'a');
    case BOX('s', 't', 'b', 'l'):
      return in == BOX('m', 'i', 'n', 'f');
    case BOX('t', 'r', 'a', 'f'):
      return in == BOX('m', 'o', 'o', 'f');
    default:
      return true;
  }
}

static int read_head(mp4 *m, uint64_t at, uint64_t end, bool top, uint64_t *body, uint64_t *next) {
  const uint8_t *p = walk_see(m->w, at, 8);
  if (!p || end - at < 8) return walk_cut(m->w, at, "a box's head");
  uint64_t size = be32(p);
  *body = at + 8;
  if (size == 1) {
    p = walk_see(m->w, at, 16);
    if (!p || end - at < 16) return walk_cut(m->w, at, "a box's head");
    size = be64(p + 8);
    *body = at + 16;
  }
  if (!size && top) size = end - at; /* the last one, to the end of the file */
  if (size < *body - at) return walk_damaged(m->w, at, "a box smaller than its head");
  if (size > end - at) return top ? walk_cut(m->w, at, "a box") : walk_damaged(m->w, at, "a box that overflows");
  *next = at + size;
  return MCRM_OK;
}

int walk_mp4(walk *w) {
  mp4 m = {.w = w};
  level open[DEPTH];
  size_t depth = 0;
  for (uint64_t at = 0, body = 0, next = 0; at < w->size || depth; at = next) {
    int code = MCRM_OK;
    if (depth && at >= open[depth - 1].end) {
      code = end_box(&m, open[--depth].type);
      next = at;
      if (code) return code;
      continue;
    }
    code = read_head(&m, at, depth ? open[depth - 1].end : w->size, !depth, &body, &next);
    if (code) return code;
    const uint8_t *p = walk_see(w, at + 4, 4);
    uint32_t type = p ? be32(p) : 0, in = depth ? open[depth - 1].type : 0;
    if (is_container(type)) {
      if (!fits(type, in) || depth == DEPTH) return walk_damaged(w, at, "a box in the wrong place");
      if (type == BOX('t', 'r', 'a', 'k')) m.reading = (mp4_track){0};
      if (type == BOX('m', 'o', 'o', 'f')) m.moof = at;
      open[depth++] = (level){type, next};
      next = body;
    } else if (in || type == BOX('f', 't', 'y', 'p')) {
      code = read_leaf(&m, type, body, next - body);
    }
    if (code) return code;
  }
  if (!m.has_track) return walk_damaged(w, w->size, "no track of sound until the end,");
  return mp4_count_samples(&m);
}
