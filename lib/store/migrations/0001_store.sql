-- What the store keeps for itself. A file of the same number and name that ends in .sqlite.sql is for that driver only and
-- runs in the same transaction, behind this one.
-- Released files are never edited: a change is a new number.

CREATE TABLE schema_version (
  version BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at BIGINT NOT NULL
);

-- Insert-only: who did what to which record. change_digest covers the change row, digest the whole entry.
CREATE TABLE journal (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  user_id BIGINT,
  gate TEXT,
  operation TEXT,
  action TEXT NOT NULL,
  entity TEXT,
  entity_id BIGINT,
  entity_version BIGINT NOT NULL DEFAULT 0,
  trace TEXT,
  change_digest TEXT,
  digest TEXT NOT NULL
);
CREATE INDEX journal_by_entity ON journal (entity_id, entity, id);

-- What changed; erasable.
CREATE TABLE change (
  journal_id BIGINT PRIMARY KEY REFERENCES journal (id),
  before_json TEXT,
  after_json TEXT
);

-- The chain: an entry's gapless place in the order of commit, and the link that covers all up to it.
CREATE TABLE seal (
  seq BIGINT PRIMARY KEY,
  journal_id BIGINT NOT NULL UNIQUE REFERENCES journal (id),
  hash TEXT NOT NULL
);

-- Committed and not sealed yet (drivers without serial writers).
CREATE TABLE journal_pending (
  journal_id BIGINT PRIMARY KEY REFERENCES journal (id)
);

-- What was answered to a request that carried a key.
CREATE TABLE idempotency (
  key TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  operation TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  response TEXT,
  code BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Tokens of each searchable record, as the text room makes them.
CREATE TABLE search_doc (
  id BIGINT PRIMARY KEY,
  entity TEXT NOT NULL,
  rep_id BIGINT,
  owner_id BIGINT,
  tokens TEXT NOT NULL
);
CREATE INDEX search_doc_by_rep ON search_doc (rep_id);
