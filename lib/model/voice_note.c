/* Voice notes. See <marfacrm/voice_note.h>. */
#include <marfacrm/voice_note.h>
#include <model/entities.h>

static const char *const voice_states[] = {"stored", "transcribing", "transcribed", "analysing",
                                           "ready",  "failed",       NULL};
static const char *const languages[] = {"fa", "en", NULL};
static const char *const directions[] = {"in", "out", NULL};

static const model_field speech_piece_fields[] = {
    FIELD_REAL(mcrm_speech_piece, from_s),
    FIELD_REAL(mcrm_speech_piece, to_s),
    FIELD_TEXT(mcrm_speech_piece, text),
    FIELD_TEXT(mcrm_speech_piece, speaker, .help = "where the provider tells voices apart"),
};
MODEL_ENTITY(speech_piece, speech_piece_fields,
             .help = "A piece of the transcript and where in the audio it was said.");

static const model_field voice_note_fields[] = {
    FIELDS_STORED(mcrm_voice_note),
    FIELD_ID(mcrm_voice_note, rep_id),
    FIELD_ID(mcrm_voice_note, interaction_id,
             .help = "the conversation it belongs to; made as a draft where none was given"),
    FIELD_ID(mcrm_voice_note, user_id, .help = "who recorded it"),
    FIELD_TEXT(mcrm_voice_note, name, .max = 200, .help = "of the file, as it came"),
    FIELD_TEXT(mcrm_voice_note, media_type, .max = 100, .help = "found in the file itself, like the next five"),
    FIELD_TEXT(mcrm_voice_note, codec, .max = 40),
    FIELD_INT(mcrm_voice_note, bytes),
    FIELD_REAL(mcrm_voice_note, duration_s),
    FIELD_INT(mcrm_voice_note, sample_rate),
    FIELD_INT(mcrm_voice_note, channels),
    FIELD_TEXT(mcrm_voice_note, language, .max = 20, .help = "fa | en: as given, then as heard"),
    FIELD_TEXT(mcrm_voice_note, state, .choices = voice_states,
               .help = "stored | transcribing | transcribed | analysing | ready | failed"),
    FIELD_REAL(mcrm_voice_note, progress, .help = "0 to 1"),
    FIELD_TEXT(mcrm_voice_note, transcript, .max = 200000, .help = "also in the conversation, where it is searched"),
    FIELD_LIST(mcrm_voice_note, segments, speech_piece, .max = 5000),
    FIELD_REAL(mcrm_voice_note, confidence, .help = "of the transcript; 0 = not known"),
    FIELD_TEXT(mcrm_voice_note, provider, .help = "who transcribed; \"user\": it was typed up"),
    FIELD_TEXT(mcrm_voice_note, model),
    FIELD_OBJECT(mcrm_voice_note, analysis, analysis),
    FIELD_TEXT(mcrm_voice_note, error_code, .max = 60, .help = "ai.none | ai.billing | …: why it waits, or failed"),
    FIELD_TEXT(mcrm_voice_note, error_detail, .max = 400, .help = "one line, English, for whoever looks after it"),
    FIELD_TEXT(mcrm_voice_note, error, .flags = MODEL_DERIVED, .help = "the reason in the reader's language"),
    FIELD_TIME(mcrm_voice_note, audio_erased_at, .help = "from then on only the text is left"),
    FIELD_TEXT(mcrm_voice_note, sha256, .flags = MODEL_SECRET | MODEL_READ_ONLY, .max = 64,
               .help = "the name of the file; never shown"),
};
MODEL_ENTITY(voice_note, voice_note_fields, .help = "What was spoken instead of typed.", .table = "voice_note",
             .read = "voice_note.read", .owner = "user_id");

static const model_field voice_note_page_fields[] = {
    FIELD_LIST(mcrm_voice_note_page, items, voice_note),
    FIELD_TEXT(mcrm_voice_note_page, next, .help = "cursor of the next page; null at the end"),
};
MODEL_ENTITY(voice_note_page, voice_note_page_fields);

static const model_field voice_note_filter_fields[] = {
    FIELD_ID(mcrm_voice_note_filter, rep_id),
    FIELD_ID(mcrm_voice_note_filter, interaction_id),
    FIELD_ID(mcrm_voice_note_filter, user_id),
    FIELD_TEXT(mcrm_voice_note_filter, state, .choices = voice_states),
    FIELD_TEXT(mcrm_voice_note_filter, cursor, .max = 300),
    FIELD_INT(mcrm_voice_note_filter, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(voice_note_filter, voice_note_filter_fields);

static const model_field voice_upload_fields[] = {
    FIELD_OBJECT(mcrm_voice_upload, file, file, .flags = MODEL_REQUIRED, .help = "webm, ogg, mp3, m4a or wav"),
    FIELD_ID(mcrm_voice_upload, rep_id),
    FIELD_ID(mcrm_voice_upload, interaction_id),
    FIELD_TEXT(mcrm_voice_upload, language, .choices = languages, .help = "fa | en; default: found out"),
    FIELD_TEXT(mcrm_voice_upload, type, .max = 40, .help = "of the interaction that is made; default: call"),
    FIELD_TEXT(mcrm_voice_upload, direction, .choices = directions, .help = "likewise; default: out"),
    FIELD_TEXT(mcrm_voice_upload, purpose, .max = 200, .help = "likewise"),
    FIELD_TIME(mcrm_voice_upload, started_at, .help = "likewise; default: now. What \"tomorrow\" is relative to"),
};
MODEL_ENTITY(voice_upload, voice_upload_fields,
             .help = "With an interaction the note belongs to it; else a draft is made for the rep.");

static const model_field voice_audio_fields[] = {
    FIELD_ID(mcrm_voice_audio, id),
    FIELD_OBJECT(mcrm_voice_audio, file, file),
};
MODEL_ENTITY(voice_audio, voice_audio_fields, .help = "The audio itself.");

static const model_field voice_review_fields[] = {
    FIELD_ID(mcrm_voice_review, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_voice_review, version),
    FIELD_TEXT(mcrm_voice_review, transcript, .max = 200000, .help = "corrected, or typed up"),
    FIELD_LIST(mcrm_voice_review, decisions, decide, .help = "accept, edit or reject suggestions by their id"),
    FIELD_BOOL(mcrm_voice_review, accept_rest, .help = "1: accept every other proposal of this conversation"),
    FIELD_BOOL(mcrm_voice_review, final, .help = "1: the conversation is no draft any more"),
};
MODEL_ENTITY(voice_review, voice_review_fields,
             .help =
                 "Everything that was decided on one screen. A changed transcript is analysed again; what has been "
                 "decided stays decided.");

static const model_field voice_reviewed_fields[] = {
    FIELD_OBJECT(mcrm_voice_reviewed, voice_note, voice_note),
    FIELD_OBJECT(mcrm_voice_reviewed, interaction, interaction),
    FIELD_LIST(mcrm_voice_reviewed, tasks, task, .help = "made by accepting"),
    FIELD_LIST(mcrm_voice_reviewed, suggestions, suggestion),
};
MODEL_ENTITY(voice_reviewed, voice_reviewed_fields);
