#include "score.h"

#include <base/error.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "ids.h"

/* ---- the weights: more = sooner ---- */

enum {
  OVERDUE = 40,
  OVERDUE_A_DAY = 2,
  OVERDUE_MOST = 60,
  DUE_SOON = 36,
  SOON_MINUTES = 60,
  DUE_TODAY = 30,
  DUE_AT = 24, /* a time later today waits until it is soon */
  DUE_TOMORROW = 12,
  DUE_WEEK = 8, /* less a point a day */
  PROMISE = 12,
  ANGRY = 15,
  UNHAPPY = 12,
  WORSE = 5,
  CRITICAL = 20,
  URGENT = 10,
  URGENT_DAYS = 3,
  DEBT_SOME = 3,
  DEBT_MUCH = 6,
  DEBT_MOST = 10,
  SILENT = 2,
  SILENT_DAYS = 14,
  SILENT_STEP = 5,
  SILENT_MOST = 10,
  NEVER_SPOKEN = 4,
  PRIORITY_URGENT = 20,
  PRIORITY_HIGH = 10,
  PRIORITY_LOW = -10,
  MOOD_DAYS = 60 /* older conversations say nothing of today's mood */
};

static const int64_t debt_some = 1000000, debt_much = 5000000, debt_most = 20000000; /* Toman */
static const double unhappy_below = -0.25, worse_by = 0.5;

static void add(score *s, const char *code, double points, message_key key, message_values values) {
  if (s->count == SCORE_PARTS) return;
  size_t at = s->count++;
  for (; at && s->parts[at - 1].points < points; at--) s->parts[at] = s->parts[at - 1];
  s->parts[at] = (score_part){.code = code, .points = points, .key = key, .values = values};
  s->points += points;
}

static void add_clock(score *s, const char *code, double points, message_key key) {
  add(s, code, points, key, (message_values){0});
  for (size_t i = 0; i < s->count; i++)
    if (s->parts[i].key == key) s->parts[i].clock = true;
}

static double most(double value, double limit) { return value < limit ? value : limit; }

/* ---- the due time ---- */

static void overdue(score *s, const score_subject *subject, int64_t days) {
  if (days > 0)
    add(s, "overdue", most(OVERDUE + (double)(OVERDUE_A_DAY * days), OVERDUE_MOST), MESSAGE_OVERDUE_DAYS,
        (message_values){.n = days});
  else if (!subject->whole_day)
    add_clock(s, "overdue", OVERDUE, MESSAGE_OVERDUE_TODAY);
}

static void due(score *s, const score_subject *subject, mcrm_time now, const zone *z) {
  if (!subject->due_at) return;
  int64_t days = day_number(subject->due_at, z) - day_number(now, z);
  int64_t minutes = (subject->due_at - now + MS_PER_MINUTE - 1) / MS_PER_MINUTE;
  if (days < 0 || (!subject->whole_day && subject->due_at < now))
    overdue(s, subject, -days);
  else if (!subject->whole_day && minutes <= SOON_MINUTES)
    add(s, "due_soon", DUE_SOON, MESSAGE_DUE_SOON, (message_values){.n = minutes});
  else if (days == 0 && subject->whole_day)
    add(s, "due_today", DUE_TODAY, MESSAGE_DUE_TODAY, (message_values){0});
  else if (days == 0)
    add_clock(s, "due_today", DUE_AT, MESSAGE_DUE_AT);
  else if (days == 1)
    add(s, "due_tomorrow", DUE_TOMORROW, MESSAGE_DUE_TOMORROW, (message_values){0});
  else if (days <= DUE_WEEK)
    add(s, "due_later", (double)(DUE_WEEK + 1 - days), MESSAGE_DUE_DAYS, (message_values){.n = days});
}

/* ---- the rep ---- */

static void mood(score *s, const score_rep *rep, mcrm_time now) {
  if (!rep->conversations || rep->at < now - MOOD_DAYS * (int64_t)MS_PER_DAY) return;
  if (rep->angry)
    add(s, "angry", ANGRY, MESSAGE_ANGRY, (message_values){0});
  else if (rep->mood < unhappy_below)
    add(s, "unhappy", (double)(int)(-rep->mood * UNHAPPY + 0.5), MESSAGE_UNHAPPY, (message_values){0});
  if (rep->conversations > 1 && rep->mood_before - rep->mood >= worse_by)
    add(s, "worse", WORSE, MESSAGE_WORSE, (message_values){0});
  if (rep->at < now - URGENT_DAYS * (int64_t)MS_PER_DAY) return;
  if (rep->critical)
    add(s, "urgent", CRITICAL, MESSAGE_CRITICAL, (message_values){0});
  else if (rep->urgent)
    add(s, "urgent", URGENT, MESSAGE_URGENT, (message_values){0});
}

