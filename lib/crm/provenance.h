/* Who or what wrote the fields that an AI may write. */
#ifndef CRM_PROVENANCE_H
#define CRM_PROVENANCE_H

#include <crm/call.h>
#include <marfacrm/interaction.h>

/* Writes (or replaces) the provenance of one field; `by` and `at` are filled in from the call where they are 0. */
int provenance_write(crm_call *call, mcrm_id record, const mcrm_provenance *p);
/* A person wrote the present AI fields of `change`: what an AI had proposed becomes "edited", the rest is theirs. */
int provenance_by_user(crm_call *call, const model_entity *e, mcrm_id record, const void *change);
/* Does the change touch a field that an AI may write? */
bool provenance_touched(const model_entity *e, const void *change);
int provenance_load(crm_call *call, mcrm_id record, mcrm_provenance_array *out);
/* Of each of many records, in one statement a batch. */
int provenance_load_all(crm_call *call, const mcrm_id *ids, size_t count, mcrm_provenance_array *out);
/* The entry of a field, or NULL. */
const mcrm_provenance *provenance_find(const mcrm_provenance_array *list, const char *field);

#endif
