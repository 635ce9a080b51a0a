/* What other nouns need of conversations. */
#ifndef CRM_INTERACTION_H
#define CRM_INTERACTION_H

#include <crm/call.h>
#include <marfacrm/interaction.h>

/* Fills in the derived fields of a loaded interaction. */
int interaction_fill(crm_call *call, mcrm_interaction *interaction);
/* Of many at once. */
int interaction_fill_all(crm_call *call, mcrm_interaction *const *interactions, size_t count);

#endif
