/* Voice notes: taken in, listed, listened to, deleted. What is made of them is in voice_work.c and voice_review.c. */
#include "voice_note.h"

#include <audio/audio.h>
#include <base/error.h>
#include <blob/blob.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/journal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"
#include "page.h"

enum { MIB = 1 << 20, LISTEN_AGAIN = 10 * 60 * 1000 };

const char voice_transcribe_kind[] = "voice_note.transcribe", voice_analyse_kind[] = "voice_note.analyse",
           voice_deepen_kind[] = "voice_note.deepen", voice_erase_kind[] = "voice_note.erase";

static message_key reason_of(const char *code) {
  static const struct {
    const char *code;
    message_key key;
  } reasons[] = {{"ai.none", MESSAGE_VOICE_NO_PROVIDER},
                 {"ai.unsupported", MESSAGE_VOICE_UNSUPPORTED},
                 {"ai.bad_request", MESSAGE_VOICE_UNSUPPORTED},
                 {"ai.billing", MESSAGE_VOICE_BILLING},
                 {"ai.budget", MESSAGE_VOICE_BUDGET},
                 {"ai.rate_limit", MESSAGE_VOICE_BUSY},
                 {"ai.overload", MESSAGE_VOICE_BUSY},
                 {"ai.auth", MESSAGE_VOICE_KEY},
                 {"ai.region", MESSAGE_VOICE_REGION},
                 {"ai.timeout", MESSAGE_VOICE_UNREACHABLE},
                 {"ai.network", MESSAGE_VOICE_UNREACHABLE},
                 {"ai.content_filter", MESSAGE_VOICE_REFUSED},
                 {"voice.silent", MESSAGE_VOICE_SILENT},
                 {"voice.owner", MESSAGE_VOICE_OWNER},
                 {"file.gone", MESSAGE_VOICE_FILE},
                 {"file.damaged", MESSAGE_VOICE_FILE},
                 {"file.no_key", MESSAGE_VOICE_FILE}};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (!strcmp(code, reasons[i].code)) return reasons[i].key;
  return MESSAGE_VOICE_OTHER;
}

int voice_fill(crm_call *call, mcrm_voice_note *note) {
  const char *reason = NULL;
  if (note->error_code) {
    reason = message(call->tx->arena, call->actor->language, reason_of(note->error_code), (message_values){0});
    if (!reason) return error_no_memory(call->tx->error);
  }
  MCRM_SET(note, error, reason);
  return MCRM_OK;
}

static int payload_of(store_tx *tx, mcrm_id note, const char **out) {
  *out = arena_print(tx->arena, "{\"id\":\"%lld\"}", (long long)note);
  return *out ? MCRM_OK : error_no_memory(tx->error);
}

int voice_enqueue(store_tx *tx, const char *kind, mcrm_id note) {
  const char *payload;
  bool any;
  int code = payload_of(tx, note, &payload);
  if (!code) code = jobs_revive(tx, kind, payload, &any);
  return code || any ? code : jobs_enqueue(tx, kind, payload, 0, NULL);
}

/* ---- upload: limits, then the file to its place, then the rows ---- */

typedef struct taking {
  const crm_file *file;
  const mcrm_file *said; /* what the giver says of it, and its SHA-256 */
  audio_info audio;
  mcrm_voice_note *same; /* the very same was given before */
} taking;

static int too_large(mcrm_error *error, const char *message, const char *what, int64_t most, const char *unit) {
  return error_set(error, MCRM_INVALID, "file", message, "file: %s than %lld %s", what, (long long)most, unit);
}

static int check_room(crm_call *call, const crm_file *file) {
  const crm_voice *limits = &call->crm->voice;
  int64_t used = 0;
  if (file->bytes > limits->bytes_most)
    return too_large(call->tx->error, "voice.too_large", "larger", limits->bytes_most / MIB, "MiB");
  if (!limits->quota_bytes) return MCRM_OK;
  int code = store_number(
      call->tx, &used, 0,
      "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM voice_note WHERE user_id = $1 AND audio_erased_at IS NULL",
      store_int(call->actor->user_id));
  if (!code && used + file->bytes > limits->quota_bytes)
    code = too_large(call->tx->error, "voice.quota", "with it your recordings take more", limits->quota_bytes / MIB,
                     "MiB; delete some");
  return code;
}

/* The conversation, which must be one that the actor may write. */
static int load_interaction(crm_call *call, mcrm_id id, const mcrm_interaction **out) {
  void *found = NULL;
  int code =
      access_load_for(call->tx, call->actor, &model_interaction, id, "interaction.read", "interaction.write", &found);
  if (code && !strcmp(call->tx->error->field, "id"))
    memcpy(call->tx->error->field, "interaction_id", sizeof "interaction_id");
  *out = found;
  return code;
}

