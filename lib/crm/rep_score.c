/* How a rep fares (health) and what is to be won (opportunity): two sums of points between 0 and 100 with their
 * reasons. The weights stand here in one place. */
#include <base/civil.h>
#include <base/error.h>
#include <string.h>

#include "day.h"
#include "ids.h"
#include "message.h"
#include "rep.h"
#include "score.h"

enum {
  HEALTH_FULL = 100,
  GONE = -70,
  NOT_ACTIVE = -25,
  ANGRY = -20,
  UNHAPPY = -15,
  WORSE = -10,
  MOOD_DAYS = 60,
  CRITICAL = -15,
  URGENT = -8,
  URGENT_DAYS = 7,
  SILENT_DAYS = 30,
  SILENT_STEP = 3,
  SILENT_MOST = -25,
  NEVER_SPOKEN = -5,
  OVERDUE = -6,
  OVERDUE_MOST = -30,
  URGENT_TASK = -8,
  URGENT_TASKS_MOST = -16,

  CHANCE_BASE = 30,
  CHANCE_PROSPECT = 20,
  CHANCE_ACTIVE = 15,
  CHANCE_HAPPY = 20,
  CHANCE_EXPIRING = 20,
  CHANCE_CREDIT = 15,
  CHANCE_SETTLED = 5,
  CHANCE_LATE = -15,
  CHANCE_ANGRY = -20,
  CHANCE_NOT_ACTIVE = -10,
  REASONS = 12
};

static const double happy_above = 0.25, unhappy_below = -0.25, worse_by = 0.5;

typedef struct tally {
  crm_call *call;
  double points;
  mcrm_reason **at;
  size_t count;
  bool failed;
} tally;

static void tally_begin(tally *t, crm_call *call, double points) {
  *t = (tally){.call = call, .points = points};
  t->at = arena_array(call->tx->arena, REASONS, sizeof *t->at);
  t->failed = !t->at;
}

/* The heaviest reason first. */
static void add(tally *t, const char *code, double points, message_key key, message_values values) {
  t->points += points;
  if (t->failed || t->count == REASONS) return;
  mcrm_reason *reason = arena_alloc(t->call->tx->arena, sizeof *reason);
  const char *text = message(t->call->tx->arena, t->call->actor->language, key, values);
  if (!reason || !text) {
    t->failed = true;
    return;
  }
  reason->size = sizeof *reason;
  MCRM_SET(reason, code, code);
  MCRM_SET(reason, points, points);
  MCRM_SET(reason, text, text);
  double weight = points < 0 ? -points : points;
  size_t place = t->count++;
  for (; place; place--) {
    double before = t->at[place - 1]->points < 0 ? -t->at[place - 1]->points : t->at[place - 1]->points;
    if (before >= weight) break;
    t->at[place] = t->at[place - 1];
  }
  t->at[place] = reason;
}

static const mcrm_score *tally_end(tally *t) {
  mcrm_score *out = t->failed ? NULL : arena_alloc(t->call->tx->arena, sizeof *out);
  if (!out) return NULL;
  out->size = sizeof *out;
  MCRM_SET(out, score, t->points < 0 ? 0 : t->points > HEALTH_FULL ? HEALTH_FULL : t->points);
  MCRM_SET(out, reasons, ((mcrm_reason_array){(const mcrm_reason *const *)t->at, t->count}));
  return out;
}

static double no_more(double points, double most) { return points < most ? most : points; }

static const message_values none = {0};

/* ---- health ---- */

static bool status_is(const mcrm_rep *rep, const char *status) { return rep->status && !strcmp(rep->status, status); }

static bool fresh(const score_rep *known, mcrm_time now, int days) {
  return known && known->conversations && known->at > now - days * (int64_t)MS_PER_DAY;
}

static void mood(tally *t, const score_rep *known, mcrm_time now) {
  if (!fresh(known, now, MOOD_DAYS)) return;
  if (known->angry)
    add(t, "angry", ANGRY, MESSAGE_ANGRY, none);
  else if (known->mood < unhappy_below)
    add(t, "unhappy", UNHAPPY, MESSAGE_UNHAPPY, none);
  if (known->conversations > 1 && known->mood_before - known->mood >= worse_by)
    add(t, "worse", WORSE, MESSAGE_WORSE, none);
  if (!fresh(known, now, URGENT_DAYS)) return;
  if (known->critical)
    add(t, "urgent", CRITICAL, MESSAGE_CRITICAL, none);
  else if (known->urgent)
    add(t, "urgent", URGENT, MESSAGE_URGENT, none);
}

