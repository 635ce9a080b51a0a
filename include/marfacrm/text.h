/* marfacrm/text.h: what the library reads out of Persian and English text, without any provider.
 *
 * An engine serves any number of threads, for it never changes once it is open; so do compiled cues, models and name
 * lists. A reading, the state of a conversation and a redaction belong to one thread at a time. No function keeps what
 * it is given. What a reading gives lives until that reading is closed; what comes through a `char **` is yours
 * (mcrm_free). Functions return MCRM_OK or a code with an error; error may be NULL everywhere.
 *
 * Structs that begin with `size` carry the size of what their maker was compiled with: set it in those you build. A
 * language is "fa", "en", or NULL for what the letters say. Malformed UTF-8 and texts above MCRM_TEXT_MOST are
 * MCRM_INVALID. */
#ifndef MARFACRM_TEXT_H
#define MARFACRM_TEXT_H

#include <marfacrm/types.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_text mcrm_text;

typedef struct mcrm_text_options {
  size_t size;           /* sizeof(mcrm_text_options) */
  const char *time_zone; /* NULL: Asia/Tehran */
} mcrm_text_options;

/* The longest text that is read, in bytes. */
enum { MCRM_TEXT_MOST = 16 * 1024 * 1024 };

/* Opens an engine; options may be NULL. MCRM_INVALID where there is no such time zone. */
MCRM_API int mcrm_text_open(const mcrm_text_options *options, mcrm_text **out, mcrm_error *error);
MCRM_API void mcrm_text_close(mcrm_text *engine);

/* Reads a text and answers with one JSON object, which is yours (mcrm_free). `what` is one of
 *   when        spans: dates, times, durations, ranges and recurrences, relative to `now`
 *   fold        folded: the form that is matched on
 *   normalise   normalised: typographic clean-up, for text that a program made
 *   tokens      words, numbers, marks, links … each with its fold and its sentence
 *   keys        the keys by which search finds it
 *   numbers     numbers in digits and words
 *   entities    phones, accounts, money, bank and identity numbers, products, people
 *   sentiment   label, score, emotions, urgency and the words that show them
 *   actions     what is asked for or promised, by whom, until when
 *   summary     the sentences that matter
 *   jalali      a date in either calendar: gregorian, jalali, weekday
 * The object always has `text`; positions in it (start, end) count code points, the end is exclusive. MCRM_INVALID also
 * where there is no such `what`. */
MCRM_API int mcrm_text_json(const mcrm_text *engine, const char *what, const char *text, size_t length, mcrm_time now,
                            const char *language, char **json_out, mcrm_error *error);

/* The folded form of a text: what search and matching compare. *out is yours (mcrm_free), NUL-terminated. */
MCRM_API int mcrm_text_fold(const char *text, size_t length, char **out, mcrm_error *error);
/* Typographic clean-up. *out is yours (mcrm_free). */
MCRM_API int mcrm_text_normalise(const char *text, size_t length, char **out, mcrm_error *error);
/* A key that sorts as Persian readers expect when keys are compared by bytes. *out is yours (mcrm_free). */
MCRM_API int mcrm_text_collation(const char *text, size_t length, char **out, mcrm_error *error);

/* An ISO 8601 time ("2026-11-22T09:00:00+03:30"); without an offset it is wall clock in the engine's zone, without a
 * time of day the beginning of the day. MCRM_INVALID where it is none. */
MCRM_API int mcrm_time_parse(const mcrm_text *engine, const char *text, size_t length, mcrm_time *out,
                             mcrm_error *error);

enum { MCRM_PHONE_SIZE = 20 };
/* The E.164 form of a phone number in any of the forms used in Iran, or an international one. MCRM_INVALID where it is
 * none. */
MCRM_API int mcrm_phone_normalise(const char *text, size_t length, char out[MCRM_PHONE_SIZE]);
/* The form people read: 0912 345 6789. */
MCRM_API void mcrm_phone_display(const char *e164, char out[MCRM_PHONE_SIZE]);

/* ---- One text, read once ---- */

typedef struct mcrm_reading mcrm_reading;

/* Cuts a text into tokens; everything below is read from them when it is first asked for, and kept. now: what
 * "tomorrow" is relative to. */
