"""The command line behind bin/up, bin/down, bin/test and bin/nightly."""

import argparse
import errno
import sys

from deploy.local import up
from deploy.local.binaries import list_binaries
from deploy.local.trouble import Trouble


def main(arguments: list[str]) -> int:
    """run one command; say in a sentence what a person can do about trouble."""
    try:
        return _run(arguments)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
    except PermissionError as error:
        print(
            f"\nThis user may not use {error.filename}: {error.strerror}.\n"
            "Run this as the user who ran it before, or remove the folder var.",
            file=sys.stderr,
        )
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("\nThe disk is full: make room and run this again.", file=sys.stderr)
    return 1


def _run(arguments: list[str]) -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name == "up":
        return up.up(_read_wishes(rest))
    if name == "down":
        return up.down()
    if name in ("test", "nightly"):
        from deploy.local import testing

        return testing.run(suite=name, arguments=rest)
    if name == "has-system-postgres":
        return 0 if list_binaries(source="system") else 1
    print("Usage: python -m deploy.local up|down|test|nightly", file=sys.stderr)
    return 2


def _read_wishes(arguments: list[str]) -> up.Wishes:
    parser = argparse.ArgumentParser(prog="bin/up", allow_abbrev=False)
    parser.add_argument("-d", "--detach", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--yes", action="store_true")
    found = parser.parse_args(arguments)
    return up.Wishes(detach=found.detach, fresh=found.fresh, yes=found.yes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
