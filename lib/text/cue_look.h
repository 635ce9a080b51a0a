/* Sixty-four bytes of the fold at once, for one kind of processor: cue_window.c includes this once for each, with
 * VECTOR, what comparing two of them gives (TRUTH) and their operations (none: byte by byte), TARGET, and NAMED(),
 * which gives the functions their names. */

#ifdef VECTOR

#define EACH(byte)  SET1((char)(byte))
#define IS(v, byte) CMPEQ(v, EACH(byte))

TARGET static inline TRUTH NAMED(within)(VECTOR v, int low, int high) {
  return AT_MOST(SUB(v, EACH(low)), EACH(high - low));
}

TARGET static inline TRUTH NAMED(letters)(VECTOR v) { return NAMED(within)(v, '0', '9') | NAMED(within)(v, 'a', 'z'); }

TARGET static inline TRUTH NAMED(skipped)(VECTOR v) { return IS(v, '\'') | IS(v, '`'); }

TARGET static inline void NAMED(classify_some)(const unsigned char *p, unsigned shift, classes *c) {
  VECTOR v = LOAD(p), next = LOAD(p + 1), after = LOAD(p + 2), fourth = LOAD(p + 4);
  TRUTH d8 = IS(v, 0xD8), d9 = IS(v, 0xD9), db = IS(v, 0xDB);
  TRUTH gap = (d8 & NAMED(within)(next, 0x80, 0x9F)) | (d9 & NAMED(within)(next, 0xAA, 0xAD)) |
              (db & NAMED(within)(next, 0x94, 0xAD) & ~IS(next, 0x95));
  TRUTH marks = IS(next, 0x80) | NAMED(within)(next, 0x8B, 0x9F) | IS(next, 0xB0);
  TRUTH strange = NAMED(within)(v, 0xDC, 0xFF) | (d9 & marks);
  TRUTH pair = NAMED(within)(v, 0xC3, 0xDB) & ~(gap | strange);
  c->pairs |= BITS(pair) << shift;
  c->hamza |= BITS(d8 & IS(next, 0xA1)) << shift;
  c->formed |= BITS(d8 & NAMED(within)(next, 0xA2, 0xA6)) << shift;
  c->apostrophe |= BITS(NAMED(skipped)(v)) << shift;
  c->half |= BITS(IS(v, 0xE2) & IS(next, 0x80) & IS(after, 0x8C)) << shift;
  c->strange |= BITS(strange) << shift;
  c->triple |= BITS(CMPEQ(v, next) & CMPEQ(v, after)) << shift;
  c->again |= BITS(CMPEQ(v, after) & CMPEQ(v, fourth)) << shift;
}

/* False where not all is ASCII, or some of it odd. `spaced` gets the same with spaces for what is no letter in ASCII.
 */
TARGET static inline bool NAMED(classify_plain)(const unsigned char *p, unsigned char *spaced, classes *c) {
  uint64_t any = 0;
  for (unsigned i = 0; i < CUE_SPAN; i += WIDTH) {
    VECTOR v = LOAD(p + i), next = LOAD(p + i + 1), after = LOAD(p + i + 2);
    TRUTH ascii = NAMED(letters)(v), high = IS(v & EACH(0x80), 0x80);
    TRUTH triple = CMPEQ(v, next) & CMPEQ(v, after) & ascii;
    any |= BITS(high | triple | NAMED(skipped)(v));
    STORE(spaced + i, CHOOSE(ascii | high, v, EACH(' ')));
    c->ascii |= BITS(ascii) << i;
    c->high |= BITS(high) << i;
  }
  return !any;
}

/* True where all is ASCII, and none of it odd: then there are no classes but `ascii`. */
TARGET static inline bool NAMED(classify)(const unsigned char *p, unsigned char *spaced, classes *c) {
  c->ascii = c->high = 0;
  if (NAMED(classify_plain)(p, spaced, c)) return true;
  *c = (classes){.ascii = c->ascii, .high = c->high};
  for (unsigned i = 0; i < CUE_SPAN; i += WIDTH) NAMED(classify_some)(p + i, i, c);
  return false;
}

#undef EACH
#undef IS

#else

static bool NAMED(marks)(unsigned lead, unsigned tail) {
  return lead == 0xD9 && (tail == 0x80 || (tail >= 0x8B && tail <= 0x9F) || tail == 0xB0);
}

