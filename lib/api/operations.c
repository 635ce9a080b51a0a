#include <api/operation.h>

#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#define READ(name, permission, in, out, function, path, text) \
  { name, permission, in, out, function, false, false, "GET", path, text, NULL, NULL }
#define WRITE(name, permission, in, out, function, method, path, text) \
  { name, permission, in, out, function, true, false, method, path, text, NULL, NULL }
/* What asks a provider: gathers, asks, and then writes. */
#define ASK(name, permission, in, out, function, method, path, text) \
  { name, permission, in, out, function, true, false, method, path, text, function##_gather, function##_ask }

const api_operation api_operations[] = {
    READ("session.me", "session", NULL, &model_me, session_me, "/session", "Who acts, and what they may do."),

    READ("rep.list", "rep.read", &model_rep_filter, &model_rep_page, rep_list, "/reps",
         "Representatives and prospects; by phone in any written form for a number that is calling."),
    READ("rep.get", "rep.read", &model_ref, &model_rep, rep_get, "/reps/{id}", "One rep, live from the host."),
    READ("rep.timeline", "rep.read", &model_timeline_filter, &model_timeline, rep_timeline, "/reps/{id}/timeline",
         "Everything that happened with a rep, newest first."),
    READ("rep.account", "rep.account", &model_ref, &model_account, rep_account, "/reps/{id}/account",
         "Invoices, payments and the course of the balance, live from the host."),
    WRITE("rep.profile.update", "rep.profile", &model_profile_update, &model_rep, rep_profile_update, "PATCH",
          "/reps/{id}/profile", "Changes what the CRM knows beside the host."),
    WRITE("rep.contact", "interaction.write", &model_contact, &model_contact_link, rep_contact, "POST",
          "/reps/{id}/contact", "The link to call or write, and a draft interaction whose clock runs."),

    WRITE("prospect.create", "prospect.write", &model_prospect, &model_rep, prospect_create, "POST", "/prospects",
          "Somebody to whom the panel is presented."),
    WRITE("prospect.update", "prospect.write", &model_prospect, &model_rep, prospect_update, "PATCH", "/prospects/{id}",
          "Changes the present fields."),
    WRITE("prospect.link", "prospect.link", &model_linking, &model_rep, prospect_link, "POST", "/prospects/{id}/link",
          "The prospect has become a rep of the host; what was recorded stays theirs."),

    WRITE("interaction.log", "interaction.write", &model_interaction, &model_interaction, interaction_log, "POST",
          "/interactions", "Records a conversation, or a draft of one."),
    WRITE("interaction.update", "interaction.write", &model_interaction, &model_interaction, interaction_update,
          "PATCH", "/interactions/{id}", "Changes the present fields; history is kept."),
    READ("interaction.get", "interaction.read", &model_ref, &model_interaction, interaction_get, "/interactions/{id}",
         "One conversation with its provenance."),
    READ("interaction.list", "interaction.read", &model_interaction_filter, &model_interaction_page, interaction_list,
         "/interactions", "Conversations, newest first."),
    READ("interaction.history", "interaction.read", &model_history, &model_change_page, interaction_history,
         "/interactions/{id}/history", "Each change: who, when, before and after."),

    WRITE("task.create", "task.write", &model_task, &model_task, task_create, "POST", "/tasks", "A new task."),
    WRITE("task.update", "task.write", &model_task, &model_task, task_update, "PATCH", "/tasks/{id}",
          "Changes the present fields."),
    READ("task.get", "task.read", &model_ref, &model_task, task_get, "/tasks/{id}", "One task."),
    READ("task.list", "task.read", &model_task_filter, &model_task_page, task_list, "/tasks",
         "Tasks by status (also overdue), assignee, rep, due time."),
    WRITE("task.complete", "task.write", &model_task_completion, &model_task_completed, task_complete, "POST",
          "/tasks/{id}/complete", "Done; may log the conversation and make the next task in the same step."),
    WRITE("task.snooze", "task.write", &model_snooze, &model_task, task_snooze, "POST", "/tasks/{id}/snooze",
          "Out of the work log until then."),
    WRITE("task.reassign", "task.write", &model_reassignment, &model_task, task_reassign, "POST",
          "/tasks/{id}/reassign", "Gives it to a colleague, who is notified."),
    WRITE("task.bulk", "task.write", &model_bulk, &model_bulk_done, task_bulk, "POST", "/tasks/bulk",
          "One action on many tasks: all of them or none."),

    ASK("note.analyse", "note.analyse", &model_note, &model_analysis, note_analyse, "POST", "/notes/analyse",
        "What a note says: summary, actions with due times, sentiment, urgency, promises. With an interaction the "
        "findings are stored as proposals."),
    READ("suggestion.list", "note.analyse", &model_suggestion_filter, &model_suggestion_page, suggestion_list,
         "/suggestions", "Proposals that wait for a decision."),
    WRITE("suggestion.decide", "suggestion.decide", &model_decide, &model_decision, suggestion_decide, "POST",
          "/suggestions/{id}", "Accept, edit or reject; an accepted action item becomes a task."),
    READ("text.when", "session", &model_words, &model_time_spans, when_read, "/text/when",
         "Times in words, read as due times: what a form's date field is typed into."),

    ASK("voice_note.upload", "voice_note.write", &model_voice_upload, &model_voice_note, voice_note_upload, "POST",
        "/voice-notes", "Takes in a recording (webm, ogg, mp3, m4a, wav); it is transcribed and analysed afterwards."),
    READ("voice_note.get", "voice_note.read", &model_ref, &model_voice_note, voice_note_get, "/voice-notes/{id}",
         "One voice note: how far it is, its transcript and analysis, or why it waits."),
    READ("voice_note.list", "voice_note.read", &model_voice_note_filter, &model_voice_note_page, voice_note_list,
         "/voice-notes", "Voice notes, newest first."),
    WRITE("voice_note.audio", "voice_note.listen", &model_ref, &model_voice_audio, voice_note_audio, "GET",
          "/voice-notes/{id}/audio", "The recording itself, in parts where asked; who listens is in the audit log."),
    WRITE("voice_note.review", "voice_note.write", &model_voice_review, &model_voice_reviewed, voice_note_review,
          "POST", "/voice-notes/{id}/review",
          "Corrects the transcript, and accepts, edits or rejects proposals, in one step."),
    WRITE("voice_note.retry", "voice_note.write", &model_ref, &model_voice_note, voice_note_retry, "POST",
          "/voice-notes/{id}/retry", "Tries again what failed, from where it stopped."),
    WRITE("voice_note.delete", "voice_note.write", &model_ref, &model_ref, voice_note_delete, "DELETE",
          "/voice-notes/{id}", "Erases the recording and every word of it."),

    READ("checklist.list", "checklist.read", &model_checklist_filter, &model_checklist_page, checklist_list,
         "/checklists", "What must be said in conversations of a kind."),
    READ("checklist.get", "checklist.read", &model_ref, &model_checklist, checklist_get, "/checklists/{id}",
         "One checklist."),
    WRITE("checklist.create", "checklist.write", &model_checklist, &model_checklist, checklist_create, "POST",
          "/checklists", "A new checklist."),
    WRITE("checklist.update", "checklist.write", &model_checklist, &model_checklist, checklist_update, "PATCH",
          "/checklists/{id}", "Changes the present fields."),
    WRITE("checklist.delete", "checklist.write", &model_ref, &model_ref, checklist_delete, "DELETE", "/checklists/{id}",
          "Forgets a checklist; marks that were made by it stay."),

    WRITE("record.archive", "record.archive", &model_record_ref, &model_record_ref, record_archive, "POST",
          "/records/{id}/archive", "Out of the lists, kept with its history."),
    WRITE("record.restore", "record.archive", &model_record_ref, &model_record_ref, record_restore, "POST",
          "/records/{id}/restore", "Back into the lists."),
    WRITE("record.undo", "record.archive", &model_record_ref, &model_record_ref, record_undo, "POST", "/undo",
          "Takes back the last change of a record, if the actor made it and nobody has changed it since."),

    READ("notification.list", "notification", &model_notification_filter, &model_notification_page, notification_list,
         "/notifications", "Reminders and alerts, newest first."),
    WRITE("notification.read", "notification", &model_read_mark, &model_notification_page, notification_read, "POST",
          "/notifications/read", "Marks them as read."),

    READ("worklog.get", "worklog", &model_worklog_filter, &model_worklog, worklog_get, "/worklog",
         "The day: what to do now, overdue, today, follow-ups, later, alerts, figures."),
    READ("kpi.get", "kpi", &model_kpi_filter, &model_kpis, kpi_get, "/kpis", "A person's figures with their trend."),
    READ("search.all", "search", &model_search, &model_search_page, search_all, "/search",
         "Reps, interactions and tasks in one box."),

    WRITE("view.save", "view", &model_saved_view, &model_saved_view, view_save, "POST", "/views",
          "Keeps a list's filter under a name."),
    WRITE("view.update", "view", &model_saved_view, &model_saved_view, view_update, "PATCH", "/views/{id}",
          "Changes the present fields."),
    READ("view.list", "view", NULL, &model_saved_view_page, view_list, "/views", "One's own views and the team's."),
    WRITE("view.delete", "view", &model_ref, &model_ref, view_delete, "DELETE", "/views/{id}", "Forgets a view."),
    READ("record.export", "record.export", &model_export, &model_exported, record_export, "/export",
         "A list as CSV, with what the actor may see."),
    WRITE("record.import", "record.import", &model_import, &model_imported, record_import, "POST", "/import",
          "Rows of a CSV file: all of them, or none and a report row by row."),

    READ("event.list", "event.read", &model_event_filter, &model_event_page, event_list, "/events",
         "What changed after a given seq, as far as the actor may see it."),

    READ("user.list", "user.read", &model_user_filter, &model_user_page, user_list, "/admin/users", "Colleagues."),
    WRITE("user.create", "user.manage", &model_user, &model_user, user_create, "POST", "/admin/users", "A new person."),
    WRITE("user.update", "user.manage", &model_user, &model_user, user_update, "PATCH", "/admin/users/{id}",
          "Role, team, password, active or not."),
    {"path.rotate", "path", &model_path_rotation, &model_secret_path, path_rotate, true, true, "POST", "/admin/paths",
     "A new secret path for a gate, shown this once; the ones before end, now or after an overlap.", NULL, NULL},
    READ("audit.list", "audit", &model_audit_filter, &model_audit_page, audit_list, "/admin/audit",
         "The journal with what changed and by which gate."),
    READ("ai_call.list", "report", &model_ai_call_filter, &model_ai_call_page, ai_call_list, "/admin/ai-calls",
         "Each try at a provider, newest first: model, tokens, cost, time, outcome, what left the house."),
    READ("report.ai", "report", &model_report_filter, &model_ai_report, report_ai, "/reports/ai",
         "How proposals were taken, and what the calls cost, by provider, model and prompt."),
    READ("provider.list", "provider", NULL, &model_provider_states, provider_list, "/admin/providers",
         "The configured providers and how they do."),
    ASK("provider.test", "provider", &model_provider_name, &model_provider_answer, provider_test, "POST",
        "/admin/providers/test", "Asks a provider now whether key, model and endpoint are good."),
    READ("job.list", "job", &model_job_filter, &model_job_page, job_list, "/admin/jobs", "The queue."),
    WRITE("job.retry", "job", &model_ref, &model_job, job_retry, "POST", "/admin/jobs/{id}/retry",
          "Runs a job again that had been given up."),
    {0},
};

const api_operation *api_operation_find(const char *name) {
  for (const api_operation *o = api_operations; o->name; o++)
    if (!strcmp(o->name, name)) return o;
  return NULL;
}
