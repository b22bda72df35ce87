import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.phrases import Vocabulary
from madoguchi.ledger.audit.services import DENIED
from madoguchi.web.templatetags.madoguchi import wareki_moment

SHOWN_OBJECTS = 2
SHOWN_HASH = 8
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$")

# Details are written with stable English names; one that is not here is shown as written.
DETAIL_NAMES = {
    "broken": gettext_lazy("取り込めない行"),
    "changed": gettext_lazy("変更"),
    "channel": gettext_lazy("受付"),
    "cities": gettext_lazy("自治体数"),
    "content": gettext_lazy("内容の照合値"),
    "entries": gettext_lazy("記録"),
    "fields": gettext_lazy("項目"),
    "filters": gettext_lazy("絞り込み"),
    "findings": gettext_lazy("合わないところ"),
    "format": gettext_lazy("取込形式"),
    "from": gettext_lazy("変更前"),
    "is_active": gettext_lazy("利用中"),
    "is_shared": gettext_lazy("共有"),
    "kind": gettext_lazy("種類"),
    "language": gettext_lazy("言語"),
    "method": gettext_lazy("方法"),
    "new": gettext_lazy("新規"),
    "new_roles": gettext_lazy("変更後の役割"),
    "number": gettext_lazy("予約番号"),
    "old_roles": gettext_lazy("変更前の役割"),
    "page": gettext_lazy("ページ"),
    "party_size": gettext_lazy("人数"),
    "path": gettext_lazy("画面"),
    "previous_starts_at": gettext_lazy("変更前の日時"),
    "purpose": gettext_lazy("目的"),
    "reason": gettext_lazy("理由"),
    "refused": gettext_lazy("できなかった行"),
    "removed": gettext_lazy("取り除いた行"),
    "same": gettext_lazy("変更なし"),
    "rows": gettext_lazy("行数"),
    "seals": gettext_lazy("封印"),
    "sections": gettext_lazy("項目"),
    "since": gettext_lazy("いつから"),
    "size": gettext_lazy("バイト数"),
    "staff_code": gettext_lazy("職員コード"),
    "starts_at": gettext_lazy("日時"),
    "table": gettext_lazy("一覧"),
    "to": gettext_lazy("変更後"),
    "until": gettext_lazy("いつまで"),
}


@dataclass(frozen=True)
class AuditRow:
    """One entry of the audit list in words."""

    at: datetime
    who: str
    phrase: str
    is_denied: bool
    objects: str
    details: str
    address: str | None


def rows_of(entries: tuple[AuditEntry, ...]) -> list[AuditRow]:
    """Put entries into words; an undeclared action stands as it is."""
    words = Vocabulary()
    return [row_of(entry, words=words) for entry in entries]


def row_of(entry: AuditEntry, *, words: Vocabulary) -> AuditRow:
    """Put one entry into words."""
    details = dict(entry.details)
    is_denied = entry.action == DENIED
    action = str(details.pop("attempted", entry.action)) if is_denied else entry.action
    return AuditRow(
        at=entry.at,
        who=who(entry),
        phrase=words.say(action),
        is_denied=is_denied,
        objects=shortened([words.say(each) for each in entry.object_ids]),
        details="、".join(
            f"{titled(name, action=action, words=words)}：{shown(name, value, action=action, words=words)}"
            for name, value in sorted(details.items(), key=order)
            if value not in ("", None) and value != []
        ),
        address=entry.address,
    )


def who(entry: AuditEntry) -> str:
    """Name whoever acted, without a resident's name."""
    return entry.actor_name or {"resident": _("住民"), "system": _("システム")}.get(entry.actor_kind, "—")


def order(detail: tuple[str, object]) -> bool:
    """Put what was before what is: jsonb sorts short names first."""
    return detail[0] == "to"


def titled(name: str, *, action: str, words: Vocabulary) -> str:
    """Name one detail in words."""
    return str(DETAIL_NAMES.get(name) or words.say(name, action=action))


def shown(name: str, value: object, *, action: str, words: Vocabulary) -> str:
    """Write one detail in words, a long fingerprint by its beginning."""
    if name == "content":
        return f"{value}"[:SHOWN_HASH] + "…"
    if isinstance(value, str) and MOMENT.match(value):
        return wareki_moment(datetime.fromisoformat(value))
    if isinstance(value, dict):
        return "・".join(
            f"{titled(key, action=action, words=words)} {shown(key, each, action=action, words=words)}"
            for key, each in value.items()
        )
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, list):
        return "・".join(words.say(f"{each}", action=action) for each in value)
    return words.say(f"{value}", action=action)


def shortened(ids: list[str]) -> str:
    """Show the first objects of an entry and how many more there are."""
    shown = " ".join(each[:8] if len(each) == 36 else each for each in ids[:SHOWN_OBJECTS])
    rest = len(ids) - SHOWN_OBJECTS
    return f"{shown} +{rest}" if rest > 0 else shown
