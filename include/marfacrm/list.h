/* marfacrm/list.h: search over everything, saved views, and lists as CSV. */
#ifndef MARFACRM_LIST_H
#define MARFACRM_LIST_H

#include <marfacrm/interaction.h>
#include <marfacrm/rep.h>
#include <marfacrm/task.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_search {
  MCRM_RECORD;
  const char *text;   /* as typed: Persian, Finglish, digits of any script, with typos */
  const char *entity; /* rep | interaction | task; NULL = all */
  const char *cursor;
  int64_t limit;
} mcrm_search;

/* Exactly one of the records is not NULL. */
typedef struct mcrm_search_hit {
  MCRM_RECORD;
  const char *entity;
  mcrm_id id;
  const mcrm_rep *rep;
  const mcrm_interaction *interaction;
  const mcrm_task *task;
} mcrm_search_hit;
MCRM_LIST(mcrm_search_hit);

typedef struct mcrm_search_page {
  MCRM_RECORD;
  mcrm_search_hit_array items;
  const char *next;
} mcrm_search_page;

/* A list somebody uses often: its operation and its filter. */
typedef struct mcrm_saved_view {
  MCRM_STORED;
  mcrm_id user_id;
  const char *name;
  const char *operation; /* rep.list | interaction.list | task.list */
  const char *filter;    /* JSON object: that operation's input */
  int64_t shared;        /* 1 = the team sees it */
} mcrm_saved_view;
MCRM_LIST(mcrm_saved_view);

typedef struct mcrm_saved_view_page {
  MCRM_RECORD;
  mcrm_saved_view_array items;
  const char *next;
} mcrm_saved_view_page;

typedef struct mcrm_export {
  MCRM_RECORD;
  const char *entity; /* rep | interaction | task */
  const char *filter; /* JSON object: the list operation's input */
} mcrm_export;

typedef struct mcrm_exported {
  MCRM_RECORD;
  const char *csv; /* RFC 4180, UTF-8 with a byte order mark, formulas defused */
  int64_t rows;
} mcrm_exported;

typedef struct mcrm_import {
  MCRM_RECORD;
  const char *entity; /* prospect | task | interaction */
  const char *csv;
  int64_t dry_run;
} mcrm_import;

/* One row that was not taken, and why. */
typedef struct mcrm_import_fault {
  MCRM_RECORD;
  int64_t row; /* of the file; the heading is row 1 */
  const char *field;
  const char *message;
  const char *detail;
} mcrm_import_fault;
MCRM_LIST(mcrm_import_fault);

typedef struct mcrm_imported {
  MCRM_RECORD;
  int64_t rows;  /* read */
  int64_t taken; /* stored, or would be */
  int64_t dry_run;
  mcrm_import_fault_array faults; /* any fault: nothing was stored */
} mcrm_imported;

/* Input of event.list. */
typedef struct mcrm_event_filter {
  MCRM_RECORD;
  int64_t after; /* seq */
  const char *entity;
  int64_t limit;
} mcrm_event_filter;

typedef struct mcrm_audit_filter {
  MCRM_RECORD;
  int64_t before; /* seq; 0 = from the newest */
  const char *entity;
  mcrm_id id;
  int64_t limit;
} mcrm_audit_filter;

#ifdef __cplusplus
}
#endif
#endif
