"""What the plug-in contributes for what comes in: see rooms/__init__.py for the names."""
