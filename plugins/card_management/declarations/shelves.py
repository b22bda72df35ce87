"""What is declared of where cards lie."""