static int check_place(crm_call *call, const mcrm_voice_upload *in) {
  const mcrm_interaction *interaction;
  void *rep;
  if (in->interaction_id) {
    int code = load_interaction(call, in->interaction_id, &interaction);
    if (!code && in->rep_id && in->rep_id != interaction->rep_id)
      code = error_set(call->tx->error, MCRM_INVALID, "rep_id", "note.other_rep",
                       "rep_id: interaction %lld is of another rep", (long long)in->interaction_id);
    return code;
  }
  if (!in->rep_id)
    return error_set(call->tx->error, MCRM_INVALID, "rep_id", "field.required",
                     "rep_id or interaction_id: whom is the note about?");
  int code = access_load(call->tx, call->actor, &model_rep, in->rep_id, "rep.read", &rep);
  if (code) memcpy(call->tx->error->field, "rep_id", sizeof "rep_id");
  return code;
}

/* The same audio by the same person for the same conversation (or rep) is the same note. */
static int find_same(crm_call *call, const mcrm_voice_upload *in, const char *sha256, mcrm_voice_note **out) {
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_voice_note);
  store_where(&s, "sha256 = ? AND user_id = ?", store_text(sha256), store_int(call->actor->user_id));
  store_where_plain(&s, "audio_erased_at IS NULL");
  if (in->interaction_id)
    store_where(&s, "interaction_id = ?", store_int(in->interaction_id));
  else
    store_where(&s, "rep_id = ?", store_int(in->rep_id));
  store_order(&s, "id");
  store_limit(&s, 1);
  int code = store_select_end(&s, &found);
  *out = !code && found.count ? (mcrm_voice_note *)(uintptr_t)found.at[0] : NULL;
  return code;
}

int voice_note_upload_gather(crm_call *call, const void *input, void **prepared) {
  const mcrm_voice_upload *in = input;
  taking *t = *prepared = arena_alloc(call->tx->arena, sizeof *t);
  if (!t) return error_no_memory(call->tx->error);
  t->file = call->file;
  t->said = in->file;
  if (!call->crm->blobs)
    return error_set(call->tx->error, MCRM_UNSUPPORTED, "file", "voice.no_folder",
                     "this instance has no folder for recordings: set voice.folder");
  if (!t->file || !t->said || !t->said->sha256)
    return error_set(call->tx->error, MCRM_INVALID, "file", "field.required", "file: the audio is missing");
  int code = check_place(call, in);
  if (!code) code = find_same(call, in, t->said->sha256, &t->same);
  return code || t->same ? code : check_room(call, t->file);
}

static int read_file(void *context, uint64_t offset, void *out, size_t length) {
  int fd = *(const int *)context;
  for (size_t got = 0; got < length;) {
    ssize_t n = pread(fd, (char *)out + got, length - got, (off_t)(offset + got));
    if (n <= 0) return MCRM_IO;
    got += (size_t)n;
  }
  return MCRM_OK;
}

/* Outside of any transaction: looking through the file and writing it to the disk take their time. */
int voice_note_upload_ask(crm_asking *asking, void *prepared) {
  taking *t = prepared;
  const crm_voice *limits = &asking->crm->voice;
  if (t->same) return MCRM_OK;
  int fd = t->file->descriptor;
  const audio_input input = {read_file, &fd, (uint64_t)t->file->bytes};
  int code = audio_walk(&input, asking->error, &t->audio);
  if (!code && t->audio.duration_ms > limits->duration_ms_most)
    code = too_large(asking->error, "voice.too_long", "longer", limits->duration_ms_most / 60000, "minutes");
  return code ? code : blobs_keep(asking->crm->blobs, fd, t->file->bytes, t->said->sha256, asking->error);
}

static int make_interaction(crm_call *call, const mcrm_voice_upload *in, mcrm_id *out) {
  mcrm_interaction draft = {.size = sizeof draft}, made = {.size = sizeof made};
  MCRM_SET(&draft, state, "draft");
  MCRM_SET(&draft, rep_id, in->rep_id);
  MCRM_SET(&draft, type, in->type ? in->type : "call");
  if (in->direction) MCRM_SET(&draft, direction, in->direction);
  if (in->purpose) MCRM_SET(&draft, purpose, in->purpose);
  if (in->started_at) MCRM_SET(&draft, started_at, in->started_at);
  int code = interaction_log(call, &draft, &made);
  *out = made.id;
  return code;
}

