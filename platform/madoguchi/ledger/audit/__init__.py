"""Who did, read or was refused what: append-only, one list per city."""
