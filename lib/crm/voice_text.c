/* The words of a conversation's voice notes, and the names that may be said in them. */
#include <base/error.h>
#include <model/entities.h>
#include <string.h>

#include "provenance.h"
#include "voice_note.h"

enum { TEXT_MOST = 200000 * 4, NOTES_MOST = 100, HINTS_MOST = 40, HINT_BYTES = 120 };

static int append_transcripts(crm_call *call, mcrm_id interaction, buffer *out) {
  store_rows rows;
  int code = store_query(call->tx, &rows,
                         "SELECT transcript FROM voice_note WHERE interaction_id = $1 AND transcript IS NOT NULL "
                         "ORDER BY id LIMIT 100",
                         store_int(interaction));
  while (!code && store_next(&rows)) {
    const char *text = store_get_text(&rows, 0);
    if (!text) continue;
    if (out->length) buffer_text(out, "\n\n");
    buffer_text(out, text);
  }
  return code ? code : store_end(&rows);
}

static int take(crm_call *call, buffer *text, const char **out) {
  *out = text->failed ? NULL : arena_copy(call->tx->arena, text->length ? text->bytes : "", text->length);
  bool too_long = text->too_long;
  buffer_free(text);
  if (*out) return MCRM_OK;
  return too_long ? error_set(call->tx->error, MCRM_INVALID, "transcript", "text.too_long",
                              "transcript: the notes of this conversation are too long together")
                  : error_no_memory(call->tx->error);
}

static mcrm_interaction *load(crm_call *call, mcrm_id id, int *code) {
  void *found = NULL;
  *code = store_load(call->tx, &model_interaction, id, &found);
  if (*code == MCRM_NOT_FOUND) {
    error_clear(call->tx->error);
    *code = MCRM_OK;
    return NULL;
  }
  return found;
}

int voice_to_interaction(crm_call *call, const mcrm_voice_note *note) {
  mcrm_provenance_array list;
  buffer text;
  int code;
  const mcrm_interaction *before = load(call, note->interaction_id, &code);
  if (code || !before) return code;
  if ((code = provenance_load(call, before->id, &list))) return code;
  const mcrm_provenance *old = provenance_find(&list, "transcript");
  if (old ? strcmp(old->source, "ai") || !strcmp(old->state, "edited") : before->transcript != NULL) return MCRM_OK;
  mcrm_interaction change = {.size = sizeof change};
  buffer_init(&text, TEXT_MOST);
  code = append_transcripts(call, before->id, &text);
  if (code) {
    buffer_free(&text);
    return code;
  }
  if ((code = take(call, &text, &change.transcript))) return code;
  MCRM_SET(&change, transcript, change.transcript);
  bool typed = note->provider && !strcmp(note->provider, "user");
  mcrm_provenance p = {.size = sizeof p,
                       .field = "transcript",
                       .source = "ai",
                       .provider = note->provider,
                       .model = note->model,
                       .confidence = note->confidence,
                       .state = typed ? "accepted" : "proposed"};
  code = provenance_write(call, before->id, &p);
  return code ? code : store_update(call->tx, &model_interaction, before, &change, NULL);
}

int voice_text(crm_call *call, mcrm_id interaction, const char **out) {
  buffer text;
  int code;
  const mcrm_interaction *in = load(call, interaction, &code);
  *out = NULL;
  if (code) return code;
  buffer_init(&text, TEXT_MOST);
  if (in && in->notes) buffer_text(&text, in->notes);
  code = append_transcripts(call, interaction, &text);
  if (code || !text.length) {
    buffer_free(&text);
    return code;
  }
  return take(call, &text, out);
}

/* ---- hints ---- */

/* Products and words of the trade that a provider would otherwise write as it hears them. */
static const char *const trade[] = {"V2Ray",    "Xray",    "OpenVPN", "WireGuard", "L2TP",     "Cisco AnyConnect",
                                    "Hiddify",  "Marzban", "3x-ui",   "Telegram",  "MikroTik", "کانفیگ",
                                    "فیلترشکن", "نماینده", "پنل",     "فاکتور",    "تسویه",    "شارژ",
                                    "تومان",    "اشتراک"};

static void add(arena *a, const char **at, size_t *count, const char *word) {
  if (!word || !*word || strlen(word) > HINT_BYTES || *count == HINTS_MOST) return;
  at[*count] = arena_text(a, word);
  if (at[*count]) ++*count;
}

int voice_hints(crm_call *call, const mcrm_voice_note *note, const char *const **out, size_t *count) {
  const char **at = arena_array(call->tx->arena, HINTS_MOST, sizeof *at);
  void *found = NULL;
  *count = 0;
  if (!at) return error_no_memory(call->tx->error);
  int code = store_load(call->tx, &model_rep, note->rep_id, &found);
  if (code == MCRM_NOT_FOUND) {
    error_clear(call->tx->error);
    code = MCRM_OK;
  }
  const mcrm_rep *rep = found;
  if (rep) {
    add(call->tx->arena, at, count, rep->name);
    add(call->tx->arena, at, count, rep->shop);
    add(call->tx->arena, at, count, rep->admin_username);
  }
  for (size_t i = 0; i < sizeof trade / sizeof *trade; i++) add(call->tx->arena, at, count, trade[i]);
  *out = at;
  return code;
}