static bool NAMED(gap)(unsigned lead, unsigned tail) {
  return lead == 0xC2 || (lead == 0xD8 && tail < 0xA0) || (lead == 0xD9 && tail >= 0xAA && tail <= 0xAD) ||
         (lead == 0xDB && tail >= 0x94 && tail <= 0xAD && tail != 0x95);
}

static bool NAMED(classify)(const unsigned char *p, unsigned char *spaced, classes *c) {
  *c = (classes){0};
  for (unsigned i = 0; i < CUE_SPAN; i++) {
    unsigned v = p[i], next = p[i + 1];
    uint64_t bit = UINT64_C(1) << i;
    bool letter = (v >= '0' && v <= '9') || (v >= 'a' && v <= 'z');
    spaced[i] = letter || v >= 0x80 ? (unsigned char)v : ' ';
    if (letter) c->ascii |= bit;
    if (v >= 0x80) c->high |= bit;
    if (v == '\'' || v == '`') c->apostrophe |= bit;
    if (v >= 0xDC || NAMED(marks)(v, next)) c->strange |= bit;
    if (v >= 0xC2 && v <= 0xDB && !NAMED(gap)(v, next) && !NAMED(marks)(v, next)) c->pairs |= bit;
    if (v == 0xD8 && next == 0xA1) c->hamza |= bit;
    if (v == 0xD8 && next >= 0xA2 && next <= 0xA6) c->formed |= bit;
    if (v == 0xE2 && next == 0x80 && p[i + 2] == 0x8C) c->half |= bit;
    if (v == next && v == p[i + 2]) c->triple |= bit;
    if (v == p[i + 2] && v == p[i + 4]) c->again |= bit;
  }
  return false;
}

#endif

/* The place of the first bit that is set, 64 where none is. */
TARGET static inline unsigned NAMED(first_of)(uint64_t set) { return (unsigned)TRAILING(set); }

/* How many bits are set from the first on, at most `most`. */
TARGET static inline unsigned NAMED(run_length)(uint64_t set, unsigned most) {
  return (unsigned)__builtin_ctzll(~set | UINT64_C(1) << most);
}

/* A word beside which something is odd: what stands before that decides. */
TARGET static inline bool NAMED(odd_may_be)(const cue_window *w, unsigned place) {
  const cue_filter *f = w->filter;
  const unsigned char *word = w->at + place;
  uint64_t letters = cue_bits_from(w->letters, place);
  unsigned length = NAMED(run_length)(letters, CUE_HEAD);
  unsigned plain = NAMED(run_length)(~(cue_bits_from(w->odd, place) | cue_bits_from(w->stops, place)), CUE_HEAD);
  if (!plain) return true;
  if (f->has_open && (cue_bit(f->open, cue_open_hash(word)) || cue_bit(f->pairs, cue_pair(word)))) return true;
  if (plain > length || plain == CUE_HEAD)
    return cue_what(f->words, cue_head_hash(cue_head_of(word, length))) & (CUE_OVER | CUE_GOES_ON);
  return cue_bit(f->prefixes, cue_head_hash(cue_head_of(word, plain < length ? plain : length)));
}

/* Words that may take endings. */
TARGET static inline uint64_t NAMED(open_words)(const cue_window *w, unsigned from, uint64_t starts) {
  uint64_t kept = 0;
  for (; starts; starts &= starts - 1) {
    unsigned at = NAMED(first_of)(starts);
    kept |= (uint64_t)NAMED(odd_may_be)(w, from + at) << at;
  }
  return kept;
}

/* The words in which something is odd. */
TARGET static inline uint64_t NAMED(odd_words)(const cue_window *w, unsigned from, uint64_t starts) {
  uint64_t kept = 0;
  for (; starts; starts &= starts - 1) {
    unsigned at = NAMED(first_of)(starts);
    cue_key key;
    bool may = cue_half_spaced(w, from + at, &key)
                   ? (cue_what(w->filter->exact->keys, cue_double_hash(key)) & (CUE_OVER | CUE_GOES_ON)) != 0
                   : NAMED(odd_may_be)(w, from + at);
    kept |= (uint64_t)may << at;
  }
  return kept;
}

/* Adds the places of the set's bits, at most half of all, from `from` on. */
TARGET static inline void NAMED(add_places)(cue_places *p, uint64_t set, unsigned from) {
  unsigned end = p->count + (unsigned)__builtin_popcountll(set);
#ifdef PLACES
  STORE(p->items + p->count, PLACES(set, from));
#else
  for (unsigned at = p->count; at < end;) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) { /* so many at least, for a loop's end that cannot be foretold costs more */
      p->items[at++] = (uint16_t)(from + NAMED(first_of)(set) % CUE_SPAN);
      set &= set - 1;
    }
  }
