"""What a profile of codes makes of a sample: shown before anything is kept."""

from collections.abc import Mapping

from madoguchi import clock
from plugins.card_management.rules.qr_parts import FIELDS
from plugins.card_management.rules.qr_text import QrLayout, Scan, read_scan
from plugins.card_management.services import intake_qr


def tried(*, sample: str, layout: QrLayout) -> Mapping[str, object]:
    """Read a sample by a layout, and tell what a clerk would see."""
    read = read_scan(text=sample, layouts=[("", layout)])
    if not isinstance(read, tuple):
        return {"problem": intake_qr.REASONS[read.reason]}
    scan: Scan = read[1]
    names = [name for name in FIELDS if any(name in record for record in scan.records)]
    rows = [[record.get(name, "") for name in names] for record in scan.records]
    column, trouble = intake_qr.trouble_in(scan=scan, today=clock.today())
    return {
        "scan": scan,
        "heads": [intake_qr.COLUMNS[name] for name in names],
        "rows": rows,
        "column": column,
        "trouble": trouble,
    }
