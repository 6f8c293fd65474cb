"""What a message says besides its words: intent, wish for a person, danger, mood, facts. Pure; no downloads."""
