/* marfacrm/operations.h: every operation by its own name. Printed from the operation table by `make docs`.
 *
 * Each runs the operation of that name through mcrm_invoke: `input` is borrowed for the call, *result is yours
 * (mcrm_result_free), and mcrm_result_record(*result) is a record of the type named. They return MCRM_OK or a
 * negative mcrm_code; mcrm_session_error tells more. result may be NULL. */
#ifndef MARFACRM_OPERATIONS_H
#define MARFACRM_OPERATIONS_H

#include <marfacrm/records.h>
#include <marfacrm/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who acts, and what they may do.
 * The result is an mcrm_me. */
MCRM_API int mcrm_session_me(mcrm_session *session, mcrm_result **result);

/* Representatives and prospects; by phone in any written form for a number that is calling.
 * The result is an mcrm_rep_page. */
MCRM_API int mcrm_rep_list(mcrm_session *session, const mcrm_rep_filter *input, mcrm_result **result);

/* One rep, live from the host.
 * The result is an mcrm_rep. */
MCRM_API int mcrm_rep_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Everything that happened with a rep, newest first.
 * The result is an mcrm_timeline. */
MCRM_API int mcrm_rep_timeline(mcrm_session *session, const mcrm_timeline_filter *input, mcrm_result **result);

/* Invoices, payments and the course of the balance, live from the host.
 * The result is an mcrm_account. */
