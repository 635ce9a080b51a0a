-- The CRM's own tables: a column for each stored field of the entity rows.

CREATE TABLE user_account (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  team TEXT,
  language TEXT,
  active BIGINT NOT NULL DEFAULT 0,
  last_seen_at BIGINT,
  password_hash TEXT
);

CREATE TABLE rep (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT,
  host_key TEXT,
  name TEXT,
  shop TEXT,
  admin_username TEXT,
  phones TEXT,
  telegram TEXT,
  status TEXT,
  balance TEXT,
  invoices TEXT,
  service TEXT,
  host_url TEXT,
  as_of BIGINT,
  profile TEXT,
  health TEXT,
  opportunity TEXT,
  last_contact_at BIGINT,
  cadence TEXT,
  next_check_in_at BIGINT,
  archived_at BIGINT,
  sort_key TEXT,
  debt BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE interaction (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT,
  rep_id BIGINT NOT NULL,
  user_id BIGINT,
  type TEXT NOT NULL,
  direction TEXT,
  purpose TEXT,
  started_at BIGINT,
  duration_s BIGINT NOT NULL DEFAULT 0,
  subject TEXT,
  notes TEXT,
  transcript TEXT,
  summary TEXT,
  outcome TEXT,
  sentiment TEXT,
  feedback TEXT,
  urgency TEXT,
  topics TEXT,
  entities TEXT,
  next_steps TEXT,
  follow_up_at BIGINT,
  checklist TEXT,
  archived_at BIGINT,
  mood TEXT
);

CREATE TABLE task (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  rep_id BIGINT,
  interaction_id BIGINT,
  assignee_id BIGINT,
  title TEXT NOT NULL,
  description TEXT,
  due_at BIGINT,
  due_grain TEXT,
  remind_at BIGINT,
  snoozed_until BIGINT,
  status TEXT,
  priority TEXT,
  source TEXT,
  recurrence TEXT,
  checklist TEXT,
  completed_at BIGINT,
  archived_at BIGINT,
  reminded_at BIGINT
);

CREATE TABLE suggestion (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  interaction_id BIGINT,
  rep_id BIGINT,
  user_id BIGINT,
  field TEXT,
  value TEXT,
  quote TEXT,
  provider TEXT,
  model TEXT,
  prompt TEXT,
  confidence DOUBLE PRECISION NOT NULL DEFAULT 0,
  state TEXT,
  decided_by BIGINT,
  decided_at BIGINT,
  made_id BIGINT
);

CREATE TABLE notification (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  user_id BIGINT,
  kind TEXT,
  entity TEXT,
  entity_id BIGINT,
  rep_id BIGINT,
  text TEXT,
  at BIGINT,
  read_at BIGINT
);

CREATE TABLE saved_view (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  user_id BIGINT,
  name TEXT NOT NULL,
  operation TEXT NOT NULL,
  filter TEXT NOT NULL,
  shared BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE job (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT,
  state TEXT,
  payload TEXT,
  run_at BIGINT,
  every_ms BIGINT NOT NULL DEFAULT 0,
  attempt BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  error TEXT,
  failures BIGINT NOT NULL DEFAULT 0,
  trace TEXT
);

-- One row for each field that an AI may write: who or what wrote it, and what became of it.
CREATE TABLE provenance (
  entity_id BIGINT NOT NULL,
  field TEXT NOT NULL,
  source TEXT NOT NULL,
  provider TEXT,
  model TEXT,
  prompt TEXT,
  confidence DOUBLE PRECISION NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  by_user BIGINT,
  at BIGINT NOT NULL,
  PRIMARY KEY (entity_id, field)
);
-- The phones of reps in one form each, so that a calling number finds its rep.
CREATE TABLE rep_phone (
  phone TEXT NOT NULL,
  rep_id BIGINT NOT NULL,
  PRIMARY KEY (phone, rep_id)
);

CREATE UNIQUE INDEX user_account_username ON user_account (username);
CREATE INDEX user_account_team ON user_account (team);
CREATE UNIQUE INDEX rep_host_key ON rep (host_key);
CREATE INDEX rep_name ON rep (sort_key, id);
CREATE INDEX rep_check_in ON rep (next_check_in_at) WHERE next_check_in_at IS NOT NULL;
-- These hold what lists and figures ask of many conversations, so that none of their rows is touched.
CREATE INDEX interaction_rep ON interaction (rep_id, started_at, id, user_id, archived_at, state, mood);
CREATE INDEX interaction_user ON interaction (user_id, started_at, id, state, archived_at, type, mood, urgency,
  rep_id);
CREATE INDEX interaction_time ON interaction (started_at, id);
CREATE INDEX interaction_follow_up ON interaction (user_id, follow_up_at, rep_id, started_at, id, state, archived_at)
  WHERE follow_up_at IS NOT NULL;
CREATE INDEX task_assignee ON task (assignee_id, status, due_at, id);
CREATE INDEX task_rep ON task (rep_id, due_at, id);
CREATE INDEX task_timeline ON task (rep_id, COALESCE(completed_at, due_at, created_at), id, assignee_id, archived_at);
CREATE INDEX task_interaction ON task (interaction_id) WHERE interaction_id IS NOT NULL;
CREATE INDEX task_remind ON task (remind_at)
  WHERE remind_at IS NOT NULL AND reminded_at IS NULL AND completed_at IS NULL AND archived_at IS NULL;
CREATE INDEX suggestion_interaction ON suggestion (interaction_id, id);
CREATE INDEX notification_user ON notification (user_id, id);
CREATE INDEX saved_view_user ON saved_view (user_id, id);
CREATE INDEX notification_unread ON notification (user_id, id) WHERE read_at IS NULL;
CREATE INDEX task_done ON task (assignee_id, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX task_list ON task (due_at, id);
CREATE INDEX job_due ON job (state, run_at);
CREATE UNIQUE INDEX job_periodic ON job (kind) WHERE every_ms > 0;
