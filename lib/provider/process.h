/* The provider process, seen from its host: started, spoken to, ended. */
#ifndef PROVIDER_PROCESS_H
#define PROVIDER_PROCESS_H

#include "channel.h"

#include <marfacrm/types.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct process {
  pid_t pid;
  channel channel;
} process;

/* program: checked already; plugin: the sealed file. Nothing of the host but these two reaches the process. */
int process_start(process *p, const char *program, int plugin, mcrm_error *error);
/* Ends it, without waiting for its end. */
void process_kill(process *p);
/* Takes one that was killed off the system's list, unless the host has done so; waits for it so long. False: later. */
bool process_reap(process *p, int wait_ms);

#endif
