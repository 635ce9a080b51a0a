/* The built-in answer to "note.analyse". */
#ifndef AI_NOTE_LOCAL_H
#define AI_NOTE_LOCAL_H

#include <ai/task.h>

ai_local note_analyse_local;

#endif
