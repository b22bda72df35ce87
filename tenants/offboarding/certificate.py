"""The certificate of erasure: one page of facts, kept when everything else is gone."""

from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.documents.typesetting import typeset
from madoguchi.web.dates import long_era_date
from madoguchi.web.templatetags.madoguchi import wareki_moment
from tenants.keys.safekeeping import last_copy_ends
from tenants.models import CityErasure

HALF = 32


def set_certificate(row: CityErasure, *, now: datetime) -> bytes:
    """Set the certificate of an erasure as PDF."""
    facts = [
        (_("自治体"), f"{row.name}（{row.code}）"),
        (_("理由"), row.reason),
        (_("依頼した人"), row.asked_by),
        (_("承認した人"), row.approved_by),
        (_("消去を始めた日時"), wareki_moment(row.begun_at)),
        (_("消去を終えた日時"), wareki_moment(now)),
        (
            _("データベース"),
            _("スキーマ %(schema)s を削除（%(rows)d行）") % {"schema": row.schema_name, "rows": row.rows},
        ),
        (_("ファイル"), _("%(files)d個を削除（画像・文書・出来事の控え）") % {"files": row.files}),
        (_("暗号鍵"), _("%(keys)d個を上書きして削除") % {"keys": len(row.keys)}),
        (_("返したデータ"), _in_lines(row.returned) or _("なし（自治体が不要とした）")),
        (_("最後のバックアップの期限"), long_era_date(row.backups_until)),
        (_("鍵の控えが最後に消える日時"), wareki_moment(last_copy_ends(destroyed_at=now))),
    ]
    facts += [
        (_("鍵の指紋（SHA-256）"), f"{name}\n{_in_lines(fingerprint)}") for name, fingerprint in row.keys
    ]
    values = {
        "title": _("消去証明書"),
        "note": _(
            "下記の自治体のデータを、復元できない方法で消去したことを証明します。"
            "期限までに残るバックアップは、暗号鍵がないため読めません。"
        ),
        "city": row.name,
        "made": wareki_moment(now),
        "columns": [{"label": _("項目"), "width": 1}, {"label": _("内容"), "width": 3}],
        "sections": [{"rows": [[str(name), str(text)] for name, text in facts]}],
    }
    return typeset(template="documents/list", values=values, now=now)


def _in_lines(digest: str) -> str:
    """Break a hash, which knows no word, before it runs out of its cell."""
    return "\n".join(digest[start : start + HALF] for start in range(0, len(digest), HALF))
