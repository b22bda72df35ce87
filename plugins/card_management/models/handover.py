"""Tables of hand-overs."""
