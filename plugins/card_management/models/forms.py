"""Tables of filled forms and printed letters."""
