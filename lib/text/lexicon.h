/* The built-in lexicons: word lists in data/, compiled by generate/lexicon.c into one automaton, so that a text is read
 * once for sentiment, urgency, topics, outcomes and actions together. */
#ifndef TEXT_LEXICON_H
#define TEXT_LEXICON_H

#include <text/lexicon.h>

#include "cue_table.h"

/* The names are those of the section headers in data/. */
#define LEXICON_KINDS(X)    \
  X(SENTIMENT, "sentiment") \
  X(GRAMMAR, "grammar")     \
  X(URGENCY, "urgency") X(TOPIC, "topic") X(OUTCOME, "outcome") X(ACTION, "action") X(VERB, "verb")

#define LEXICON_GRAMMAR_WORDS(X)                                                                       \
  X(NEGATED_VERB, "negated-verb")       /* Persian: turns round what stands before it in its clause */ \
  X(NEGATED_MODAL, "negated-modal")     /* "cannot": what precedes it, else what follows */            \
  X(REMOVED, "removed")                 /* "solved": the trouble before it is over */                  \
  X(LONG_SINCE, "long-since")           /* "مدت‌ها بود": what was not then is now */         \
  X(NEGATED_THOUGHT, "negated-thought") /* "I don't think that": turns round what follows */           \
  X(NOT, "not")                         /* turns round the next words */                               \
  X(WITHOUT, "without")                 /* turns round the very next words */                          \
  X(VERB, "finite")                     /* ends a Persian clause */                                    \
  X(NEUTRAL_VERB, "neutral-verb")       /* negated in form only */                                     \
  X(MORE, "more")                                                                                      \
  X(LESS, "less")                                                                                      \
  X(CONTRAST, "contrast")                                                                              \
  X(CONCESSION, "concession") /* "although": this clause weighs less */                                \
  X(CONDITION, "condition")                                                                            \
  X(WISH, "wish")     /* what is wished for is missing */                                              \
  X(CLAUSE, "clause") /* a new clause begins */                                                        \
  X(TOO_MUCH, "too")  /* "too", "بیش از حد" */

#define LEXICON_ACTION_ROLES(X)                                                       \
  X(PROMISE, "promise") /* performative: "I promise" */                               \
  X(REQUEST, "request") /* "please", "can you" */                                     \
  X(TASK, "task")       /* something one does for a customer: call, send, check */    \
  X(WILL, "will")       /* first person future */                                     \
  X(MUST, "must")                                                                     \
  X(ASK, "ask")                 /* question word */                                   \
  X(PROPOSAL, "proposal")       /* "let's", "how about" */                            \
  X(PAST, "past")               /* it is done already */                              \
  X(BOILERPLATE, "boilerplate") /* mass-mail phrases: not a request to this reader */ \
  X(I, "i")                                                                           \
  X(YOU, "you")                                                                       \
  X(THEY, "they")                                                                     \
  X(HYPOTHETIC, "hypothetic") /* "perhaps", "if" */                                   \
  X(NOUN, "noun-like")        /* looks like a verb form, but is none: بدهی */

#define LEXICON_EMOTIONS(X) \
  X("angry") X("worried") X("disappointed") X("confused") X("hurried") X("satisfied") X("grateful") X("interested")

#define X(name, text) LEXICON_##name,
typedef enum lexicon_kind { LEXICON_KINDS(X) LEXICON_KIND_COUNT } lexicon_kind;
#undef X
#define X(name, text) GRAMMAR_##name,
typedef enum lexicon_grammar { LEXICON_GRAMMAR_WORDS(X) GRAMMAR_COUNT } lexicon_grammar;
#undef X
#define X(name, text) ROLE_##name,
typedef enum lexicon_role { LEXICON_ACTION_ROLES(X) ROLE_COUNT } lexicon_role;
#undef X

typedef struct lexicon_entry {
  uint8_t kind;
  uint8_t value;    /* grammar word, role, or the number of a topic, an outcome, an urgency's reason, a verb */
  int8_t weight;    /* sentiment: tenths; urgency: level; outcome: how much it decides */
  uint8_t emotions; /* bits in the order of LEXICON_EMOTIONS; of a verb its form: person (0 … 5), mood << 4 */
} lexicon_entry;

/* Persian verb forms. The negated ones are not among them: they ask for nothing. */
typedef enum lexicon_mood { VERB_PRESENT, VERB_SUBJUNCTIVE, VERB_PAST, VERB_FUTURE } lexicon_mood;

/* Generated. */
extern const struct text_cues lexicon_cues;
extern const lexicon_entry lexicon_entries[];
extern const char *const lexicon_topics[];
extern const char *const lexicon_outcomes[];
extern const char *const lexicon_reasons[];
extern const char *const lexicon_infinitives[]; /* of the verbs, by number */
extern const uint32_t lexicon_topic_count, lexicon_outcome_count, lexicon_reason_count;

struct text_lexicon_hit {
  lexicon_entry entry;
  bool ended; /* the word carries an ending */
  uint32_t phrase;
  uint32_t first, count; /* tokens */
};

#endif