MCRM_API int mcrm_reading_open(const mcrm_text *engine, const char *text, size_t length, mcrm_time now,
                               const char *language, mcrm_reading **out, mcrm_error *error);
MCRM_API void mcrm_reading_close(mcrm_reading *reading);

/* A stretch of the text, its ends exclusive. */
typedef struct mcrm_span {
  uint32_t start, end;           /* code points */
  uint32_t byte_start, byte_end; /* bytes */
} mcrm_span;

/* The folded text with its map: source[i] is the byte of the text that folded byte i came from, source[length] the
 * text's length. */
typedef struct mcrm_folded {
  size_t size;
  const char *text;
  size_t length;
  const uint32_t *source;
} mcrm_folded;
MCRM_API int mcrm_reading_folded(mcrm_reading *reading, const mcrm_folded **out, mcrm_error *error);

typedef struct mcrm_token {
  size_t size;
  mcrm_span at;
  const char *kind; /* word | number | mark | emoji | link | break */
  const char *fold; /* its folded form */
  int64_t sentence; /* which of the sentences it belongs to, from 0 */
  int64_t value;    /* of a number in digits: its whole part */
} mcrm_token;
MCRM_LIST(mcrm_token);
MCRM_API int mcrm_reading_tokens(mcrm_reading *reading, mcrm_token_array *out, mcrm_error *error);

typedef struct mcrm_sentence {
  size_t size;
  mcrm_span at;         /* without the white space around it */
  int64_t first, count; /* its tokens */
} mcrm_sentence;
MCRM_LIST(mcrm_sentence);
MCRM_API int mcrm_reading_sentences(mcrm_reading *reading, mcrm_sentence_array *out, mcrm_error *error);

/* A number in digits or words: value and, of the same sign, nano billionths. */
typedef struct mcrm_number {
  size_t size;
  mcrm_span at;
  int64_t value;
  int64_t nano;
  bool ordinal, percent;
  bool words;     /* written out, in part at least */
  bool saturated; /* larger than value can hold */
} mcrm_number;
MCRM_LIST(mcrm_number);
MCRM_API int mcrm_reading_numbers(mcrm_reading *reading, mcrm_number_array *out, mcrm_error *error);

/* "5-6", «پنج تا شش», «دو سه»: both ends; they are among the numbers, too. */
typedef struct mcrm_number_range {
  size_t size;
  mcrm_span at;
  int64_t low, low_nano;
  int64_t high, high_nano;
  bool vague; /* nothing stood between them */
} mcrm_number_range;
MCRM_LIST(mcrm_number_range);
MCRM_API int mcrm_reading_ranges(mcrm_reading *reading, mcrm_number_range_array *out, mcrm_error *error);

/* A time that the text speaks of. */
typedef struct mcrm_when {
  size_t size;
  mcrm_span at;
  const char *kind;     /* date | time | datetime | duration | range | recurrence */
  const char *grain;    /* second | minute | hour | day | week | month | quarter | year | decade | century */
  const char *calendar; /* gregorian | jalali | lunar */
  mcrm_time from, to;   /* the end is exclusive; both 0 where no time can be told */
  mcrm_time due;        /* as a due time; 0: it is none (past, a duration) */
  bool all_day;         /* the due time is a day, not a moment */
  bool assumed;         /* a part of it was not said: which half of the day, the hour of "in the morning", the year */
  bool vague;           /* "a few days" */
  bool ambiguous;       /* can be read otherwise: see candidates */
  bool past;            /* by its words; never due */
  bool approximate;     /* "about", or a lunar date, which the sighting of the moon decides */
  bool deadline;        /* "until", "by" */
  bool open;            /* "from … on": no end */
  bool before;          /* "before …": no beginning */
  int64_t duration;     /* of a duration: seconds */
  const char *rule;     /* of a recurrence: an RRULE for mcrm_recurrence_next */
  const mcrm_time *candidates; /* other readings */
  size_t candidate_count;
} mcrm_when;
MCRM_LIST(mcrm_when);
MCRM_API int mcrm_reading_when(mcrm_reading *reading, mcrm_when_array *out, mcrm_error *error);

