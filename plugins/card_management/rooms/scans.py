"""What the plug-in contributes for scanned papers: see rooms/__init__.py for the names."""
