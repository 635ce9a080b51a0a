/* Sentiment by rules over the lexicon's hits: negation, intensifiers, contrast, conditions and wishes; each clause by
 * itself. Persian negates at the end of a clause, by its verb; English before the word. */
#include <text/sentiment.h>

#include "lexicon.h"
#include "sentiment_walk.h"

enum {
  NEGATION_REACH = 7,
  NOT_REACH = 4,
  WITHOUT_REACH = 2,
  BOOST_REACH = 3,
  THOUGHT_REACH = 8,
  MODAL_REACH = 5,
  TROUBLE_REACH = 2,
  FAINT = 3,
  LOOK_BACK = 32
};

static const double flipped_good = -0.85, flipped_bad = -0.5; /* "not good" is bad, "not bad" is hardly good */

static void flip(sentiment_item *i) {
  i->value *= i->value > 0 ? flipped_good : flipped_bad;
  if (i->emotions == 1U << TEXT_HURRIED) i->value = 0; /* no hurry is no praise */
  i->negated = !i->negated;
}

static bool run_of_three(const text_token *t) {
  uint32_t same = 1;
  for (uint32_t i = 2; i < t->fold_length; i++) { /* by two bytes: a Persian letter, or two Latin ones */
    same = t->fold[i] == t->fold[i - 2] ? same + 1 : 1;
    if (same >= 5) return true;
  }
  return false;
}

static bool shouted(const sentiment_walk *w, const text_token *t) {
  uint32_t upper = 0;
  if (w->all_upper || t->end - t->start < 3) return false;
  for (uint32_t i = t->start; i < t->end; i++) {
    char c = w->scan->text[i];
    if (c >= 'a' && c <= 'z') return false;
    upper += c >= 'A' && c <= 'Z';
  }
  return upper >= 3;
}

static bool ends_with(const text_token *t, const char *letters, uint32_t length) {
  if (t->fold_length < length) return false;
  for (uint32_t i = 0; i < length; i++) {
    if (t->fold[t->fold_length - length + i] != letters[i]) return false;
  }
  return true;
}

/* "خوبه", "خوبست": the copula is in the word, so the clause is over. */
static bool has_copula(const text_lexicon_hit *h, const text_token *last) {
  return h->ended && (ends_with(last, "ه", 2) || ends_with(last, "ست", 4) || ends_with(last, "ن", 2));
}

/* A phrase that ends in a negated verb ("چروک نمیشه") ends its clause. */
static bool is_negated(const text_token *last) {
  return last->fold_length > 4 && last->fold[0] == '\xD9' && last->fold[1] == '\x86'; /* ن */
}

static void add_item(sentiment_walk *w, const text_lexicon_hit *h) {
  const text_token *tokens = w->scan->tokens, *last = &tokens[h->first + h->count - 1];
  if (h->entry.weight == 0) { /* an idiom that says nothing */
    w->not_left = 0;
    return;
  }
  sentiment_item i = {.first = h->first, .count = h->count, .sentence = last->sentence};
  i.value = h->entry.weight / 10.0;
  i.emotions = h->entry.emotions;
  i.faint = !i.emotions && h->entry.weight <= FAINT && h->entry.weight >= -FAINT;
  if (i.faint) { /* nothing turns it round, and it stands in nothing's way */
    i.value *= w->scale;
    w->items[w->count++] = i;
    return;
  }
  if (w->boost_left) i.value *= w->boost;
  if (last->kind == TEXT_WORD && run_of_three(last)) i.value *= 1.15;
  if (last->kind == TEXT_WORD && shouted(w, last)) i.value *= 1.2;
  if (w->not_left || w->without_left) flip(&i);
  if (w->long_since && i.value < 0 && is_negated(last)) flip(&i);
  if (w->thought_left && i.value > 0) flip(&i);
  if (w->wish && i.value > 0) {
    i.value *= -0.4;
    i.negated = true;
  }
  i.value *= w->scale;
  w->without_left = w->boost_left = 0;
  if (w->not_left > 2) w->not_left = 2; /* "not good and fast" */
  w->items[w->count++] = i;
  if (has_copula(h, last) || (h->count > 1 && is_negated(last))) w->clause = w->count;
}

/* What a grammar word says by itself. */
static void add_plain(sentiment_walk *w, const text_lexicon_hit *h, double value) {
  w->items[w->count++] = (sentiment_item){.first = h->first,
                                          .count = h->count,
                                          .sentence = w->scan->tokens[h->first].sentence,
                                          .value = value * w->scale,
                                          .emotions = 1U << TEXT_DISAPPOINTED};
}

