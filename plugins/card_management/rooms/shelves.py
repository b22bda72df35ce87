"""What the plug-in contributes for where cards lie: see rooms/__init__.py for the names."""
