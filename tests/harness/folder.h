/* A temporary folder for a test. */
#ifndef HARNESS_FOLDER_H
#define HARNESS_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_SIZE = 64 };

static inline void folder_make(char folder[FOLDER_SIZE]) {
  snprintf(folder, FOLDER_SIZE, "/tmp/marfacrm-XXXXXX");
  if (!mkdtemp(folder)) {
    perror(folder);
    exit(1);
  }
}

/* In memory where there is such a place: for tests that make many small databases and ask nothing of the disk. */
static inline void folder_make_quick(char folder[FOLDER_SIZE]) {
  snprintf(folder, FOLDER_SIZE, "/dev/shm/marfacrm-XXXXXX");
  if (!mkdtemp(folder)) folder_make(folder);
}

/* The path of a file in it; good for the next eight calls. */
static inline const char *folder_file(const char *folder, const char *name) {
  static char paths[8][FOLDER_SIZE + 256];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

/* Removes it with the files in it. */
static inline void folder_remove(const char *folder) {
  DIR *entries = opendir(folder);
  if (!entries) return;
  for (struct dirent *e = readdir(entries); e; e = readdir(entries))
    if (e->d_name[0] != '.') unlink(folder_file(folder, e->d_name));
  closedir(entries);
  rmdir(folder);
}

#endif
