/* Compliance checklists, for whoever analyses a conversation. */
#ifndef CRM_CHECKLIST_H
#define CRM_CHECKLIST_H

#include <crm/call.h>
#include <marfacrm/checklist.h>
#include <marfacrm/interaction.h>

/* The points of every active list that is for such a conversation; what is to be said is no secret of anybody's. */
int checklist_points(crm_call *call, const mcrm_interaction *interaction, mcrm_checklist_item_array *out);

#endif