#endif
  p->count = end;
}

/* Of the words at these places, those whose first bytes are a phrase's. */
TARGET static inline void NAMED(beginnings)(const cue_window *w, const cue_places *starts, cue_places *kept) {
  const cue_exact *e = w->filter->exact;
  size_t count = kept->count; /* by itself, for as a member it would be written and read for each word */
  /* It runs for each word of a text, and a fifth of it would be the loop itself. */
#pragma GCC unroll 4
  for (unsigned i = 0; i < starts->count; i++) {
    uint64_t eight;
    memcpy(&eight, w->spaced + starts->items[i], sizeof eight);
    kept->items[count] = starts->items[i];
    count += cue_begins(e, le64toh(eight)) & 1;
  }
  kept->count = (unsigned)count;
}

/* Of them, those that are a phrase, or its first word: the one kind are events. */
TARGET static inline void NAMED(whole_words)(cue_window *w, const cue_places *starts, cue_places *first) {
  const cue_exact *e = w->filter->exact;
  size_t count = first->count;
  for (unsigned i = 0; i < starts->count; i++) {
    unsigned place = starts->items[i], length = NAMED(first_of)(cue_bits_from(w->ends, place));
    cue_key word = cue_key_of(w->at + place, length < CUE_KEY ? length : CUE_KEY);
    uint64_t what = cue_what(e->keys, cue_double_hash(word));
    w->events[place / CUE_SPAN] |= (what & CUE_OVER) << place % CUE_SPAN;
    first->items[count] = (uint16_t)place;
    count += (what & (CUE_OVER | CUE_GOES_ON)) == CUE_GOES_ON;
  }
  first->count = (unsigned)count;
}

/* Of the others, those that go on like a phrase, or oddly. */
TARGET static inline void NAMED(two_words)(cue_window *w, const cue_places *starts) {
  const cue_exact *e = w->filter->exact;
  for (unsigned i = 0; i < starts->count; i++) {
    unsigned place = starts->items[i];
    const unsigned char *bytes = w->at + place;
    uint64_t ends = cue_bits_from(w->ends, place), behind = ends & (ends - 1);
    unsigned length = NAMED(first_of)(ends), both = NAMED(first_of)(behind);
    cue_key two = cue_key_of(bytes, both < CUE_KEY ? both : CUE_KEY);
    bool simple = (ends != 0) & (bytes[length] == ' ') & cue_bits_from(w->starts, place) >> (length + 1) % CUE_SPAN &
                  !(cue_bits_from(w->odd_ends, place) & (ends ^ (behind & (behind - 1))));
    w->events[place / CUE_SPAN] |= (uint64_t)(!simple | cue_bit(e->doubles, cue_double_hash(two))) << place % CUE_SPAN;
  }
}

/* Of the words, in their order, whose ends are in `some`: their starts. */
TARGET static inline uint64_t NAMED(matching)(uint64_t some, uint64_t ends, uint64_t starts) {
#ifdef MATCHING
  return MATCHING(some, ends, starts);
#else
  uint64_t found = 0;
  (void)ends;
  for (; some; some &= some - 1) found |= UINT64_C(1) << (63 - __builtin_clzll(starts & (some ^ (some - 1))));
  return found;
#endif
}

/* The starts of a look's words that end oddly, and of one that is longer than the next look. */
TARGET static inline uint64_t NAMED(odd_starts)(const cue_window *w, unsigned look) {
  uint64_t starts = w->starts[look], ends = w->ends[look] & ~((starts & -starts) - 1); /* not that of one from before */
  uint64_t odd = NAMED(matching)(w->odd_ends[look] & ends, ends, starts), next = w->ends[look + 1];
  if (ends < starts && (!next || w->odd_ends[look + 1] & next & -next))
    odd |= UINT64_C(1) << (63 - __builtin_clzll(starts));
  return odd;
}

/* Bits at each place where one is, and at the seven before. */
TARGET static inline uint64_t NAMED(smeared)(uint64_t set, uint64_t next) {
  set |= set >> 1 | next << 63;
  next |= next >> 1;
  set |= set >> 2 | next << 62;
  next |= next >> 2;
  return set | set >> 4 | next << 60;
}

/* The beginnings of words that may begin a phrase: those that are decided by themselves become events, the others are
 * listed, for a loop over all looks' is quicker than one for each. */
