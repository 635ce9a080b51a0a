/* Proposals that wait for a decision. */
#ifndef CRM_SUGGESTION_H
#define CRM_SUGGESTION_H

#include <ai/task.h>
#include <crm/call.h>
#include <marfacrm/copilot.h>

/* Keeps what an analysis found about an interaction: proposals in its AI fields that nobody has decided on yet, and a
 * suggestion for each of them and for each action item. Earlier undecided suggestions make way. Fills in the
 * analysis' suggestions and interaction. */
int suggestion_store(crm_call *call, const mcrm_interaction *interaction, mcrm_analysis *analysis,
                     const ai_answer *answer);

#endif
