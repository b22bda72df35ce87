"""Which zones one release of the same image serves: who reaches it, and over which network.

The zone map for people is docs/how-to/zones.md; a test compares it with this table.
"""

from typing import Final

ZONES: Final[dict[str, tuple[str, ...]]] = {
    # One network for everybody: the demo, small installations, and the processes that serve nobody.
    "all": ("resident", "staff", "operators"),
    "internet": ("resident",),
    "lgwan": ("staff", "operators"),
}
