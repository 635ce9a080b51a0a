-- interaction.mood follows interaction.sentiment, whoever writes it.
CREATE TRIGGER interaction_mood_added AFTER INSERT ON interaction WHEN new.sentiment IS NOT NULL BEGIN
  UPDATE interaction SET mood = json_extract(new.sentiment, '$.score') WHERE id = new.id;
END;
CREATE TRIGGER interaction_mood_changed AFTER UPDATE OF sentiment ON interaction
WHEN new.sentiment IS NOT old.sentiment BEGIN
  UPDATE interaction SET mood = json_extract(new.sentiment, '$.score') WHERE id = new.id;
END;
