#include "kpi.h"

#include <base/error.h>
#include <base/json.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "day.h"

enum { DAYS = 14 };

/* What is added up for each day; a share is `good` of `all`. */
typedef struct tally {
  double good, all;
} tally;

typedef enum figure { CALLS, INTERACTIONS, TASKS_DONE, ON_TIME, FOLLOW_UPS_KEPT, SENTIMENT, FIGURES } figure;

static const struct {
  const char *code;
  bool ratio; /* good / all; else good */
} figures[FIGURES] = {
    [CALLS] = {"calls", false},    [INTERACTIONS] = {"interactions", false},      [TASKS_DONE] = {"tasks_done", false},
    [ON_TIME] = {"on_time", true}, [FOLLOW_UPS_KEPT] = {"follow_ups_kept", true}, [SENTIMENT] = {"sentiment", true},
};

typedef struct count {
  crm_call *call;
  mcrm_id user;
  mcrm_time starts[DAYS + 1]; /* of each day, and the end of the last */
  tally days[FIGURES][DAYS];
} count;

static int day_of(const count *c, mcrm_time at) {
  for (int i = DAYS - 1; i >= 0; i--)
    if (at >= c->starts[i]) return at < c->starts[i + 1] ? i : -1;
  return -1;
}

static void add(count *c, figure which, mcrm_time at, double good, double all) {
  int day = day_of(c, at);
  if (day < 0) return;
  c->days[which][day].good += good;
  c->days[which][day].all += all;
}

static int ask(const count *c, store_rows *rows, const char *sql) {
  return store_query(c->call->tx, rows, sql, store_int(c->user), store_int(c->starts[0]), store_int(c->starts[DAYS]));
}

/* Day by day, for the days' bounds are those of the zone; all of it out of one index, and in one statement. */
#define DAY(number, from, to)                                                                             \
  "SELECT " number                                                                                        \
  " AS day, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE type WHEN 'call' THEN 1 ELSE 0 END) AS BIGINT), "     \
  "CAST(COUNT(mood) AS BIGINT), SUM(CAST(mood AS DOUBLE PRECISION)) FROM interaction WHERE user_id = $1 " \
  "AND started_at >= $" from " AND started_at < $" to " AND state = 'final' AND archived_at IS NULL"
#define OR_DAY(number, from, to) " UNION ALL " DAY(number, from, to)

_Static_assert(DAYS == 14, "count_conversations has a line for each day");

static int count_conversations(count *c) {
  static const char sql[] = DAY("0", "2", "3") OR_DAY("1", "3", "4") OR_DAY("2", "4", "5") OR_DAY("3", "5", "6")
      OR_DAY("4", "6", "7") OR_DAY("5", "7", "8") OR_DAY("6", "8", "9") OR_DAY("7", "9", "10") OR_DAY("8", "10", "11")
          OR_DAY("9", "11", "12") OR_DAY("10", "12", "13") OR_DAY("11", "13", "14") OR_DAY("12", "14", "15")
              OR_DAY("13", "15", "16");
  store_value values[DAYS + 2] = {store_int(c->user)};
  store_rows rows;
  for (int i = 0; i <= DAYS; i++) values[1 + i] = store_int(c->starts[i]);
  store_query_with(c->call->tx, &rows, sql, values, DAYS + 2);
  while (store_next(&rows)) {
    int64_t day = store_get_int(&rows, 0);
    c->days[INTERACTIONS][day].good = (double)store_get_int(&rows, 1);
    c->days[CALLS][day].good = (double)store_get_int(&rows, 2);
    c->days[SENTIMENT][day] = (tally){store_get_real(&rows, 4), (double)store_get_int(&rows, 3)};
  }
  return store_end(&rows);
}

static int count_tasks(count *c) {
  const zone *z = store_zone(c->call->tx->store);
  store_rows rows;
  ask(c, &rows,
      "SELECT completed_at, due_at, due_grain FROM task WHERE assignee_id = $1 AND completed_at IS NOT NULL AND "
      "completed_at >= $2 AND completed_at < $3 AND status = 'done' AND archived_at IS NULL");
  while (store_next(&rows)) {
    mcrm_time at = store_get_int(&rows, 0), due = store_get_int(&rows, 1);
    store_value grain = store_get(&rows, 2);
    bool whole_day = grain.kind == STORE_TEXT && grain.length == 3;
    add(c, TASKS_DONE, at, 1, 1);
    if (due) add(c, ON_TIME, at, (whole_day ? civil_midnight(at, z) : at) <= due, 1);
  }
  return store_end(&rows);
}

