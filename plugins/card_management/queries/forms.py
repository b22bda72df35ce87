"""What can be asked about filled forms and printed letters."""
