/* What archiving and undoing share; the kinds of records stand in the choices of mcrm_record_ref. */
#ifndef CRM_RECORD_H
#define CRM_RECORD_H

#include <crm/call.h>
#include <marfacrm/interaction.h>

/* MCRM_INVALID for a rep that belongs to the host: its truth is not ours to change. */
int record_refuse_host(crm_call *call, const model_entity *e, const void *record);
/* Fills in the answer of archive, restore and undo. */
int record_answer(const model_entity *e, const void *record, mcrm_record_ref *out);

#endif
