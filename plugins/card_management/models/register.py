"""Tables of the register of residents."""
