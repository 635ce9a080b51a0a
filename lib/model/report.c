/* The day and its figures. See <marfacrm/report.h>. */
#include <marfacrm/report.h>
#include <model/entities.h>

static const model_field worklog_item_fields[] = {
    FIELD_OBJECT(mcrm_worklog_item, task, task),
    FIELD_OBJECT(mcrm_worklog_item, rep, rep, .help = "as far as a row shows it"),
    FIELD_REAL(mcrm_worklog_item, score, .help = "the order: higher first"),
    FIELD_LIST(mcrm_worklog_item, reasons, reason, .help = "what the score is made of"),
    FIELD_TEXT(mcrm_worklog_item, channel, .help = "call | telegram: how to reach the rep"),
    FIELD_OBJECT(mcrm_worklog_item, interaction, interaction,
                 .help = "of a follow-up, which has no task: the conversation it was agreed in"),
};
MODEL_ENTITY(worklog_item, worklog_item_fields);

static const model_field alert_fields[] = {
    FIELD_TEXT(mcrm_alert, code, .help = "angry | urgent | promise_broken | debt"),
    FIELD_ID(mcrm_alert, rep_id),
    FIELD_ID(mcrm_alert, interaction_id),
    FIELD_ID(mcrm_alert, task_id),
    FIELD_TEXT(mcrm_alert, text),
    FIELD_TIME(mcrm_alert, at),
};
MODEL_ENTITY(alert, alert_fields);

static const model_field kpi_fields[] = {
    FIELD_TEXT(mcrm_kpi, code, .help = "calls | interactions | tasks_done | on_time | follow_ups_kept | sentiment"),
    FIELD_REAL(mcrm_kpi, value),
    FIELD_REAL(mcrm_kpi, previous),
    FIELD_JSON(mcrm_kpi, series, .help = "JSON list of 14 numbers"),
};
MODEL_ENTITY(kpi, kpi_fields, .help = "A figure with the same one yesterday and the last fortnight, oldest first.");

static const model_field kpis_fields[] = {
    FIELD_ID(mcrm_kpis, user_id),
    FIELD_TIME(mcrm_kpis, from),
    FIELD_TIME(mcrm_kpis, to),
    FIELD_LIST(mcrm_kpis, items, kpi),
};
MODEL_ENTITY(kpis, kpis_fields);

static const model_field kpi_filter_fields[] = {
    FIELD_ID(mcrm_kpi_filter, user_id, .help = "default: the actor"),
    FIELD_TIME(mcrm_kpi_filter, day, .help = "any instant of the day; default: today"),
};
MODEL_ENTITY(kpi_filter, kpi_filter_fields);

static const model_field worklog_fields[] = {
    FIELD_TIME(mcrm_worklog, day, .help = "00:00 Tehran"),
    FIELD_INT(mcrm_worklog, open, .help = "all that is open for this person"),
    FIELD_OBJECT(mcrm_worklog, now, worklog_item, .help = "the single next best thing"),
    FIELD_LIST(mcrm_worklog, overdue, worklog_item),
    FIELD_LIST(mcrm_worklog, today, worklog_item),
    FIELD_LIST(mcrm_worklog, follow_ups, worklog_item,
               .help = "due today from earlier conversations, without a task of their own"),
    FIELD_LIST(mcrm_worklog, later, worklog_item),
    FIELD_LIST(mcrm_worklog, alerts, alert),
    FIELD_LIST(mcrm_worklog, kpis, kpi),
};
MODEL_ENTITY(worklog, worklog_fields);

static const model_field worklog_filter_fields[] = {
    FIELD_ID(mcrm_worklog_filter, user_id, .help = "default: the actor"),
    FIELD_TIME(mcrm_worklog_filter, day),
    FIELD_INT(mcrm_worklog_filter, limit, .help = "most items of each group, default 50"),
};
MODEL_ENTITY(worklog_filter, worklog_filter_fields);

static const model_field notification_fields[] = {
    FIELDS_STORED(mcrm_notification),
    FIELD_ID(mcrm_notification, user_id),
    FIELD_TEXT(mcrm_notification, kind, .help = "reminder | assigned | alert"),
    FIELD_TEXT(mcrm_notification, entity),
    FIELD_ID(mcrm_notification, entity_id),
    FIELD_ID(mcrm_notification, rep_id),
    FIELD_TEXT(mcrm_notification, text),
    FIELD_TIME(mcrm_notification, at),
    FIELD_TIME(mcrm_notification, read_at),
};
MODEL_ENTITY(notification, notification_fields, .table = "notification", .read = "notification", .owner = "user_id");

static const model_field notification_page_fields[] = {
    FIELD_LIST(mcrm_notification_page, items, notification),
    FIELD_INT(mcrm_notification_page, unread),
    FIELD_TEXT(mcrm_notification_page, next),
};
MODEL_ENTITY(notification_page, notification_page_fields);

static const model_field notification_filter_fields[] = {
    FIELD_BOOL(mcrm_notification_filter, unread, .help = "1 = only those not read"),
    FIELD_TEXT(mcrm_notification_filter, cursor, .max = 300),
    FIELD_INT(mcrm_notification_filter, limit),
};
MODEL_ENTITY(notification_filter, notification_filter_fields);

static const model_field read_mark_fields[] = {
    FIELD_TEXTS(mcrm_read_mark, ids, .max = 500, .help = "none = all"),
};
MODEL_ENTITY(read_mark, read_mark_fields);