static void silence(tally *t, const mcrm_rep *rep, mcrm_time now, const zone *z) {
  if (!rep->last_contact_at) {
    add(t, "silent", NEVER_SPOKEN, MESSAGE_NEVER_SPOKEN, none);
    return;
  }
  int64_t days = day_number(now, z) - day_number(rep->last_contact_at, z);
  if (days < SILENT_DAYS) return;
  add(t, "silent", no_more(-(double)(1 + (days - SILENT_DAYS) / SILENT_STEP), SILENT_MOST), MESSAGE_SILENT,
      (message_values){.n = days});
}

static const mcrm_score *health(crm_call *call, const mcrm_rep *rep, const score_rep *known, bool money) {
  const zone *z = store_zone(call->tx->store);
  tally t;
  tally_begin(&t, call, HEALTH_FULL);
  if (status_is(rep, "gone"))
    add(&t, "gone", GONE, MESSAGE_GONE, none);
  else if (rep->status && !status_is(rep, "active"))
    add(&t, "status", NOT_ACTIVE, MESSAGE_NOT_ACTIVE, (message_values){.a = rep->status});
  mood(&t, known, call->tx->now);
  silence(&t, rep, call->tx->now, z);
  if (known && known->urgent_tasks)
    add(&t, "urgent_tasks", no_more((double)(URGENT_TASK * known->urgent_tasks), URGENT_TASKS_MOST),
        MESSAGE_URGENT_TASKS, (message_values){.n = known->urgent_tasks});
  if (money && rep->invoices && rep->invoices->overdue)
    add(&t, "debt", no_more((double)(OVERDUE * rep->invoices->overdue), OVERDUE_MOST), MESSAGE_INVOICES_OVERDUE,
        (message_values){.n = rep->invoices->overdue});
  return tally_end(&t);
}

/* ---- opportunity ---- */

static void account_chance(tally *t, const mcrm_rep *rep) {
  if (rep->invoices && rep->invoices->overdue)
    add(t, "debt", CHANCE_LATE, MESSAGE_INVOICES_OVERDUE, (message_values){.n = rep->invoices->overdue});
  else if (rep->balance && rep->debt < 0)
    add(t, "credit", CHANCE_CREDIT, MESSAGE_CREDIT, (message_values){.n = -rep->debt});
  else if (rep->balance && !rep->debt)
    add(t, "settled", CHANCE_SETTLED, MESSAGE_SETTLED, none);
}

static const mcrm_score *opportunity(crm_call *call, const mcrm_rep *rep, const score_rep *known, bool money) {
  bool prospect = rep->kind && !strcmp(rep->kind, "prospect");
  tally t;
  tally_begin(&t, call, CHANCE_BASE);
  if (prospect)
    add(&t, "prospect", CHANCE_PROSPECT, MESSAGE_PROSPECT, none);
  else if (status_is(rep, "active"))
    add(&t, "active", CHANCE_ACTIVE, MESSAGE_ACTIVE, none);
  else
    add(&t, "status", CHANCE_NOT_ACTIVE, MESSAGE_NOT_ACTIVE, (message_values){.a = rep->status});
  if (fresh(known, call->tx->now, MOOD_DAYS) && known->angry)
    add(&t, "angry", CHANCE_ANGRY, MESSAGE_ANGRY, none);
  else if (fresh(known, call->tx->now, MOOD_DAYS) && known->mood > happy_above)
    add(&t, "happy", CHANCE_HAPPY, MESSAGE_HAPPY, none);
  if (rep->service && rep->service->expiring > 0)
    add(&t, "expiring", CHANCE_EXPIRING, MESSAGE_EXPIRING, (message_values){.n = rep->service->expiring});
  if (money) account_chance(&t, rep);
  return tally_end(&t);
}

/* ---- all of a page ---- */

static int load_facts(crm_call *call, mcrm_rep *const *reps, size_t count, score_reps *out) {
  arena *a = call->tx->arena;
  if (count == 1) {
    *out = (score_reps){arena_alloc(a, sizeof *out->at), 1};
    return out->at ? score_rep_load(call, reps[0], out->at) : error_no_memory(call->tx->error);
  }
  mcrm_id *ids = arena_array(a, count, sizeof *ids);
  if (!ids) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) ids[i] = reps[i]->id;
  return score_reps_load(call, ids, count, true, out);
}

int rep_score_all(crm_call *call, mcrm_rep *const *reps, size_t count) {
  if (!count) return MCRM_OK;
  score_reps known;
  int code = load_facts(call, reps, count, &known);
  bool money = access_may(call->actor, "rep.account") != ACCESS_NONE;
  for (size_t i = 0; !code && i < count; i++) {
    mcrm_rep *rep = reps[i];
    const score_rep *of = score_rep_find(&known, rep->id);
    MCRM_SET(rep, health, health(call, rep, of, money));
    MCRM_SET(rep, opportunity, opportunity(call, rep, of, money));
    if (!rep->health || !rep->opportunity) code = error_no_memory(call->tx->error);
  }
  return code;
}
