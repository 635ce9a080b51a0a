/* Tasks. See <marfacrm/task.h>. */
#include <marfacrm/task.h>
#include <model/entities.h>

static const char *const task_statuses[] = {"open", "in_progress", "done", "cancelled", NULL};
static const char *const priorities[] = {"low", "normal", "high", "urgent", NULL};
static const char *const grains[] = {"day", "minute", NULL};
static const char *const task_sources[] = {"user", "ai", "recurrence", "cadence", "import", NULL};
static const char *const bulk_actions[] = {"complete", "cancel", "reassign", "snooze", "priority", "archive", NULL};
static const char *const task_status_filters[] = {"open",    "in_progress", "done", "cancelled",
                                                  "overdue", "active",      NULL};
static const char *const task_sorts[] = {"due_at", "-due_at", "-created_at", "-priority", NULL};

static const model_field todo_fields[] = {
    FIELD_TEXT(mcrm_todo, text, .flags = MODEL_REQUIRED, .max = 500),
    FIELD_BOOL(mcrm_todo, done),
};
MODEL_ENTITY(todo, todo_fields);

static const model_field reason_fields[] = {
    FIELD_TEXT(mcrm_reason, code, .help = "overdue | due_today | promise | angry | debt | silent | urgent | value | …"),
    FIELD_REAL(mcrm_reason, points),
    FIELD_TEXT(mcrm_reason, text),
};
MODEL_ENTITY(
    reason, reason_fields,
    .help =
        "Why something is where it is in an order: a code for programs, points, and a text in the actor's language.");

static const model_field task_fields[] = {
    FIELDS_STORED(mcrm_task),
    FIELD_ID(mcrm_task, rep_id),
    FIELD_ID(mcrm_task, interaction_id, .help = "the conversation it came from"),
    FIELD_ID(mcrm_task, assignee_id, .help = "default: the actor"),
    FIELD_TEXT(mcrm_task, title, .flags = MODEL_REQUIRED | MODEL_SEARCHABLE, .max = 500),
    FIELD_TEXT(mcrm_task, description, .flags = MODEL_SEARCHABLE, .max = 8000),
    FIELD_TIME(mcrm_task, due_at, .help = "an all-day due time is 00:00 Tehran of that day"),
    FIELD_TEXT(mcrm_task, due_grain, .choices = grains, .help = "day | minute"),
    FIELD_TIME(mcrm_task, remind_at, .help = "default: 06:00 Tehran of the due day, or 15 minutes before a time"),
    FIELD_TIME(mcrm_task, snoozed_until),
    FIELD_TEXT(mcrm_task, status, .choices = task_statuses, .help = "open | in_progress | done | cancelled"),
    FIELD_BOOL(mcrm_task, overdue, .flags = MODEL_DERIVED,
               .help = "derived: open, and past due (a day's task after that day)"),
    FIELD_TEXT(mcrm_task, priority, .choices = priorities, .help = "low | normal | high | urgent"),
    FIELD_TEXT(mcrm_task, source, .flags = MODEL_READ_ONLY, .choices = task_sources,
               .help = "user | ai | recurrence | cadence"),
    FIELD_TEXT(mcrm_task, recurrence, .max = 200,
               .help = "RFC 5545/7529, e.g. FREQ=MONTHLY;RSCALE=PERSIAN;SKIP=BACKWARD"),
    FIELD_LIST(mcrm_task, checklist, todo),
    FIELD_TIME(mcrm_task, completed_at, .flags = MODEL_READ_ONLY),
    FIELD_REAL(mcrm_task, score, .flags = MODEL_DERIVED, .help = "derived: in the work log's order"),
    FIELD_LIST(mcrm_task, reasons, reason, .flags = MODEL_DERIVED, .help = "derived: why"),
    FIELD_TIME(mcrm_task, archived_at, .flags = MODEL_READ_ONLY),
    FIELD_TIME(mcrm_task, reminded_at, .flags = MODEL_READ_ONLY, .help = "when its reminder was given"),
};
MODEL_ENTITY(task, task_fields, .table = "task", .read = "task.read", .owner = "assignee_id");

