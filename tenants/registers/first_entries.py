"""What the registers hold from the first day: guidelines that we follow, and what we had to assume."""

from datetime import date, datetime
from typing import Final

from madoguchi.ledger.audit.actors import SYSTEM
from tenants.models import EntryState, RegisterEntry, RegisterKind

READ_ON: Final = date(2026, 11, 20)
GUIDELINES: Final = (
    (
        "mic-security-policy",
        "地方公共団体における情報セキュリティポリシーに関するガイドライン",
        "総務省・令和7年3月版",
        "対応表は docs/reference/security/controls.md。",
    ),
    (
        "ipa-secure-website",
        "安全なウェブサイトの作り方",
        "IPA・改訂第7版",
        "11の分類ごとに自動試験（tests/security）。",
    ),
    (
        "mic-cloud",
        "クラウドサービス提供における情報セキュリティ対策ガイドライン",
        "総務省・第3版",
        "対応表は docs/reference/security/controls.md。",
    ),
    (
        "lgwan-asp",
        "総合行政ネットワークASPガイドライン",
        "J-LIS",
        "接続する事業者に開示される文書。版は接続の申請のときに確かめる。",
    ),
)
ASSUMPTIONS: Final = (
    (
        "fujisawa-functions",
        "別紙「機能要件一覧」が仕様書に添付されていない",
        "004 3(3)ア",
        "仕様書の本文から読める機能を要件とした（docs/reference/requirements.md）。自治体に一覧を求める。",
    ),
    (
        "fujisawa-sla",
        "SLAの値が添付されていない",
        "004 4(1)カ",
        "稼働率99.9%、障害の第一報1時間以内、復旧24時間以内とした。",
    ),
    (
        "fujisawa-website-security",
        "「ウェブサイト等のセキュリティ対策に関する仕様書」が添付されていない",
        "004 3(2)イ(ア)",
        "IPA「安全なウェブサイトの作り方」とOWASP ASVS 5.0 レベル2を満たすこととした。",
    ),
    (
        "fujisawa-data-protection",
        "「データの保護及び秘密の保持等に関する仕様書」が添付されていない",
        "004 5(2)",
        "個人情報保護法と自治体の標準的な特記事項を前提とした。",
    ),
    (
        "kurume-special-notes",
        "特記事項の別紙が添付されていない",
        "000 4",
        "データの返却と消去の証明を、契約の終わりに行うこととした。",
    ),
)


def write(*, now: datetime) -> None:
    """Write the first lines of two registers; a line that is there stays as it is."""
    for kind, lines, state in (
        (RegisterKind.GUIDELINE, GUIDELINES, EntryState.DONE),
        (RegisterKind.ASSUMPTION, ASSUMPTIONS, EntryState.ACCEPTED),
    ):
        for key, title, source, text in lines:
            first = {
                "title": title,
                "source": source,
                "text": text,
                "state": state,
                "decision": "自治体に確認するまでの前提。" if kind == RegisterKind.ASSUMPTION else "",
                "found_on": READ_ON,
                "changed_at": now,
                "changed_by_name": SYSTEM.name,
            }
            RegisterEntry.objects.get_or_create(kind=kind, key=key, city=None, defaults=first)
