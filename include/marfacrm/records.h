/* marfacrm/records.h: every record of the CRM. A new header of records is included here and nowhere else. */
#ifndef MARFACRM_RECORDS_H
#define MARFACRM_RECORDS_H

#include <marfacrm/access.h>
#include <marfacrm/ai.h>
#include <marfacrm/checklist.h>
#include <marfacrm/copilot.h>
#include <marfacrm/event.h>
#include <marfacrm/file.h>
#include <marfacrm/interaction.h>
#include <marfacrm/job.h>
#include <marfacrm/list.h>
#include <marfacrm/rep.h>
#include <marfacrm/report.h>
#include <marfacrm/task.h>
#include <marfacrm/voice_note.h>

#endif
