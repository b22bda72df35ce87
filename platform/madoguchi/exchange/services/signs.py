"""The characters of a file that somebody has to look at, as a page tells of them."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.exchange.models import ImportJob

KINDS: Final = {
    "replaced": _("元の字が失われています（〓・�）。通知書や住民記録で確かめ、正しい字に直してください。"),
    "own": _("外字です。画面や印刷で〓になります。正しい字を確かめてください。"),
    "variant": _("字形の違い（異体字）です。届いた字形のまま保存します。"),
    "rare": _("シフトJISにない字です。CP932のファイルには書き出せません。"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One character: how it looks where it can be drawn, how often and where it stands, and what it means."""

    text: str
    code: str
    kind: str
    count: int
    lines: tuple[int, ...]
    sentence: str


def told(*, job: ImportJob) -> list[Sign]:
    """List the characters of a checked file, what harms most first."""
    rows = (job.findings or {}).get("characters") or []
    return [
        Sign(
            text="〓" if row["kind"] in ("own", "replaced") else _shown(row["code"]),
            code=f"U+{row['code']:04X}",
            kind=row["kind"],
            count=row["count"],
            lines=tuple(row["lines"]),
            sentence=str(KINDS[row["kind"]]),
        )
        for row in rows
    ]


def _shown(code: int) -> str:
    return "◌" if code >= 0xE0100 else chr(code)
