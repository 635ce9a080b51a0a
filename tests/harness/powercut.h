/* A disk that remembers what was synced: an SQLite VFS whose files live in memory and that records every write,
 * truncation and sync. From the record one can make the disk as it may be found after the power was cut at any
 * moment: what was synced is there; of what was not, each sector holds by chance any of the versions it went
 * through, and a file has by chance any of the sizes it went through.
 *
 * Model: sectors of 512 bytes are written whole or not at all (SQLite's "powersafe overwrite"); a deletion is certain
 * once the folder was synced; new files are never lost as such, only emptied. One thread. */
#ifndef HARNESS_POWERCUT_H
#define HARNESS_POWERCUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct powercut_disk powercut_disk;

/* Registers the VFS as SQLite's default, over an empty disk. NULL where it cannot. */
powercut_disk *powercut_start(void);
/* Which disk the files are on from now on; no file may be open. */
void powercut_mount(powercut_disk *disk);
void powercut_free(powercut_disk *disk);

/* From here on everything is recorded; what is there now counts as synced. */
void powercut_record(powercut_disk *disk);
/* The disk says it synced and did not. */
void powercut_lie(powercut_disk *disk);
/* How many operations have been recorded: the moments at which power can be cut. */
size_t powercut_moments(const powercut_disk *disk);
/* A disk as it may be found after a cut just after `moment` operations. Moments must not go back from one call to
 * the next. */
powercut_disk *powercut_found(powercut_disk *disk, size_t moment, uint64_t seed);

#endif
