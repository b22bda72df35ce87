"""What a city chose of each plugin: typed, audited, one page per plugin."""
