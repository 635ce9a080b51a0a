/* Every operation of the CRM; lib/api/operations.c has the row of each. */
#ifndef CRM_OPERATIONS_H
#define CRM_OPERATIONS_H

#include <crm/call.h>

/* rep.c, prospect.c, profile.c, timeline.c */
crm_operation rep_list, rep_get, rep_timeline, rep_account, rep_profile_update, rep_contact;
crm_operation prospect_create, prospect_update, prospect_link;
/* interaction.c */
crm_operation interaction_log, interaction_update, interaction_get, interaction_list, interaction_history;
/* task.c */
crm_operation task_create, task_update, task_get, task_list, task_complete, task_snooze, task_reassign, task_bulk;
/* suggestion.c */
crm_operation note_analyse, suggestion_list, suggestion_decide;
crm_gather note_analyse_gather;
crm_ask note_analyse_ask;
/* After asking: why no provider answered, though one was asked; NULL: one did, or none was to be asked. */
const char *note_analyse_fallback(const void *prepared);
/* when.c */
crm_operation when_read;
/* voice_note.c, voice_review.c */
crm_operation voice_note_upload, voice_note_get, voice_note_list, voice_note_audio, voice_note_delete;
crm_gather voice_note_upload_gather;
crm_ask voice_note_upload_ask;
crm_operation voice_note_review, voice_note_retry;
/* checklist.c */
crm_operation checklist_create, checklist_update, checklist_get, checklist_list, checklist_delete;
/* record.c: archive, restore, undo of any kind of record */
crm_operation record_archive, record_restore, record_undo;
/* worklog.c, kpi.c, notification.c */
crm_operation worklog_get, kpi_get, notification_list, notification_read;
/* search.c, view.c, sheet.c */
crm_operation search_all, view_save, view_update, view_list, view_delete, record_export, record_import;
/* user.c, history.c */
crm_operation user_list, user_create, user_update, event_list, audit_list;
/* path.c */
crm_operation path_rotate;
/* work.c */
crm_operation job_list, job_retry;
/* ledger.c, intelligence.c */
crm_operation ai_call_list, provider_list, provider_test, report_ai;
crm_gather provider_test_gather;
crm_ask provider_test_ask;

#endif
