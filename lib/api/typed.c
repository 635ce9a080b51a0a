/* The typed functions: names for mcrm_invoke, so that the compiler checks the input. */
#include <marfacrm/operations.h>

#define TYPED(name, operation, type)                                         \
  int name(mcrm_session *session, const type *input, mcrm_result **result) { \
    return mcrm_invoke(session, operation, input, result);                   \
  }

int mcrm_session_me(mcrm_session *session, mcrm_result **result) {
  return mcrm_invoke(session, "session.me", NULL, result);
}
TYPED(mcrm_rep_list, "rep.list", mcrm_rep_filter)
TYPED(mcrm_rep_get, "rep.get", mcrm_ref)
TYPED(mcrm_rep_timeline, "rep.timeline", mcrm_timeline_filter)
TYPED(mcrm_rep_account, "rep.account", mcrm_ref)
TYPED(mcrm_rep_profile_update, "rep.profile.update", mcrm_profile_update)
TYPED(mcrm_rep_contact, "rep.contact", mcrm_contact)
TYPED(mcrm_prospect_create, "prospect.create", mcrm_prospect)
TYPED(mcrm_prospect_update, "prospect.update", mcrm_prospect)
TYPED(mcrm_prospect_link, "prospect.link", mcrm_linking)
TYPED(mcrm_interaction_log, "interaction.log", mcrm_interaction)
TYPED(mcrm_interaction_update, "interaction.update", mcrm_interaction)
TYPED(mcrm_interaction_get, "interaction.get", mcrm_ref)
TYPED(mcrm_interaction_list, "interaction.list", mcrm_interaction_filter)
TYPED(mcrm_interaction_history, "interaction.history", mcrm_history)
TYPED(mcrm_task_create, "task.create", mcrm_task)
TYPED(mcrm_task_update, "task.update", mcrm_task)
TYPED(mcrm_task_get, "task.get", mcrm_ref)
TYPED(mcrm_task_list, "task.list", mcrm_task_filter)
TYPED(mcrm_task_complete, "task.complete", mcrm_task_completion)
TYPED(mcrm_task_snooze, "task.snooze", mcrm_snooze)
TYPED(mcrm_task_reassign, "task.reassign", mcrm_reassignment)
TYPED(mcrm_task_bulk, "task.bulk", mcrm_bulk)
TYPED(mcrm_note_analyse, "note.analyse", mcrm_note)
TYPED(mcrm_suggestion_list, "suggestion.list", mcrm_suggestion_filter)
TYPED(mcrm_suggestion_decide, "suggestion.decide", mcrm_decide)
TYPED(mcrm_record_archive, "record.archive", mcrm_record_ref)
TYPED(mcrm_record_restore, "record.restore", mcrm_record_ref)
TYPED(mcrm_record_undo, "record.undo", mcrm_record_ref)
TYPED(mcrm_notification_list, "notification.list", mcrm_notification_filter)
TYPED(mcrm_notification_read, "notification.read", mcrm_read_mark)
TYPED(mcrm_worklog_get, "worklog.get", mcrm_worklog_filter)
TYPED(mcrm_kpi_get, "kpi.get", mcrm_kpi_filter)
TYPED(mcrm_search_all, "search.all", mcrm_search)
TYPED(mcrm_view_save, "view.save", mcrm_saved_view)
TYPED(mcrm_view_update, "view.update", mcrm_saved_view)
int mcrm_view_list(mcrm_session *session, mcrm_result **result) {
  return mcrm_invoke(session, "view.list", NULL, result);
}
TYPED(mcrm_view_delete, "view.delete", mcrm_ref)
TYPED(mcrm_record_export, "record.export", mcrm_export)
TYPED(mcrm_record_import, "record.import", mcrm_import)
TYPED(mcrm_event_list, "event.list", mcrm_event_filter)
TYPED(mcrm_user_list, "user.list", mcrm_user_filter)
TYPED(mcrm_user_create, "user.create", mcrm_user)
TYPED(mcrm_user_update, "user.update", mcrm_user)
TYPED(mcrm_audit_list, "audit.list", mcrm_audit_filter)
TYPED(mcrm_job_list, "job.list", mcrm_job_filter)
TYPED(mcrm_job_retry, "job.retry", mcrm_ref)
