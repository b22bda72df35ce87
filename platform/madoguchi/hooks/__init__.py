"""Every extension point, what travels through it, and who answers."""
