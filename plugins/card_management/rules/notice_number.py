"""The number on an issuance notice: three letters or digits, then six digits."""

import re
from typing import Final

NOTICE_NUMBER: Final = re.compile(r"[0-9A-Z]{3}[0-9]{6}")


def is_notice_number(reference: str) -> bool:
    """Tell whether a normalised reference has the shape of a notice number."""
    return NOTICE_NUMBER.fullmatch(reference) is not None
