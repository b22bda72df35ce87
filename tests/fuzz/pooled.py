"""tests.fuzz.mixed through PgBouncer, for the nightly run: python -m tests.fuzz.pooled [the same options]."""

import sys

from tests.fuzz import mixed

if __name__ == "__main__":
    sys.argv.append("--pooler")
    raise SystemExit(mixed.main())
