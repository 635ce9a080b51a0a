/* The provider process, seen from its host: started, spoken to, ended. */
#ifndef PROVIDER_PROCESS_H
#define PROVIDER_PROCESS_H

#include "channel.h"

#include <marfacrm/types.h>
#include <sys/types.h>

typedef struct process {
  pid_t pid;
  channel channel;
} process;

/* program: checked already; plugin: the sealed file. Nothing of the host but these two reaches the process. */
int process_start(process *p, const char *program, int plugin, mcrm_error *error);
/* Ends it at once and takes it off the system's list, unless the host has done so. */
void process_end(process *p);

#endif
