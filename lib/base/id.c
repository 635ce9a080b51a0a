#include <base/id.h>

#include <sys/random.h>
#include <unistd.h>

enum { SEQUENCE_BITS = 22 };
static const mcrm_time EPOCH = INT64_C(1577836800000); /* 2020-01-01T00:00:00Z */
static const uint64_t SEQUENCE_MASK = (UINT64_C(1) << SEQUENCE_BITS) - 1;

int id_source_init(id_source *source) {
  source->last = 0;
  source->process = getpid();
  return pthread_mutex_init(&source->lock, NULL) ? MCRM_NO_MEMORY : MCRM_OK;
}

void id_source_destroy(id_source *source) { pthread_mutex_destroy(&source->lock); }

mcrm_id id_mint(id_source *source, mcrm_time now) {
  uint64_t ms = now > EPOCH ? (uint64_t)(now - EPOCH) : 1;
  pthread_mutex_lock(&source->lock);
  pid_t process = getpid();
  uint64_t id = source->last + 1;
  if (ms > source->last >> SEQUENCE_BITS || process != source->process) {
    uint32_t random;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
      pthread_mutex_unlock(&source->lock);
      return 0;
    }
    uint64_t fresh = ms << SEQUENCE_BITS | (random & SEQUENCE_MASK);
    if (fresh > id) id = fresh;
    source->process = process;
  }
  source->last = id;
  pthread_mutex_unlock(&source->lock);
  return (mcrm_id)id;
}
