/* The points of compliance checklists, marked in what was said. */
#ifndef AI_CHECKLIST_H
#define AI_CHECKLIST_H

#include <ai/task.h>

/* A mark for each point, in their order. One that a provider has given (`given`) stands if its quote is in the text;
 * the others come from the phrases: met where one was said, unclear where it was denied or asked for or only half of it
 * was said, missed where nothing was. */
int ai_checklist(ai_call *call, const char *text, mcrm_checklist_item_array items, mcrm_check_mark_array given,
                 mcrm_check_mark_array *out);

#endif