static const model_field task_page_fields[] = {
    FIELD_LIST(mcrm_task_page, items, task),
    FIELD_TEXT(mcrm_task_page, next),
};
MODEL_ENTITY(task_page, task_page_fields);

static const model_field task_filter_fields[] = {
    FIELD_TEXT(mcrm_task_filter, status, .choices = task_status_filters,
               .help = "open | in_progress | done | cancelled | overdue | active (open or in progress)"),
    FIELD_ID(mcrm_task_filter, assignee_id),
    FIELD_ID(mcrm_task_filter, rep_id),
    FIELD_ID(mcrm_task_filter, interaction_id),
    FIELD_TEXT(mcrm_task_filter, priority, .choices = priorities),
    FIELD_TIME(mcrm_task_filter, due_after),
    FIELD_TIME(mcrm_task_filter, due_before),
    FIELD_BOOL(mcrm_task_filter, archived),
    FIELD_TEXT(mcrm_task_filter, sort, .choices = task_sorts,
               .help = "due_at (default) | -due_at | -created_at | -priority"),
    FIELD_TEXT(mcrm_task_filter, cursor, .max = 300),
    FIELD_INT(mcrm_task_filter, limit),
};
MODEL_ENTITY(task_filter, task_filter_fields);

static const model_field task_completion_fields[] = {
    FIELD_ID(mcrm_task_completion, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_task_completion, version),
    FIELD_OBJECT(mcrm_task_completion, interaction, interaction, .flags = MODEL_EXISTING,
                 .help = "with an id: the draft that was opened for the task, which becomes final"),
    FIELD_OBJECT(mcrm_task_completion, next_task, task),
};
MODEL_ENTITY(task_completion, task_completion_fields,
             .help =
                 "Completes a task and, in the same step, logs the conversation it was about and makes the task that "
                 "follows. * What the nested records leave out is taken from the task: rep, assignee.");

static const model_field task_completed_fields[] = {
    FIELD_OBJECT(mcrm_task_completed, task, task),
    FIELD_OBJECT(mcrm_task_completed, interaction, interaction),
    FIELD_OBJECT(mcrm_task_completed, next_task, task, .help = "the one given, or the next of the recurrence"),
    FIELD_INT(mcrm_task_completed, skipped, .help = "occurrences of the recurrence that had passed and were left out"),
};
MODEL_ENTITY(task_completed, task_completed_fields);

static const model_field snooze_fields[] = {
    FIELD_ID(mcrm_snooze, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_snooze, version),
    FIELD_TIME(mcrm_snooze, until, .flags = MODEL_REQUIRED),
};
MODEL_ENTITY(snooze, snooze_fields);

static const model_field reassignment_fields[] = {
    FIELD_ID(mcrm_reassignment, id, .flags = MODEL_REQUIRED),
    FIELD_INT(mcrm_reassignment, version),
    FIELD_ID(mcrm_reassignment, assignee_id, .flags = MODEL_REQUIRED),
};
MODEL_ENTITY(reassignment, reassignment_fields);

static const model_field bulk_fields[] = {
    FIELD_TEXTS(mcrm_bulk, ids, .flags = MODEL_REQUIRED, .max = 500),
    FIELD_TEXT(mcrm_bulk, action, .flags = MODEL_REQUIRED, .choices = bulk_actions,
               .help = "complete | cancel | reassign | snooze | priority | archive"),
    FIELD_ID(mcrm_bulk, assignee_id),
    FIELD_TIME(mcrm_bulk, until),
    FIELD_TEXT(mcrm_bulk, priority, .choices = priorities),
};
MODEL_ENTITY(bulk, bulk_fields, .help = "One action on many tasks: all of them, or none.");

static const model_field bulk_done_fields[] = {
    FIELD_LIST(mcrm_bulk_done, items, task),
};
MODEL_ENTITY(bulk_done, bulk_done_fields);
