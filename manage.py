#!/usr/bin/env python
"""Run a management command from a fresh clone."""

import os
import sys
from pathlib import Path

# The foundation lives in platform/, a plain folder: a package of that name would hide the standard library's.
sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.local")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    import deploy.celery  # noqa: F401  a command that publishes a task needs our broker

    execute_from_command_line(sys.argv)
