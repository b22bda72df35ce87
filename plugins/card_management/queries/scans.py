"""What can be asked about scanned papers."""
