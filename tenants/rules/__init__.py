"""Pure rules about municipalities."""
