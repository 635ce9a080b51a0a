-- The egress ledger: a row for each try at a provider.

CREATE TABLE ai_call (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  task TEXT NOT NULL,
  provider TEXT NOT NULL,
  asked TEXT,
  model TEXT,
  prompt TEXT,
  attempt BIGINT NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL,
  code TEXT,
  detail TEXT,
  request_id TEXT,
  user_id BIGINT,
  trace TEXT,
  latency_ms BIGINT NOT NULL DEFAULT 0,
  input_tokens BIGINT NOT NULL DEFAULT 0,
  cached_tokens BIGINT NOT NULL DEFAULT 0,
  output_tokens BIGINT NOT NULL DEFAULT 0,
  reasoning_tokens BIGINT NOT NULL DEFAULT 0,
  tokens BIGINT NOT NULL DEFAULT 0,
  audio_ms BIGINT NOT NULL DEFAULT 0,
  cost BIGINT NOT NULL DEFAULT 0,
  bytes_sent BIGINT NOT NULL DEFAULT 0,
  redactions BIGINT NOT NULL DEFAULT 0,
  cached BIGINT NOT NULL DEFAULT 0,
  retained TEXT
);
CREATE INDEX ai_call_created ON ai_call (created_at);
