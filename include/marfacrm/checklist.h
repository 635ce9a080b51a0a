/* marfacrm/checklist.h: what must be said in a conversation of a kind: disclosures, the identity check, the price. Each
 * point of the lists that apply is marked met, missed or unclear, with the words it stands on. */
#ifndef MARFACRM_CHECKLIST_H
#define MARFACRM_CHECKLIST_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_checklist_item {
  MCRM_RECORD;
  const char *item;   /* what is to be said, as people read it */
  mcrm_texts phrases; /* words by which it is recognised without a provider; the item's own count, too */
  const char *help;   /* why, and how to say it */
} mcrm_checklist_item;
MCRM_LIST(mcrm_checklist_item);

typedef struct mcrm_checklist {
  MCRM_STORED;
  const char *name;
  mcrm_texts types;    /* of interactions it is for; none: all */
  mcrm_texts purposes; /* likewise */
  mcrm_checklist_item_array items;
  int64_t active;
} mcrm_checklist;
MCRM_LIST(mcrm_checklist);

typedef struct mcrm_checklist_page {
  MCRM_RECORD;
  mcrm_checklist_array items;
  const char *next;
} mcrm_checklist_page;

typedef struct mcrm_checklist_filter {
  MCRM_RECORD;
  const char *type; /* only those for it */
  int64_t active;
  const char *cursor;
  int64_t limit;
} mcrm_checklist_filter;

#ifdef __cplusplus
}
#endif
#endif
