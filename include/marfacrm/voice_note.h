/* marfacrm/voice_note.h: what was spoken instead of typed. It is stored first; the rest is work that is done as soon as
 * it can be, and done again where it fails:
 *
 *   stored → transcribing → transcribed → analysing → ready        failed: with its reason, from any of them
 *
 * Without a speech provider a note stays `stored`, can be listened to and typed up (voice_note.review with a
 * transcript); once there is a provider, it is transcribed. */
#ifndef MARFACRM_VOICE_NOTE_H
#define MARFACRM_VOICE_NOTE_H

#include <marfacrm/copilot.h>
#include <marfacrm/file.h>
#include <marfacrm/interaction.h>
#include <marfacrm/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A piece of the transcript and where in the audio it was said. */
typedef struct mcrm_speech_piece {
  MCRM_RECORD;
  double from_s;
  double to_s;
  const char *text;
  const char *speaker; /* where the provider tells voices apart */
} mcrm_speech_piece;
MCRM_LIST(mcrm_speech_piece);

typedef struct mcrm_voice_note {
  MCRM_STORED;
  mcrm_id rep_id;
  mcrm_id interaction_id; /* the conversation it belongs to; made as a draft where none was given */
  mcrm_id user_id;        /* who recorded it */
  const char *name;       /* of the file, as it came */
  const char *media_type; /* found in the file itself, like the next five */
  const char *codec;
  int64_t bytes;
  double duration_s;
  int64_t sample_rate;
  int64_t channels;
  const char *language; /* fa | en: as given, then as heard */
  const char *state;    /* stored | transcribing | transcribed | analysing | ready | failed */
  double progress;      /* 0 to 1 */
  const char *transcript;
  mcrm_speech_piece_array segments;
  double confidence;    /* of the transcript; 0 = not known */
  const char *provider; /* who transcribed; "user": it was typed up */
  const char *model;
  const mcrm_analysis *analysis;
  const char *error_code;    /* ai.none | ai.billing | …: why it waits, or failed */
  const char *error_detail;  /* one line, English, for whoever looks after it */
  const char *error;         /* the reason in the reader's language */
  mcrm_time audio_erased_at; /* from then on only the text is left */
  const char *sha256;        /* the name of the file; never shown */
} mcrm_voice_note;
MCRM_LIST(mcrm_voice_note);

typedef struct mcrm_voice_note_page {
  MCRM_RECORD;
  mcrm_voice_note_array items;
  const char *next;
} mcrm_voice_note_page;

typedef struct mcrm_voice_note_filter {
  MCRM_RECORD;
  mcrm_id rep_id;
  mcrm_id interaction_id;
  mcrm_id user_id;
  const char *state;
  const char *cursor;
  int64_t limit;
} mcrm_voice_note_filter;

/* Input of voice_note.upload. With an interaction the note belongs to it; else a draft is made for the rep. */
typedef struct mcrm_voice_upload {
  MCRM_RECORD;
  const mcrm_file *file;
  mcrm_id rep_id;
  mcrm_id interaction_id;
  const char *language;  /* fa | en; default: found out */
  const char *type;      /* of the interaction that is made; default: call */
  const char *direction; /* likewise; default: out */
  const char *purpose;   /* likewise */
  mcrm_time started_at;  /* likewise; default: now. What "tomorrow" is relative to */
} mcrm_voice_upload;

/* The audio itself. */
typedef struct mcrm_voice_audio {
  MCRM_RECORD;
  mcrm_id id;
  const mcrm_file *file;
} mcrm_voice_audio;

/* Input of voice_note.review: everything that was decided on one screen. A changed transcript is analysed again;
 * what has been decided stays decided. */
typedef struct mcrm_voice_review {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
  const char *transcript;      /* corrected, or typed up */
  mcrm_decide_array decisions; /* accept, edit or reject suggestions by their id */
  int64_t accept_rest;         /* 1: accept every other proposal of this conversation */
  int64_t final;               /* 1: the conversation is no draft any more */
} mcrm_voice_review;

typedef struct mcrm_voice_reviewed {
  MCRM_RECORD;
  const mcrm_voice_note *voice_note;
  const mcrm_interaction *interaction;
  mcrm_task_array tasks; /* made by accepting */
  mcrm_suggestion_array suggestions;
} mcrm_voice_reviewed;

#ifdef __cplusplus
}
#endif
#endif
