"""What must happen after a commit: kept in the same transaction, delivered at least once."""
