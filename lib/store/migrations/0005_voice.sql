-- Voice notes; the audio is a file beside the database, named by sha256.

CREATE TABLE voice_note (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  rep_id BIGINT,
  interaction_id BIGINT,
  user_id BIGINT,
  name TEXT,
  media_type TEXT,
  codec TEXT,
  bytes BIGINT NOT NULL DEFAULT 0,
  duration_s DOUBLE PRECISION NOT NULL DEFAULT 0,
  sample_rate BIGINT NOT NULL DEFAULT 0,
  channels BIGINT NOT NULL DEFAULT 0,
  language TEXT,
  state TEXT NOT NULL,
  progress DOUBLE PRECISION NOT NULL DEFAULT 0,
  transcript TEXT,
  segments TEXT,
  confidence DOUBLE PRECISION NOT NULL DEFAULT 0,
  provider TEXT,
  model TEXT,
  analysis TEXT,
  error_code TEXT,
  error_detail TEXT,
  audio_erased_at BIGINT,
  sha256 TEXT NOT NULL
);
CREATE INDEX voice_note_interaction ON voice_note (interaction_id, id);
CREATE INDEX voice_note_user ON voice_note (user_id, id);
CREATE INDEX voice_note_rep ON voice_note (rep_id, id);
CREATE INDEX voice_note_file ON voice_note (sha256);
CREATE INDEX voice_note_kept ON voice_note (created_at) WHERE audio_erased_at IS NULL;
CREATE INDEX voice_note_waiting ON voice_note (error_code, id) WHERE state = 'stored';

CREATE TABLE checklist (
  id BIGINT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  types TEXT,
  purposes TEXT,
  items TEXT,
  active BIGINT NOT NULL DEFAULT 1
);
