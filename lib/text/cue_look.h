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
  VECTOR v = LOAD(p), next = LOAD(p + 1), after = LOAD(p + 2);
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
  c->same |= BITS(CMPEQ(v, next)) << shift;
  c->same_pair |= BITS(CMPEQ(v, after)) << shift;
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
    if (v == next) c->same |= bit;
    if (v == p[i + 2]) c->same_pair |= bit;
  }
  return false;
}

#endif

/* The place of the first bit that is set, 64 where none is. */
TARGET static inline unsigned NAMED(first_of)(uint64_t set) { return (unsigned)TRAILING(set); }

/* How many bytes from here on have their bit, at most `most`. */
TARGET static inline unsigned NAMED(run_length)(uint64_t set, unsigned at, unsigned most) {
  return (unsigned)__builtin_ctzll(~(set >> at) | UINT64_C(1) << most);
}

/* What the word may be that has these bytes: CUE_OVER, CUE_GOES_ON. */
TARGET static inline uint64_t NAMED(what_may_be)(const cue_filter *f, const unsigned char *word, unsigned length) {
  return cue_what(f->words, cue_head_hash(cue_head_of(word, length)));
}

/* A word beside which something is odd: what stands before that decides. */
TARGET static inline uint64_t NAMED(odd_may_be)(const cue_filter *f, const unsigned char *bytes, const cue_look *l,
                                                unsigned at) {
  unsigned length = NAMED(run_length)(l->letters, at, CUE_HEAD);
  unsigned plain = NAMED(run_length)(~(l->odd | l->stops), at, CUE_HEAD);
  if (!plain) return CUE_OVER;
  uint64_t head = cue_head_of(bytes + at, plain < length ? plain : length);
  if (f->has_open && (cue_bit(f->open, cue_open_hash(bytes + at)) || cue_bit(f->pairs, cue_pair(bytes + at))))
    return CUE_OVER;
  if (plain > length || plain == CUE_HEAD) return NAMED(what_may_be)(f, bytes + at, length) & 3;
  return cue_bit(f->prefixes, cue_head_hash(head)) ? CUE_OVER : 0;
}

/* Words that may take endings. */
TARGET static inline uint64_t NAMED(open_words)(const cue_filter *f, const unsigned char *bytes, const cue_look *l,
                                                uint64_t starts) {
  uint64_t kept = 0;
  for (; starts; starts &= starts - 1) {
    unsigned at = NAMED(first_of)(starts);
    kept |= (uint64_t)(NAMED(odd_may_be)(f, bytes, l, at) != 0) << at;
  }
  return kept;
}

/* Adds the places of the set's bits, at most half of all, to those of other looks. */
TARGET static inline void NAMED(add_places)(cue_places *p, uint64_t set, unsigned look) {
  unsigned end = p->count + (unsigned)__builtin_popcountll(set);
#ifdef PLACES
  STORE(p->items + p->count, PLACES(set, look * CUE_SPAN));
#else
  for (unsigned at = p->count; at < end;) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) { /* so many at least, for a loop's end that cannot be foretold costs more */
      p->items[at++] = (uint16_t)(look * CUE_SPAN + NAMED(first_of)(set) % CUE_SPAN);
      set &= set - 1;
    }
  }
#endif
  p->count = end;
}

/* Of the words at these places, those whose first bytes are a phrase's. */
TARGET static inline void NAMED(beginnings)(const cue_window *w, const cue_places *starts, cue_places *kept) {
  const cue_exact *e = w->filter->exact;
  unsigned count = kept->count; /* by itself, for as a member it would be written and read for each word */
  for (unsigned i = 0; i < starts->count; i++) {
    uint64_t eight;
    memcpy(&eight, w->spaced + starts->items[i], sizeof eight);
    eight = le64toh(eight);
    uint64_t may = cue_place(e->beginnings, cue_begin_hash(eight)) | cue_place(e->shorts, cue_brief_hash(eight));
    kept->items[count] = starts->items[i];
    count += may & 1;
  }
  kept->count = count;
}

/* Of them, those that are a phrase, or its first word: the one kind are events. */
TARGET static inline void NAMED(whole_words)(cue_window *w, const cue_places *starts, cue_places *first) {
  const cue_exact *e = w->filter->exact;
  unsigned count = first->count;
  for (unsigned i = 0; i < starts->count; i++) {
    cue_look *l = &w->looks[starts->items[i] / CUE_SPAN];
    unsigned at = starts->items[i] % CUE_SPAN, length = NAMED(first_of)(l->ends >> at);
    cue_key word = cue_key_of(w->bytes + l->from + at, length < CUE_KEY ? length : CUE_KEY);
    uint64_t what = cue_what(e->keys, cue_double_hash(word));
    l->events |= (what & CUE_OVER) << at;
    first->items[count] = starts->items[i];
    count += (what & (CUE_OVER | CUE_GOES_ON)) == CUE_GOES_ON;
  }
  first->count = count;
}

