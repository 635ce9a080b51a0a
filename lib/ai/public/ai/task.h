/* The third table: one row for each thing an intelligence is asked to do. A row names what it is given, the entity
 * it must fill in, and the built-in answer that needs no provider.
 *
 * This room never reads the database: whoever asks hands over the context, fetched with the user's own rights, so
 * that the intelligence can never see more than the user may. */
#ifndef AI_TASK_H
#define AI_TASK_H

#include <ai/ai.h>
#include <base/arena.h>
#include <base/zone.h>
#include <marfacrm/checklist.h>
#include <marfacrm/copilot.h>
#include <model/entity.h>
#include <text/sentiment.h>

typedef struct ai_call {
  arena *arena;
  mcrm_error *error;
  const zone *zone;
  mcrm_time now;        /* what the text's "tomorrow" is relative to */
  const char *language; /* fa | en; NULL = as the text says */
  /* ---- of a call that may ask a provider ---- */
  ai *ai;            /* NULL: the built-in intelligence only */
  mcrm_id user_id;   /* for whom; 0 = the system */
  const char *trace; /* goes along to the provider's log; may be NULL */
  int64_t deadline;  /* clock_monotonic, for all tries together; 0 = a minute from now */
  ai_spent spent;    /* today, before this call */
  bool (*cancelled)(void *context);
  void (*progress)(void *context, double done); /* 0 to 1 */
  /* A piece of audio that is read as it is sent; 0, or it cannot be read: ai.bad_request. */
  int (*read)(void *context, size_t at, void *to, size_t length);
  void *context;
  /* ---- told afterwards, also where it failed ---- */
  ai_records records; /* every try, to be stored by the caller */
} ai_call;

/* Who answered. */
typedef struct ai_answer {
  const char *provider; /* "local": the built-in intelligence */
  const char *model;
  const char *prompt; /* name and version of the prompt; NULL for the built-in */
  /* Why no provider answered, where one was to be asked: "timeout", "budget", …; else NULL. */
  const char *fallback;
  bool suspicious; /* the text speaks to a machine: the reader is warned */
} ai_answer;

typedef int ai_local(ai_call *call, const void *input, void *output);
/* The text of the input that goes to a provider: data, whatever it says. */
typedef const char *ai_source(const void *input);
/* A provider's reply, decoded and valid, into the output, which holds the built-in findings already: what the reply
 * leaves empty, or says without ground in the text, stays as it was. */
typedef int ai_take(ai_call *call, const void *input, const void *reply, void *output);
/* Of a long text: adds a part's reply to the sum; writes what a part says for the one that reads them all. */
typedef int ai_join(ai_call *call, void *sum, const void *part);
typedef void ai_gist(buffer *out, const void *part);

typedef struct ai_task {
  const char *name; /* also of its prompt files */
  const model_entity *output;
  ai_local *local;
  const model_entity *reply; /* what a provider must fill in; NULL: none is asked */
  ai_source *source;
  ai_take *take;
  ai_join *join;
  ai_gist *gist;
  int64_t max_tokens; /* of a reply */
} ai_task;

/* Input of "note.analyse". */
typedef struct ai_note {
  const char *text;
  text_baseline baseline;              /* of the rep's earlier conversations, for the shift */
  mcrm_checklist_item_array checklist; /* points to be marked; what a provider leaves out is marked by their phrases */
} ai_note;

extern const ai_task ai_tasks[]; /* ends with name NULL */

/* Runs a task; the output record comes zeroed with `size` set and is filled in by the rows of the task's entity. A
 * provider that fails is no failure: the built-in intelligence answers, and the answer says so. */
int ai_run(ai_call *call, const char *task, const void *input, void *output, ai_answer *answer);

/* Asks a provider whether key, model and endpoint are good, whatever the breaker says, and one that is asked for speech
 * whether it takes what browsers record. MCRM_NOT_FOUND where there is no such provider; the outcome is in the call's
 * last record. */
int ai_probe(ai_call *call, const char *name, const char **said);

/* ---- speech ---- */

typedef struct ai_audio {
  const void *bytes; /* a whole file; NULL: the call's `read` gives it piece by piece */
  size_t length;
  const char *media_type;   /* as sniffed: audio/webm, audio/ogg, audio/mpeg, audio/mp4, audio/wav */
  int64_t duration_ms;      /* 0 = unknown */
  const char *language;     /* fa | en; NULL = found out */
  const char *const *hints; /* names and words that may occur */
  size_t hint_count;
} ai_audio;

typedef struct ai_transcript {
  const char *text;     /* "" = nothing was said */
  const char *language; /* may be NULL */
  const char *provider, *model;
  double confidence;   /* -1 = unknown */
  int64_t duration_ms; /* 0 = unknown */
  const mcrm_speech_segment *const *segments;
  size_t segment_count;
  int64_t dropped; /* segments left out as invented */
} ai_transcript;

/* There is no built-in answer, so this fails where no provider answers. The message names the outcome, "ai.billing":
 * MCRM_UNSUPPORTED   ai.none: no speech provider is configured that may be asked; ai.unsupported: none takes this audio
 * MCRM_BUSY          ai.budget, ai.rate_limit: later
 * MCRM_TIMEOUT, MCRM_CANCELLED
 * MCRM_INVALID       ai.bad_request, ai.content_filter: trying again is no use
 * MCRM_UNAVAILABLE   everything else (down, blocked, no credit, wrong key): the detail says which provider and why */
int ai_transcribe(ai_call *call, const ai_audio *audio, ai_transcript *out);

#endif
