"""What plugins tell and ask one another: plain values, free of any framework."""
