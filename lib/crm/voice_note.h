/* What the files of voice notes share. The states and who moves them: <marfacrm/voice_note.h> and voice_work.c. */
#ifndef CRM_VOICE_NOTE_H
#define CRM_VOICE_NOTE_H

#include <crm/call.h>
#include <jobs/queue.h>
#include <marfacrm/voice_note.h>

/* Kinds of work; the payload names the note: {"id":"…"}. */
extern const char voice_transcribe_kind[], voice_analyse_kind[], voice_deepen_kind[], voice_erase_kind[];

/* Derived fields: the reason in the reader's language. */
int voice_fill(crm_call *call, mcrm_voice_note *note);
/* Enqueues the next piece of work for a note, or has what waits or was given up done now. */
int voice_enqueue(store_tx *tx, const char *kind, mcrm_id note);
/* Puts the transcripts of all notes of a conversation into it, unless a person wrote its transcript. */
int voice_to_interaction(crm_call *call, const mcrm_voice_note *note);
/* What is analysed: the typed notes of the conversation and the transcripts of all its voice notes. NULL: nothing yet.
 */
int voice_text(crm_call *call, mcrm_id interaction, const char **out);
/* In the transaction that takes the last row of a file away: the file goes, too. */
int voice_drop_file(crm_call *call, const mcrm_voice_note *note);
/* Names that may be said in a note about this rep. */
int voice_hints(crm_call *call, const mcrm_voice_note *note, const char *const **out, size_t *count);

/* ---- work (voice_work.c) ---- */

typedef struct workplace {
  const crm *crm;
  const access_policy *policy;
} workplace;

int voice_transcribe_prepare(jobs_run *run);
int voice_transcribe_effect(jobs_run *run);
void voice_transcribe_undone(jobs_run *run);
int voice_analyse_prepare(jobs_run *run);
int voice_analyse_effect(jobs_run *run);
void voice_analyse_undone(jobs_run *run);
/* What the built-in intelligence read because no provider answered, read by one; as long as nobody has decided on it. */
int voice_deepen_prepare(jobs_run *run);
int voice_deepen_effect(jobs_run *run);
int voice_work_failed(jobs_run *run, const mcrm_error *why, bool dead);

/* ---- upkeep (voice_upkeep.c) ---- */

int voice_erase(jobs_run *run);         /* a file that no row names any more */
int voice_resume(jobs_run *run);        /* what waited for a provider, when there is one */
int voice_expire(jobs_run *run);        /* audio that was kept long enough */
int voice_sweep_prepare(jobs_run *run); /* files that no row ever named */

#endif
