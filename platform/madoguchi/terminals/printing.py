"""The test page of printers and readers, and evidence on paper."""

from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.documents import codes
from madoguchi.documents.typesetting import typeset
from madoguchi.tenancy import current_city
from madoguchi.terminals.services import CheckView
from madoguchi.web.templatetags.madoguchi import wareki_moment

LETTERS = "髙﨑𠮷彅㐂 あいう アイウ 0123456789 ABCabc"


def printed_sheet(check: CheckView, *, now: datetime) -> bytes:
    """Set the page with rulers, frames, letters, a bar code and a QR code."""
    labels = {
        "outer": _("用紙の端から5mm"),
        "inner": _("用紙の端から10mm"),
        "across": _("よこ 100mm：定規を当てて、実物と同じ長さか確かめます。"),
        "down": _("たて 100mm"),
        "greys": _("濃淡：8段階に見えるか確かめます。"),
        "bars": _("バーコード（NW-7）"),
        "square": _("QRコード"),
        "hint": _(
            "「実際のサイズ（100%）」で印刷します。「用紙に合わせる」で印刷すると、長さが変わります。"
            "外側の枠線が出なくても、内側の枠線が四方とも出ていれば問題ありません。"
        ),
    }
    values = {
        "title": _("印刷の確認"),
        "city": current_city().name,
        "terminal": check.terminal,
        "made": wareki_moment(now),
        "labels": labels,
        "letters": LETTERS,
        "bars": check.bars,
        "square": check.square,
        "bars_drawing": codes.nw7_code(check.bars),
        "square_drawing": codes.qr_code(check.square),
    }
    return typeset(template="terminals/sheet", values=values, now=now)


def evidence(check: CheckView, *, now: datetime) -> bytes:
    """Set one check with all its facts."""
    rows = [
        [part.label, part.said, "\n".join(f"{label}：{value}" for label, value in part.facts)]
        for part in check.parts
    ]
    note = _("端末：%(terminal)s　場所：%(place)s　確認した人：%(who)s　日時：%(when)s　結果：%(said)s") % {
        "terminal": check.terminal,
        "place": check.place_name or "—",
        "who": check.staff_name,
        "when": wareki_moment(check.closed_at or check.begun_at),
        "said": check.said,
    }
    columns = [
        {"label": _("確認したもの"), "width": 2},
        {"label": _("結果"), "width": 1},
        {"label": _("内容"), "width": 5},
    ]
    return _list(_("端末の動作確認の記録"), note, columns, rows, now)


def evidence_list(checks: tuple[CheckView, ...], *, now: datetime) -> bytes:
    """Set the list of checks."""
    rows = [
        [
            wareki_moment(check.begun_at),
            check.terminal,
            check.place_name,
            check.staff_name,
            check.said,
            "、".join(part.label for part in check.parts if part.outcome == "bad"),
        ]
        for check in checks
    ]
    columns = [
        {"label": _("日時"), "width": 2},
        {"label": _("端末"), "width": 2},
        {"label": _("場所"), "width": 2},
        {"label": _("確認した人"), "width": 2},
        {"label": _("結果"), "width": 1.3},
        {"label": _("問題があったもの"), "width": 3},
    ]
    return _list(_("端末の動作確認の一覧"), "", columns, rows, now)


def _list(
    title: str, note: str, columns: list[dict[str, object]], rows: list[list[str]], now: datetime
) -> bytes:
    values = {
        "title": title,
        "note": note,
        "city": current_city().name,
        "made": wareki_moment(now),
        "columns": columns,
        "sections": [{"rows": rows, "empty": _("記録はありません。")}],
    }
    return typeset(template="documents/list", values=values, now=now)
