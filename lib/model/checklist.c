/* Compliance checklists. See <marfacrm/checklist.h>. */
#include <marfacrm/checklist.h>
#include <model/entities.h>

static const model_field checklist_item_fields[] = {
    FIELD_TEXT(mcrm_checklist_item, item, .flags = MODEL_REQUIRED, .max = 250,
               .help = "what is to be said, as people read it"),
    FIELD_TEXTS(mcrm_checklist_item, phrases, .max = 40,
                .help = "words by which it is recognised without a provider; the item's own count, too"),
    FIELD_TEXT(mcrm_checklist_item, help, .max = 1000, .help = "why, and how to say it"),
};
MODEL_ENTITY(checklist_item, checklist_item_fields);

static const model_field checklist_fields[] = {
    FIELDS_STORED(mcrm_checklist),
    FIELD_TEXT(mcrm_checklist, name, .flags = MODEL_REQUIRED, .max = 200),
    FIELD_TEXTS(mcrm_checklist, types, .max = 40, .help = "of interactions it is for; none: all"),
    FIELD_TEXTS(mcrm_checklist, purposes, .max = 40, .help = "likewise"),
    FIELD_LIST(mcrm_checklist, items, checklist_item, .max = 50),
    FIELD_BOOL(mcrm_checklist, active, .help = "default: 1"),
};
MODEL_ENTITY(checklist, checklist_fields, .help = "What must be said in a conversation of a kind.",
             .table = "checklist", .read = "checklist.read");

static const model_field checklist_page_fields[] = {
    FIELD_LIST(mcrm_checklist_page, items, checklist),
    FIELD_TEXT(mcrm_checklist_page, next, .help = "cursor of the next page; null at the end"),
};
MODEL_ENTITY(checklist_page, checklist_page_fields);

static const model_field checklist_filter_fields[] = {
    FIELD_TEXT(mcrm_checklist_filter, type, .max = 40, .help = "only those for it"),
    FIELD_BOOL(mcrm_checklist_filter, active),
    FIELD_TEXT(mcrm_checklist_filter, cursor, .max = 300),
    FIELD_INT(mcrm_checklist_filter, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(checklist_filter, checklist_filter_fields);