MCRM_API int mcrm_rep_account(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Changes what the CRM knows beside the host.
 * The result is an mcrm_rep. */
MCRM_API int mcrm_rep_profile_update(mcrm_session *session, const mcrm_profile_update *input, mcrm_result **result);

/* The link to call or write, and a draft interaction whose clock runs.
 * The result is an mcrm_contact_link. */
MCRM_API int mcrm_rep_contact(mcrm_session *session, const mcrm_contact *input, mcrm_result **result);

/* Somebody to whom the panel is presented.
 * The result is an mcrm_rep. */
MCRM_API int mcrm_prospect_create(mcrm_session *session, const mcrm_prospect *input, mcrm_result **result);

/* Changes the present fields.
 * The result is an mcrm_rep. */
MCRM_API int mcrm_prospect_update(mcrm_session *session, const mcrm_prospect *input, mcrm_result **result);

/* The prospect has become a rep of the host; what was recorded stays theirs.
 * The result is an mcrm_rep. */
MCRM_API int mcrm_prospect_link(mcrm_session *session, const mcrm_linking *input, mcrm_result **result);

/* Records a conversation, or a draft of one.
 * The result is an mcrm_interaction. */
MCRM_API int mcrm_interaction_log(mcrm_session *session, const mcrm_interaction *input, mcrm_result **result);

/* Changes the present fields; history is kept.
 * The result is an mcrm_interaction. */
MCRM_API int mcrm_interaction_update(mcrm_session *session, const mcrm_interaction *input, mcrm_result **result);

/* One conversation with its provenance.
 * The result is an mcrm_interaction. */
MCRM_API int mcrm_interaction_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Conversations, newest first.
 * The result is an mcrm_interaction_page. */
MCRM_API int mcrm_interaction_list(mcrm_session *session, const mcrm_interaction_filter *input, mcrm_result **result);

/* Each change: who, when, before and after.
 * The result is an mcrm_change_page. */
MCRM_API int mcrm_interaction_history(mcrm_session *session, const mcrm_history *input, mcrm_result **result);

/* A new task.
 * The result is an mcrm_task. */
MCRM_API int mcrm_task_create(mcrm_session *session, const mcrm_task *input, mcrm_result **result);

/* Changes the present fields.
 * The result is an mcrm_task. */
MCRM_API int mcrm_task_update(mcrm_session *session, const mcrm_task *input, mcrm_result **result);

/* One task.
 * The result is an mcrm_task. */
MCRM_API int mcrm_task_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Tasks by status (also overdue), assignee, rep, due time.
 * The result is an mcrm_task_page. */
MCRM_API int mcrm_task_list(mcrm_session *session, const mcrm_task_filter *input, mcrm_result **result);

/* Done; may log the conversation and make the next task in the same step.
 * The result is an mcrm_task_completed. */
MCRM_API int mcrm_task_complete(mcrm_session *session, const mcrm_task_completion *input, mcrm_result **result);

/* Out of the work log until then.
 * The result is an mcrm_task. */
MCRM_API int mcrm_task_snooze(mcrm_session *session, const mcrm_snooze *input, mcrm_result **result);

/* Gives it to a colleague, who is notified.
 * The result is an mcrm_task. */
MCRM_API int mcrm_task_reassign(mcrm_session *session, const mcrm_reassignment *input, mcrm_result **result);

/* One action on many tasks: all of them or none.
 * The result is an mcrm_bulk_done. */
MCRM_API int mcrm_task_bulk(mcrm_session *session, const mcrm_bulk *input, mcrm_result **result);

/* What a note says: summary, actions with due times, sentiment, urgency, promises. With an interaction the findings are stored as proposals.
 * The result is an mcrm_analysis. */
MCRM_API int mcrm_note_analyse(mcrm_session *session, const mcrm_note *input, mcrm_result **result);

/* Proposals that wait for a decision.
 * The result is an mcrm_suggestion_page. */
MCRM_API int mcrm_suggestion_list(mcrm_session *session, const mcrm_suggestion_filter *input, mcrm_result **result);

/* Accept, edit or reject; an accepted action item becomes a task.
 * The result is an mcrm_decision. */
MCRM_API int mcrm_suggestion_decide(mcrm_session *session, const mcrm_decide *input, mcrm_result **result);

/* Times in words, read as due times: what a form's date field is typed into.
 * The result is an mcrm_time_spans. */
MCRM_API int mcrm_text_when(mcrm_session *session, const mcrm_words *input, mcrm_result **result);

/* Takes in a recording (webm, ogg, mp3, m4a, wav); it is transcribed and analysed afterwards.
 * The result is an mcrm_voice_note. */
MCRM_API int mcrm_voice_note_upload(mcrm_session *session, const mcrm_voice_upload *input, mcrm_result **result);

/* One voice note: how far it is, its transcript and analysis, or why it waits.
 * The result is an mcrm_voice_note. */
MCRM_API int mcrm_voice_note_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Voice notes, newest first.
 * The result is an mcrm_voice_note_page. */
MCRM_API int mcrm_voice_note_list(mcrm_session *session, const mcrm_voice_note_filter *input, mcrm_result **result);

/* The recording itself, in parts where asked; who listens is in the audit log.
 * The result is an mcrm_voice_audio. */
MCRM_API int mcrm_voice_note_audio(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Corrects the transcript, and accepts, edits or rejects proposals, in one step.
 * The result is an mcrm_voice_reviewed. */
MCRM_API int mcrm_voice_note_review(mcrm_session *session, const mcrm_voice_review *input, mcrm_result **result);

/* Tries again what failed, from where it stopped.
 * The result is an mcrm_voice_note. */
MCRM_API int mcrm_voice_note_retry(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Erases the recording and every word of it.
 * The result is an mcrm_ref. */
MCRM_API int mcrm_voice_note_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* What must be said in conversations of a kind.
 * The result is an mcrm_checklist_page. */
MCRM_API int mcrm_checklist_list(mcrm_session *session, const mcrm_checklist_filter *input, mcrm_result **result);

/* One checklist.
 * The result is an mcrm_checklist. */
MCRM_API int mcrm_checklist_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* A new checklist.
 * The result is an mcrm_checklist. */
MCRM_API int mcrm_checklist_create(mcrm_session *session, const mcrm_checklist *input, mcrm_result **result);

/* Changes the present fields.
 * The result is an mcrm_checklist. */
MCRM_API int mcrm_checklist_update(mcrm_session *session, const mcrm_checklist *input, mcrm_result **result);

/* Forgets a checklist; marks that were made by it stay.
 * The result is an mcrm_ref. */
MCRM_API int mcrm_checklist_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* Out of the lists, kept with its history.
 * The result is an mcrm_record_ref. */
MCRM_API int mcrm_record_archive(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result);

/* Back into the lists.
 * The result is an mcrm_record_ref. */
MCRM_API int mcrm_record_restore(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result);

/* Takes back the last change of a record, if the actor made it and nobody has changed it since.
 * The result is an mcrm_record_ref. */
MCRM_API int mcrm_record_undo(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result);

/* Reminders and alerts, newest first.
 * The result is an mcrm_notification_page. */
MCRM_API int mcrm_notification_list(mcrm_session *session, const mcrm_notification_filter *input, mcrm_result **result);

/* Marks them as read.
 * The result is an mcrm_notification_page. */
MCRM_API int mcrm_notification_read(mcrm_session *session, const mcrm_read_mark *input, mcrm_result **result);

/* The day: what to do now, overdue, today, follow-ups, later, alerts, figures.
 * The result is an mcrm_worklog. */
MCRM_API int mcrm_worklog_get(mcrm_session *session, const mcrm_worklog_filter *input, mcrm_result **result);

/* A person's figures with their trend.
 * The result is an mcrm_kpis. */
MCRM_API int mcrm_kpi_get(mcrm_session *session, const mcrm_kpi_filter *input, mcrm_result **result);

/* Reps, interactions and tasks in one box.
 * The result is an mcrm_search_page. */
MCRM_API int mcrm_search_all(mcrm_session *session, const mcrm_search *input, mcrm_result **result);

/* Keeps a list's filter under a name.
 * The result is an mcrm_saved_view. */
MCRM_API int mcrm_view_save(mcrm_session *session, const mcrm_saved_view *input, mcrm_result **result);

/* Changes the present fields.
 * The result is an mcrm_saved_view. */
MCRM_API int mcrm_view_update(mcrm_session *session, const mcrm_saved_view *input, mcrm_result **result);

/* One's own views and the team's.
 * The result is an mcrm_saved_view_page. */
MCRM_API int mcrm_view_list(mcrm_session *session, mcrm_result **result);

/* Forgets a view.
 * The result is an mcrm_ref. */
MCRM_API int mcrm_view_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

/* A list as CSV, with what the actor may see.
 * The result is an mcrm_exported. */
MCRM_API int mcrm_record_export(mcrm_session *session, const mcrm_export *input, mcrm_result **result);

/* Rows of a CSV file: all of them, or none and a report row by row.
 * The result is an mcrm_imported. */
MCRM_API int mcrm_record_import(mcrm_session *session, const mcrm_import *input, mcrm_result **result);

/* What changed after a given seq, as far as the actor may see it.
 * The result is an mcrm_event_page. */
MCRM_API int mcrm_event_list(mcrm_session *session, const mcrm_event_filter *input, mcrm_result **result);

/* Colleagues.
 * The result is an mcrm_user_page. */
MCRM_API int mcrm_user_list(mcrm_session *session, const mcrm_user_filter *input, mcrm_result **result);

/* A new person.
 * The result is an mcrm_user. */
MCRM_API int mcrm_user_create(mcrm_session *session, const mcrm_user *input, mcrm_result **result);

/* Role, team, password, active or not.
 * The result is an mcrm_user. */
MCRM_API int mcrm_user_update(mcrm_session *session, const mcrm_user *input, mcrm_result **result);

/* A new secret path for a gate, shown this once; the ones before end, now or after an overlap.
 * The result is an mcrm_secret_path. */
MCRM_API int mcrm_path_rotate(mcrm_session *session, const mcrm_path_rotation *input, mcrm_result **result);

/* The journal with what changed and by which gate.
 * The result is an mcrm_audit_page. */
MCRM_API int mcrm_audit_list(mcrm_session *session, const mcrm_audit_filter *input, mcrm_result **result);

/* Each try at a provider, newest first: model, tokens, cost, time, outcome, what left the house.
 * The result is an mcrm_ai_call_page. */
MCRM_API int mcrm_ai_call_list(mcrm_session *session, const mcrm_ai_call_filter *input, mcrm_result **result);

/* How proposals were taken, and what the calls cost, by provider, model and prompt.
 * The result is an mcrm_ai_report. */
MCRM_API int mcrm_report_ai(mcrm_session *session, const mcrm_report_filter *input, mcrm_result **result);

/* The configured providers and how they do.
 * The result is an mcrm_provider_states. */
MCRM_API int mcrm_provider_list(mcrm_session *session, mcrm_result **result);

/* Asks a provider now whether key, model and endpoint are good.
 * The result is an mcrm_provider_answer. */
MCRM_API int mcrm_provider_test(mcrm_session *session, const mcrm_provider_name *input, mcrm_result **result);

/* The queue.
 * The result is an mcrm_job_page. */
MCRM_API int mcrm_job_list(mcrm_session *session, const mcrm_job_filter *input, mcrm_result **result);

/* Runs a job again that had been given up.
 * The result is an mcrm_job. */
MCRM_API int mcrm_job_retry(mcrm_session *session, const mcrm_ref *input, mcrm_result **result);

#ifdef __cplusplus
}
#endif
#endif