static void describe(mcrm_voice_note *note, const taking *t, const mcrm_voice_upload *in, const access_actor *actor) {
  MCRM_SET(note, user_id, actor->user_id);
  MCRM_SET(note, name, t->said->name);
  MCRM_SET(note, media_type, t->audio.media_type);
  MCRM_SET(note, codec, t->audio.codec);
  MCRM_SET(note, bytes, t->file->bytes);
  MCRM_SET(note, duration_s, (double)t->audio.duration_ms / 1000);
  MCRM_SET(note, sample_rate, t->audio.sample_rate);
  MCRM_SET(note, channels, t->audio.channels);
  MCRM_SET(note, language, in->language);
  MCRM_SET(note, state, "stored");
  MCRM_SET(note, sha256, t->said->sha256);
}

/* With a speech provider the work begins; without one the note says that it waits, and for what. */
static int begin_work(crm_call *call, mcrm_voice_note *note) {
  bool listens = ai_listens(call->crm->ai);
  if (!listens) MCRM_SET(note, error_code, "ai.none");
  int code = store_insert(call->tx, &model_voice_note, note);
  return code || !listens ? code : voice_enqueue(call->tx, voice_transcribe_kind, note->id);
}

int voice_note_upload(crm_call *call, const void *input, void *output) {
  const mcrm_voice_upload *in = input;
  const taking *t = call->prepared;
  mcrm_voice_note *note = output, *same;
  const mcrm_interaction *interaction = NULL;
  if (!t) return error_set(call->tx->error, MCRM_INTERNAL, "file", "internal", "a file comes with a call of its own");
  /* again: two may have brought the same at once, or the place is gone meanwhile */
  int code = check_place(call, in);
  if (!code) code = find_same(call, in, t->said->sha256, &same);
  if (!code && same) {
    *note = *same;
    return voice_fill(call, note);
  }
  if (!code && t->same)
    code = error_set(call->tx->error, MCRM_BUSY, "file", "busy", "the same recording was deleted just now; try again");
  if (!code) code = check_room(call, t->file);
  if (code) return code;
  describe(note, t, in, call->actor);
  MCRM_SET(note, rep_id, in->rep_id);
  MCRM_SET(note, interaction_id, in->interaction_id);
  if (in->interaction_id) {
    code = load_interaction(call, in->interaction_id, &interaction);
    if (!code) MCRM_SET(note, rep_id, interaction->rep_id);
  } else {
    code = make_interaction(call, in, &note->interaction_id);
  }
  if (!code) code = begin_work(call, note);
  return code ? code : voice_fill(call, note);
}

/* ---- reading ---- */

int voice_note_get(crm_call *call, const void *input, void *output) {
  void *found;
  int code =
      access_load(call->tx, call->actor, &model_voice_note, ((const mcrm_ref *)input)->id, "voice_note.read", &found);
  if (!code) code = voice_fill(call, found);
  if (!code) *(mcrm_voice_note *)output = *(const mcrm_voice_note *)found;
  return code;
}

