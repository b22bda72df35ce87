#!/usr/bin/env python
"""Run a management command from a fresh clone."""

import os
import sys
from pathlib import Path

# The foundation lives in platform/, a plain folder: a package of that name would hide the standard library's.
sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.local")

# Commands that make schemas run as the owner of the database, all others as the application.
OWNER_COMMANDS = {
    "build_template",
    "create_cities",
    "create_city",
    "create_operators",
    "migrate_fleet",
    "migrate_public",
}

if __name__ == "__main__":
    if OWNER_COMMANDS & set(sys.argv[1:2]):
        os.environ.setdefault("MADOGUCHI_DATABASE_MODE", "owner")
    from django.core.management import execute_from_command_line

    import deploy.celery  # noqa: F401  a command that publishes a task needs our broker

    execute_from_command_line(sys.argv)
