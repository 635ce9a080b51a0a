/* Sixty-four bytes of the fold at once, for one kind of processor: cue_window.c includes this once for each, with
 * VECTOR and its operations (none: byte by byte), TARGET, and NAMED(), which gives the functions their names. */

#ifdef VECTOR

#define EACH(byte)  SET1((char)(byte))
#define IS(v, byte) CMPEQ(v, EACH(byte))

TARGET static inline VECTOR NAMED(within)(VECTOR v, int low, int high) {
  VECTOR from = SUB(v, EACH(low));
  return CMPEQ(MIN(from, EACH(high - low)), from);
}

TARGET static inline VECTOR NAMED(letters)(VECTOR v) {
  return OR(NAMED(within)(v, '0', '9'), NAMED(within)(v, 'a', 'z'));
}

TARGET static inline VECTOR NAMED(skipped)(VECTOR v) { return OR(IS(v, '\''), IS(v, '`')); }

TARGET static inline void NAMED(classify_some)(const unsigned char *p, unsigned shift, classes *c) {
  VECTOR v = LOAD(p), next = LOAD(p + 1), after = LOAD(p + 2);
  VECTOR d8 = IS(v, 0xD8), d9 = IS(v, 0xD9), db = IS(v, 0xDB);
  VECTOR gap = OR(AND(d8, NAMED(within)(next, 0x80, 0x9F)), AND(d9, NAMED(within)(next, 0xAA, 0xAD)));
  gap = OR(gap, AND(db, ANDNOT(IS(next, 0x95), NAMED(within)(next, 0x94, 0xAD))));
  VECTOR marks = OR(IS(next, 0x80), OR(NAMED(within)(next, 0x8B, 0x9F), IS(next, 0xB0)));
  VECTOR strange = OR(NAMED(within)(v, 0xDC, 0xFF), AND(d9, marks));
  VECTOR pair = ANDNOT(OR(gap, strange), NAMED(within)(v, 0xC3, 0xDB));
  c->ascii |= BITS(NAMED(letters)(v)) << shift;
  c->pairs |= BITS(pair) << shift;
  c->hamza |= BITS(AND(d8, IS(next, 0xA1))) << shift;
  c->formed |= BITS(AND(d8, NAMED(within)(next, 0xA2, 0xA6))) << shift;
  c->apostrophe |= BITS(NAMED(skipped)(v)) << shift;
  c->half |= BITS(AND(IS(v, 0xE2), AND(IS(next, 0x80), IS(after, 0x8C)))) << shift;
  c->strange |= BITS(strange) << shift;
  c->same |= BITS(CMPEQ(v, next)) << shift;
  c->same_pair |= BITS(CMPEQ(v, after)) << shift;
}

/* False where not all is ASCII, or some of it odd. */
TARGET static inline bool NAMED(classify_plain)(const unsigned char *p, classes *c) {
  VECTOR any = EACH(0);
  for (unsigned i = 0; i < SPAN; i += WIDTH) {
    VECTOR v = LOAD(p + i), next = LOAD(p + i + 1), after = LOAD(p + i + 2);
    VECTOR triple = AND(CMPEQ(v, next), AND(CMPEQ(v, after), NAMED(letters)(v)));
    any = OR(any, OR(v, OR(triple, NAMED(skipped)(v))));
    c->ascii |= BITS(NAMED(letters)(v)) << i;
  }
  return !BITS(any);
}

