"""What the plug-in contributes for the register of residents: see rooms/__init__.py for the names."""
