/* The kinds of records that can be archived and undone. */
#ifndef CRM_RECORD_KIND_H
#define CRM_RECORD_KIND_H

#include <crm/call.h>
#include <marfacrm/interaction.h>

typedef struct record_kind {
  const model_entity *entity;
  const char *read; /* the permission to see it */
} record_kind;

/* NULL where there is none of that name. */
const record_kind *record_kind_find(const char *entity);
/* MCRM_INVALID for a rep that belongs to the host: its truth is not ours to change. */
int record_refuse_host(crm_call *call, const record_kind *kind, const void *record);
/* Fills in the answer of archive, restore and undo. */
int record_answer(const record_kind *kind, const void *record, mcrm_record_ref *out);

#endif