TARGET static inline void NAMED(sort)(cue_window *w, unsigned look, uint64_t kept, cue_places *first,
                                      cue_places *words) {
  uint64_t starts = w->starts[look] & kept, unusual = w->unusual[look], next = w->unusual[look + 1];
  unsigned from = look * CUE_SPAN;
  w->events[look] = w->stops[look] & kept;
  if (!w->filter->exact) {
    w->events[look] |= NAMED(open_words)(w, from, starts);
  } else if (!(unusual | next)) { /* nothing is odd either */
    NAMED(add_places)(first, starts, from);
  } else {
    uint64_t odd = NAMED(odd_starts)(w, look) & kept, may = starts & ~odd & NAMED(smeared)(unusual, next);
    NAMED(add_places)(first, starts & ~odd & ~may, from);
    NAMED(add_places)(words, may, from);
    w->events[look] |= NAMED(odd_words)(w, from, odd);
  }
}

/* The ends of the words that start in these letters, and of the one that went on into them. */
TARGET static inline uint64_t NAMED(ends_of)(uint64_t starts, uint64_t letters, carry *before) {
  /* A start that is added runs through its word to where that ends, or has something odd: one end for each start. */
  uint64_t sum;
  bool over = __builtin_add_overflow(letters, starts, &sum);
  before->word = __builtin_add_overflow(sum, before->word, &sum) | over;
  return sum & ~letters;
}

TARGET static inline void NAMED(look_at)(cue_window *w, unsigned look, carry *before) {
  classes c;
  if (NAMED(classify)(w->at + look * CUE_SPAN, w->spaced + look * CUE_SPAN, &c)) {
    w->letters[look] = c.ascii;
    w->stops[look] = w->odd[look] = w->half[look] = w->odd_ends[look] = w->unusual[look] = 0;
    w->starts[look] = c.ascii & ~(c.ascii << 1 | before->inside);
    w->ends[look] = NAMED(ends_of)(w->starts[look], c.ascii, before);
    before->pair = before->half = 0;
    before->plain = before->inside = c.ascii >> 63;
  } else {
    uint64_t plain = c.ascii | c.pairs | c.pairs << 1 | before->pair, behind = plain << 1 | before->plain;
    uint64_t apostrophe = c.apostrophe & behind & plain >> 1, half = c.half & behind; /* one at the end is a stop */
    uint64_t letters = plain | half | half << 1 | half << 2 | before->half | apostrophe;
    uint64_t starts = letters & ~(letters << 1 | before->inside);
    uint64_t stops = (c.strange & ~half) | (c.apostrophe & ~apostrophe);
    uint64_t triple = (c.triple & c.ascii) | (c.again & (c.again >> 1 | UINT64_C(1) << 63) & c.pairs);
    uint64_t odd = c.strange | c.apostrophe | c.hamza | (c.formed & ~starts) | triple;
    w->letters[look] = letters;
    w->stops[look] = stops;
    w->odd[look] = odd;
    w->half[look] = half;
    w->starts[look] = starts;
    w->ends[look] = NAMED(ends_of)(starts, letters & ~(odd | stops), before);
    w->odd_ends[look] = w->ends[look] & (letters | odd | stops);
    w->unusual[look] = (c.high & ~letters) | odd | stops;
    *before = (carry){.pair = c.pairs >> 63,
                      .half = half >> 63 | half >> 62,
                      .plain = plain >> 63,
                      .inside = letters >> 63,
                      .word = before->word};
  }
}

/* All of the window. */
TARGET static void NAMED(look_through)(cue_window *w, unsigned looks) {
  carry before = {.plain = w->inside, .inside = w->inside};
  cue_places starts, words, first;
  starts.count = words.count = first.count = 0;
  for (unsigned look = 0; look < looks; look++) NAMED(look_at)(w, look, &before);
  w->letters[looks] = w->stops[looks] = w->odd[looks] = w->half[looks] = 0;
  w->starts[looks] = w->ends[looks] = w->odd_ends[looks] = w->unusual[looks] = 0;
  memset(w->spaced + looks * CUE_SPAN, ' ', CUE_HEAD);
  for (unsigned from = 0; from < w->length; from += CUE_SPAN) {
    unsigned left = w->length - from;
    NAMED(sort)(w, from / CUE_SPAN, left < CUE_SPAN ? (UINT64_C(1) << left) - 1 : UINT64_MAX, &starts, &words);
  }
  NAMED(beginnings)(w, &starts, &words);
  NAMED(whole_words)(w, &words, &first);
  NAMED(two_words)(w, &first);
}
