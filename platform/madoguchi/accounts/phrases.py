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
    "after": gettext_lazy("変更後"),
    "audience": gettext_lazy("送る相手"),
    "before": gettext_lazy("変更前"),
    "blank": gettext_lazy("白紙"),
    "broken": gettext_lazy("取り込めない行"),
    "cabinet": gettext_lazy("棚"),
    "cabinets": gettext_lazy("棚"),
    "capacity": gettext_lazy("入る枚数"),
    "cards": gettext_lazy("カード"),
    "changed": gettext_lazy("変更"),
    "channel": gettext_lazy("受付"),
    "checked": gettext_lazy("確認した書類"),
    "cities": gettext_lazy("自治体数"),
    "code": gettext_lazy("郵便番号"),
    "content": gettext_lazy("内容の照合値"),
    "count": gettext_lazy("件数"),
    "day": gettext_lazy("日付"),
    "differences": gettext_lazy("一致しなかった項目"),
    "documents": gettext_lazy("書類"),
    "edition": gettext_lazy("辞書の版"),
    "entries": gettext_lazy("記録"),
    "fact": gettext_lazy("記録"),
    "faults": gettext_lazy("不備"),
    "fields": gettext_lazy("項目"),
    "file": gettext_lazy("ファイル"),
    "filters": gettext_lazy("絞り込み"),
    "findings": gettext_lazy("合わないところ"),
    "flag": gettext_lazy("異動"),
    "for": gettext_lazy("対象"),
    "form": gettext_lazy("様式"),
    "format": gettext_lazy("取込形式"),
    "found": gettext_lazy("見つかったもの"),
    "from": gettext_lazy("変更前"),
    "host": gettext_lazy("サーバー"),
    "is_active": gettext_lazy("利用中"),
    "is_open": gettext_lazy("新しいカードを置く"),
    "is_shared": gettext_lazy("共有"),
    "kind": gettext_lazy("種類"),
    "known": gettext_lazy("登録済み"),
    "language": gettext_lazy("言語"),
    "line": gettext_lazy("行"),
    "method": gettext_lazy("方法"),
    "months": gettext_lazy("月数"),
    "name": gettext_lazy("名前"),
    "new": gettext_lazy("新規"),
    "new_roles": gettext_lazy("変更後の役割"),
    "number": gettext_lazy("予約番号"),
    "old_roles": gettext_lazy("変更前の役割"),
    "on": gettext_lazy("日付"),
    "page": gettext_lazy("ページ"),
    "pages": gettext_lazy("ページ"),
    "party_size": gettext_lazy("人数"),
    "path": gettext_lazy("画面"),
    "pinned": gettext_lazy("申し送り"),
    "previous_starts_at": gettext_lazy("変更前の日時"),
    "problem": gettext_lazy("問題"),
    "protocol": gettext_lazy("接続の方法"),
    "purpose": gettext_lazy("目的"),
    "reason": gettext_lazy("理由"),
    "refused": gettext_lazy("できなかった行"),
    "left": gettext_lazy("戻せなかった件数"),
    "removed": gettext_lazy("取り除いた行"),
    "rows": gettext_lazy("行数"),
    "run": gettext_lazy("印刷の番号"),
    "same": gettext_lazy("変更なし"),
    "scanned": gettext_lazy("バーコードで"),
    "seals": gettext_lazy("封印"),
    "sections": gettext_lazy("項目"),
    "sha256": gettext_lazy("画像の照合値"),
    "sheet": gettext_lazy("ページ"),
    "signature": gettext_lazy("署名"),
    "since": gettext_lazy("いつから"),
    "size": gettext_lazy("バイト数"),
    "staff_code": gettext_lazy("職員コード"),
    "starts_at": gettext_lazy("日時"),
    "state": gettext_lazy("状態"),
    "step": gettext_lazy("段階"),
    "stops": gettext_lazy("止めた理由"),
    "table": gettext_lazy("一覧"),
    "to": gettext_lazy("変更後"),
    "trouble": gettext_lazy("不備"),
    "turned": gettext_lazy("回転"),
    "typed": gettext_lazy("職員が入力した欄"),
    "unknown": gettext_lazy("分からないもの"),
    "until": gettext_lazy("いつまで"),
    "verdict": gettext_lazy("結果"),
    "version": gettext_lazy("版"),
    "warnings": gettext_lazy("警告"),
    "what": gettext_lazy("集計"),
    "wrong": gettext_lazy("誤り"),
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
    """Name one detail in words, first as the entry's own action says: not every number is a booking's."""
    return words.term(name, action=action) or str(DETAIL_NAMES.get(name) or words.say(name))


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
