-- Who may come in: secret paths, logins, failed attempts.

CREATE TABLE gate (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  ends_at BIGINT
);

CREATE TABLE login (
  id BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  gate TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX login_user ON login (user_id);

-- Of tokens the host has signed: each is good once.
CREATE TABLE host_nonce (
  nonce TEXT PRIMARY KEY,
  ends_at BIGINT NOT NULL
);

CREATE TABLE login_attempt (
  subject TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  blocked_until BIGINT
);
