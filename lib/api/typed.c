/* The typed functions: names for mcrm_invoke, so that the compiler checks the input. Printed from the operation
 * table by `make docs`. */
#include <marfacrm/operations.h>

int mcrm_session_me(mcrm_session *session, mcrm_result **result) {
  return mcrm_invoke(session, "session.me", NULL, result);
}

int mcrm_rep_list(mcrm_session *session, const mcrm_rep_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.list", input, result);
}

int mcrm_rep_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.get", input, result);
}

int mcrm_rep_timeline(mcrm_session *session, const mcrm_timeline_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.timeline", input, result);
}

int mcrm_rep_account(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.account", input, result);
}

int mcrm_rep_profile_update(mcrm_session *session, const mcrm_profile_update *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.profile.update", input, result);
}

int mcrm_rep_contact(mcrm_session *session, const mcrm_contact *input, mcrm_result **result) {
  return mcrm_invoke(session, "rep.contact", input, result);
}

int mcrm_prospect_create(mcrm_session *session, const mcrm_prospect *input, mcrm_result **result) {
  return mcrm_invoke(session, "prospect.create", input, result);
}

int mcrm_prospect_update(mcrm_session *session, const mcrm_prospect *input, mcrm_result **result) {
  return mcrm_invoke(session, "prospect.update", input, result);
}

int mcrm_prospect_link(mcrm_session *session, const mcrm_linking *input, mcrm_result **result) {
  return mcrm_invoke(session, "prospect.link", input, result);
}

int mcrm_interaction_log(mcrm_session *session, const mcrm_interaction *input, mcrm_result **result) {
  return mcrm_invoke(session, "interaction.log", input, result);
}

int mcrm_interaction_update(mcrm_session *session, const mcrm_interaction *input, mcrm_result **result) {
  return mcrm_invoke(session, "interaction.update", input, result);
}

int mcrm_interaction_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "interaction.get", input, result);
}

int mcrm_interaction_list(mcrm_session *session, const mcrm_interaction_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "interaction.list", input, result);
}

int mcrm_interaction_history(mcrm_session *session, const mcrm_history *input, mcrm_result **result) {
  return mcrm_invoke(session, "interaction.history", input, result);
}

int mcrm_task_create(mcrm_session *session, const mcrm_task *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.create", input, result);
}

int mcrm_task_update(mcrm_session *session, const mcrm_task *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.update", input, result);
}

int mcrm_task_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.get", input, result);
}

int mcrm_task_list(mcrm_session *session, const mcrm_task_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.list", input, result);
}

int mcrm_task_complete(mcrm_session *session, const mcrm_task_completion *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.complete", input, result);
}

int mcrm_task_snooze(mcrm_session *session, const mcrm_snooze *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.snooze", input, result);
}

int mcrm_task_reassign(mcrm_session *session, const mcrm_reassignment *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.reassign", input, result);
}

int mcrm_task_bulk(mcrm_session *session, const mcrm_bulk *input, mcrm_result **result) {
  return mcrm_invoke(session, "task.bulk", input, result);
}

int mcrm_note_analyse(mcrm_session *session, const mcrm_note *input, mcrm_result **result) {
  return mcrm_invoke(session, "note.analyse", input, result);
}

int mcrm_suggestion_list(mcrm_session *session, const mcrm_suggestion_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "suggestion.list", input, result);
}

int mcrm_suggestion_decide(mcrm_session *session, const mcrm_decide *input, mcrm_result **result) {
  return mcrm_invoke(session, "suggestion.decide", input, result);
}

int mcrm_text_when(mcrm_session *session, const mcrm_words *input, mcrm_result **result) {
  return mcrm_invoke(session, "text.when", input, result);
}

int mcrm_voice_note_upload(mcrm_session *session, const mcrm_voice_upload *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.upload", input, result);
}

int mcrm_voice_note_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.get", input, result);
}

int mcrm_voice_note_list(mcrm_session *session, const mcrm_voice_note_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.list", input, result);
}

int mcrm_voice_note_audio(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.audio", input, result);
}

int mcrm_voice_note_review(mcrm_session *session, const mcrm_voice_review *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.review", input, result);
}

int mcrm_voice_note_retry(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.retry", input, result);
}

