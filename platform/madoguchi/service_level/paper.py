"""The report of a month on paper."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.documents.typesetting import typeset
from madoguchi.ledger.audit.models import AuditReport
from madoguchi.service_level.wording import sections
from madoguchi.web.templatetags.madoguchi import wareki_moment


def report_on_paper(*, content: Mapping[str, Any], row: AuditReport | None, now: datetime) -> bytes:
    """Set the report of a month, with the value by which it can be checked."""
    values = {
        "title": _("ログの月次報告（%(month)s）") % {"month": content["month"]},
        "note": _note(row),
        "city": content["city"]["name"],
        "made": wareki_moment(row.made_at if row else now),
        "size": 8,
        "columns": [
            {"label": _("項目"), "width": 3},
            {"label": _("内容"), "width": 5},
            {"label": _("数"), "width": 1, "number": True},
        ],
        "sections": [
            {
                "heading": section.heading,
                "note": section.note,
                "empty": section.empty,
                "rows": [list(each) for each in section.rows],
            }
            for section in sections(content)
        ],
    }
    return typeset(template="documents/list", values=values, now=now)


def _note(row: AuditReport | None) -> str:
    if row is None:
        return _("月の途中の集計です。確定した報告ではありません。")
    return _("確定した報告です。照合値 %(digest)s") % {"digest": row.digest}
