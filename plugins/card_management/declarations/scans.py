"""What is declared of scanned papers."""
