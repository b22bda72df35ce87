"""What the plug-in contributes for filled forms and printed letters: see rooms/__init__.py for the names."""
