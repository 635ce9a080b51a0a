/* What people are told of: reminders, tasks that others gave them, conversations that cannot wait. */
#ifndef CRM_NOTIFICATION_H
#define CRM_NOTIFICATION_H

#include <crm/call.h>
#include <marfacrm/interaction.h>
#include <marfacrm/task.h>
#include <marfacrm/voice_note.h>

/* Tells the assignee that the actor gave them the task. */
int notification_assigned(crm_call *call, const mcrm_task *task);
/* Gives the reminder of a task and marks it as given. */
int notification_reminder(crm_call *call, const mcrm_task *task);
/* To be called when a conversation was stored: where it has become critical, its owner and the team's supervisors
 * are told, except the actor. before: NULL when it is new. */
int notification_critical(crm_call *call, const mcrm_interaction *before, const mcrm_interaction *after);
/* Tells the owner that nothing more comes of a voice note by itself. */
int notification_voice_failed(crm_call *call, const mcrm_voice_note *note);
/* It has failed often and is tried on: a provider is down. */
int notification_voice_waits(crm_call *call, const mcrm_voice_note *note);

#endif
