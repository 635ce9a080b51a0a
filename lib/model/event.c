/* The journal as events and as audit. See <marfacrm/event.h>. */
#include <marfacrm/event.h>
#include <model/entities.h>

static const model_field event_fields[] = {
    FIELD_INT(mcrm_event, seq, .help = "gapless, in order of commit"),
    FIELD_TIME(mcrm_event, at, .help = "when"),
    FIELD_ID(mcrm_event, user_id, .help = "who; 0: the system"),
    FIELD_TEXT(mcrm_event, operation, .help = "\"task.complete\""),
    FIELD_TEXT(mcrm_event, action, .help = "\"create\", \"update\", \"delete\", \"deny\", …"),
    FIELD_TEXT(mcrm_event, entity, .help = "\"task\""),
    FIELD_ID(mcrm_event, entity_id),
    FIELD_INT(mcrm_event, entity_version),
};
MODEL_ENTITY(event, event_fields);

static const model_field audit_entry_fields[] = {
    FIELD_INT(mcrm_audit_entry, seq),
    FIELD_TIME(mcrm_audit_entry, at),
    FIELD_ID(mcrm_audit_entry, user_id),
    FIELD_TEXT(mcrm_audit_entry, gate, .help = "\"crt\", \"admin\" or \"local\""),
    FIELD_TEXT(mcrm_audit_entry, operation),
    FIELD_TEXT(mcrm_audit_entry, action),
    FIELD_TEXT(mcrm_audit_entry, entity),
    FIELD_ID(mcrm_audit_entry, entity_id),
    FIELD_INT(mcrm_audit_entry, entity_version),
    FIELD_TEXT(mcrm_audit_entry, trace, .help = "trace id of the request"),
    FIELD_JSON(mcrm_audit_entry, before, .help = "JSON object: the changed fields before …"),
    FIELD_JSON(mcrm_audit_entry, after, .help = "… and after; NULL where erased"),
    FIELD_TEXT(mcrm_audit_entry, digest, .help = "the entry's place in the chain, hex"),
};
MODEL_ENTITY(audit_entry, audit_entry_fields, .help = "An event with what only auditors see.");

static const model_field event_page_fields[] = {
    FIELD_LIST(mcrm_event_page, items, event, .help = "oldest first"),
    FIELD_INT(mcrm_event_page, next, .help = "ask for what comes after this seq next time"),
    FIELD_INT(mcrm_event_page, head, .help = "the newest seq there is"),
};
MODEL_ENTITY(event_page, event_page_fields);

static const model_field audit_page_fields[] = {
    FIELD_LIST(mcrm_audit_page, items, audit_entry, .help = "newest first"),
};
MODEL_ENTITY(audit_page, audit_page_fields);
