"""Tables of scanned papers."""