/* A negated verb turns round what its clause has said so far; alone it is a slight complaint ("وصل نمیشه"). */
static void negated_verb(sentiment_walk *w, const text_lexicon_hit *h) {
  bool any = false;
  if (w->long_since && ends_with(&w->scan->tokens[h->first + h->count - 1], "ه", 2)) {
    add_plain(w, h, 1.5); /* "ندیده بودم" */
    w->items[w->count - 1].emotions = 1U << TEXT_SATISFIED;
    w->clause = w->count;
    return;
  }
  for (size_t i = w->clause; i < w->count; i++) {
    sentiment_item *t = &w->items[i];
    /* "مشکلی ندارد" denies the trouble; "متاسفانه جواب ندادند" and "اشتباه فرستادن و قبول نمیکنن" do not. */
    bool near = t->first + t->count + (t->value > 0 ? NEGATION_REACH : TROUBLE_REACH) >= h->first;
    if (!near || !t->emotions || (t->value < 0 && t->count > 1)) continue;
    if (!t->negated) flip(t);
    any = true;
  }
  if (!any && h->entry.value == GRAMMAR_NEGATED_MODAL) w->thought_left = MODAL_REACH;
  if (!any) add_plain(w, h, -0.7);
  w->clause = w->count;
}

/* "مشکل حل شد", "ریزش مو کمتر شد": the trouble named is over; "solved" is good news by itself. */
static void removed(sentiment_walk *w, const text_lexicon_hit *h) {
  for (size_t i = w->clause; i < w->count; i++) {
    sentiment_item *t = &w->items[i];
    if (t->value >= 0 || t->first + t->count + TROUBLE_REACH + 1 < h->first) continue;
    flip(t);
  }
  if (h->entry.weight) {
    add_plain(w, h, h->entry.weight / 10.0);
    w->items[w->count - 1].emotions = 1U << TEXT_SATISFIED;
  }
  w->clause = w->count;
}

/* What stands before "but" weighs less, what follows more. */
static void contrast(sentiment_walk *w, uint32_t sentence) {
  for (size_t i = w->count; i > 0 && i + LOOK_BACK > w->count && w->items[i - 1].sentence + 1 >= sentence; i--)
    w->items[i - 1].value *= 0.6;
  w->scale = 1.3;
  w->contrasted = true;
  w->wish = false;
  w->not_left = w->thought_left = 0;
  w->clause = w->count;
}

static void grammar_word(sentiment_walk *w, const text_lexicon_hit *h) {
  switch ((lexicon_grammar)h->entry.value) {
    case GRAMMAR_NEGATED_VERB:
    case GRAMMAR_NEGATED_MODAL:
      negated_verb(w, h);
      break;
    case GRAMMAR_REMOVED:
      removed(w, h);
      break;
    case GRAMMAR_LONG_SINCE:
      w->long_since = true;
      break;
    case GRAMMAR_NEGATED_THOUGHT:
      w->thought_left = THOUGHT_REACH;
      break;
    case GRAMMAR_NOT:
      if (++w->nots == 2 && w->scan->persian) add_plain(w, h, -1.2); /* نه … نه … */
      w->not_left = NOT_REACH + 1;
      break;
    case GRAMMAR_WITHOUT:
      w->without_left = WITHOUT_REACH + 1;
      break;
    case GRAMMAR_VERB:
    case GRAMMAR_NEUTRAL_VERB:
      w->clause = w->count;
      break;
    case GRAMMAR_MORE:
      w->boost = w->boost_left && w->boost < 1 ? w->boost : 1.3;
      w->boost_left = BOOST_REACH + 1;
      break;
    case GRAMMAR_LESS:
      w->boost = 0.6;
      w->boost_left = BOOST_REACH + 1;
      break;
    case GRAMMAR_TOO_MUCH:
      w->boost = 1.2;
      w->boost_left = BOOST_REACH;
      break;
    case GRAMMAR_CONTRAST:
      contrast(w, w->scan->tokens[h->first].sentence);
      break;
    case GRAMMAR_CONCESSION:
      w->scale = 0.6;
      break;
    case GRAMMAR_CONDITION:
      w->scale = 0.5;
      break;
    case GRAMMAR_WISH:
      add_plain(w, h, -0.9);
      w->wish = true;
      break;
    case GRAMMAR_CLAUSE:
      w->clause = w->count;
      w->not_left = 0;
      break;
    default:
      break;
  }
}

static void new_sentence(sentiment_walk *w) {
  w->clause = w->count;
  w->sentence_items = w->count;
  w->boost_left = w->not_left = w->without_left = w->thought_left = w->nots = 0;
  w->scale = 1;
  w->wish = w->long_since = false;
}

/* A question asks rather than says; an exclamation says it louder. */
static void end_mark(sentiment_walk *w, char mark) {
  double by = mark == '!' ? 1.08 : 0.6;
  if (mark == '!' && ++w->exclamations > 3) return;
  if (mark != '!' && w->asked) return;
  w->asked = mark != '!';
  size_t from = w->count > w->sentence_items + LOOK_BACK ? w->count - LOOK_BACK : w->sentence_items;
  for (size_t i = from; i < w->count; i++) w->items[i].value *= by;
}

