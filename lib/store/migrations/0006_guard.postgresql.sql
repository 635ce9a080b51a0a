-- A second line behind the library's own rights: a role that does not own the tables sees their rows only in a
-- transaction that says for whom it acts (the driver does), and of them what that person's role allows. The owner, who
-- migrates, is not held to it. Left out is schema_version, which tells nothing.

-- Who acts: one row, or none. Views look with their owner's eyes, so this one may ask user_account whatever its policy.
CREATE VIEW acting (id, everything) AS
  SELECT CAST(NULL AS BIGINT), true WHERE current_setting('marfacrm.actor', true) = 'system'
  UNION ALL SELECT id, role = 'admin' FROM user_account
  WHERE id = CASE WHEN current_setting('marfacrm.actor', true) ~ '^[0-9]{1,18}$'
    THEN CAST(current_setting('marfacrm.actor', true) AS BIGINT) END;

-- Somebody sees and writes all but: secret paths are an admin's; answers that were kept for a repeated request are
-- their asker's; a view is its maker's, and others' where it is shared. (Not so conversations and tasks: whether
-- somebody of another team has spoken to the rep since is asked with everybody's rights.)
DO $$
DECLARE
  name TEXT;
  rule TEXT;
BEGIN
  FOR name IN SELECT tablename FROM pg_catalog.pg_tables
    WHERE schemaname = current_schema() AND tablename <> 'schema_version'
  LOOP
    rule := CASE name
      WHEN 'gate' THEN '(SELECT everything FROM acting)'
      WHEN 'idempotency' THEN '(SELECT everything FROM acting) OR user_id = (SELECT id FROM acting)'
      WHEN 'saved_view' THEN '(SELECT everything FROM acting) OR user_id = (SELECT id FROM acting) OR '
        '(shared = 1 AND EXISTS (SELECT FROM acting))'
      ELSE 'EXISTS (SELECT FROM acting)' END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY acting ON %I USING (%s)', name, rule);
  END LOOP;
END $$;

-- Below a policy the full-text index is not used (its operator might tell what it sees). A search reads this view,
-- which asks first whether there is somebody, and then needs no policy.
CREATE VIEW search_index AS
  SELECT id, rep_id, entity, vector FROM search_doc
  WHERE NOT row_security_active(CAST('search_doc' AS regclass)) OR EXISTS (SELECT FROM acting);
