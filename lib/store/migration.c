/* The schema: where it stands, and bringing it up step by step. */
#include <string.h>

#include "internal.h"

unsigned store_schema_wanted(void) {
  return store_migration_count ? store_migrations[store_migration_count - 1].version : 0;
}

static void ignore(void *context, const char *name, const char *type) {
  (void)context;
  (void)name;
  (void)type;
}

/* The version of a database that has the table. */
static int read_version(const store_driver *driver, void *connection, mcrm_error *error, unsigned *version) {
  void *statement;
  int code = driver->query(connection, "SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM schema_version", NULL, 0,
                           error, &statement);
  if (code) return code;
  int got = driver->step(statement, error);
  if (got > 0) *version = (unsigned)driver->column(statement, 0).number;
  driver->finish(statement);
  return got < 0 ? got : MCRM_OK;
}

int store_schema_read(const store_driver *driver, void *connection, mcrm_error *error, unsigned *version) {
  *version = 0;
  mcrm_error missing = {0};
  int code = driver->columns(connection, "schema_version", ignore, NULL, &missing);
  if (code == MCRM_NOT_FOUND) return MCRM_OK;
  if (code) return error_set(error, code, NULL, missing.message, "%s", missing.detail);
  return read_version(driver, connection, error, version);
}

int store_schema_accept(unsigned has, mcrm_error *error) {
  unsigned wants = store_schema_wanted();
  if (has == wants) return MCRM_OK;
  if (has > wants)
    return error_set(error, MCRM_UNSUPPORTED, NULL, "store.newer",
                     "the database has schema %u, this library knows %u: use a newer library", has, wants);
  return error_set(error, MCRM_UNSUPPORTED, NULL, "store.older",
                   "the database has schema %u, this library needs %u: migrate it", has, wants);
}

static int record(const store_driver *driver, void *connection, const store_migration *m, mcrm_time now,
                  mcrm_error *error) {
  const store_value values[] = {store_int(m->version), store_text(m->name), store_int(now)};
  void *statement;
  int code = driver->query(connection, "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)",
                           values, 3, error, &statement);
  if (code) return code;
  int got = driver->step(statement, error);
  driver->finish(statement);
  return got < 0 ? got : MCRM_OK;
}

/* All parts of one version, inside the caller's transaction. */
static int apply(store *s, void *connection, size_t first, mcrm_error *error) {
  unsigned version = store_migrations[first].version;
  for (size_t i = first; i < store_migration_count && store_migrations[i].version == version; i++) {
    const store_migration *m = &store_migrations[i];
    if (m->scheme[0] && strcmp(m->scheme, s->driver->scheme)) continue;
    int code = s->driver->script(connection, m->sql, error);
    if (code) return code;
  }
  return record(s->driver, connection, &store_migrations[first], store_now(s), error);
}

/* The next missing step, if any: another process may have taken it while this one waited for the lock. */
static int step(store *s, void *connection, mcrm_error *error, unsigned *has, bool *applied) {
  *applied = false;
  int code = s->driver->begin(connection, clock_monotonic() + 12 * STORE_DEFAULT_WAIT, error);
  if (code) return code;
  if (s->driver->lock)
    code = s->driver->post(connection, s->driver->lock, &(store_value){.kind = STORE_INT, .number = STORE_LOCK_MIGRATE},
                           1, error);
  if (!code) code = store_schema_read(s->driver, connection, error, has);
  size_t next = 0;
  while (next < store_migration_count && store_migrations[next].version <= *has) next++;
  if (!code && *has > store_schema_wanted()) code = store_schema_accept(*has, error);
  if (code || next == store_migration_count) {
    s->driver->rollback(connection);
    return code;
  }
  code = apply(s, connection, next, error);
  if (!code) code = s->driver->commit(connection, error);
  if (code) {
    s->driver->rollback(connection);
    return code;
  }
  *has = store_migrations[next].version;
  *applied = true;
  return MCRM_OK;
}

int store_migrate(store *s, mcrm_error *error, unsigned *applied) {
  if (applied) *applied = 0;
  int code = store_same_process(s, error);
  if (code) return code;
  void *connection;
  code = store_acquire(s, true, clock_monotonic() + STORE_DEFAULT_WAIT, error, &connection);
  if (code) return code;
  unsigned has = 0;
  bool again = true;
  while (!code && again) {
    code = step(s, connection, error, &has, &again);
    if (!code && again && applied) ++*applied;
  }
  if (!code) {
    pthread_mutex_lock(&s->lock);
    s->schema = has;
    pthread_mutex_unlock(&s->lock);
  }
  store_release(s, true, connection);
  return code;
}

int store_schema(store *s, mcrm_error *error, unsigned *has, unsigned *wants) {
  int code = store_same_process(s, error);
  if (code) return code;
  *wants = store_schema_wanted();
  void *connection;
  code = store_acquire(s, false, clock_monotonic() + STORE_DEFAULT_WAIT, error, &connection);
  if (code) return code;
  code = s->driver->begin(connection, 0, error);
  if (!code) {
    code = store_schema_read(s->driver, connection, error, has);
    s->driver->rollback(connection);
  }
  store_release(s, false, connection);
  return code;
}

/* Who writes into a database that somebody has migrated meanwhile is refused, with the first answer there is. */
static int expect_current(store *s, void *connection, mcrm_error *error) {
  static const store_refusal newer = {MCRM_UNSUPPORTED, NULL, "store.newer",
                                      "the database's schema is no longer the one this library knows"};
  const store_value wanted = store_int(store_schema_wanted());
  return s->driver->expect(connection, "SELECT 1 FROM schema_version HAVING max(version) = $1", &wanted, 1, &newer,
                           error);
}

void store_schema_doubt(store *s) {
  pthread_mutex_lock(&s->lock);
  s->schema = 0;
  pthread_mutex_unlock(&s->lock);
}

int store_schema_check(store *s, void *connection, bool write, mcrm_error *error) {
  pthread_mutex_lock(&s->lock);
  unsigned has = s->schema;
  pthread_mutex_unlock(&s->lock);
  bool current = has == store_schema_wanted();
  if (current && !write) return MCRM_OK;
  if (current && s->driver->expect) return expect_current(s, connection, error);
  int code = current ? read_version(s->driver, connection, error, &has)
                     : store_schema_read(s->driver, connection, error, &has);
  if (code) return code;
  pthread_mutex_lock(&s->lock);
  s->schema = has;
  pthread_mutex_unlock(&s->lock);
  return store_schema_accept(has, error);
}
