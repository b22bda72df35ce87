"""What is kept of one person's hand-overs: when they were compared, with which papers, by whom."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.web.dates import short_era_date
from plugins.card_management.declarations.handover import PAPER_LABELS, RECEIVER_LABELS
from plugins.card_management.models.handover import HandoverCheck
from plugins.card_management.rules.handover_documents import Paper, Receiver
from plugins.card_management.services import handover_records
from plugins.card_management.services.handover_records import CheckView

TABLE: Final = "card_management_handovercheck"
PICKUP: Final = "pickup:"


def held_about(wanted: PersonWanted) -> list[HeldRecord]:
    """List the comparisons of a person's cards, once it is certain which cards these are."""
    cards = [UUID(key.removeprefix(PICKUP)) for key in wanted.keys if key.startswith(PICKUP)]
    return [_record(check) for card in cards for check in handover_records.checks(card_id=card, count=None)]


def erase_held(records: Iterable[str]) -> list[Erased]:
    """Erase the comparisons among these records."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    rows = HandoverCheck.objects.filter(id__in=own)
    ids = frozenset(str(check) for check in rows.values_list("id", flat=True))
    rows.delete()
    return [Erased(label=_("交付前の照合"), rows=len(ids), ids=ids)] if ids else []


def _record(check: CheckView) -> HeldRecord:
    day = short_era_date(clock.local(check.made_at).date())
    return HeldRecord(
        key=f"{TABLE}:{check.id}",
        label=_("交付前の照合"),
        title=day,
        facts=tuple((str(name), str(text)) for name, text in _facts(check)),
        since=check.made_at,
        erasing=_("照合の記録（受け取った方・書類・理由）を消します。"),
    )


def _facts(check: CheckView) -> list[tuple[str, str]]:
    seen = check.seen
    if check.sort == handover_records.OVERRIDE:
        return [(_("警告を認めた理由"), seen["reason"])]
    papers = [str(PAPER_LABELS[Paper(each)]) for each in (*seen["papers"], *seen["proxy_papers"])]
    return [
        (_("結果"), _("一致しました") if check.is_passed else _("一致しません")),
        (_("受け取る方"), str(RECEIVER_LABELS[Receiver(seen["receiver"])])),
        (_("本人確認書類"), "、".join(papers) or "—"),
        (_("代理人の氏名"), seen["proxy_name"] or "—"),
    ]
