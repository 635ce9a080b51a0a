#include "backend.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "postgres.h"

static postgres_server server;
static pid_t owner, pooler;

bool backend_is_sqlite(void) {
  const char *name = getenv("MARFACRM_BACKEND");
  return !name || !strcmp(name, "sqlite");
}

static bool is_pooled(void) {
  const char *name = getenv("MARFACRM_BACKEND");
  return name && !strcmp(name, "pgbouncer");
}

static void stop(void) {
  if (owner != getpid()) return;
  if (pooler && !kill(pooler, SIGQUIT)) waitpid(pooler, NULL, 0);
  postgres_remove(&server);
}

static void start(void) {
  if (!postgres_installed() || (is_pooled() && !postgres_pooler_installed())) {
    fputs("SKIPPED: there is no PostgreSQL (or pgbouncer) on this machine\n", stderr);
    exit(77);
  }
  owner = getpid();
  postgres_start(&server, false, NULL);
  atexit(stop);
  if (is_pooled()) pooler = postgres_pooler(&server);
}

/* Schemas have short names: one for each folder and file. */
static unsigned long hash_of(const char *folder, const char *name) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (const char *at = folder; *at; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001B3);
  for (const char *at = name; *at; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001B3);
  return hash;
}

const char *backend_url(const char *folder, const char *name) {
  static char urls[8][400];
  static unsigned next;
  char *url = urls[next++ % 8];
  if (backend_is_sqlite()) {
    snprintf(url, sizeof urls[0], "%s/%s", folder, name);
    return url;
  }
  if (!server.folder[0]) start();
  char at[40] = "";
  if (is_pooled()) snprintf(at, sizeof at, "&port=%d&pooler=transaction", POSTGRES_POOLER_PORT);
  snprintf(url, sizeof urls[0], "postgresql://postgres@/postgres?host=%s&schema=t%lx%s", server.folder,
           hash_of(folder, name), at);
  return url;
}