TARGET static inline void NAMED(classify)(const unsigned char *p, classes *c) {
  *c = (classes){0};
  if (NAMED(classify_plain)(p, c)) return;
  *c = (classes){0};
  for (unsigned i = 0; i < SPAN; i += WIDTH) NAMED(classify_some)(p + i, i, c);
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

static void NAMED(classify)(const unsigned char *p, classes *c) {
  *c = (classes){0};
  for (unsigned i = 0; i < SPAN; i++) {
    unsigned v = p[i], next = p[i + 1];
    uint64_t bit = UINT64_C(1) << i;
    if ((v >= '0' && v <= '9') || (v >= 'a' && v <= 'z')) c->ascii |= bit;
    if (v == '\'' || v == '`') c->apostrophe |= bit;
    if (v >= 0xDC || NAMED(marks)(v, next)) c->strange |= bit;
    if (v >= 0xC2 && v <= 0xDB && !NAMED(gap)(v, next) && !NAMED(marks)(v, next)) c->pairs |= bit;
    if (v == 0xD8 && next == 0xA1) c->hamza |= bit;
    if (v == 0xD8 && next >= 0xA2 && next <= 0xA6) c->formed |= bit;
    if (v == 0xE2 && next == 0x80 && p[i + 2] == 0x8C) c->half |= bit;
    if (v == next) c->same |= bit;
    if (v == p[i + 2]) c->same_pair |= bit;
  }
}

#endif

/* How many bytes from here on have their bit, at most `most`. */
TARGET static inline unsigned NAMED(run_length)(uint64_t set, unsigned at, unsigned most) {
  return (unsigned)__builtin_ctzll(~(set >> at) | UINT64_C(1) << most);
}

/* What the word may be that has these bytes: CUE_OVER, CUE_GOES_ON. */
TARGET static inline uint64_t NAMED(what_may_be)(const cue_filter *f, const unsigned char *word, unsigned length) {
  uint32_t at = cue_head_hash(cue_head_of(word, length));
  return f->words[at / 32] >> at % 32 * 2;
}

/* A word beside which something is odd: what stands before that decides. */
TARGET static inline uint64_t NAMED(odd_may_be)(const cue_window *w, unsigned at, uint64_t odd) {
  const cue_filter *f = w->filter;
  unsigned length = NAMED(run_length)(w->letters, at, CUE_HEAD), plain = NAMED(run_length)(~odd, at, CUE_HEAD);
  if (!plain) return CUE_OVER;
  uint64_t head = cue_head_of(w->bytes + at, plain < length ? plain : length);
  if (f->has_open && (cue_bit(f->open, cue_open_hash(w->bytes + at)) || cue_bit(f->pairs, cue_pair(w->bytes + at))))
    return CUE_OVER;
  if (plain > length || plain == CUE_HEAD) return NAMED(what_may_be)(f, w->bytes + at, length) & 3;
  return cue_bit(f->prefixes, cue_head_hash(head)) ? CUE_OVER : 0;
}

/* Of words with which a phrase can only go on, those behind which it may. */
TARGET static inline uint64_t NAMED(that_go_on)(const cue_window *w, uint64_t starts) {
  uint64_t kept = 0;
  for (; starts; starts &= starts - 1) {
    unsigned at = (unsigned)__builtin_ctzll(starts), length = NAMED(run_length)(w->letters, at, CUE_HEAD),
             next = at + length + 1;
    unsigned both = length + 1 + NAMED(run_length)(w->letters, next & 63, CUE_KEY);
    if (both > CUE_KEY) both = CUE_KEY;
    bool simple = w->bytes[at + length] == ' ' && w->letters >> (next & 63) & 1;
    unsigned plain = NAMED(run_length)(~(w->odd | w->stops), at, CUE_KEY);
    bool odd = plain <= both && plain < CUE_KEY;
    bool may = cue_bit(w->filter->doubles, cue_double_hash(cue_key_of(w->bytes + at, both)));
    kept |= (uint64_t)(may | odd | !simple) << at;
  }
  return kept;
}

/* The beginnings of words that may begin a phrase. */
TARGET static inline uint64_t NAMED(let_through)(const cue_window *w, uint64_t starts) {
  uint64_t over = 0, go_on = 0, odd = w->odd | w->stops;
  if (odd || w->filter->has_open) {
    for (; starts; starts &= starts - 1) {
      unsigned at = (unsigned)__builtin_ctzll(starts);
      uint64_t what = NAMED(odd_may_be)(w, at, odd);
      over |= (what & CUE_OVER) << at;
      go_on |= what >> 1 << at;
    }
  } else {
    for (uint64_t left = starts; left;) {
#pragma GCC unroll 5
      for (int i = 0; i < 5; i++) { /* so many at least, for a loop's end that cannot be foretold costs more */
        unsigned at = (unsigned)__builtin_ctzll(left | UINT64_C(1) << 63);
        uint64_t what =
            NAMED(what_may_be)(w->filter, w->bytes + at, NAMED(run_length)(w->letters, at, CUE_HEAD) | !left);
        over |= (what & CUE_OVER) << at;
        go_on |= (what >> 1 & 1) << at;
        left &= left - 1;
      }
    }
    over &= starts;
    go_on &= starts;
  }
  go_on &= ~over;
  return over | (w->filter->doubles ? NAMED(that_go_on)(w, go_on) : go_on);
}

TARGET static void NAMED(look)(cue_window *w, size_t limit) {
  classes c;
  NAMED(classify)(w->bytes, &c);
  uint64_t plain = c.ascii | c.pairs | c.pairs << 1, behind = plain << 1 | w->inside;
  uint64_t half = c.half & behind, apostrophe = c.apostrophe & behind & plain >> 1;
  uint64_t triple = c.same & c.same >> 1 & c.ascii, twice = c.same_pair & c.same_pair >> 1;
  uint64_t kept = (UINT64_C(1) << limit) - 1;
  w->letters = plain | half | half << 1 | half << 2 | apostrophe;
  w->stops = (c.strange & ~half) | (c.apostrophe & ~apostrophe);
  uint64_t starts = w->letters & ~(w->letters << 1 | w->inside);
  w->odd = c.strange | c.apostrophe | c.hamza | (c.formed & ~starts) | triple | (twice & twice >> 2 & c.pairs);
  w->events = (w->stops & kept) | NAMED(let_through)(w, starts & kept);
}