typedef struct mcrm_entity {
  size_t size;
  mcrm_span at;
  const char *kind;  /* phone | telegram | email | url | ip | money | card | sheba | national_id | product | person */
  const char *value; /* E.164, "@name", 16 digits, "V2Ray", a name without its title … */
  int64_t amount,
      other;         /* money: in Toman, or whole units of another currency; the other reading or a range's low end */
  bool colloquial;   /* money: «۲۰۰ تومن» said for 200,000; other is the literal reading */
  bool rial;         /* money: said in Rial, divided by ten */
  bool foreign;      /* money: not Toman; value names the currency */
  bool range;        /* money: from other to amount */
  bool assumed;      /* money: no currency was named */
  bool bad_checksum; /* card, Sheba, national id: a digit must be wrong */
  bool company;      /* national id: of a company */
  bool spoken;       /* phone: in words */
} mcrm_entity;
MCRM_LIST(mcrm_entity);
MCRM_API int mcrm_reading_entities(mcrm_reading *reading, mcrm_entity_array *out, mcrm_error *error);

/* A word or phrase that counted for the mood. */
typedef struct mcrm_mood_cue {
  size_t size;
  mcrm_span at;
  double weight; /* below 0: against */
  bool negated;
} mcrm_mood_cue;
MCRM_LIST(mcrm_mood_cue);

typedef struct mcrm_mood {
  size_t size;
  const char *label; /* neutral | positive | negative | mixed */
  double score;      /* -1 … 1; signs too faint for a mood or a cue may move it a little */
  double angry, worried, disappointed, confused, hurried; /* 0 … 1 each */
  double satisfied, grateful, interested;
  bool courtesy; /* taarof: thanks and greetings by form, no agreement */
  mcrm_mood_cue_array cues;
} mcrm_mood;
MCRM_API int mcrm_reading_mood(mcrm_reading *reading, const mcrm_mood **out, mcrm_error *error);

/* What is usual for somebody: mean and spread of scores in which older ones fade. Yours to keep; zeroed to begin. */
typedef struct mcrm_baseline {
  double mean, variance;
  uint32_t count;
} mcrm_baseline;
MCRM_API void mcrm_baseline_add(mcrm_baseline *baseline, double score);
/* How far a score lies from the usual, -1 … 1; below -0.5 notably worse. 0 until three scores are known. */
MCRM_API double mcrm_baseline_shift(const mcrm_baseline *baseline, double score);

typedef struct mcrm_urgency_reason {
  size_t size;
  mcrm_span at;
  const char *name; /* "outage", "deadline", "customer-waiting", "complaint" … */
} mcrm_urgency_reason;
MCRM_LIST(mcrm_urgency_reason);

typedef struct mcrm_urgency {
  size_t size;
  const char *level; /* low | normal | high | critical */
  mcrm_urgency_reason_array reasons;
} mcrm_urgency;
MCRM_API int mcrm_reading_urgency(mcrm_reading *reading, const mcrm_urgency **out, mcrm_error *error);

/* A draft for a person to accept. */
typedef struct mcrm_action {
  size_t size;
  mcrm_span at;
  const char *kind;  /* task | promise | request | proposal | question */
  const char *who;   /* me (who wrote it) | you (who reads it) | they | named */
  const char *name;  /* of whom is named, else NULL */
  const char *title; /* as a task's title */
  mcrm_time due;     /* 0: none was said */
  bool all_day;
  double confidence; /* 0 … 1 */
} mcrm_action;
MCRM_LIST(mcrm_action);
/* *asks (may be NULL): the reader is plainly asked for something. */
MCRM_API int mcrm_reading_actions(mcrm_reading *reading, mcrm_action_array *out, bool *asks, mcrm_error *error);

typedef struct mcrm_topic {
  size_t size;
  mcrm_span at;     /* its first mention */
  const char *name; /* "disconnection", "renewal", "payment" … */
  int64_t count;    /* mentions */
} mcrm_topic;
MCRM_LIST(mcrm_topic);
/* The most mentioned first. */
MCRM_API int mcrm_reading_topics(mcrm_reading *reading, mcrm_topic_array *out, mcrm_error *error);

/* How the contact that is told of ended; name: "reached", "no_answer", "callback_promised", "sold", "refused",
 * "resolved", "escalated", "payment_promised", "undecided", "wrong_number", or NULL where nothing tells. */
