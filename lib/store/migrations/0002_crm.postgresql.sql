-- interaction.mood follows interaction.sentiment, whoever writes it.
CREATE FUNCTION interaction_mood() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.mood := CAST(new.sentiment AS json) ->> 'score';
  RETURN new;
END $$;
CREATE TRIGGER interaction_mood_added BEFORE INSERT ON interaction
  FOR EACH ROW WHEN (new.sentiment IS NOT NULL) EXECUTE FUNCTION interaction_mood();
CREATE TRIGGER interaction_mood_changed BEFORE UPDATE OF sentiment ON interaction
  FOR EACH ROW WHEN (new.sentiment IS DISTINCT FROM old.sentiment) EXECUTE FUNCTION interaction_mood();