/* Of the others, those that go on like a phrase, or oddly. */
TARGET static inline void NAMED(two_words)(cue_window *w, const cue_places *starts) {
  const cue_exact *e = w->filter->exact;
  for (unsigned i = 0; i < starts->count; i++) {
    cue_look *l = &w->looks[starts->items[i] / CUE_SPAN];
    unsigned at = starts->items[i] % CUE_SPAN;
    const unsigned char *bytes = w->bytes + l->from + at;
    uint64_t ends = l->ends >> at, behind = ends & (ends - 1);
    unsigned length = NAMED(first_of)(ends), both = NAMED(first_of)(behind);
    cue_key two = cue_key_of(bytes, both < CUE_KEY ? both : CUE_KEY);
    bool simple = (ends != 0) & (bytes[length & 63] == ' ') & l->starts >> ((at + length + 1) & 63) &
                  !(l->odd_ends >> at & (ends ^ (behind & (behind - 1))));
    l->events |= (uint64_t)(!simple | cue_bit(e->doubles, cue_double_hash(two))) << at;
  }
}

/* The words in which something is odd. */
TARGET static inline uint64_t NAMED(odd_words)(const cue_filter *f, const unsigned char *bytes, const cue_look *l,
                                               uint64_t starts) {
  uint64_t kept = 0;
  for (; starts; starts &= starts - 1) {
    unsigned at = NAMED(first_of)(starts);
    cue_key key;
    bool may = cue_half_spaced(bytes, l, at, &key) ? (cue_what(f->exact->keys, cue_double_hash(key)) & 3) != 0
                                                   : NAMED(odd_may_be)(f, bytes, l, at) != 0;
    kept |= (uint64_t)may << at;
  }
  return kept;
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

/* Bits at each place where one is, and at the seven before. */
TARGET static inline uint64_t NAMED(smeared)(uint64_t set) {
  set |= set >> 1;
  set |= set >> 2;
  return set | set >> 4;
}

/* The beginnings of words that may begin a phrase: those that are decided by themselves become events, the others are
 * listed, for a loop over all looks' is quicker than one for each. */
TARGET static inline void NAMED(sort)(cue_window *w, cue_look *l, uint64_t unusual, uint64_t starts, cue_places *first,
                                      cue_places *words) {
  const unsigned char *bytes = w->bytes + l->from;
  unsigned look = (unsigned)(l - w->looks);
  if (!w->filter->exact) {
    l->events |= NAMED(open_words)(w->filter, bytes, l, starts);
  } else if (!unusual) { /* nothing is odd either */
    NAMED(add_places)(first, starts, look);
  } else {
    uint64_t odd = NAMED(matching)(l->odd_ends, l->ends, l->starts) & starts,
             may = starts & ~odd & NAMED(smeared)(unusual);
    NAMED(add_places)(first, starts & ~odd & ~may, look);
    NAMED(add_places)(words, may, look);
    l->events |= NAMED(odd_words)(w->filter, bytes, l, odd);
  }
}

/* Returns where something is unusual. */
TARGET static inline uint64_t NAMED(look)(const unsigned char *bytes, unsigned char *spaced, bool inside, cue_look *l) {
  classes c;
  if (NAMED(classify)(bytes, spaced, &c)) {
    l->letters = c.ascii;
    l->stops = l->odd = l->half = l->odd_ends = 0;
    l->starts = c.ascii & ~(c.ascii << 1 | inside);
    l->ends = (c.ascii + l->starts) & ~c.ascii;
    return 0;
  } else {
    uint64_t plain = c.ascii | c.pairs | c.pairs << 1, behind = plain << 1 | inside;
    uint64_t apostrophe = c.apostrophe & behind & plain >> 1;
    uint64_t triple = c.same & c.same >> 1 & c.ascii, twice = c.same_pair & c.same_pair >> 1;
    l->half = c.half & behind;
    l->letters = plain | l->half | l->half << 1 | l->half << 2 | apostrophe;
    l->stops = (c.strange & ~l->half) | (c.apostrophe & ~apostrophe);
    l->starts = l->letters & ~(l->letters << 1 | inside);
    l->odd = c.strange | c.apostrophe | c.hamza | (c.formed & ~l->starts) | triple | (twice & twice >> 2 & c.pairs);
    /* A start that is added runs through its word to where that ends, or has something odd: one end for each start. */
    uint64_t plainly = l->letters & ~(l->odd | l->stops);
    l->ends = (plainly + l->starts) & ~plainly;
    l->odd_ends = l->ends & (l->letters | l->odd | l->stops);
    return (c.high & ~l->letters) | l->odd | l->stops;
  }
}

/* All of the window, from looks[0].from on. */
TARGET static void NAMED(look_through)(cue_window *w, size_t left, bool inside) {
  unsigned from = 0;
  cue_places starts, words, first;
  starts.count = words.count = first.count = 0;
  for (w->count = 0; w->count < CUE_LOOKS && from < left; w->count++) {
    cue_look *l = &w->looks[w->count];
    unsigned step = CUE_STEP;
    if (left - from <= step)
      step = (unsigned)(left - from);
    else
      while ((w->bytes[from + step] & 0xC0) == 0x80) step--;
    uint64_t kept = (UINT64_C(1) << step) - 1;
    l->from = from;
    l->next = from + step;
    uint64_t unusual = NAMED(look)(w->bytes + from, w->spaced + w->count * CUE_SPAN, inside, l);
    l->events = l->stops & kept;
    NAMED(sort)(w, l, unusual, l->starts & kept, &starts, &words);
    inside = l->letters >> (step - 1) & 1;
    from += step;
  }
  NAMED(beginnings)(w, &starts, &words);
  NAMED(whole_words)(w, &words, &first);
  NAMED(two_words)(w, &first);
}
