"""The pages that a proxy serves by itself while the site does not answer."""

from datetime import datetime


def write_pages(*, folder: str, now: datetime) -> int:
    """Write the page of every host that changed; count them."""
    return 0
