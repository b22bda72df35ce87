"""What can be asked about what comes in."""
