/* What the files of the host room share: the host itself, its connections, its queries. */
#ifndef HOST_CONNECTION_H
#define HOST_CONNECTION_H

#include <pthread.h>
#include <store/listener.h>
#include <sys/types.h>

#include "table.h"
#include "value.h"

enum { HOST_CONNECTIONS = 4 };

/* What the triggers in the host's database notify. */
#define HOST_CHANNEL "marfacrm_host"

/* A connection and, where the database is a file, which file it was: a host that is restored from a backup gets a
 * new file under the old name. */
typedef struct host_connection {
  void *handle;
  dev_t device;
  ino_t file;
} host_connection;

struct host {
  arena *arena;
  const store_driver *driver;
  const char *url;
  const char *path; /* NULL where the database is no file */
  zone *zone;
  host_table tables[HOST_TABLES];
  const char *rep_url;
  bool debtor_negative;
  mcrm_host_source source; /* read NULL: the driver is asked */
  pid_t process;

  pthread_mutex_t lock;
  pthread_cond_t home;
  host_connection idle[HOST_CONNECTIONS];
  unsigned idle_count, open;
  store_listener listener; /* for what its triggers say, where `live` */
  bool live;
  int64_t slow_until; /* clock_monotonic: it kept us waiting a moment ago, so nobody else waits */
};

/* A read transaction on the host's database: one state of all its tables. */
typedef struct host_reader {
  host *host;
  host_connection connection;
  mcrm_error *error;
} host_reader;

/* How long a call may take. A host that is locked is given up after HOST_LOCK_WAIT in any case. */
typedef enum host_patience { HOST_BRIEF, HOST_LONG } host_patience;

/* MCRM_UNAVAILABLE where the host is down. */
int host_reader_begin(host *h, host_patience patience, mcrm_error *error, host_reader *r);
/* Begins anew: in PostgreSQL nothing can be asked any more where a statement has failed. */
int host_reader_again(host_reader *r, host_patience patience);
void host_reader_end(host_reader *r);

typedef struct host_rows {
  host_reader *reader;
  void *statement;
  int code;
} host_rows;

int host_query(host_reader *r, host_rows *rows, const char *sql, const store_value *values, size_t count);
bool host_next(host_rows *rows);
store_value host_column_value(host_rows *rows, size_t column);
/* Releases; the code of the whole. */
int host_rows_end(host_rows *rows);

/* What a failed read means to the CRM: no memory stays that, all else is a host that is not available; where its
 * tables are not as mapped the error names the field. */
int host_unavailable(host *h, mcrm_error *from, mcrm_error *error);
/* Looks for the mapped field that cannot be read; MCRM_OK where all can. */
int host_check_tables(host_reader *r);
/* After a statement failed: puts the mapped field that cannot be read, if it is that, in the place of its error. */
void host_name_field(host_reader *r);

/* Keys as the values of an IN list: a key of digits is bound as a number and as a text, so that a column of either
 * kind is met through its index. Statements come in few sizes, so that they stay prepared. */
enum { HOST_KEYS_AT_ONCE = 64 };
typedef struct host_keys {
  const char *list; /* "($1, $2, …)" */
  store_value values[2 * HOST_KEYS_AT_ONCE];
  size_t count;
} host_keys;
/* Takes at most HOST_KEYS_AT_ONCE keys; returns how many. 0: no memory. */
size_t host_keys_make(arena *a, mcrm_texts keys, size_t from, host_keys *out);

/* The key in a row, in the one form that keys have. */
const char *host_key_text(arena *a, const store_value *v);

/* callback.c: the rows that the host program's function gives for the keys, one array of HOST_COLUMNS values each. */
typedef struct host_given {
  const store_value **at;
  size_t count;
} host_given;
int host_given_tables(host *h, const mcrm_host_source *source, mcrm_error *error);
int host_given_read(host *h, arena *a, host_table_id id, mcrm_texts keys, mcrm_error *error, host_given *out);
/* Newest first by the time in a column, rows without one last; equals by the key, the greatest first. */
int host_given_sort(const host *h, arena *a, host_given *rows, size_t at, size_t key);

typedef enum invoice_state { INVOICE_OPEN, INVOICE_SETTLED, INVOICE_VOID } invoice_state;
invoice_state host_invoice_state(const char *status);

/* Fills balance and totals; shared by reps and accounts. */
const mcrm_balance *host_balance(arena *a, int64_t debt);

#endif
