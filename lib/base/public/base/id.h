/* Record ids: 41 bits of milliseconds since 2020, then 22 bits that start at random in each new
 * millisecond and count up within it. Ordered within a process; several processes may very rarely mint the
 * same one, so an insert that meets a taken id mints again. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <marfacrm/types.h>
#include <pthread.h>
#include <sys/types.h>

typedef struct id_source {
  pthread_mutex_t lock;
  uint64_t last;
  pid_t process;
} id_source;

int id_source_init(id_source *source);
void id_source_destroy(id_source *source);
/* 0 only where the kernel gives no random bytes. */
mcrm_id id_mint(id_source *source, mcrm_time now);

#endif