int voice_note_list(crm_call *call, const void *input, void *output) {
  const mcrm_voice_note_filter *in = input;
  mcrm_voice_note_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_voice_note);
  if (in->rep_id) store_where(&s, "rep_id = ?", store_int(in->rep_id));
  if (in->interaction_id) store_where(&s, "interaction_id = ?", store_int(in->interaction_id));
  if (in->user_id) store_where(&s, "user_id = ?", store_int(in->user_id));
  if (in->state) store_where(&s, "state = ?", store_text(in->state));
  access_where(&s, call->actor, "voice_note.read", "user_id");
  int code = page_select(call, &s, &(page_order){NULL, true}, in->cursor, in->limit, &found, &next);
  for (size_t i = 0; i < found.count && !code; i++) code = voice_fill(call, (mcrm_voice_note *)(uintptr_t)found.at[i]);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_voice_note_array){(const mcrm_voice_note *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}

/* Who listened to what is in the audit log; the pieces that a player asks for within minutes are one listening. */
static int journal_listening(crm_call *call, const mcrm_voice_note *note) {
  int64_t before = 0;
  int code =
      store_number(call->tx, &before, 0,
                   "SELECT 1 FROM journal WHERE entity_id = $1 AND entity = 'voice_note' AND action = 'listen' "
                   "AND user_id = $2 AND at > $3 LIMIT 1",
                   store_int(note->id), store_int(call->actor->user_id), store_int(call->tx->now - LISTEN_AGAIN));
  if (code || before) return code;
  return store_journal(call->tx, "listen", "voice_note", note->id, note->version, NULL, NULL);
}

/* Absolute, as answers name files. */
static const char *realpath_in(arena *a, const char *path) {
  char *whole = realpath(path, NULL);
  const char *copy = whole ? arena_text(a, whole) : NULL;
  free(whole);
  return copy;
}

/* Decrypted into memory that has no name and is gone with the session's next call. */
static int open_sealed(crm_call *call, blob *file, const char **path) {
  char block[16 << 10];
  int fd = call->opened ? memfd_create("voice", MFD_CLOEXEC) : -1, code = MCRM_OK;
  if (fd < 0) return error_set(call->tx->error, MCRM_NO_MEMORY, "file", "no_memory", "no memory to decrypt into");
  for (int64_t at = 0, size = blob_size(file); at < size && !code;) {
    size_t piece = size - at < (int64_t)sizeof block ? (size_t)(size - at) : sizeof block;
    code = blob_read(file, at, block, piece, call->tx->error);
    if (!code && write(fd, block, piece) != (ssize_t)piece) code = error_no_memory(call->tx->error);
    at += (int64_t)piece;
  }
  explicit_bzero(block, sizeof block);
  *path = code ? NULL : arena_print(call->tx->arena, "/proc/self/fd/%d", fd);
  if (!code && !*path) code = error_no_memory(call->tx->error);
  if (code)
    close(fd);
  else
    *call->opened = fd;
  return code;
}

static int open_audio(crm_call *call, const mcrm_voice_note *note, const char **path) {
  blob *file;
  int code = blob_open(call->crm->blobs, note->sha256, call->tx->error, &file);
  if (code) return code;
  if (!blob_path(file))
    code = open_sealed(call, file, path);
  else if (!(*path = realpath_in(call->tx->arena, blob_path(file))))
    code = error_no_memory(call->tx->error);
  blob_close(file);
  return code;
}

int voice_note_audio(crm_call *call, const void *input, void *output) {
  mcrm_voice_audio *out = output;
  void *found;
  int code = access_load_for(call->tx, call->actor, &model_voice_note, ((const mcrm_ref *)input)->id, "voice_note.read",
                             "voice_note.listen", &found);
  if (code) return code;
  const mcrm_voice_note *note = found;
  mcrm_file *file = arena_alloc(call->tx->arena, sizeof *file);
  if (!file) return error_no_memory(call->tx->error);
  file->size = sizeof *file;
  if (note->audio_erased_at || !call->crm->blobs)
    return error_set(call->tx->error, MCRM_NOT_FOUND, "id", "voice.erased", "the audio of note %lld was erased",
                     (long long)note->id);
  code = open_audio(call, note, &file->path);
  if (code) return code;
  MCRM_SET(file, path, file->path);
  MCRM_SET(file, media_type, note->media_type);
  MCRM_SET(file, name, note->name);
  MCRM_SET(file, bytes, note->bytes);
  MCRM_SET(file, sha256, note->sha256);
  MCRM_SET(out, id, note->id);
  MCRM_SET(out, file, file);
  return journal_listening(call, note);
}

/* ---- deleting ---- */

int voice_drop_file(crm_call *call, const mcrm_voice_note *note) {
  char stamp[BLOB_STAMP_SIZE];
  int64_t others = 0;
  if (!call->crm->blobs || note->audio_erased_at) return MCRM_OK;
  int code = store_number(call->tx, &others, 0,
                          "SELECT 1 FROM voice_note WHERE sha256 = $1 AND id <> $2 AND audio_erased_at IS NULL LIMIT 1",
                          store_text(note->sha256), store_int(note->id));
  if (code || others) return code;
  blobs_stamp(call->crm->blobs, note->sha256, stamp);
  const char *payload = arena_print(call->tx->arena, "{\"sha256\":\"%s\",\"stamp\":\"%s\"}", note->sha256, stamp);
  return payload ? jobs_enqueue(call->tx, voice_erase_kind, payload, 0, NULL) : error_no_memory(call->tx->error);
}

/* The audio and every word of it go; that there was a note, whose, and who deleted it stays in the journal. */
int voice_note_delete(crm_call *call, const void *input, void *output) {
  const mcrm_ref *in = input;
  const char *payload;
  void *found;
  int code =
      access_load_for(call->tx, call->actor, &model_voice_note, in->id, "voice_note.read", "voice_note.write", &found);
  if (!code) code = payload_of(call->tx, in->id, &payload);
  if (!code) code = jobs_drop(call->tx, voice_transcribe_kind, payload);
  if (!code) code = jobs_drop(call->tx, voice_analyse_kind, payload);
  if (!code) code = voice_drop_file(call, found);
  if (!code) code = store_delete(call->tx, &model_voice_note, found);
  if (!code) code = store_erase(call->tx, "voice_note", in->id);
  if (!code) MCRM_SET((mcrm_ref *)output, id, in->id);
  return code;
}
