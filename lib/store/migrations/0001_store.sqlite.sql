-- The full-text index over search_doc. Tokens are split at spaces and nowhere else: everything that is not a
-- letter or digit to unicode61 counts as a token character, and folding is the text room's work.
CREATE VIRTUAL TABLE search USING fts5 (
  tokens,
  content = 'search_doc',
  content_rowid = 'id',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'",
  prefix = '2 3 4 5 6',
  detail = none
);

CREATE TRIGGER search_doc_added AFTER INSERT ON search_doc BEGIN
  INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens);
END;
CREATE TRIGGER search_doc_removed AFTER DELETE ON search_doc BEGIN
  INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END;
CREATE TRIGGER search_doc_changed AFTER UPDATE OF tokens ON search_doc WHEN old.tokens <> new.tokens BEGIN
  INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens);
  INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens);
END;
