"""Separator sheets: a square on paper that says which kind of document begins behind it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.documents import codes
from madoguchi.documents.typesetting import typeset
from madoguchi.tenancy import current_city
from plugins.card_management.declarations.scans import SCAN_LABELS
from plugins.card_management.rules.scans_fields import sheet_code


def sheets(*, kinds: Sequence[str], copies: int, now: datetime) -> bytes:
    """Set separator sheets as PDF, one page each."""
    values = {
        "title": _("スキャンの仕切り紙"),
        "city": current_city().name,
        "lines": [
            _("この紙を、書類の1件ごとに、前に入れてスキャンします。"),
            _("この紙は保存されません。何度でも使えます。コピーしてもかまいません。"),
        ],
        "sheets": [
            {
                "kind": str(SCAN_LABELS[kind]),
                "square": codes.qr_code(sheet_code(kind=kind)),
                "words": sheet_code(kind=kind),
            }
            for kind in kinds
            for _copy in range(copies)
        ],
    }
    return typeset(template="card_management/separators", values=values, now=now)