static void debt(score *s, const score_rep *rep) {
  int points = rep->debt >= debt_most   ? DEBT_MOST
               : rep->debt >= debt_much ? DEBT_MUCH
               : rep->debt >= debt_some ? DEBT_SOME
                                        : 0;
  if (points) add(s, "debt", points, MESSAGE_DEBT, (message_values){.n = rep->debt});
}

static void silence(score *s, const score_rep *rep, mcrm_time now, const zone *z) {
  if (!rep->last_contact_at) {
    add(s, "silent", NEVER_SPOKEN, MESSAGE_NEVER_SPOKEN, (message_values){0});
    return;
  }
  int64_t days = day_number(now, z) - day_number(rep->last_contact_at, z);
  if (days <= SILENT_DAYS) return;
  double points = SILENT + (double)((days - SILENT_DAYS) / SILENT_STEP);
  add(s, "silent", most(points, SILENT_MOST), MESSAGE_SILENT, (message_values){.n = days});
}

static void priority(score *s, const char *name) {
  if (!name) return;
  if (!strcmp(name, "urgent"))
    add(s, "priority", PRIORITY_URGENT, MESSAGE_PRIORITY_URGENT, (message_values){0});
  else if (!strcmp(name, "high"))
    add(s, "priority", PRIORITY_HIGH, MESSAGE_PRIORITY_HIGH, (message_values){0});
  else if (!strcmp(name, "low"))
    add(s, "priority", PRIORITY_LOW, MESSAGE_PRIORITY_LOW, (message_values){0});
}

void score_of(const crm_call *call, const score_subject *subject, const score_rep *rep, score *out) {
  const zone *z = store_zone(call->tx->store);
  mcrm_time now = call->tx->now;
  out->points = 0;
  out->count = 0;
  due(out, subject, now, z);
  if (subject->promise) add(out, "promise", PROMISE, MESSAGE_PROMISE, (message_values){0});
  priority(out, subject->priority);
  if (!rep) return;
  mood(out, rep, now);
  debt(out, rep);
  silence(out, rep, now, z);
}

int score_reasons(crm_call *call, const score_subject *subject, const score *s, mcrm_reason_array *out) {
  arena *a = call->tx->arena;
  mcrm_reason *reasons = arena_array(a, s->count, sizeof *reasons);
  const mcrm_reason **at = arena_array(a, s->count, sizeof *at);
  const char *language = call->actor->language;
  for (size_t i = 0; at && reasons && i < s->count; i++) {
    message_values values = s->parts[i].values;
    if (s->parts[i].clock) values.a = message_clock(a, language, subject->due_at, store_zone(call->tx->store));
    at[i] = &reasons[i];
    reasons[i].size = sizeof *reasons;
    MCRM_SET(&reasons[i], code, s->parts[i].code);
    MCRM_SET(&reasons[i], points, s->parts[i].points);
    MCRM_SET(&reasons[i], text, message(a, language, s->parts[i].key, values));
  }
  if (arena_failed(a)) return error_no_memory(call->tx->error);
  *out = (mcrm_reason_array){at, s->count};
  return MCRM_OK;
}

/* ---- what is known of the reps ---- */

