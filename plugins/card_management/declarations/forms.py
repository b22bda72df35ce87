"""What is declared of filled forms and printed letters."""