int mcrm_voice_note_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "voice_note.delete", input, result);
}

int mcrm_checklist_list(mcrm_session *session, const mcrm_checklist_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "checklist.list", input, result);
}

int mcrm_checklist_get(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "checklist.get", input, result);
}

int mcrm_checklist_create(mcrm_session *session, const mcrm_checklist *input, mcrm_result **result) {
  return mcrm_invoke(session, "checklist.create", input, result);
}

int mcrm_checklist_update(mcrm_session *session, const mcrm_checklist *input, mcrm_result **result) {
  return mcrm_invoke(session, "checklist.update", input, result);
}

int mcrm_checklist_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "checklist.delete", input, result);
}

int mcrm_record_archive(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "record.archive", input, result);
}

int mcrm_record_restore(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "record.restore", input, result);
}

int mcrm_record_undo(mcrm_session *session, const mcrm_record_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "record.undo", input, result);
}

int mcrm_notification_list(mcrm_session *session, const mcrm_notification_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "notification.list", input, result);
}

int mcrm_notification_read(mcrm_session *session, const mcrm_read_mark *input, mcrm_result **result) {
  return mcrm_invoke(session, "notification.read", input, result);
}

int mcrm_worklog_get(mcrm_session *session, const mcrm_worklog_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "worklog.get", input, result);
}

int mcrm_kpi_get(mcrm_session *session, const mcrm_kpi_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "kpi.get", input, result);
}

int mcrm_search_all(mcrm_session *session, const mcrm_search *input, mcrm_result **result) {
  return mcrm_invoke(session, "search.all", input, result);
}

int mcrm_view_save(mcrm_session *session, const mcrm_saved_view *input, mcrm_result **result) {
  return mcrm_invoke(session, "view.save", input, result);
}

int mcrm_view_update(mcrm_session *session, const mcrm_saved_view *input, mcrm_result **result) {
  return mcrm_invoke(session, "view.update", input, result);
}

int mcrm_view_list(mcrm_session *session, mcrm_result **result) {
  return mcrm_invoke(session, "view.list", NULL, result);
}

int mcrm_view_delete(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "view.delete", input, result);
}

int mcrm_record_export(mcrm_session *session, const mcrm_export *input, mcrm_result **result) {
  return mcrm_invoke(session, "record.export", input, result);
}

int mcrm_record_import(mcrm_session *session, const mcrm_import *input, mcrm_result **result) {
  return mcrm_invoke(session, "record.import", input, result);
}

int mcrm_event_list(mcrm_session *session, const mcrm_event_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "event.list", input, result);
}

int mcrm_user_list(mcrm_session *session, const mcrm_user_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "user.list", input, result);
}

int mcrm_user_create(mcrm_session *session, const mcrm_user *input, mcrm_result **result) {
  return mcrm_invoke(session, "user.create", input, result);
}

int mcrm_user_update(mcrm_session *session, const mcrm_user *input, mcrm_result **result) {
  return mcrm_invoke(session, "user.update", input, result);
}

int mcrm_path_rotate(mcrm_session *session, const mcrm_path_rotation *input, mcrm_result **result) {
  return mcrm_invoke(session, "path.rotate", input, result);
}

int mcrm_audit_list(mcrm_session *session, const mcrm_audit_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "audit.list", input, result);
}

int mcrm_ai_call_list(mcrm_session *session, const mcrm_ai_call_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "ai_call.list", input, result);
}

int mcrm_report_ai(mcrm_session *session, const mcrm_report_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "report.ai", input, result);
}

int mcrm_provider_list(mcrm_session *session, mcrm_result **result) {
  return mcrm_invoke(session, "provider.list", NULL, result);
}

int mcrm_provider_test(mcrm_session *session, const mcrm_provider_name *input, mcrm_result **result) {
  return mcrm_invoke(session, "provider.test", input, result);
}

int mcrm_job_list(mcrm_session *session, const mcrm_job_filter *input, mcrm_result **result) {
  return mcrm_invoke(session, "job.list", input, result);
}

int mcrm_job_retry(mcrm_session *session, const mcrm_ref *input, mcrm_result **result) {
  return mcrm_invoke(session, "job.retry", input, result);
}