typedef struct mcrm_contact_outcome {
  size_t size;
  mcrm_span at;
  const char *name;
} mcrm_contact_outcome;
MCRM_API int mcrm_reading_outcome(mcrm_reading *reading, const mcrm_contact_outcome **out, mcrm_error *error);

enum { MCRM_SUMMARY_MOST = 12 };
/* The sentences that say most, at most `most` (1 … MCRM_SUMMARY_MOST), in their order, none twice. */
MCRM_API int mcrm_reading_summary(mcrm_reading *reading, size_t most, mcrm_sentence_array *out, mcrm_error *error);

/* ---- Cues: phrases to listen for, thousands at once ---- */

typedef struct mcrm_cues mcrm_cues;

typedef struct mcrm_phrase {
  size_t size;
  const char *text;     /* as a person writes it; at most 15 words and 250 characters */
  const char *cue;      /* the cue it belongs to: several phrases may share one */
  const char *category; /* yours; may be NULL */
  const char *language; /* fa | en: only in texts that are mostly in this language; NULL = any */
  const char *endings;  /* of the last word: exact (NULL) | noun | verb | english | any */
  int64_t weight;       /* yours; -32768 … 32767 */
  int64_t cooldown_ms;  /* in which the cue does not fire again */
  bool negative;        /* where it stands, other phrases of its cue do not count in that sentence */
  bool once;            /* at most once in a conversation */
} mcrm_phrase;

/* MCRM_INVALID where a phrase has no letters, is too long or names what there is not: the error tells which. */
MCRM_API int mcrm_cues_open(const mcrm_phrase *const *phrases, size_t count, mcrm_cues **out, mcrm_error *error);
/* From YAML, the form that docs/text.md describes; the error names the line. */
MCRM_API int mcrm_cues_open_yaml(const char *yaml, size_t length, mcrm_cues **out, mcrm_error *error);
MCRM_API void mcrm_cues_close(mcrm_cues *cues);

/* A place where a phrase was found. Texts belong to the cues. */
typedef struct mcrm_cue {
  size_t size;
  mcrm_span at;
  const char *cue, *category, *phrase;
  int64_t weight;
  bool negative;
} mcrm_cue;
MCRM_LIST(mcrm_cue);

/* Every place, in the order of their ends; the list lives with the reading. */
MCRM_API int mcrm_cues_match(const mcrm_cues *cues, mcrm_reading *reading, mcrm_cue_array *out, mcrm_error *error);

/* When each cue fired last in one conversation; it must be closed before the cues are. */
typedef struct mcrm_conversation mcrm_conversation;
MCRM_API int mcrm_conversation_open(const mcrm_cues *cues, mcrm_conversation **out, mcrm_error *error);
MCRM_API void mcrm_conversation_close(mcrm_conversation *conversation);
/* The cues that fire on this text at this moment, each once by its longest phrase: languages, negative phrases,
 * cooldown and once-per-conversation are applied. */
MCRM_API int mcrm_conversation_hear(mcrm_conversation *conversation, mcrm_reading *reading, mcrm_time at,
                                    mcrm_cue_array *out, mcrm_error *error);

/* ---- Redaction ---- */

/* What tokens stand for in one exchange with a provider: the same identifier is the same token in every text. */
typedef struct mcrm_redaction mcrm_redaction;
MCRM_API int mcrm_redaction_open(mcrm_redaction **out, mcrm_error *error);
MCRM_API void mcrm_redaction_close(mcrm_redaction *redaction);
/* Phones, Telegram names, e-mail and IP addresses, card, Sheba and national numbers become "[PHONE_1]" … */
MCRM_API int mcrm_redact(mcrm_redaction *redaction, const char *text, size_t length, char **out, mcrm_error *error);
/* … and what first stood there again. Tokens that nobody issued stay. */
MCRM_API int mcrm_restore(const mcrm_redaction *redaction, const char *text, size_t length, char **out,
                          mcrm_error *error);

/* ---- A classifier of your own ---- */

typedef struct mcrm_example {
  const char *text;
  size_t length;
  size_t label; /* index of its label */
} mcrm_example;

typedef struct mcrm_training {
  size_t size;
  const char *const *labels; /* 2 … 16, each of 1 … 31 bytes */
  size_t label_count;
  const mcrm_example *examples;
  size_t example_count;
  unsigned epochs; /* 0: 12 */
  double rate;     /* 0: 0.5 */
  uint64_t seed;   /* the same seed gives the same model */
} mcrm_training;

