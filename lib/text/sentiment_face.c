/* Emoticons of punctuation, and what surrounds a score: names and the usual of a person. */
#include <text/sentiment.h>

#include "lexicon.h"
#include "sentiment_walk.h"

static char single(const text_scan *s, uint32_t at) {
  if (at >= s->token_count || s->tokens[at].fold_length != 1) return 0;
  return s->tokens[at].fold[0];
}

static char joined(const text_scan *s, uint32_t at) {
  return at < s->token_count && !s->tokens[at].spaced ? single(s, at) : 0;
}

double sentiment_face(const text_scan *s, uint32_t at) {
  char eyes = single(s, at), mouth = joined(s, at + 1);
  if (eyes == '<' && mouth == '3') return 2.5;
  if (eyes != ':' && eyes != '=' && eyes != ';') return 0;
  if (mouth == '-' || mouth == '\'' || mouth == 'o' || mouth == '^') mouth = joined(s, at + 2);
  switch (mouth) {
    case ')':
    case ']':
    case 'd':
    case 'p':
    case '*':
    case '3':
    case '}':
      return eyes == ';' ? 1 : 2;
    case '(':
    case '[':
    case '{':
    case '/':
    case '\\':
    case '|':
      return -2;
    default:
      return 0;
  }
}

const char *text_mood_name(text_mood m) {
  static const char *const names[] = {"neutral", "positive", "negative", "mixed"};
  return (size_t)m < sizeof names / sizeof *names ? names[m] : "";
}

const char *text_emotion_name(text_emotion e) {
#define X(text) text,
  static const char *const names[] = {LEXICON_EMOTIONS(X)};
#undef X
  return (size_t)e < sizeof names / sizeof *names ? names[e] : "";
}

/* Exponentially weighted, as in West (1979); the first scores count like a plain mean. */
void text_baseline_add(text_baseline *b, double score) {
  enum { MEMORY = 20 };
  if (b->count < MEMORY) b->count++;
  double part = 1.0 / b->count, off = score - b->mean;
  b->mean += part * off;
  b->variance = (1 - part) * (b->variance + part * off * off);
}

double text_baseline_shift(const text_baseline *b, double score) {
  enum { ENOUGH = 3 };
  const double least = 0.04; /* variance: nobody is so even that a hair's breadth matters */
  if (b->count < ENOUGH) return 0;
  double off = score - b->mean, spread = b->variance > least ? b->variance : least;
  double square = off * off / spread; /* 1 = one standard deviation */
  return (off < 0 ? -1 : 1) * square / (square + 2);
}