const score_rep *score_rep_find(const score_reps *reps, mcrm_id id) {
  size_t low = 0, high = reps->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (reps->at[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < reps->count && reps->at[low].id == id ? &reps->at[low] : NULL;
}

static bool has_text(mcrm_texts texts, const char *wanted) {
  for (size_t i = 0; i < texts.count; i++)
    if (!strcmp(texts.at[i], wanted)) return true;
  return false;
}

/* What was said last: its mood, and how urgent it was. */
static int take_latest(crm_call *call, store_rows *rows, size_t urgency_at, size_t sentiment_at, score_rep *rep) {
  void *decoded = NULL;
  store_value urgency = store_get(rows, urgency_at), json = store_get(rows, sentiment_at);
  rep->critical = urgency.length == 8 && !memcmp(urgency.text, "critical", 8);
  rep->urgent = urgency.length == 4 && !memcmp(urgency.text, "high", 4);
  if (json.kind != STORE_TEXT) return MCRM_OK;
  int code = model_decode(call->tx->arena, &model_sentiment, json.text, json.length, store_zone(call->tx->store),
                          call->tx->error, &decoded);
  if (code) return code;
  const mcrm_sentiment *sentiment = decoded;
  rep->mood = sentiment->score;
  rep->angry = sentiment->score < 0 && has_text(sentiment->emotions, "angry");
  return MCRM_OK;
}

/* The mood of one of the conversations before the latest; one without a mood says nothing. */
static void take_before(store_rows *rows, size_t mood_at, score_rep *rep) {
  if (store_get_null(rows, mood_at)) return;
  double mood = store_get_real(rows, mood_at);
  rep->mood_before = rep->conversations > 1 ? (rep->mood_before + mood) / 2 : mood;
  rep->conversations++;
}

#define TALKS_OF(id)                                  \
  "FROM interaction n WHERE n.rep_id = " id           \
  " AND n.state = 'final' AND n.archived_at IS NULL " \
  "ORDER BY n.started_at DESC, n.id DESC "
#define URGENT_OF(id)                                                \
  "SELECT CAST(COUNT(*) AS BIGINT) FROM task t WHERE t.rep_id = " id \
  " AND t.status IN ('open', "                                       \
  "'in_progress') AND t.priority = 'urgent' AND t.archived_at IS NULL"

int score_rep_load(crm_call *call, const mcrm_rep *rep, score_rep *out) {
  store_rows rows;
  *out = (score_rep){.id = rep->id, .last_contact_at = rep->last_contact_at};
  out->debt = access_may(call->actor, "rep.account") != ACCESS_NONE ? rep->debt : 0;
  store_query(call->tx, &rows,
              "SELECT CAST(n.mood AS DOUBLE PRECISION), n.started_at, n.urgency, n.sentiment " TALKS_OF("$1") "LIMIT 3",
              store_int(rep->id));
  for (bool latest = true; store_next(&rows); latest = false) {
    if (!latest) {
      take_before(&rows, 0, out);
      continue;
    }
    out->conversations = 1;
    out->at = store_get_int(&rows, 1);
    if ((rows.code = take_latest(call, &rows, 2, 3, out))) break;
  }
  int code = store_end(&rows);
  return code ? code : store_number(call->tx, &out->urgent_tasks, 0, URGENT_OF("$1"), store_int(rep->id));
}

/* The latest conversation of each of many, and the mood of the two before it. Everything but the row of the latest
 * stands in one index; so the cost is a few steps a rep, however many conversations there are. */
#define VALUE(what, skipped) "(SELECT n." what " " TALKS_OF("r.id") "LIMIT 1" skipped ")"

static int take(crm_call *call, store_rows *rows, score_rep *rep) {
  if (store_get_null(rows, 3)) return MCRM_OK; /* nobody has spoken to this one */
  rep->conversations = 1;
  rep->at = store_get_int(rows, 3);
  take_before(rows, 1, rep);
  take_before(rows, 2, rep);
  return take_latest(call, rows, 4, 5, rep);
}

/* One value a subquery, each a look into one index: a join with the last conversation itself lets PostgreSQL read the
 * whole table and hash it. */
#define FACTS(tasks) \
  "SELECT r.id, CAST(" VALUE("mood", " OFFSET 1") " AS DOUBLE PRECISION), CAST(" VALUE("mood", " OFFSET 2") \
  " AS DOUBLE PRECISION), " VALUE("started_at", "") ", " VALUE("urgency", "") ", " VALUE("sentiment", "") \
  ", r.debt, r.last_contact_at, " tasks " FROM rep r WHERE r.id IN"

static int load_some(crm_call *call, const mcrm_id *ids, size_t count, bool tasks, const score_reps *reps) {
  bool money = access_may(call->actor, "rep.account") != ACCESS_NONE;
  store_rows rows;
  ids_query(call->tx, &rows, tasks ? FACTS("(" URGENT_OF("r.id") ")") : FACTS("CAST(0 AS BIGINT)"), "", ids, count);
  while (store_next(&rows)) {
    score_rep *rep = (score_rep *)(uintptr_t)score_rep_find(reps, store_get_int(&rows, 0));
    if (!rep) continue;
    rep->debt = money ? store_get_int(&rows, 6) : 0;
    rep->last_contact_at = store_get_int(&rows, 7);
    rep->urgent_tasks = store_get_int(&rows, 8);
    if ((rows.code = take(call, &rows, rep))) break;
  }
  return store_end(&rows);
}

int score_reps_load(crm_call *call, mcrm_id *ids, size_t count, bool tasks, score_reps *out) {
  count = ids_sort(ids, count);
  *out = (score_reps){arena_array(call->tx->arena, count, sizeof(score_rep)), count};
  if (!out->at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) out->at[i].id = ids[i];
  int code = MCRM_OK;
  for (size_t i = 0; i < count && !code; i += IDS_BATCH) {
    size_t some = count - i < IDS_BATCH ? count - i : IDS_BATCH;
    code = load_some(call, ids + i, some, tasks, out);
  }
  return code;
}
