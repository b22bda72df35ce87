"""The answer to a person: a PDF to read, and a file that other programs read, in one ZIP."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.documents.typesetting import typeset
from madoguchi.hooks.contracts.people import HeldRecord
from madoguchi.tenancy import current_city
from madoguchi.web.templatetags.madoguchi import wareki_moment

FORMAT = "madoguchi.person/1"


def as_pdf(records: Sequence[HeldRecord], *, request_id: UUID, now: datetime) -> bytes:
    """Set the records as a document a person can read."""
    columns = [{"label": _("項目"), "width": 1}, {"label": _("内容"), "width": 3}]
    sections = [
        {
            "heading": f"{record.label}：{record.title}",
            "note": _("記録の日時：%(since)s") % {"since": wareki_moment(record.since)}
            if record.since
            else "",
            "rows": [[name, text] for name, text in record.facts],
        }
        for record in records
    ]
    values = {
        "title": _("保有個人情報の内容"),
        "note": _("受付：%(request)s　件数：%(count)d件")
        % {"request": str(request_id), "count": len(records)},
        "city": current_city().name,
        "made": wareki_moment(now),
        "columns": columns,
        "sections": sections,
    }
    return typeset(template="documents/list", values=values, now=now)


def as_json(records: Sequence[HeldRecord], *, request_id: UUID, now: datetime) -> str:
    """Write the records for other programs."""
    content = {
        "format": FORMAT,
        "city": {"code": current_city().code, "name": current_city().name},
        "request": str(request_id),
        "made_at": clock.local(now).isoformat(),
        "records": [
            {
                "id": record.key,
                "kind": record.label,
                "title": record.title,
                "since": clock.local(record.since).isoformat() if record.since else None,
                "facts": [{"name": name, "value": text} for name, text in record.facts],
            }
            for record in records
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def as_zip(records: Sequence[HeldRecord], *, request_id: UUID, now: datetime) -> bytes:
    """Pack the PDF and the file for programs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("disclosure.pdf", as_pdf(records, request_id=request_id, now=now))
        archive.writestr("disclosure.json", as_json(records, request_id=request_id, now=now))
    return packed.getvalue()
