/* What the walk over the boxes collects of the one audio track. */
#ifndef AUDIO_MP4_H
#define AUDIO_MP4_H

#include "walk.h"

typedef struct mp4_table {
  uint64_t at, size; /* of the box's body; at 0: not there */
} mp4_table;

typedef struct mp4_track {
  bool sound;
  uint32_t id;
  mp4_table description, sizes, chunks, offsets;
  bool wide; /* offsets of 64 bits */
} mp4_track;

typedef struct mp4 {
  walk *w;
  mp4_track track, reading; /* the audio track; the one being read */
  bool has_track, aac;
  uint32_t default_size; /* of a fragment's samples */
  /* of the fragment being read */
  uint64_t moof, base;
  bool ours;
  uint32_t fragment_size;
} mp4;

/* Counts the samples of the tables, which must lie within the file. */
int mp4_count_samples(mp4 *m);
/* The same for one run of a fragment; a whole "trun" box. */
int mp4_count_run(mp4 *m, uint64_t at, uint64_t size);
/* Reads the codec out of the sample description. */
int mp4_describe(mp4 *m);

#endif
