"""What must be right before the first file arrives."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from madoguchi.web.intake import scanning

SCANNERS = "write each address as clamd://host:port, clamd:///path/of.sock or its.module.Class://address"


@register()
def check_scanners(**options: Any) -> list[CheckMessage]:
    """Refuse addresses that no scanner answers to: each upload would fail instead."""
    try:
        scanning.scanners()
    except (ImportError, ValueError, TypeError) as failure:
        text = f"MADOGUCHI_VIRUS_SCANNERS cannot be read: {failure}"
        return [Error(text, hint=SCANNERS, id="madoguchi.E008")]
    return []
