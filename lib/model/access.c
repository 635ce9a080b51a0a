/* People and rights. See <marfacrm/access.h>. */
#include <marfacrm/access.h>
#include <model/entities.h>

static const char *const roles[] = {"agent", "supervisor", "admin", NULL};
static const char *const languages[] = {"fa", "en", NULL};

static const model_field user_fields[] = {
    FIELDS_STORED(mcrm_user),
    FIELD_TEXT(mcrm_user, username, .flags = MODEL_REQUIRED, .max = 64, .help = "to sign in with; unique, lower case"),
    FIELD_TEXT(mcrm_user, name, .flags = MODEL_REQUIRED, .max = 200, .help = "as colleagues know them"),
    FIELD_TEXT(mcrm_user, role, .flags = MODEL_REQUIRED, .choices = roles, .help = "agent | supervisor | admin"),
    FIELD_TEXT(mcrm_user, team, .max = 80, .help = "the team whose records they share; may be NULL"),
    FIELD_TEXT(mcrm_user, language, .choices = languages, .help = "fa | en"),
    FIELD_BOOL(mcrm_user, active, .help = "0 = may not sign in"),
    FIELD_TIME(mcrm_user, last_seen_at, .flags = MODEL_READ_ONLY, .help = "of the last sign-in"),
    FIELD_TEXT(mcrm_user, password, .flags = MODEL_INPUT, .max = 200,
               .help = "input only: the new password, 10 to 200 characters; never shown"),
    FIELD_TEXT(mcrm_user, password_hash, .flags = MODEL_SECRET, .help = "never leaves the library"),
};
MODEL_ENTITY(user, user_fields, .table = "user_account", .read = "user.manage");

static const model_field user_page_fields[] = {
    FIELD_LIST(mcrm_user_page, items, user),
    FIELD_TEXT(mcrm_user_page, next, .help = "cursor of the next page; NULL at the end"),
};
MODEL_ENTITY(user_page, user_page_fields);

static const model_field user_filter_fields[] = {
    FIELD_TEXT(mcrm_user_filter, role, .choices = roles),
    FIELD_TEXT(mcrm_user_filter, team, .max = 80),
    FIELD_BOOL(mcrm_user_filter, active),
    FIELD_TEXT(mcrm_user_filter, cursor, .max = 300),
    FIELD_INT(mcrm_user_filter, limit),
};
MODEL_ENTITY(user_filter, user_filter_fields);

static const char *const gates[] = {"crt", "admin", NULL};

static const model_field path_rotation_fields[] = {
    FIELD_TEXT(mcrm_path_rotation, gate, .flags = MODEL_REQUIRED, .choices = gates, .help = "crt | admin"),
    FIELD_INT(mcrm_path_rotation, overlap_ms,
              .help = "how long the paths before it stay valid; 0: they end now, with the cookies they gave"),
};
MODEL_ENTITY(path_rotation, path_rotation_fields, .help = "A new secret path.");

static const model_field secret_path_fields[] = {
    FIELD_TEXT(mcrm_secret_path, gate, .choices = gates),
    FIELD_TEXT(mcrm_secret_path, secret, .help = "the last part of the address; shown this once"),
    FIELD_TEXT(mcrm_secret_path, address, .help = "the whole address, where gateway.public_url is configured"),
};
MODEL_ENTITY(secret_path, secret_path_fields);

static const model_field capability_fields[] = {
    FIELD_TEXT(mcrm_capability, operation, .help = "\"task.complete\""),
    FIELD_TEXT(mcrm_capability, scope, .help = "own | team | all: on whose records"),
};
MODEL_ENTITY(capability, capability_fields,
             .help = "One right of the actor, as frontends need it to decide what to show.");

static const model_field me_fields[] = {
    FIELD_OBJECT(mcrm_me, user, user),
    FIELD_TEXT(mcrm_me, gate, .help = "how they came in: crt | admin | local"),
    FIELD_TEXT(mcrm_me, role, .help = "the role in force: the lesser of role and gate"),
    FIELD_LIST(mcrm_me, capabilities, capability),
    FIELD_INT(mcrm_me, head, .help = "the newest event there is: whoever reads after this and hears from here on misses nothing"),
};
MODEL_ENTITY(me, me_fields);
