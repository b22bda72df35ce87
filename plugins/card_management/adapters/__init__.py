"""What speaks to programs and servers outside."""
