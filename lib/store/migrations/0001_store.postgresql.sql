-- For statements that must touch a row: where they do not they fail, and nothing that was sent behind them is carried
-- out.
CREATE FUNCTION must_touch(rows BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  IF rows = 0 THEN
    RAISE EXCEPTION 'the statement touched no row; its transaction is refused' USING ERRCODE = 'MC001';
  END IF;
  RETURN true;
END $$;

-- Tokens stand as the text room made them: nothing is parsed, stemmed or dropped here. What an index entry cannot hold
-- (a token of more than 2 KB, more than 1 MB of tokens) is left out of it; the text itself stays.
CREATE FUNCTION search_vector(tokens TEXT) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  words TEXT[] := ARRAY(SELECT DISTINCT word FROM pg_catalog.unnest(pg_catalog.string_to_array(tokens, ' ')) AS word
    WHERE word <> '' AND pg_catalog.octet_length(word) < 2047);
BEGIN
  LOOP
    BEGIN
      RETURN pg_catalog.array_to_tsvector(words);
    EXCEPTION WHEN program_limit_exceeded THEN
      words := words[1 : pg_catalog.cardinality(words) * 3 / 4];
    END;
  END LOOP;
END $$;

ALTER TABLE search_doc ADD COLUMN vector tsvector GENERATED ALWAYS AS (search_vector(tokens)) STORED;
CREATE INDEX search_doc_vector ON search_doc USING gin (vector);
