/* marfacrm/report.h: the day's work, what it adds up to, and what to be told. */
#ifndef MARFACRM_REPORT_H
#define MARFACRM_REPORT_H

#include <marfacrm/rep.h>
#include <marfacrm/task.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_worklog_item {
  MCRM_RECORD;
  const mcrm_task *task;
  const mcrm_rep *rep;                 /* as far as a row shows it */
  double score;                        /* the order: higher first */
  mcrm_reason_array reasons;           /* what the score is made of */
  const char *channel;                 /* call | telegram: how to reach the rep */
  const mcrm_interaction *interaction; /* of a follow-up, which has no task: the conversation it was agreed in */
} mcrm_worklog_item;
MCRM_LIST(mcrm_worklog_item);

typedef struct mcrm_alert {
  MCRM_RECORD;
  const char *code; /* angry | urgent | promise_broken | debt */
  mcrm_id rep_id;
  mcrm_id interaction_id;
  mcrm_id task_id;
  const char *text;
  mcrm_time at;
} mcrm_alert;
MCRM_LIST(mcrm_alert);

/* A figure with the same one yesterday and the last fortnight, oldest first. */
typedef struct mcrm_kpi {
  MCRM_RECORD;
  const char *code; /* calls | interactions | tasks_done | on_time | follow_ups_kept | sentiment */
  double value;
  double previous;
  const char *series; /* JSON list of 14 numbers */
} mcrm_kpi;
MCRM_LIST(mcrm_kpi);

typedef struct mcrm_kpis {
  MCRM_RECORD;
  mcrm_id user_id;
  mcrm_time from;
  mcrm_time to;
  mcrm_kpi_array items;
} mcrm_kpis;

typedef struct mcrm_kpi_filter {
  MCRM_RECORD;
  mcrm_id user_id; /* default: the actor */
  mcrm_time day;   /* any instant of the day; default: today */
} mcrm_kpi_filter;

typedef struct mcrm_worklog {
  MCRM_RECORD;
  mcrm_time day;                /* 00:00 Tehran */
  int64_t open;                 /* all that is open for this person */
  const mcrm_worklog_item *now; /* the single next best thing */
  mcrm_worklog_item_array overdue;
  mcrm_worklog_item_array today;
  mcrm_worklog_item_array follow_ups; /* due today from earlier conversations, without a task of their own */
  mcrm_worklog_item_array later;
  mcrm_alert_array alerts;
  mcrm_kpi_array kpis;
} mcrm_worklog;

typedef struct mcrm_worklog_filter {
  MCRM_RECORD;
  mcrm_id user_id; /* default: the actor */
  mcrm_time day;
  int64_t limit; /* most items of each group, default 50 */
} mcrm_worklog_filter;

typedef struct mcrm_notification {
  MCRM_STORED;
  mcrm_id user_id;
  const char *kind; /* reminder | assigned | alert */
  const char *entity;
  mcrm_id entity_id;
  mcrm_id rep_id;
  const char *text;
  mcrm_time at;
  mcrm_time read_at;
} mcrm_notification;
MCRM_LIST(mcrm_notification);

typedef struct mcrm_notification_page {
  MCRM_RECORD;
  mcrm_notification_array items;
  int64_t unread;
  const char *next;
} mcrm_notification_page;

typedef struct mcrm_notification_filter {
  MCRM_RECORD;
  int64_t unread; /* 1 = only those not read */
  const char *cursor;
  int64_t limit;
} mcrm_notification_filter;

typedef struct mcrm_read_mark {
  MCRM_RECORD;
  mcrm_texts ids; /* none = all */
} mcrm_read_mark;

#ifdef __cplusplus
}
#endif
#endif
