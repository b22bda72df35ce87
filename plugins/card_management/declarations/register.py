"""What is declared of the register of residents."""
