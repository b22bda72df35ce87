"""Tables of where cards lie."""
