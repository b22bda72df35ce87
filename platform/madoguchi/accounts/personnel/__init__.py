"""A change of personnel: one file of joins, moves and leaves, seen before, done in one go, undone."""
