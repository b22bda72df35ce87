"""落とし物: residents report what they lost, staff see it."""
