"""Who looks each minute whether every city works, and what it saw."""