static void mark(sentiment_walk *w, uint32_t at) {
  const text_token *t = &w->scan->tokens[at];
  double face = sentiment_face(w->scan, at);
  if (face != 0) {
    w->items[w->count++] =
        (sentiment_item){.first = at,
                         .count = 2,
                         .sentence = t->sentence,
                         .value = face,
                         .emotions = (uint8_t)(1U << (face > 0 ? TEXT_SATISFIED : TEXT_DISAPPOINTED))};
    return;
  }
  if (t->fold_length == 1 && (t->fold[0] == '!' || t->fold[0] == '?')) end_mark(w, t->fold[0]);
  if (text_token_is(t, "؟")) end_mark(w, '?');
  if (text_token_is(t, ",") || text_token_is(t, "،") || text_token_is(t, ";") || text_token_is(t, "؛")) {
    w->clause = w->count;
    w->not_left = w->boost_left = 0;
    w->wish = false;
    if (w->scale < 1) w->scale = 1; /* "although slow, …" */
  }
}

static void tick(sentiment_walk *w) {
  if (w->boost_left) w->boost_left--;
  if (w->not_left) w->not_left--;
  if (w->without_left) w->without_left--;
  if (w->thought_left) w->thought_left--;
}

static void walk(sentiment_walk *w, const text_reading *r) {
  const text_token *tokens = r->scan->tokens;
  size_t hit = 0;
  for (uint32_t at = 0; at < r->scan->token_count;) {
    if (at && tokens[at].sentence != tokens[at - 1].sentence) new_sentence(w);
    while (hit < r->count && (r->hits[hit].first < at || r->hits[hit].entry.kind > LEXICON_GRAMMAR)) hit++;
    if (hit < r->count && r->hits[hit].first == at) {
      const text_lexicon_hit *h = &r->hits[hit++];
      if (h->entry.kind == LEXICON_SENTIMENT) {
        add_item(w, h);
      } else {
        grammar_word(w, h);
      }
      at += h->count;
      tick(w);
      continue;
    }
    w->asked = w->asked && tokens[at].kind == TEXT_MARK;
    if (tokens[at].kind == TEXT_MARK) mark(w, at);
    at++;
    tick(w);
  }
}

/* The items as cues; returns what the faint signs, which are none, say together. */
static double sum(const sentiment_walk *w, text_sentiment *out, text_sentiment_cue *cues) {
  double faint = 0;
  for (size_t i = 0; i < w->count; i++) {
    const sentiment_item *t = &w->items[i];
    double size = t->value < 0 ? -t->value : t->value;
    if (t->faint) {
      faint += t->value;
      continue;
    }
    if (t->value > 0) {
      out->positive += size;
    } else {
      out->negative += size;
    }
    uint8_t emotions = t->negated ? (uint8_t)(1U << (t->value > 0 ? TEXT_SATISFIED : TEXT_DISAPPOINTED)) : t->emotions;
    for (unsigned e = 0; e < TEXT_EMOTION_COUNT; e++) {
      if (emotions >> e & 1) out->emotions[e] += size;
    }
    cues[out->cue_count++] = (text_sentiment_cue){t->first, t->count, t->value, t->negated};
  }
  for (unsigned e = 0; e < TEXT_EMOTION_COUNT; e++) out->emotions[e] /= out->emotions[e] + 2;
  return faint;
}

static double score(double total) {
  enum { HALF_WAY = 4 /* the sum at which the score is one half */ };
  return total / ((total < 0 ? -total : total) + HALF_WAY);
}

/* Faint signs move the score, not the mood. */
static void judge(text_sentiment *out, bool contrasted, double faint) {
  const double quiet = 0.1, both = 1.4, even = contrasted ? 0.7 : 0.35;
  double total = out->positive - out->negative, size = total < 0 ? -total : total, plain = score(total);
  double less = out->positive < out->negative ? out->positive : out->negative;
  out->score = score(total + faint);
  if (less >= both && size < less * even) {
    out->mood = TEXT_MIXED;
  } else if (plain > quiet) {
    out->mood = TEXT_POSITIVE;
  } else if (plain < -quiet) {
    out->mood = TEXT_NEGATIVE;
  }
}

static bool only_capitals(const text_scan *s) {
  for (size_t i = 0; i < s->length; i++) {
    if (s->text[i] >= 'a' && s->text[i] <= 'z') return false;
  }
  return true;
}

int text_sentiment_of(const text_reading *r, arena *a, text_sentiment *out) {
  *out = (text_sentiment){0};
  sentiment_walk w = {.scan = r->scan, .scale = 1, .all_upper = only_capitals(r->scan)};
  size_t most = r->count;
  for (size_t i = 0; i < r->scan->token_count; i++) most += r->scan->tokens[i].kind == TEXT_MARK;
  if (!most) return MCRM_OK;
  w.items = arena_array(a, most, sizeof *w.items);
  if (!w.items) return MCRM_NO_MEMORY;
  walk(&w, r);
  text_sentiment_cue *cues = arena_array(a, w.count ? w.count : 1, sizeof *cues);
  if (!cues) return MCRM_NO_MEMORY;
  double faint = sum(&w, out, cues);
  judge(out, w.contrasted || r->scan->persian, faint); /* Persian sets against each other without a "but", too */
  out->cues = cues;
  for (size_t i = 0; i < r->count; i++) {
    const lexicon_entry *e = &r->hits[i].entry;
    if (e->kind == LEXICON_SENTIMENT && e->weight > 0 && e->weight <= 10 && e->emotions == 1U << TEXT_GRATEFUL)
      out->courtesy = true;
  }
  return MCRM_OK;
}
