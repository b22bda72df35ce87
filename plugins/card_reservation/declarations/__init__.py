"""What this plugin declares to the platform."""
