"""Words that people read: furigana in plain text, and the readings to suggest for it."""
