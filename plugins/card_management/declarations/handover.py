"""What is declared of hand-overs."""
