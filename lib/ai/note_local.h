/* The built-in answer to "note.analyse". */
#ifndef AI_NOTE_LOCAL_H
#define AI_NOTE_LOCAL_H

#include <ai/task.h>

ai_local note_analyse_local;
/* When something without a time is proposed for: the next working day. */
mcrm_time note_suggested_due(const ai_call *call);

#endif
