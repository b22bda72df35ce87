"""Look up since when every engine knows what our front end is written with.

Writes tests/pages/baseline.txt from the data of the WebDX group: ``python -m tests.browsers.baseline``.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from tests.browsers.tools import SKIPPED, Missing, npm_tools
from tests.pages.standards import BASELINE, used

OWN = "own"


def main() -> int:
    """Write the file anew, or say what is not in every engine."""
    try:
        text = (npm_tools() / "web-features" / "data.json").read_text(encoding="utf-8")
    except Missing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    since = _since(json.loads(text)["features"])
    members = _members(since)
    lines = [f"{name} {members.get(name) or since.get(name) or OWN}" for name in sorted(used())]
    BASELINE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wrong = [line for line in lines if line.endswith((" no", f" {OWN}")) and not line.startswith("api.")]
    print(*wrong, sep="\n")
    print(f"baseline: {len(lines)} features, {len(wrong)} not in every engine")
    return 1 if wrong else 0


def _since(features: Mapping[str, Any]) -> dict[str, str]:
    """Map a feature to the day it came into the last engine, or to no."""
    found: dict[str, str] = {}
    for feature in features.values():
        status = feature.get("status", {})
        for key in feature.get("compat_features", ()):
            own = status.get("by_compat_key", {}).get(key, status)
            found[key] = own.get("baseline_low_date", "no").lstrip("≤") if own.get("baseline") else "no"
    return found


def _members(since: Mapping[str, str]) -> dict[str, str]:
    """Map the name of a call to its earliest day in any interface: which one it is, a script does not say."""
    found: dict[str, str] = {}
    for key, day in since.items():
        parts = key.split(".")
        if parts[0] in ("api", "javascript") and len(parts) >= 3:
            name = f"api.*.{parts[-1].removesuffix('_static').removesuffix('_event')}"
            found[name] = min(found.get(name, "no"), day)
    return found


if __name__ == "__main__":
    sys.exit(main())
