/* Every entity's rows, by name. */
#ifndef MODEL_ENTITIES_H
#define MODEL_ENTITIES_H

#include <model/entity.h>

extern const model_entity model_user;
extern const model_entity model_user_page;
extern const model_entity model_user_filter;
extern const model_entity model_path_rotation;
extern const model_entity model_secret_path;
extern const model_entity model_capability;
extern const model_entity model_me;
extern const model_entity model_provenance;
extern const model_entity model_sentiment;
extern const model_entity model_next_step;
extern const model_entity model_mention;
extern const model_entity model_check_mark;
extern const model_entity model_interaction;
extern const model_entity model_interaction_page;
extern const model_entity model_interaction_filter;
extern const model_entity model_change;
extern const model_entity model_change_page;
extern const model_entity model_ref;
extern const model_entity model_history;
extern const model_entity model_record_ref;
extern const model_entity model_todo;
extern const model_entity model_reason;
extern const model_entity model_task;
extern const model_entity model_task_page;
extern const model_entity model_task_filter;
extern const model_entity model_task_completion;
extern const model_entity model_task_completed;
extern const model_entity model_snooze;
extern const model_entity model_reassignment;
extern const model_entity model_bulk;
extern const model_entity model_bulk_done;
extern const model_entity model_balance;
extern const model_entity model_invoices;
extern const model_entity model_service;
extern const model_entity model_fact;
extern const model_entity model_profile;
extern const model_entity model_score;
extern const model_entity model_rep;
extern const model_entity model_rep_page;
extern const model_entity model_rep_filter;
extern const model_entity model_prospect;
extern const model_entity model_linking;
extern const model_entity model_profile_update;
extern const model_entity model_contact;
extern const model_entity model_contact_link;
extern const model_entity model_invoice;
extern const model_entity model_payment;
extern const model_entity model_balance_point;
extern const model_entity model_account;
extern const model_entity model_timeline_item;
extern const model_entity model_timeline;
extern const model_entity model_timeline_filter;
extern const model_entity model_note;
extern const model_entity model_action_item;
extern const model_entity model_promise;
extern const model_entity model_suggestion;
extern const model_entity model_suggestion_page;
extern const model_entity model_suggestion_filter;
extern const model_entity model_analysis;
extern const model_entity model_decide;
extern const model_entity model_decision;
extern const model_entity model_worklog_item;
extern const model_entity model_alert;
extern const model_entity model_kpi;
extern const model_entity model_kpis;
extern const model_entity model_kpi_filter;
extern const model_entity model_worklog;
extern const model_entity model_worklog_filter;
extern const model_entity model_notification;
extern const model_entity model_notification_page;
extern const model_entity model_notification_filter;
extern const model_entity model_read_mark;
extern const model_entity model_search;
extern const model_entity model_search_hit;
extern const model_entity model_search_page;
extern const model_entity model_saved_view;
extern const model_entity model_saved_view_page;
extern const model_entity model_export;
extern const model_entity model_exported;
extern const model_entity model_import;
extern const model_entity model_import_fault;
extern const model_entity model_imported;
extern const model_entity model_event_filter;
extern const model_entity model_audit_filter;
extern const model_entity model_event;
extern const model_entity model_audit_entry;
extern const model_entity model_event_page;
extern const model_entity model_audit_page;
extern const model_entity model_job;
extern const model_entity model_job_page;
extern const model_entity model_job_filter;
extern const model_entity model_ai_call;
extern const model_entity model_ai_call_page;
extern const model_entity model_ai_call_filter;
extern const model_entity model_file;

/* The field that is the file which an operation with this input takes, or with this output answers with; NULL: none. */
const model_field *model_file_field(const model_entity *e);

#endif
