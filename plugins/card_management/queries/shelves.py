"""What can be asked about where cards lie."""