/* *model (mcrm_free) holds *length bytes, about 64 KB a label. */
MCRM_API int mcrm_model_train(const mcrm_training *training, char **model, size_t *length, mcrm_error *error);

typedef struct mcrm_model mcrm_model;
/* MCRM_INVALID where the bytes are no model, or a damaged one. */
MCRM_API int mcrm_model_open(const char *bytes, size_t length, mcrm_model **out, mcrm_error *error);
MCRM_API void mcrm_model_close(mcrm_model *model);

typedef struct mcrm_class {
  size_t size;
  const char *label; /* belongs to the model */
  double probability;
} mcrm_class;
MCRM_LIST(mcrm_class);
/* All labels, the likeliest first. */
MCRM_API int mcrm_model_classify(const mcrm_model *model, mcrm_reading *reading, mcrm_class_array *out,
                                 mcrm_error *error);

/* ---- Calendar, in the engine's zone ---- */

typedef struct mcrm_jalali {
  int year, month, day; /* month and day from 1 */
  int weekday;          /* 0 = Saturday … 6 = Friday */
} mcrm_jalali;
MCRM_API void mcrm_jalali_of(const mcrm_text *engine, mcrm_time at, mcrm_jalali *out);
/* 00:00 of a day of the years 1 … 1799. MCRM_INVALID where there is no such day. */
MCRM_API int mcrm_jalali_time(const mcrm_text *engine, int year, int month, int day, mcrm_time *out, mcrm_error *error);
/* The Persian name of the public holiday of Iran on that day, NULL where there is none; Fridays have no name. Lunar
 * ones are known for 1403–1410 and may shift by a day. */
MCRM_API const char *mcrm_holiday_name(const mcrm_text *engine, mcrm_time at);
/* Neither a holiday nor a Friday. */
MCRM_API bool mcrm_is_working_day(const mcrm_text *engine, mcrm_time at);
/* 00:00 of the first working day after the day of that moment. */
MCRM_API mcrm_time mcrm_next_working_day(const mcrm_text *engine, mcrm_time at);
/* The first time after `after`, and not before `start`, at which a rule (RFC 5545, RSCALE of RFC 7529) comes round;
 * *out is 0 where it never does again. */
MCRM_API int mcrm_recurrence_next(const mcrm_text *engine, const char *rule, size_t length, mcrm_time start,
                                  mcrm_time after, mcrm_time *out, mcrm_error *error);
/* «۱۵ آبان ۱۴۰۵ ساعت ۱۶:۳۰», "8 November 2026 at 16:30": read back, it is the same time. grain as in mcrm_when. */
MCRM_API int mcrm_time_words(const mcrm_text *engine, mcrm_time at, const char *grain, const char *language, char **out,
                             mcrm_error *error);

/* ---- Numbers in words, names, search ---- */

/* «دو میلیون و سیصد هزار»; with nano «دو و پنج دهم»; ordinal «بیست و سوم». nano: -999999999 … 999999999, of the sign of
 * value, or its own where value is 0. */
MCRM_API int mcrm_number_words(int64_t value, int64_t nano, bool ordinal, const char *language, char **out,
                               mcrm_error *error);

/* The keys by which a text is found in an index, separated by spaces; a query goes through the same. */
MCRM_API int mcrm_search_keys(const char *text, size_t length, char **out, mcrm_error *error);

/* Names, to be found in spite of typing errors and other spelling. */
typedef struct mcrm_names mcrm_names;
typedef struct mcrm_name {
  mcrm_id id;
  const char *text;
} mcrm_name;
typedef struct mcrm_name_match {
  mcrm_id id;
  int distance; /* 0: they are the same but for spelling */
} mcrm_name_match;
/* Malformed names are left out. */
MCRM_API int mcrm_names_open(const mcrm_name *names, size_t count, mcrm_names **out, mcrm_error *error);
MCRM_API void mcrm_names_close(mcrm_names *names);
/* Writes at most `limit` matches, the nearest first; *count says how many. */
MCRM_API int mcrm_names_find(const mcrm_names *names, const char *text, size_t length, mcrm_name_match *out,
                             size_t limit, size_t *count, mcrm_error *error);

#ifdef __cplusplus
}
#endif
#endif
