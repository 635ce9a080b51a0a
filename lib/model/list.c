/* Search, views, import and export. See <marfacrm/list.h>. */
#include <marfacrm/list.h>
#include <model/entities.h>

static const char *const search_entities[] = {"rep", "interaction", "task", NULL};
static const char *const import_entities[] = {"prospect", "task", "interaction", NULL};
static const char *const view_operations[] = {"rep.list", "interaction.list", "task.list", NULL};

static const model_field search_fields[] = {
    FIELD_TEXT(mcrm_search, text, .flags = MODEL_REQUIRED, .max = 300,
               .help = "as typed: Persian, Finglish, digits of any script, with typos"),
    FIELD_TEXT(mcrm_search, entity, .choices = search_entities, .help = "rep | interaction | task; NULL = all"),
    FIELD_TEXT(mcrm_search, cursor, .max = 300),
    FIELD_INT(mcrm_search, limit),
};
MODEL_ENTITY(search, search_fields);

static const model_field search_hit_fields[] = {
    FIELD_TEXT(mcrm_search_hit, entity),       FIELD_ID(mcrm_search_hit, id),
    FIELD_OBJECT(mcrm_search_hit, rep, rep),   FIELD_OBJECT(mcrm_search_hit, interaction, interaction),
    FIELD_OBJECT(mcrm_search_hit, task, task),
};
MODEL_ENTITY(search_hit, search_hit_fields, .help = "Exactly one of the records is not NULL.");

static const model_field search_page_fields[] = {
    FIELD_LIST(mcrm_search_page, items, search_hit),
    FIELD_TEXT(mcrm_search_page, next),
};
MODEL_ENTITY(search_page, search_page_fields);

static const model_field saved_view_fields[] = {
    FIELDS_STORED(mcrm_saved_view),
    FIELD_ID(mcrm_saved_view, user_id, .flags = MODEL_READ_ONLY),
    FIELD_TEXT(mcrm_saved_view, name, .flags = MODEL_REQUIRED, .max = 200),
    FIELD_TEXT(mcrm_saved_view, operation, .flags = MODEL_REQUIRED, .choices = view_operations,
               .help = "rep.list | interaction.list | task.list"),
    FIELD_JSON(mcrm_saved_view, filter, .flags = MODEL_REQUIRED, .help = "JSON object: that operation's input"),
    FIELD_BOOL(mcrm_saved_view, shared, .help = "1 = the team sees it"),
};
MODEL_ENTITY(saved_view, saved_view_fields, .help = "A list somebody uses often: its operation and its filter.",
             .table = "saved_view", .read = "view", .owner = "user_id");

static const model_field saved_view_page_fields[] = {
    FIELD_LIST(mcrm_saved_view_page, items, saved_view),
    FIELD_TEXT(mcrm_saved_view_page, next),
};
MODEL_ENTITY(saved_view_page, saved_view_page_fields);

static const model_field export_fields[] = {
    FIELD_TEXT(mcrm_export, entity, .flags = MODEL_REQUIRED, .choices = search_entities,
               .help = "rep | interaction | task"),
    FIELD_JSON(mcrm_export, filter, .help = "JSON object: the list operation's input"),
};
MODEL_ENTITY(export, export_fields);

static const model_field exported_fields[] = {
    FIELD_TEXT(mcrm_exported, csv, .max = 4000000, .help = "RFC 4180, UTF-8 with a byte order mark, formulas defused"),
    FIELD_INT(mcrm_exported, rows),
};
MODEL_ENTITY(exported, exported_fields);

static const model_field import_fields[] = {
    FIELD_TEXT(mcrm_import, entity, .flags = MODEL_REQUIRED, .choices = import_entities,
               .help = "prospect | task | interaction"),
    FIELD_TEXT(mcrm_import, csv, .flags = MODEL_REQUIRED, .max = 4000000),
    FIELD_BOOL(mcrm_import, dry_run),
};
MODEL_ENTITY(import, import_fields);

static const model_field import_fault_fields[] = {
    FIELD_INT(mcrm_import_fault, row, .help = "of the file; the heading is row 1"),
    FIELD_TEXT(mcrm_import_fault, field),
    FIELD_TEXT(mcrm_import_fault, message),
    FIELD_TEXT(mcrm_import_fault, detail),
};
MODEL_ENTITY(import_fault, import_fault_fields, .help = "One row that was not taken, and why.");

static const model_field imported_fields[] = {
    FIELD_INT(mcrm_imported, rows, .help = "read"),
    FIELD_INT(mcrm_imported, taken, .help = "stored, or would be"),
    FIELD_BOOL(mcrm_imported, dry_run),
    FIELD_LIST(mcrm_imported, faults, import_fault, .help = "any fault: nothing was stored"),
};
MODEL_ENTITY(imported, imported_fields);

static const model_field event_filter_fields[] = {
    FIELD_INT(mcrm_event_filter, after, .help = "seq"),
    FIELD_TEXT(mcrm_event_filter, entity),
    FIELD_INT(mcrm_event_filter, limit),
};
MODEL_ENTITY(event_filter, event_filter_fields, .help = "Input of event.list.");

static const model_field audit_filter_fields[] = {
    FIELD_INT(mcrm_audit_filter, before, .help = "seq; 0 = from the newest"),
    FIELD_TEXT(mcrm_audit_filter, entity),
    FIELD_ID(mcrm_audit_filter, id),
    FIELD_INT(mcrm_audit_filter, limit),
};
MODEL_ENTITY(audit_filter, audit_filter_fields);
