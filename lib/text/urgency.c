#include <string.h>
#include <text/sentiment.h>

#include "lexicon.h"

const char *text_urgency_name(text_urgency_level level) {
  static const char *const names[] = {"low", "normal", "high", "critical"};
  return (size_t)level < sizeof names / sizeof *names ? names[level] : "";
}

/* Is what the hit says denied or over by its clause ("قطع نشده", "no outage")? Its own words aside, the next two tokens
 * (Persian) or the two before it (English) decide. */
static bool denied(const text_reading *r, size_t at) {
  const text_lexicon_hit *h = &r->hits[at];
  uint32_t end = h->first + h->count;
  for (size_t i = at; i < r->count && r->hits[i].first < end + 2; i++) {
    const text_lexicon_hit *g = &r->hits[i];
    if (g->first >= end && g->entry.kind == LEXICON_GRAMMAR && g->entry.value == GRAMMAR_NEGATED_VERB) return true;
  }
  for (size_t i = at; i > 0 && r->hits[i - 1].first + 3 > h->first; i--) {
    const text_lexicon_hit *g = &r->hits[i - 1];
    bool not = g->entry.value == GRAMMAR_NOT || g->entry.value == GRAMMAR_WITHOUT;
    if (g->first < h->first && g->entry.kind == LEXICON_GRAMMAR && not ) return true;
  }
  return false;
}

static unsigned bangs(const text_scan *s) {
  unsigned count = 0;
  for (size_t i = 0; i < s->token_count; i++) {
    if (s->tokens[i].kind == TEXT_MARK && s->tokens[i].fold_length == 1 && s->tokens[i].fold[0] == '!') count++;
  }
  return count;
}

/* "تا شب انجامش میدم": who sets himself a time presses nobody. */
static bool promised(const text_reading *r, size_t at) {
  const text_lexicon_hit *h = &r->hits[at];
  uint32_t sentence = r->scan->tokens[h->first].sentence, reason_end = 0;
  for (size_t i = at + 1; i < r->count; i++) {
    const text_lexicon_hit *g = &r->hits[i];
    if (r->scan->tokens[g->first].sentence != sentence) break;
    if (g->entry.kind == LEXICON_URGENCY) reason_end = g->first + g->count; /* "از دست میدم" promises nothing */
    if (g->entry.kind != LEXICON_VERB || g->first < reason_end || g->first < h->first + h->count) continue;
    return (g->entry.emotions & 0x0F) % 3 == 0 && g->entry.emotions >> 4 == VERB_PRESENT;
  }
  return false;
}

typedef struct found {
  unsigned reasons[TEXT_URGENCY_CRITICAL + 1]; /* different ones, by level */
  bool outage, security, loss, now, plea, waiting, deadline, complaint;
  bool everything, single; /* the outage is of everything, of one thing */
} found;

static bool same_sentence(const text_scan *s, uint32_t token, uint32_t other) {
  return other != UINT32_MAX && s->tokens[token].sentence == s->tokens[other].sentence;
}

static void take(found *f, const char *reason, int level) {
  bool high = level == TEXT_URGENCY_HIGH;
  f->plea = f->plea || !strcmp(reason, "plea");
  f->outage = f->outage || (high && !strcmp(reason, "outage"));
  f->security = f->security || !strcmp(reason, "security");
  f->loss = f->loss || (high && !strcmp(reason, "loss"));
  f->now = f->now || (high && !strcmp(reason, "now"));
  f->waiting = f->waiting || (high && !strcmp(reason, "customer-waiting"));
  f->deadline = f->deadline || (high && !strcmp(reason, "deadline"));
  f->complaint = f->complaint || (high && !strcmp(reason, "complaint"));
}

/* The strongest reason decides. Trouble that presses is critical, and so are several reasons, or a strong one said in
 * anger; an outage of a single thing and no more is none. */
static text_urgency_level level_of(const found *f, const text_scan *s, const text_sentiment *m) {
  bool loud = m && (m->emotions[TEXT_ANGRY] > 0.6 || (m->negative > 2 && bangs(s) >= 2));
  unsigned high = f->reasons[TEXT_URGENCY_HIGH];
  if (f->reasons[TEXT_URGENCY_CRITICAL] || f->everything) return TEXT_URGENCY_CRITICAL;
  if ((f->outage || f->loss) && (f->now || f->plea || f->waiting || f->deadline)) return TEXT_URGENCY_CRITICAL;
  if ((f->outage && f->loss) || (f->complaint && f->now)) return TEXT_URGENCY_CRITICAL;
  if (high >= 3 || (high >= 2 && loud)) return TEXT_URGENCY_CRITICAL;
  if (high && f->reasons[TEXT_URGENCY_LOW]) return TEXT_URGENCY_NORMAL;
  if (high == 1 && f->outage && f->single && !loud) return TEXT_URGENCY_NORMAL;
  if (high || (loud && m->score < -0.6)) return TEXT_URGENCY_HIGH;
  return f->reasons[TEXT_URGENCY_LOW] ? TEXT_URGENCY_LOW : TEXT_URGENCY_NORMAL;
}

int text_urgency_of(const text_reading *r, const text_sentiment *sentiment, arena *a, text_urgency *out) {
  *out = (text_urgency){.level = TEXT_URGENCY_NORMAL};
  found f = {0};
  uint32_t everything = UINT32_MAX, single = UINT32_MAX; /* tokens */
  size_t most = 0;
  for (size_t i = 0; i < r->count; i++) most += r->hits[i].entry.kind == LEXICON_URGENCY;
  text_urgency_reason *reasons = arena_array(a, most ? most : 1, sizeof *reasons);
  if (!reasons) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    int level = h->entry.weight / 10;
    if (h->entry.kind != LEXICON_URGENCY) continue;
    const char *reason = lexicon_reasons[h->entry.value];
    /* how much an outage concerns is no reason by itself, and may be said in a denial: "nothing works" */
    if (!strcmp(reason, "everything")) everything = h->first;
    if (!strcmp(reason, "single-item")) single = h->first;
    if (!strcmp(reason, "everything") || !strcmp(reason, "single-item") || !strcmp(reason, "no-matter")) continue;
    if (level > TEXT_URGENCY_LOW && denied(r, i)) continue;
    if (!strcmp(reason, "deadline") && promised(r, i)) continue;
    if (!strcmp(reason, "outage") && level >= TEXT_URGENCY_HIGH) {
      f.everything = f.everything || same_sentence(r->scan, h->first, everything);
      f.single = f.single || same_sentence(r->scan, h->first, single);
    }
    take(&f, reason, level);
    bool known = false;
    for (size_t k = out->reason_count; k > 0 && !known && out->reason_count - k < 16; k--)
      known = reasons[k - 1].name == reason;
    if (!known && level >= 0 && level <= TEXT_URGENCY_CRITICAL) f.reasons[level]++;
    reasons[out->reason_count++] = (text_urgency_reason){reason, h->first, h->count};
  }
  out->level = level_of(&f, r->scan, sentiment);
  out->reasons = reasons;
  return MCRM_OK;
}
