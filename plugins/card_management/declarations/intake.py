"""What is declared of what comes in."""