/* Kept: by the end of the day somebody had spoken to the rep again, or the task made of it was done. */
static int count_follow_ups(count *c) {
  store_rows rows;
  ask(c, &rows,
      "SELECT i.follow_up_at, (EXISTS (SELECT 1 FROM interaction n WHERE n.rep_id = i.rep_id AND n.started_at > "
      "i.started_at AND n.started_at < i.follow_up_at + 86400000 AND n.state = 'final') OR EXISTS (SELECT 1 FROM task "
      "t WHERE t.interaction_id = i.id AND t.status = 'done')) FROM interaction i WHERE i.user_id = $1 AND "
      "i.follow_up_at IS NOT NULL AND i.follow_up_at >= $2 AND i.follow_up_at < $3 AND i.state = 'final' AND "
      "i.archived_at IS NULL ORDER BY i.follow_up_at DESC LIMIT 1000");
  while (store_next(&rows)) add(c, FOLLOW_UPS_KEPT, store_get_int(&rows, 0), store_get_int(&rows, 1) != 0, 1);
  return store_end(&rows);
}

static double value_of(const count *c, figure which, int day) {
  const tally *t = &c->days[which][day];
  if (!figures[which].ratio) return t->good;
  return t->all > 0 ? t->good / t->all : 0;
}

static const char *series(const count *c, figure which) {
  buffer out;
  buffer_init(&out, 1024);
  for (int i = 0; i < DAYS; i++) {
    buffer_byte(&out, i ? ',' : '[');
    json_write_real(&out, value_of(c, which, i));
  }
  buffer_byte(&out, ']');
  const char *text = out.failed ? NULL : arena_copy(c->call->tx->arena, out.bytes, out.length);
  buffer_free(&out);
  return text;
}

int kpi_load(crm_call *call, mcrm_id user, mcrm_time day, mcrm_kpi_array *out) {
  const zone *z = store_zone(call->tx->store);
  arena *a = call->tx->arena;
  count *c = arena_alloc(a, sizeof *c);
  mcrm_kpi *kpis = arena_array(a, FIGURES, sizeof *kpis);
  const mcrm_kpi **at = arena_array(a, FIGURES, sizeof *at);
  if (!c || !kpis || !at) return error_no_memory(call->tx->error);
  c->call = call;
  c->user = user;
  for (int i = 0; i <= DAYS; i++) c->starts[i] = day_from(day, i - (DAYS - 1), z);
  int code = count_conversations(c);
  if (!code) code = count_tasks(c);
  if (!code) code = count_follow_ups(c);
  for (int i = 0; i < FIGURES && !code; i++) {
    at[i] = &kpis[i];
    kpis[i].size = sizeof *kpis;
    MCRM_SET(&kpis[i], code, figures[i].code);
    MCRM_SET(&kpis[i], value, value_of(c, (figure)i, DAYS - 1));
    MCRM_SET(&kpis[i], previous, value_of(c, (figure)i, DAYS - 2));
    MCRM_SET(&kpis[i], series, series(c, (figure)i));
    if (!kpis[i].series) code = error_no_memory(call->tx->error);
  }
  *out = (mcrm_kpi_array){at, FIGURES};
  return code;
}

/* Out of reach and unknown look the same. */
int kpi_person(crm_call *call, const char *permission, mcrm_id *user) {
  store_tx *tx = call->tx;
  if (!*user) *user = call->actor->user_id;
  bool reached = *user == call->actor->user_id;
  int64_t there = reached;
  int code = reached ? MCRM_OK : access_reaches(tx, call->actor, permission, *user, &reached);
  if (!code && !there) code = store_number(tx, &there, 0, "SELECT 1 FROM user_account WHERE id = $1", store_int(*user));
  if (code || (reached && there)) return code;
  return error_set(tx->error, MCRM_NOT_FOUND, "user_id", "user.unknown", "there is no user %lld", (long long)*user);
}

int kpi_get(crm_call *call, const void *input, void *output) {
  const mcrm_kpi_filter *filter = input;
  mcrm_kpis *out = output;
  const zone *z = store_zone(call->tx->store);
  mcrm_id user = filter->user_id;
  int code = kpi_person(call, "kpi", &user);
  if (code) return code;
  mcrm_time day = civil_midnight(filter->day ? filter->day : call->tx->now, z);
  MCRM_SET(out, user_id, user);
  MCRM_SET(out, from, day);
  MCRM_SET(out, to, day_from(day, 1, z));
  code = kpi_load(call, user, day, &out->items);
  MCRM_SET(out, items, out->items);
  return code;
}
