"""python -m deploy.settings: tell in one line whether this environment may start a process."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "platform"))

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What sysexits.h calls a mistake of configuration: nobody needs to try again before it is put right.
BAD_CONFIGURATION = 78


def main() -> int:
    """Read all settings and answer with the exit code."""
    try:
        str(settings.DEBUG)  # any name makes Django read them
    except ImproperlyConfigured as refusal:
        sys.stderr.write(f"madoguchi: {refusal}\n")
        return BAD_CONFIGURATION
    return 0


if __name__ == "__main__":
    sys.exit(main())
