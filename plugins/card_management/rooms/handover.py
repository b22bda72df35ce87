"""What the plug-in contributes for hand-overs: see rooms/__init__.py for the names."""
